"""The program's side of a test of streams: a stream that is open, and what promises say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from support.loops import DEADLINE
from support.page import limits, turns
from support.server import Peer, Server
from support.wire import Pages, Wire, establish
from whatwg_websockets import EnvironmentSettings, WebSocketOpenInfo, WebSocketStream
from whatwg_websockets.webidl.promise import Promise, upon


def state_of(promise: Promise[Any]) -> tuple[Any, ...]:
    """Say what a promise is, a turn of the microtasks later: filled in when it is settled."""
    said: list[Any] = ["pending"]
    upon(
        promise,
        lambda value: said.__setitem__(slice(None), ["fulfilled", value]),
        lambda reason: said.__setitem__(slice(None), ["rejected", reason]),
    )
    return said  # type: ignore[return-value]


def connecting_stream(pages: Pages, *args: Any, **kwargs: Any) -> WebSocketStream:
    """Return a stream whose handshake goes on; ``pages.connection`` is the connection under it."""
    return WebSocketStream("ws://server.example/", *args, **kwargs)


async def open_stream(
    pages: Pages, then: bytes = b"", how: str = "open", **kwargs: Any
) -> tuple[WebSocketStream, Wire, WebSocketOpenInfo]:
    """Return a stream over a transport that the test moves by hand."""
    stream = connecting_stream(pages, **kwargs)
    wire = establish(pages.connection, then, how)
    opened = await stream.opened
    await turns()
    return stream, wire, opened


@asynccontextmanager
async def opened_stream(
    protocols: list[str] | None = None,
    *,
    settings: EnvironmentSettings | None = None,
    receive_buffer: int | None = None,
    **handshake: Any,
) -> AsyncIterator[tuple[WebSocketStream, Peer, WebSocketOpenInfo]]:
    """Have a stream that is open, and the server's end of it.

    Args:
        protocols: the subprotocols to ask for.
        settings: the settings object of the stream.
        receive_buffer: the size of the server's receive buffer. Such a server takes its time, and
            has it, unless the settings say otherwise.
        **handshake: what the server's handshake says, as in ``Peer.response``.
    """
    if settings is None and receive_buffer is not None:
        settings = limits(closing_timeout=DEADLINE, lingering_timeout=DEADLINE)
    async with Server(receive_buffer=receive_buffer) as server:
        stream = WebSocketStream(server.url, protocols=protocols or [], settings=settings)
        peer = await server.accept_handshake(**handshake)
        yield stream, peer, await stream.opened
