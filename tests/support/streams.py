"""The client's side of a test of WebSocketStream: open streams, and the states of promises."""

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
    """Return the state of a promise, as a list that is updated when the promise is settled."""
    said: list[Any] = ["pending"]
    upon(
        promise,
        lambda value: said.__setitem__(slice(None), ["fulfilled", value]),
        lambda reason: said.__setitem__(slice(None), ["rejected", reason]),
    )
    return said  # type: ignore[return-value]


def connecting_stream(pages: Pages, *args: Any, **kwargs: Any) -> WebSocketStream:
    """Return a stream whose handshake is pending, over the connection ``pages.connection``."""
    return WebSocketStream("ws://server.example/", *args, **kwargs)


async def open_stream(
    pages: Pages, then: bytes = b"", how: str = "open", **kwargs: Any
) -> tuple[WebSocketStream, Wire, WebSocketOpenInfo]:
    """Return an open stream over a transport that the test controls."""
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
    """Open a stream to a server, and return it with the server's end of the connection.

    Args:
        protocols: the subprotocols to ask for.
        settings: the settings object of the stream.
        receive_buffer: the size of the server's receive buffer in bytes. A server with such a
            buffer is slow, so the timeouts for closing are generous unless settings are given.
        **handshake: the parts of the server's handshake, as in ``Peer.response``.
    """
    if settings is None and receive_buffer is not None:
        settings = limits(closing_timeout=DEADLINE, lingering_timeout=DEADLINE)
    async with Server(receive_buffer=receive_buffer) as server:
        stream = WebSocketStream(server.url, protocols=protocols or [], settings=settings)
        peer = await server.accept_handshake(**handshake)
        yield stream, peer, await stream.opened
