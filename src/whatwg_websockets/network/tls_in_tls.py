"""TLS over a connection that has TLS already: with a server, through a proxy that speaks it too."""

import asyncio
from asyncio import sslproto


def let_the_inner_one_be_ended(
    transport: asyncio.Transport, tcp_transport: asyncio.Transport
) -> None:
    """Have asyncio end the TLS below where the TLS above it fails.

    asyncio then calls a method of the transport that raises a TypeError in Python 3.11 and in the
    first releases of 3.12. uvloop's transports do as they should.

    Args:
        transport: that of the TLS below.
        tcp_transport: the one below that.
    """
    if isinstance(transport, sslproto._SSLProtocolTransport):

        def force_close(_: BaseException | None) -> None:
            transport._closed = True
            tcp_transport.abort()

        transport._force_close = force_close  # type: ignore[attr-defined]
