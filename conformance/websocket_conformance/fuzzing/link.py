"""The connection below an endpoint, on asyncio, with the times of its case.

A deadline is not a fixed time. It is counted from the last event of its case (octets that came or
left), and grows with the patience of the run, so that a machine that plays a thousand cases at a
time gives the same verdicts as an idle one.
"""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress

_LINGER = 5.0
"""How long a peer may take to read what was written before the connection was dropped, in
seconds."""

_REACTION = 0.1
"""How long a peer on an idle machine takes at most for an answer before its last, in seconds."""

_SETTLE = 0.02
"""How long a peer gets to read a frame without an answer before the next frame, in seconds."""

_MOST_FOR_A_PAUSE = 3.0
"""The largest factor of patience for these two times, which always pass in full."""

_READ = 256 * 1024

MOST_QUIET = 60.0
"""After how many seconds without octets in or out a peer counts as hung, whatever its deadline."""

_LAST_CALL = 3.0
"""After this many times its length, a deadline no longer waits for the peer to be quiet."""

_LAST_CALL_AT_LEAST = 10.0


class Link:
    """A transport, with the deadlines of one case.

    Args:
        loop: the event loop.
        patience: the factor by which a deadline is longer than the case says.
        most_quiet: after how many seconds without octets in or out every deadline has passed.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        patience: Callable[[], float],
        most_quiet: float = MOST_QUIET,
    ) -> None:
        self.loop = loop
        self.patience = patience
        self.most_quiet = most_quiet
        self.last_event = loop.time()
        self._transport: asyncio.Transport | None = None
        self._lingering: asyncio.TimerHandle | None = None
        self._waiting = 0
        self._gathered: list[bytes] = []
        self._flushes_soon = False

    def connected(self, transport: asyncio.Transport) -> None:
        """Take the transport."""
        self._transport = transport
        self.heard()

    def heard(self) -> None:
        """Octets came."""
        self.last_event = self.loop.time()

    def write(self, data: bytes) -> None:
        """Send octets, together with all other octets that are written in this turn of the loop.

        Frames that a case does not separate reach the peer together, so that the peer's reaction to
        the first frame cannot depend on how fast the peer reads.
        """
        if self._transport is not None:
            if not self._flushes_soon:
                self._flushes_soon = True
                self.loop.call_soon(self._turn_ends)
            self._gathered.append(data)
            self.last_event = self.loop.time()

    def _turn_ends(self) -> None:
        self._flushes_soon = False
        self.flush()

    def flush(self) -> None:
        """Send what was written in this turn so far, apart from what will be written later."""
        gathered, self._gathered = self._gathered, []
        transport = self._transport
        if gathered and transport is not None and not transport.is_closing():
            transport.write(gathered[0] if len(gathered) == 1 else b"".join(gathered))

    def drop(self, *, abort: bool) -> None:
        """End the connection, at once or when what was written has left."""
        transport = self._transport
        if transport is None:
            return
        if abort:
            transport.abort()
        else:
            self.flush()
            transport.close()
            if self._lingering is None:
                self._lingering = self.loop.call_later(_LINGER, transport.abort)

    def lost(self, error: Exception | None) -> bytes:
        """Return the octets that a lost transport has left unread.

        If the transport was lost because a write failed, the peer's last octets may still be
        unread: a peer may send its Close and leave while the judge is still sending.

        Returns:
            Those octets.
        """
        rest = b"" if error is None or self._transport is None else _unread(self._transport)
        self._transport = None
        if self._lingering is not None:
            self._lingering.cancel()
        return rest

    def soon(self, act: Callable[[], None]) -> None:
        """Do something in the loop's next turn: octets written before have left if they can."""
        self.loop.call_soon(act)

    def settle(self, act: Callable[[], None], *, to_answer: bool) -> asyncio.TimerHandle:
        """Do something once the peer has had time to read what was written, or to answer it."""
        seconds = _REACTION if to_answer else _SETTLE
        return self.loop.call_later(seconds * self._some_patience, act)

    @property
    def _some_patience(self) -> float:
        return min(self.patience(), _MOST_FOR_A_PAUSE)

    def pause(self, seconds: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        """Do something after a time that events do not lengthen.

        A good peer waits for this time to pass, so it is as short as possible: a busy machine
        lengthens it only if it gives the peer no time to react.
        """
        return self.loop.call_later(max(seconds, _REACTION * self._some_patience), act)

    def after_quiet(self, seconds: float, act: Callable[[], None]) -> "Alarm":
        """Do something when nothing has happened for some time."""
        return Alarm(self, seconds, act)

    def see_writing(self) -> None:
        """Return whether octets have left since the last call."""
        if self._transport is not None:
            waiting = self._transport.get_write_buffer_size()
            if waiting != self._waiting:
                self._waiting, self.last_event = waiting, self.loop.time()


def _unread(transport: asyncio.Transport) -> bytes:
    """Return what a transport that closes after an error has left unread; nothing with TLS."""
    found = b""
    if transport.get_extra_info("ssl_object") is None:
        with suppress(OSError, AttributeError):
            descriptor = transport.get_extra_info("socket").fileno()
            while octets := os.read(descriptor, _READ):
                found += octets
    return found


class Alarm:
    """An action that is carried out when nothing has happened for some time.

    Args:
        link: the connection on which nothing happens.
        seconds: the time, which the link's patience lengthens, and each event begins again.
        act: the action.
    """

    def __init__(self, link: Link, seconds: float, act: Callable[[], None]) -> None:
        self._link = link
        self._seconds = seconds
        self._quiet_seconds = min(seconds, link.most_quiet)
        self._act = act
        self._start = link.loop.time()
        self._handle = link.loop.call_later(self._quiet_seconds, self._ring)

    def cancel(self) -> None:
        """Cancel the action."""
        self._handle.cancel()

    def restart(self) -> None:
        """Begin anew."""
        self._start = self._link.loop.time()

    def _ring(self) -> None:
        left = self._left()
        if left > 0:
            self._handle = self._link.loop.call_later(left, self._ring)
        else:
            self._act()

    def _left(self) -> float:
        patience = self._link.patience()
        now, length = self._link.loop.time(), self._seconds * patience
        self._link.see_writing()
        last_call = self._start + max(length * _LAST_CALL, length + _LAST_CALL_AT_LEAST)
        quiet = max(self._start, self._link.last_event) + self._quiet_seconds * patience
        return min(quiet, last_call) - now
