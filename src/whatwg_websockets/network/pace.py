"""The pace of large messages: they are masked as fast as the transport takes them, and no faster.

What the transport has not taken is kept here as the page's own ``bytes``, not as a masked copy
(:mod:`whatwg_websockets.rfc6455.large_frame` says what such a copy costs). While something is kept,
whatever is to be written waits behind it: frames keep their order, and none of them comes between
two slices of another.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Iterable

from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.rfc6455.large_frame import LargeFrame
from whatwg_websockets.rfc6455.outgoing import Chunk

# A transport that takes everything is given so many bytes before others get their turn.
BYTES_A_TURN = 4_194_304


def ignore(_: bool) -> None:
    """Take no note of it: the connection is gone."""


class Pace:
    """Gives a transport what it takes, and keeps the rest until it takes more.

    Args:
        loop: the page's event loop.
        writing_stalls: is told when something begins to wait, here or in the transport, and when
            nothing does any more.

    Attributes:
        kept: how many bytes the transport has not been given yet.
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
        """Write to this transport from now on.

        Args:
            transport: takes what is written.
            tcp_transport: the one below it where TLS is in use, else the same.
        """
        self._transport = transport
        self._tcp_transport = tcp_transport

    def end(self) -> None:
        """Let go of the transport, of what it was not given, and of who is told of it."""
        self._transport = self._tcp_transport = None
        self._writing_stalls = ignore
        self._chunks.clear()
        self.kept = 0
        if self._turn is not None:
            self._turn.cancel()

    @property
    def is_open(self) -> bool:
        """Whether what is written now can leave.

        Where a server ends TCP and not TLS, the transport of TLS does not say that it is closing,
        but drops what it is given; that of TCP says so.
        """
        transport, tcp_transport = self._transport, self._tcp_transport
        if transport is None or tcp_transport is None or self._is_cut_off:
            return False
        if transport.is_closing():
            return False
        return transport is tcp_transport or not tcp_transport.is_closing()

    def waiting(self) -> int:
        """Return how many bytes have not left: those kept, and those that the transports have."""
        transport, tcp_transport = self._transport, self._tcp_transport
        assert transport is not None
        assert tcp_transport is not None
        waiting = self.kept + tcp_transport.get_write_buffer_size()
        if transport is not tcp_transport:
            waiting += transport.get_write_buffer_size()
        return waiting

    def write(self, chunks: Iterable[Chunk | LargeFrame]) -> None:
        """Write chunks behind what is kept.

        What is masked already is given to the transport even if that waits: it may wait there.
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
        """Take note that the transport waits: it is given nothing more of a large frame."""
        self._is_paused = True
        self._tell()

    def resume(self) -> None:
        """Go on: nothing waits in the transport any more."""
        self._is_paused = False
        if self._turn is None:
            self._go_on()

    def write_without_waiting(self) -> None:
        """Write all that the transport takes now: there will be no other turn."""
        self._write_on(math.inf)

    def write_all(self) -> None:
        """Give the transport all that is kept, whether it waits or not.

        For a transport that is about to close by itself: it lets out what it has before it does.
        But that of asyncio's TLS may be past that already, which only shows in that it drops what
        it is given: then nothing more waits in it, though it waits.
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
