"""A link that sends octets in the pieces of a case, and breaks off where the case says.

Everything that is written in one turn of the loop is one stream, which only the cuts divide. A
piece that leaves late does not delay the pieces after it.
"""

import asyncio
import socket
import struct
from bisect import bisect_right
from collections.abc import Sequence

from websocket_conformance.cases.chaos import Chaos, Cut, Deaf, Reset
from websocket_conformance.fuzzing.link import Link

_RESET = struct.pack("ii", 1, 0)
"""The SO_LINGER value with which a close sends a reset."""

_BEFORE_RESET = 0.005
"""How long a peer gets to read what came before a reset, in seconds."""


class PacedLink(Link):
    """A link that sends octets as a case of chaos says.

    The first octets that are written to it are the judge's part of the opening handshake.

    Args:
        link: the link that it replaces.
        chaos: what is done to the stream.
    """

    def __init__(self, link: Link, chaos: Chaos | None) -> None:
        super().__init__(link.loop, link.patience, link.most_quiet)
        self._transport = link._transport
        self._chaos = chaos
        self._cuts: Sequence[int] | None = None
        self._gap = 0.0
        self._end: int | None = None
        self._queue = bytearray()
        self._sent = 0
        self._next: asyncio.Handle | None = None
        self._due = 0.0
        self._drops = False
        self._finishes = False
        self._hearing: asyncio.TimerHandle | None = None

    def cut(self, offsets: Sequence[int], gap: float = 0.0) -> None:
        """Cut the stream at some offsets, in ascending order, unless the chaos has its own cuts."""
        if self._chaos is None:
            self._cuts, self._gap = offsets, gap

    def reset(self) -> None:
        """Reset TCP now."""
        self._queue.clear()
        transport = self._transport
        found = transport.get_extra_info("socket") if transport is not None else None
        if found is not None:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        super().drop(abort=True)

    def write(self, data: bytes) -> None:
        """Send octets after those that were written before."""
        if self._cuts is None:
            self._plan(len(data))
        if self._end is not None:
            data = data[: self._end - self._sent - len(self._queue)]
        self._queue += data
        self._proceed_soon()

    def drop(self, *, abort: bool) -> None:
        """End the connection, at once or when what was written has left."""
        if abort or not self._queue:
            self._stop()
            super().drop(abort=abort)
        else:
            self._drops = True

    def finish(self) -> None:
        """Shut down the sending side once what was written has left, and read on; not with TLS."""
        self._finishes = True
        self._proceed_soon()

    def lost(self, error: Exception | None) -> bytes:
        """The transport is lost."""
        self._stop()
        return super().lost(error)

    def _plan(self, head: int) -> None:
        """Compute the cuts, now that the length of the opening handshake is known."""
        self._cuts = ()
        match self._chaos:
            case Cut() as cut:
                self._cuts, self._gap = cut.offsets(head), cut.gap
            case Reset() as reset:
                self._end = reset.offset(head)
            case Deaf(seconds):
                self._hear_nothing(seconds)

    def _hear_nothing(self, seconds: float) -> None:
        if self._transport is not None:
            self._transport.pause_reading()
            self._hearing = self.loop.call_later(seconds, self._hear)

    def _hear(self) -> None:
        self.heard()
        if self._transport is not None:
            self._transport.resume_reading()

    def _proceed_soon(self, seconds: float = 0.0) -> None:
        if self._next is None:
            now = self.loop.time()
            self._due = self._due + seconds if seconds else now
            if self._due <= now:
                self._next = self.loop.call_soon(self._proceed)
            else:
                self._next = self.loop.call_later(self._due - now, self._proceed)

    def _proceed(self) -> None:
        """Send the next piece."""
        self._next = None
        piece = bytes(self._queue[: self._length()])
        del self._queue[: len(piece)]
        self._sent += len(piece)
        if piece:
            super().write(piece)
        if self._end is not None and self._sent >= self._end:
            # The peer gets time to read what came before; nothing follows.
            self._next = self.loop.call_later(_BEFORE_RESET, self.reset)
        elif self._queue:
            self._proceed_soon(self._gap)
        elif self._drops:
            super().drop(abort=False)
        elif self._finishes:
            self._write_no_more()

    def _write_no_more(self) -> None:
        self.flush()
        transport = self._transport
        if transport is not None and not transport.is_closing():
            if transport.can_write_eof():
                transport.write_eof()
            else:
                super().drop(abort=False)

    def _length(self) -> int:
        """Return the octets up to the next cut."""
        ends = [self._sent + len(self._queue)]
        if self._end is not None:
            ends.append(self._end)
        cuts = self._cuts or ()
        place = bisect_right(cuts, self._sent)
        if place < len(cuts):
            ends.append(cuts[place])
        return min(ends) - self._sent

    def _stop(self) -> None:
        self._queue.clear()
        for handle in (self._next, self._hearing):
            if handle is not None:
                handle.cancel()
