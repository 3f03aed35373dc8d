"""The page's side of a test: what a socket's listeners see, in order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from support.loops import DEADLINE
from support.server import Peer, Server
from whatwg_websockets import EnvironmentSettings, Limits, WebSocket
from whatwg_websockets.network.line_of_connections import THE_LINE

EVENTS = ("open", "message", "error", "close")

# What a page sees of a connection that failed, whatever the cause.
FAILED = [("error", WebSocket.CLOSED), ("close", WebSocket.CLOSED, 1006, "", False)]


class Recorder:
    """Writes down each event of a socket: its type, the ready state at the time, and what it says.

    ``("open", 1)``, ``("message", 1, data)``, ``("error", 3)``,
    ``("close", 3, code, reason, wasClean)``.
    """

    def __init__(self, socket: WebSocket) -> None:
        self.events: list[tuple[Any, ...]] = []
        self._changed = asyncio.Event()
        self.socket = socket
        for event_type in EVENTS:
            socket.addEventListener(event_type, self.write_down)

    def write_down(self, event: Any) -> None:
        assert event.target is self.socket
        entry: tuple[Any, ...] = (event.type, self.socket.readyState)
        if event.type == "message":
            entry += (event.data,)
        elif event.type == "close":
            entry += (event.code, event.reason, event.wasClean)
        self.events.append(entry)
        self._changed.set()

    @property
    def types(self) -> list[str]:
        return [entry[0] for entry in self.events]

    @property
    def messages(self) -> list[Any]:
        return [entry[2] for entry in self.events if entry[0] == "message"]

    async def until(self, event_type: str, count: int = 1) -> tuple[Any, ...]:
        """Wait for the first (second, ...) event of a type, and return what was written down."""
        while self.types.count(event_type) < count:
            self._changed.clear()
            await self._changed.wait()
        return [entry for entry in self.events if entry[0] == event_type][count - 1]


async def turns(count: int = 40) -> None:
    """Let the loop go round; enough for all that is ready to be done.

    A test that a listener has woken is a reaction to that listener, and the next task waits until
    it comes to rest. A timer brings it to rest.
    """
    await asyncio.sleep(1e-9)
    for _ in range(count):
        await asyncio.sleep(0)


async def until(condition: Any) -> None:
    """Wait for a condition that no event announces."""
    while not condition():  # noqa: ASYNC110
        await asyncio.sleep(0.001)


def nobody_is_in_line() -> bool:
    """Return whether no connection holds a place in a line of connections."""
    return THE_LINE.is_empty


def limits(**values: Any) -> EnvironmentSettings:
    """Return settings that differ from the default in these limits."""
    return EnvironmentSettings(limits=Limits(**values))


def nowhere(**values: Any) -> EnvironmentSettings:
    """Return settings whose policy blocks all URLs: for sockets that are not to reach a network."""
    return EnvironmentSettings(content_security_policy="connect-src 'none'", **values)


@asynccontextmanager
async def opened(
    protocols: list[str] | None = None,
    *,
    settings: EnvironmentSettings | None = None,
    receive_buffer: int | None = None,
    **handshake: Any,
) -> AsyncIterator[tuple[WebSocket, Peer, Recorder]]:
    """Have a socket that is open, the server's end of it, and what the page has seen since.

    Args:
        protocols: the subprotocols to ask for.
        settings: the settings object of the socket.
        receive_buffer: the size of the server's receive buffer. Such a server takes its time, and
            has it, unless the settings say otherwise.
        **handshake: what the server's handshake says, as in ``Peer.response``.
    """
    if settings is None and receive_buffer is not None:
        settings = limits(closing_timeout=DEADLINE, lingering_timeout=DEADLINE)
    async with Server(receive_buffer=receive_buffer) as server:
        socket = WebSocket(server.url, protocols or [], settings=settings)
        events = Recorder(socket)
        peer = await server.accept_handshake(**handshake)
        await events.until("open")
        events.events.clear()
        yield socket, peer, events
