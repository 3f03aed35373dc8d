"""TLS with a server over a connection that uses TLS with a proxy already."""

import asyncio
from asyncio import sslproto


def let_the_inner_one_be_ended(
    transport: asyncio.Transport, tcp_transport: asyncio.Transport
) -> None:
    """Make asyncio end the inner TLS when the outer TLS fails.

    When the outer TLS fails, asyncio calls a method of the inner transport that raises a TypeError
    in Python 3.11 and in the first releases of 3.12. The transports of uvloop have no such fault.

    Args:
        transport: the transport of the inner TLS, with the proxy.
        tcp_transport: the TCP transport.
    """
    if isinstance(transport, sslproto._SSLProtocolTransport):

        def force_close(_: BaseException | None) -> None:
            transport._closed = True
            tcp_transport.abort()

        transport._force_close = force_close  # type: ignore[attr-defined]
