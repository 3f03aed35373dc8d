"""TCP keep-alive, by which a connection that receives nothing finds out that its network was cut.

Without it, a program that only receives waits for ever after a cable was pulled. Chromium turns it
on for each connection, and probes after the same time.

Source: RFC 9293 section 3.8.4
"""

import asyncio
import socket
from contextlib import suppress
from typing import Final

SILENCE: Final = 45
"""The number of seconds without a packet after which the operating system probes a connection, and
then the number of seconds between two probes. The operating system decides how many probes without
an answer end the connection: nine on Linux."""

# macOS calls TCP_KEEPIDLE TCP_KEEPALIVE.
_TIMES: Final = [
    getattr(socket, name)
    for name in ("TCP_KEEPIDLE", "TCP_KEEPALIVE", "TCP_KEEPINTVL")
    if hasattr(socket, name)
]


def keep_alive(transport: asyncio.BaseTransport) -> None:
    """Let the operating system probe a TCP connection while it is silent.

    Nothing happens if the connection has ended meanwhile; its protocol is informed of the end.
    """
    tcp = transport.get_extra_info("socket")
    # A transport of uvloop that is closed has no socket; asyncio's has one that takes no options.
    if tcp is None:
        return
    with suppress(OSError):
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option in _TIMES:
            tcp.setsockopt(socket.IPPROTO_TCP, option, SILENCE)
