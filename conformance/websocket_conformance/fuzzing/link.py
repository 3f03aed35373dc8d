"""What an endpoint needs of the connection below it, on asyncio.

A deadline starts at the last event of its own case (octets that arrived or left), not at a fixed
time. It grows with the patience of the judge, so that a machine that is busy with a thousand cases
gives the same verdicts as an idle one.
"""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress

_LINGER = 5.0
"""How long a peer may take to read what was written before the connection was dropped."""

_REACTION = 0.1
"""How long a peer takes at most for an answer that is not its last word, in seconds, at ease."""

_SETTLE = 0.02
"""How long a peer gets to read a frame that it does not answer before the next one, in seconds."""

_MOST_FOR_A_PAUSE = 3.0
"""How much of the patience a peer gets for what it does in these times, which always pass."""

_READ = 256 * 1024

MOST_QUIET = 60.0
"""After how many seconds in which nothing came or left a peer has hung, whatever its deadline."""

_LAST_CALL = 3.0
"""After how many times its length a deadline no longer waits for the peer to be quiet."""

_LAST_CALL_AT_LEAST = 10.0


class Link:
    """A transport, and the times of one case.

    Args:
        loop: the event loop.
        patience: by how much a deadline is longer than the case says.
        most_quiet: the seconds in which nothing came or left after which no deadline waits on.
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
        """There is a transport."""
        self._transport = transport
        self.heard()

    def heard(self) -> None:
        """Octets came."""
        self.last_event = self.loop.time()

    def write(self, data: bytes) -> None:
        """Send octets, together with all others that are written in this turn of the loop.

        Frames of which a case does not say that they go out apart reach the peer together, so that
        its reaction to the first cannot depend on how fast it reads.
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
        """Send what was written in this turn so far, apart from what will be."""
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
        """The transport is gone.

        If that is because something could not be written, the peer's last words may still be
        unread: a peer may well send its Close and be gone while the judge is still sending.

        Returns:
            Those octets.
        """
        rest = b"" if error is None or self._transport is None else _unread(self._transport)
        self._transport = None
        if self._lingering is not None:
            self._lingering.cancel()
        return rest

    def soon(self, act: Callable[[], None]) -> None:
        """Do something in the loop's next turn: the octets before it have left, if they can."""
        self.loop.call_soon(act)

    def settle(self, act: Callable[[], None], *, to_answer: bool) -> asyncio.TimerHandle:
        """Do something once the peer has had time to read what was written, or to answer it."""
        seconds = _REACTION if to_answer else _SETTLE
        return self.loop.call_later(seconds * self._some_patience, act)

    @property
    def _some_patience(self) -> float:
        return min(self.patience(), _MOST_FOR_A_PAUSE)

    def pause(self, seconds: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        """Do something after a time that passes whatever happens.

        A good peer waits it out, so it is no longer than it has to be: on a busy machine it is made
        longer only if it leaves a peer no time to react.
        """
        return self.loop.call_later(max(seconds, _REACTION * self._some_patience), act)

    def after_quiet(self, seconds: float, act: Callable[[], None]) -> "Alarm":
        """Do something when nothing has happened for some time."""
        return Alarm(self, seconds, act)

    def see_writing(self) -> None:
        """See whether octets left by themselves since this was last asked."""
        if self._transport is not None:
            waiting = self._transport.get_write_buffer_size()
            if waiting != self._waiting:
                self._waiting, self.last_event = waiting, self.loop.time()


def _unread(transport: asyncio.Transport) -> bytes:
    """What a transport that is being closed for an error has left unread; nothing with TLS."""
    found = b""
    if transport.get_extra_info("ssl_object") is None:
        with suppress(OSError, AttributeError):
            descriptor = transport.get_extra_info("socket").fileno()
            while octets := os.read(descriptor, _READ):
                found += octets
    return found


class Alarm:
    """Something that will be done when nothing has happened for some time.

    Args:
        link: the connection on which nothing happens.
        seconds: the time, which its patience makes longer, and each event begins anew.
        act: what to do.
    """

    def __init__(self, link: Link, seconds: float, act: Callable[[], None]) -> None:
        self._link = link
        self._seconds = seconds
        self._quiet_seconds = min(seconds, link.most_quiet)
        self._act = act
        self._start = link.loop.time()
        self._handle = link.loop.call_later(self._quiet_seconds, self._ring)

    def cancel(self) -> None:
        """It is not needed any more."""
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
