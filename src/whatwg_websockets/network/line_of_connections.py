"""The line of connections: one at a time in CONNECTING for each address, RFC 6455 section 4.1.

An address is an IP address and a port, under whatever name it was asked for, and from whichever
thread. Whoever comes second waits until the first is established or has failed. Where a proxy
resolves the name, nobody here knows the IP address, and the name stands in its place. The line of a
proxy has several at its head: the connections through it that may be pending at a time.

The lines belong to the process, and their members to event loops, which may stop, go on in another
thread, or never run again. So nobody relies on anybody else's loop. Three rules keep a line moving:

- **A place is held for a limited time.** Its holder says how long it may take to get any further,
  and says anew whenever it does (TCP, TLS, the answer). Once that time is over by the clock, or its
  loop is closed, it holds nothing, whether its loop ran or not.
- **A place is given to the first whose loop runs.** One whose loop is at rest is passed over, stays
  where it is, and looks again when its loop does.
- **Waiting is limited by progress.** Whoever waits gives up when its own limit has passed since the
  line last moved; how long the line is does not matter.

A child process that was forked begins with no lines, as none of its connections is in CONNECTING.

Each member looks at its line itself, when it is woken or when a limit may be over: a line has no
timer and no thread. A lock is held for moments only.
"""

import asyncio
import logging
import os
import threading
from collections import deque
from contextlib import suppress
from time import monotonic

from whatwg_websockets.network.cause import NotConnected, timed_out

logger = logging.getLogger("whatwg_websockets")

Address = tuple[str, int] | tuple[str, int, str]
"""A host and a port, and for the line of a proxy the word PROXY."""

PROXY = "proxy"

PENDING_THROUGH_A_PROXY = 32
"""How many connections through one proxy are in CONNECTING at a time; Chromium has as many."""


