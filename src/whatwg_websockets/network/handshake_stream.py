"""The stream of bytes of an opening handshake, before a WebSocket connection takes it over."""

import asyncio
from typing import cast

from whatwg_websockets.network.wakeup import Wakeup

# Reading stops while more than this many bytes are unread, so that a server cannot fill the memory.
HIGH_WATER = 65_536


class TimeIsUp(Exception):
    """The exception that the time for reading is over.

    TimeoutError would not do, since TCP may raise it as well.
    """


class HandshakeStream(asyncio.Protocol):
    """A TCP or TLS connection that is read with ``await read()``.

    The task that reads continues within the callback in which the bytes arrive. When the handshake
    is over, :meth:`hand_over` gives the transport to the following protocol. So the bytes after the
    response reach that protocol as all later bytes do.
    """

    def __init__(self) -> None:
        self._received = bytearray()
        self._has_ended = False
        self._is_lost = False
        self._error: OSError | TimeIsUp | None = None
        self._wakeup: Wakeup | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._is_paused = False
        self._following: asyncio.BaseProtocol | None = None
        self.transport: asyncio.Transport
        self.tcp_transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport, which is TCP at the first call and TLS at a second call."""
        # The transports of uvloop have the methods of asyncio.Transport but do not inherit from it.
        self.transport = cast(asyncio.Transport, transport)
        if not hasattr(self, "tcp_transport"):
            self.tcp_transport = self.transport

    def data_received(self, data: bytes) -> None:
        """Keep the received bytes, and wake the reader."""
        self._received += data
        self._wake()
        if len(self._received) > HIGH_WATER and not self._is_paused:
            self._is_paused = True
            self.transport.pause_reading()

    def eof_received(self) -> bool:
        """Record the end of the stream. Plain TCP stays open for writing."""
        self._has_ended = True
        self._wake()
        return self.transport is self.tcp_transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Record that the connection is gone."""
        self._is_lost = self._has_ended = True
        if isinstance(exc, OSError):
            self._error = exc
        self._wake()

    def _wake(self) -> None:
        wakeup, self._wakeup = self._wakeup, None
        if wakeup is not None:
            wakeup.wake()
            if self._following is not None:
                self._following.connection_made(self.transport)

    @property
    def is_untouched(self) -> bool:
        """Whether the server has neither sent data nor ended the connection."""
        return not (self._received or self._has_ended or self.transport.is_closing())

    def limit_reading_to(self, seconds: float) -> None:
        """Make reading end with TimeIsUp after a number of seconds from now."""
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(seconds, self._time_is_up)

    def _time_is_up(self) -> None:
        self._error = TimeIsUp()
        self._wake()

    async def read(self) -> bytes:
        """Wait for bytes and return all that have arrived, or ``b""`` at the end of the stream.

        Raises:
            OSError: the connection was lost.
            TimeIsUp: the time for reading is over.
        """
        while not self._received:
            if self._error is not None:
                raise self._error
            if self._has_ended:
                break
            self._wakeup = Wakeup(asyncio.get_running_loop())
            await self._wakeup
        return self._take()

    def _take(self) -> bytes:
        data = bytes(self._received)
        self._received.clear()
        if self._is_paused:
            self._is_paused = False
            self.transport.resume_reading()
        return data

    def put_back(self, data: bytes) -> None:
        """Put back bytes that were read too far, in front of those that arrive next."""
        self._received[:0] = data

    def write(self, data: bytes) -> None:
        """Write to the server."""
        self.transport.write(data)

    def abort(self) -> None:
        """End the connection at once."""
        self._stop_the_clock()
        self.tcp_transport.abort()

    def _stop_the_clock(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def hand_over(self, protocol: asyncio.BaseProtocol) -> tuple[bytes, bool, bool]:
        """Give the transport to another protocol.

        If the handshake continued within a callback of the transport, the protocol's
        ``connection_made`` is called at the end of that callback, when no task is running any more.

        Returns:
            the bytes that have arrived and were not read, whether the stream ends after them, and
            whether the connection is gone.
        """
        self._stop_the_clock()
        if not self._is_lost:
            self.transport.set_protocol(protocol)
            self._following = protocol
        return self._take(), self._has_ended, self._is_lost
