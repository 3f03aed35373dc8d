"""A connection without a network, over a transport that a test controls.

For what has to happen between two turns of the loop. What is tested through it is
``WebSocketConnection`` and all above it; only the opening handshake is left out.
"""

import asyncio
from typing import Any

import pytest

from support import frames
from support.frames import Frame
from support.page import Recorder, turns
from whatwg_websockets import EnvironmentSettings, WebSocket
from whatwg_websockets.network.connection import WebSocketConnection
from whatwg_websockets.network.handshake_stream import HandshakeStream


class Wire(asyncio.Transport):
    """A transport whose other end is the test: what is written is kept or waits.

    Attributes:
        written: what has left.
        waiting: what was written while stalled, and not left yet.
        is_stalled: nothing leaves.
        is_lost: nothing ever leaves or arrives any more.
        waited_when_closed: something was still waiting when it began to close.
        breaks_on_write: the connection is dead, which the next write will show.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        super().__init__()
        self.written = bytearray()
        self.waiting = bytearray()
        self.is_stalled = False
        self.breaks_on_write = False
        self.is_paused = False
        self.has_written_eof = False
        self.protocol: Any = None
        self._is_closing = False
        self.is_lost = False
        self.waited_when_closed = False
        self._writing_is_paused = False
        self._loop = loop or asyncio.get_running_loop()

    # The transport, as asyncio has it.

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self.protocol  # type: ignore[no-any-return]

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        assert high == 0

    def get_write_buffer_size(self) -> int:
        return len(self.waiting)

    def write(self, data: Any) -> None:
        assert not self.has_written_eof, "written after the end"
        if self.is_lost:
            return
        if self.breaks_on_write:
            self.fail(BrokenPipeError())
            return
        self.waiting += data
        if not self.is_stalled:
            self.drain(len(self.waiting))
        elif not self._writing_is_paused:
            self._writing_is_paused = True
            self.protocol.pause_writing()

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        if self.breaks_on_write:
            raise OSError(107, "Transport endpoint is not connected")
        self.has_written_eof = True

    def is_closing(self) -> bool:
        return self._is_closing

    def is_reading(self) -> bool:
        return not (self.is_paused or self._is_closing)

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False

    def close(self) -> None:
        if not self._is_closing:
            self._begin_to_close()
            if not self.waiting:
                self._lose(None)

    def abort(self) -> None:
        self.fail(None)

    # What the network does.

    def drain(self, count: int) -> None:
        """Let bytes leave."""
        self.written += self.waiting[:count]
        del self.waiting[:count]
        if not self.waiting:
            if self._writing_is_paused:
                self._writing_is_paused = False
                self.protocol.resume_writing()
            if self._is_closing:
                self._lose(None)

    def fail(self, error: Exception | None) -> None:
        """Lose the connection, with all bytes that wait."""
        self._begin_to_close()
        self.waiting.clear()
        self._lose(error)

    def _begin_to_close(self) -> None:
        self._is_closing = True
        self.waited_when_closed = self.waited_when_closed or bool(self.waiting)

    def _lose(self, error: Exception | None) -> None:
        if not self.is_lost:
            self.is_lost = True
            self._loop.call_soon(self.protocol.connection_lost, error)

    # What the server does.

    def receive(self, data: bytes) -> None:
        """Deliver bytes, in as many reads as the protocol's buffer requires."""
        while data and not self._is_closing:
            buffer = self.protocol.get_buffer(-1)
            count = min(len(buffer), len(data))
            buffer[:count] = data[:count]
            del buffer
            self.protocol.buffer_updated(count)
            data = data[count:]

    def end(self) -> None:
        """End the server's side of TCP."""
        if not self._is_closing and not self.protocol.eof_received():
            self.close()

    @property
    def frames(self) -> list[Frame]:
        """The frames that have left."""
        return frames.read_frames(bytes(self.written))


class _Stream(HandshakeStream):
    """The stream of an opening handshake that is over."""

    def __init__(self, wire: Wire, then: bytes, how: str) -> None:
        super().__init__()
        self.connection_made(wire)
        if then:
            self.data_received(then)
        if how == "ended":
            self.eof_received()
        elif how == "lost":
            self.connection_lost(ConnectionResetError())


class Pages:
    """Makes sockets that are connected to a :class:`Wire` instead of a network."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for constructor in ("constructor", "websocketstream.constructor"):
            monkeypatch.setattr(
                f"whatwg_websockets.{constructor}.establish_a_websocket_connection",
                self._establish,
            )
        self.connection: WebSocketConnection

    def _establish(
        self, url: object, protocols: object, client: object, connection: Any, *_: object
    ) -> None:
        self.connection = connection

    def connecting(
        self, settings: EnvironmentSettings | None = None
    ) -> tuple[WebSocket, WebSocketConnection]:
        """Return a socket whose handshake goes on, and the connection under it."""
        return WebSocket("ws://server.example/", settings=settings), self.connection

    def established(
        self, then: bytes = b"", *, settings: EnvironmentSettings | None = None
    ) -> tuple[WebSocket, Wire, Recorder]:
        """Return a socket whose handshake has just succeeded; its task has not run."""
        socket, connection = self.connecting(settings)
        return socket, establish(connection, then), Recorder(socket)

    async def open(
        self, settings: EnvironmentSettings | None = None
    ) -> tuple[WebSocket, Wire, Recorder]:
        """Return a socket that is open and has fired open."""
        socket, wire, events = self.established(settings=settings)
        await events.until("open")
        await turns()
        events.events.clear()
        return socket, wire, events


def establish(
    connection: WebSocketConnection,
    then: bytes = b"",
    how: str = "open",
    *,
    loop: asyncio.AbstractEventLoop | None = None,
    **in_use: Any,
) -> Wire:
    """Let the opening handshake succeed, with bytes behind the response.

    Args:
        connection: the connection.
        then: the bytes.
        how: "open"; "ended" where the server's side of TCP has ended by now; "lost" where TCP has.
        loop: the connection's loop, where it is not running.
        **in_use: what ``establish`` is to be told otherwise.
    """
    wire = Wire(loop)
    arguments = {"extensions": "", "protocol": "", "deflater": None, "inflater": None} | in_use
    connection.establish(_Stream(wire, then, how), **arguments)
    return wire