def written(address: Address) -> str:
    """Write a host and a port as a URL has them."""
    host, port = address[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class Place:
    """A place in a line: at its head, a connection may be in CONNECTING.

    Attributes:
        address: the IP address and the port whose line it is.
        outer: a place in another line that is given back, and gets further, with this one; that of
            the host to which a proxy is asked to connect.
        limit: the seconds in which the line, and then the connection, has to get further.
        loop: the loop to wake.
        since: when it was asked for; all times are those of ``time.monotonic``.
        until: at the head of the line, when the place is held no more.
        has_waited: the place was not free at once.
        has_come: it was given the place, and knows.
    """

    __slots__ = (
        "_is_woken",
        "_turn",
        "address",
        "has_come",
        "has_waited",
        "limit",
        "loop",
        "outer",
        "since",
        "until",
    )

    def __init__(self, address: Address, limit: float) -> None:
        self.address = address
        self.limit = limit
        self.outer: Place | None = None
        self.loop = asyncio.get_running_loop()
        self.since = self.until = monotonic()
        self.has_waited = False
        self.has_come = False
        self._is_woken = False
        self._turn = asyncio.Event()

    @classmethod
    async def take(cls, address: Address, limit: float) -> "Place":
        """Wait in line for a place, which has to be given back with :meth:`leave`.

        A wait that is cancelled leaves the line.

        Args:
            address: an IP address and a port.
            limit: seconds that the line may stand still, and then seconds that each part of the
                opening handshake may take.

        Raises:
            NotConnected: the line stood still for longer than the limit.
        """
        place = cls(address, limit)
        try:
            await THE_LINE.wait_for(place)
        except BaseException:
            place.leave()
            raise
        return place

    @classmethod
    def take_if_free(cls, address: Address, limit: float) -> "Place | None":
        """Take a place without waiting for it, or none if somebody is in line."""
        place = cls(address, limit)
        THE_LINE.join(place)
        if place.has_come:
            return place
        place.leave()
        return None

    def has_got_further(self) -> None:
        """Say that the next part of the handshake begins, which has the limit for itself."""
        THE_LINE.has_got_further(self)
        if self.outer is not None:
            self.outer.has_got_further()

    @property
    def is_held(self) -> bool:
        """Whether this is at the head of its line, and its time is not over."""
        return THE_LINE.has_at_its_head(self)

    def leave(self) -> None:
        """Give the place back, or stop waiting for it; a second time does nothing."""
        THE_LINE.leave(self)
        if self.outer is not None:
            self.outer.leave()

    def is_over(self, now: float) -> bool:
        """Tell whether this is held no more, though nobody gave it back."""
        return now >= self.until or self.loop.is_closed()

    def be_ready_to_wait(self) -> None:
        """Forget that this was woken; whoever looks at the line does so before."""
        self._is_woken = False
        self._turn.clear()

    async def wait(self, seconds: float) -> None:
        """Wait until this is woken, but no longer than so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._turn.wait()

    def wake(self) -> None:
        """Have this one look at its line, from whichever thread."""
        if self._is_woken:
            return
        self._is_woken = True
        if _runs_here(self.loop):
            self._turn.set()
            return
        with suppress(RuntimeError):  # Its loop is closed.
            self.loop.call_soon_threadsafe(self._turn.set)


def _runs_here(loop: asyncio.AbstractEventLoop) -> bool:
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False


class _Line:
    """The line to one address.

    Attributes:
        room: how many may be at its head at a time.
        holders: who is at its head; nobody while the loops of all who wait are at rest.
        waiting: who comes next.
        moved_at: when the line last moved: its head changed, or got further.
    """

    __slots__ = ("holders", "moved_at", "room", "waiting")

    def __init__(self, room: int) -> None:
        self.room = room
        self.holders: list[Place] = []
        self.waiting: deque[Place] = deque()
        self.moved_at = 0.0

    def move(self, now: float) -> None:
        """Give each place that nobody holds to the first in line whose loop runs."""
        for holder in tuple(self.holders):
            if holder.is_over(now):
                self.holders.remove(holder)
                if not holder.has_come:
                    self.waiting.append(holder)  # It was called, but its loop was busy.
        while len(self.holders) < self.room:
            first = self._take_the_first_whose_loop_runs()
            if first is None:
                return
            self.holders.append(first)
            self.has_got_further(first, now)
            first.wake()

    def _take_the_first_whose_loop_runs(self) -> Place | None:
        at_rest: list[Place] = []
        found = None
        while self.waiting and found is None:
            first = self.waiting.popleft()
            if first.loop.is_running():
                found = first
            elif not first.loop.is_closed():
                at_rest.append(first)
        self.waiting.extendleft(reversed(at_rest))
        for each in at_rest:
            each.wake()  # When its loop runs again, it looks first of all.
        return found

    def has_got_further(self, holder: Place, now: float) -> None:
        """Let the limits of the holder, and of all who wait, count anew."""
        self.moved_at = now
        holder.until = now + holder.limit

    def remove(self, place: Place) -> None:
        """Take one out, wherever in the line it stands, if it still does."""
        with suppress(ValueError):
            (self.holders if place in self.holders else self.waiting).remove(place)

    def seconds_to_the_next_look(self, place: Place, now: float) -> float:
        """Return how long there is nothing to see for one who waits, unless it is woken.

        That is until its own limit passes, counted from when the line last moved, or until a place
        at the head is held no more.
        """
        left = max(self.moved_at, place.since) + place.limit - now
        return min([left, *(holder.until - now for holder in self.holders)])


class LineOfConnections:
    """All the lines of this process, one an address.

    Attributes:
        lock: is held while a line is looked at or changed.
    """

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """Begin with no line. In a forked child the lock may be another thread's, for ever."""
        self.lock = threading.Lock()
        self._lines: dict[Address, _Line] = {}
        self._leaving: deque[Place] = deque()

    @property
    def is_empty(self) -> bool:
        """Whether nobody is in any line, nor at the head of one."""
        return not self._lines

    def behind_the_head(self, address: Address) -> int:
        """Return how many wait in the line for an address."""
        line = self._lines.get(address)
        return 0 if line is None else len(line.waiting)

    def join(self, place: Place) -> _Line:
        """Stand in line, and return the line; nobody else being there, this is its head."""
        now = monotonic()
        with self.lock:
            # § rfc6455-4.1-5. An address that has a line has somebody who is there already.
            line = self._lines.get(place.address)
            if line is None:
                line = self._lines[place.address] = _Line(_room_at_the_head(place.address))
            line.waiting.append(place)
            line.move(now)
            place.has_come = place in line.holders
        self._let_go()
        return line

    async def wait_for(self, place: Place) -> None:
        """Stand in line until no other connection to the address is in CONNECTING.

        Raises:
            NotConnected: the line stood still for longer than the limit.
        """
        line = self.join(place)
        if place.has_come:
            return
        place.has_waited = True
        address = written(place.address)
        logger.info(
            "WebSocket connection waits in line for %s, %d before it", address, len(line.waiting)
        )
        # § rfc6455-4.1-6. The connections to an address are opened one after the other.
        while True:
            place.be_ready_to_wait()
            before, seconds = self._look(line, place)
            if place.has_come:
                return
            if seconds <= 0:
                raise _stood_still(place, before)
            await place.wait(seconds)

    def _look(self, line: _Line, place: Place) -> tuple[int, float]:
        """See whether one who waits has its turn.

        Returns:
            how many are before it, and for how many seconds it may wait until it looks again;
            none are left when its limit has passed.
        """
        now = monotonic()
        before, seconds = 0, 0.0
        with self.lock:
            line.move(now)
            place.has_come = place in line.holders
            if not place.has_come:
                before = line.waiting.index(place) + 1
                seconds = line.seconds_to_the_next_look(place, now)
        self._let_go()
        return before, seconds

    def has_at_its_head(self, place: Place) -> bool:
        """Tell whether a place is still held."""
        with self.lock:
            line = self._lines.get(place.address)
            is_held = line is not None and place in line.holders and not place.is_over(monotonic())
        self._let_go()
        return is_held

    def has_got_further(self, place: Place) -> None:
        """Count the limits anew, if the place is still held."""
        with self.lock:
            line = self._lines.get(place.address)
            if line is not None and place in line.holders:
                line.has_got_further(place, monotonic())
        self._let_go()

    def leave(self, place: Place) -> None:
        """Let a place go to the next in line; also that of one who waited.

        This may be called wherever Python collects garbage, even while this very thread has the
        lock. So it does not wait for the lock: whoever has it looks here afterwards.
        """
        self._leaving.append(place)
        self._let_go()

    def _let_go(self) -> None:
        while self._leaving and self.lock.acquire(blocking=False):
            try:
                while self._leaving:
                    self._remove(self._leaving.popleft())
            finally:
                self.lock.release()

    def _remove(self, place: Place) -> None:
        line = self._lines.get(place.address)
        if line is None:
            return
        line.remove(place)
        line.move(monotonic())
        if not line.holders and not line.waiting:
            del self._lines[place.address]


def _room_at_the_head(address: Address) -> int:
    # § rfc6455-4.1-8. Where a proxy resolves names, the pending connections through it are limited.
    return PENDING_THROUGH_A_PROXY if address[2:] == (PROXY,) else 1


def _stood_still(place: Place, before: int) -> NotConnected:
    waited = monotonic() - place.since
    doing = (
        f"waiting in line for {written(place.address)} for {waited:.3g} s, "
        f"{before} before this one, the first of which got no further"
    )
    return timed_out("in line", doing, place.limit)


THE_LINE = LineOfConnections()

with suppress(AttributeError):  # Windows has no fork.
    os.register_at_fork(after_in_child=THE_LINE.begin_anew)
