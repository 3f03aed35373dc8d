"""The pace of large messages, which are masked as fast as the transport takes them, and no faster.

The part of a message that the transport has not taken is kept as the page's own ``bytes``, and not
as a masked copy (for the cost of a copy, see :mod:`whatwg_websockets.rfc6455.large_frame`). While
something is kept, all later frames wait behind it. So frames keep their order, and no frame comes
between two slices of another.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Iterable

from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.rfc6455.large_frame import LargeFrame
from whatwg_websockets.rfc6455.outgoing import Chunk

# The number of bytes that a transport is given before other connections get their turn.
BYTES_A_TURN = 4_194_304


def ignore(_: bool) -> None:
    """Do nothing, since the connection is gone."""


class Pace:
    """The writer of a transport, which keeps the bytes that the transport does not take yet.

    Args:
        loop: the page's event loop.
        writing_stalls: a function that is called with True when bytes begin to wait, here or in the
            transport, and with False when no bytes wait any more.

    Attributes:
        kept: the number of bytes that the transport has not been given yet.
    """

    __slots__ = (
        "_chunks",
        "_is_cut_off",
        "_is_paused",
        "_loop",
        "_stalls",
        "_tcp_transport",
        "_transport",
        "_turn",
        "_writing_stalls",
        "kept",
    )

    def __init__(self, loop: EventLoop, writing_stalls: Callable[[bool], None]) -> None:
        self.kept = 0
        self._loop = loop
        self._writing_stalls = writing_stalls
        self._chunks: deque[Chunk | LargeFrame] = deque()
        self._is_cut_off = False
        self._is_paused = False
        self._stalls = False
        self._turn: asyncio.Handle | None = None
        self._transport: asyncio.Transport | None = None
        self._tcp_transport: asyncio.Transport | None = None

    def begin(self, transport: asyncio.Transport, tcp_transport: asyncio.Transport) -> None:
        """Set the transport to write to.

        Args:
            transport: the transport to write to.
            tcp_transport: the TCP transport below it if TLS is in use, or else the same transport.
        """
        self._transport = transport
        self._tcp_transport = tcp_transport

    def end(self) -> None:
        """Release the transport, the kept bytes and the function to call."""
        self._transport = self._tcp_transport = None
        self._writing_stalls = ignore
        self._chunks.clear()
        self.kept = 0
        if self._turn is not None:
            self._turn.cancel()

    @property
    def is_open(self) -> bool:
        """Whether bytes that are written now can leave.

        If a server ends TCP without ending TLS, the TLS transport does not report that it is
        closing, but drops the bytes that it is given. The TCP transport does report it.
        """
        transport, tcp_transport = self._transport, self._tcp_transport
        if transport is None or tcp_transport is None or self._is_cut_off:
            return False
        if transport.is_closing():
            return False
        return transport is tcp_transport or not tcp_transport.is_closing()

    def waiting(self) -> int:
        """Return the number of bytes that have not left: those kept and those in the transports."""
        transport, tcp_transport = self._transport, self._tcp_transport
        assert transport is not None
        assert tcp_transport is not None
        waiting = self.kept + tcp_transport.get_write_buffer_size()
        if transport is not tcp_transport:
            waiting += transport.get_write_buffer_size()
        return waiting

    def write(self, chunks: Iterable[Chunk | LargeFrame]) -> None:
        """Write chunks after the kept bytes.

        A chunk that is already masked is given to the transport even if the transport is paused.
        """
        assert self._transport is not None
        for chunk in chunks:
            if isinstance(chunk, LargeFrame):
                self._chunks.append(chunk)
                self.kept += chunk.left
            elif self.kept:
                self._chunks.append(chunk)
                self.kept += len(chunk)
            else:
                self._transport.write(chunk)
        if self.kept and self._turn is None:
            self._go_on()

    def pause(self) -> None:
        """Stop giving slices of large frames to the transport, in which bytes wait."""
        self._is_paused = True
        self._tell()

    def resume(self) -> None:
        """Continue writing, since no bytes wait in the transport any more."""
        self._is_paused = False
        if self._turn is None:
            self._go_on()

    def write_without_waiting(self) -> None:
        """Write as much as the transport takes now, since no other turn follows."""
        self._write_on(math.inf)

    def write_all(self) -> None:
        """Give all kept bytes to the transport, even if the transport is paused.

        This is for a transport that is about to close by itself, after it has written its bytes. A
        TLS transport of asyncio may be past that point, and then drops the bytes that it is given.
        This shows in that the number of waiting bytes decreases.
        """
        self.write_without_waiting()
        while self.kept and self.is_open:
            before = self.waiting()
            length = self._write_next()
            if self.waiting() < before:
                self.kept += length
                self._is_cut_off = True
        self._tell()

    def _go_on(self) -> None:
        self._turn = None
        self._write_on(BYTES_A_TURN)
        if self.kept and not self._is_paused and self.is_open:
            self._turn = self._loop.call_soon(self._go_on)

    def _write_on(self, at_most: float) -> None:
        while self.kept and not self._is_paused and self.is_open and at_most > 0:
            at_most -= self._write_next()
        self._tell()

    def _write_next(self) -> int:
        """Write a chunk, or a slice of a large frame, and return its length."""
        assert self._transport is not None
        chunk = self._chunks[0]
        if isinstance(chunk, LargeFrame):
            data = chunk.next_slice()
            is_finished = not chunk.left
        else:
            data, is_finished = chunk, True
        if is_finished:
            self._chunks.popleft()
        self.kept -= len(data)
        self._transport.write(data)
        return len(data)

    def _tell(self) -> None:
        stalls = self._is_paused or self.kept > 0
        if stalls != self._stalls:
            self._stalls = stalls
            self._writing_stalls(stalls)
