"""The line of connections: one at a time in CONNECTING for each address, RFC 6455 section 4.1.

An address is an IP address and a port, whatever the host name and the thread. The second connection
to an address waits until the first is established or has failed. If a proxy resolves the name, this
client does not know the IP address, and the name takes its place. The line of a proxy has room for
several connections at its head, which is the number of pending connections through the proxy.

The lines belong to the process. The members of a line belong to event loops, which may stop,
continue in another thread, or never run again. So no member relies on the loop of another. Three
rules keep a line moving:

- **A place is held for a limited time.** Its holder states a limit for its next part (TCP, TLS, the
  response), which begins anew with each part. When the limit has passed, or the holder's loop is
  closed, the place is free, whether the holder's loop ran or not.
- **A place is given to the first member whose loop runs.** A member whose loop is at rest is passed
  over. It keeps its position, and looks again when its loop runs.
- **Waiting is limited by progress.** A member gives up when its limit has passed since the line
  last moved, however long the line is.

A forked child process begins without lines, since none of its connections is in CONNECTING.

Each member looks at its line itself, when it is woken or when a limit may have passed: a line has
no timer and no thread. The lock is only held for moments.
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
"""A host and a port, followed by the word PROXY for the line of a proxy."""

PROXY = "proxy"

PENDING_THROUGH_A_PROXY = 32
"""The number of connections through one proxy that may be in CONNECTING, as in Chromium."""


def written(address: Address) -> str:
    """Return a host and a port as in a URL."""
    host, port = address[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class Place:
    """A place in a line. A connection whose place is at the head may be in CONNECTING.

    Attributes:
        address: the IP address and the port of the line.
        outer: the place in the line of the host to which a proxy is asked to connect, or None. It
            is given back, and makes progress, together with this place.
        limit: the number of seconds in which the line, and then the connection, has to progress.
        loop: the loop that waits for the place.
        since: the time at which the place was requested. All times are those of
            ``time.monotonic``.
        until: the time until which the place is held at the head of the line.
        has_waited: whether the place was not free at once.
        has_come: whether the place is at the head, and its owner has noticed.
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
        """Wait in line for a place, which must be given back with :meth:`leave`.

        If the wait is cancelled, the place is given back.

        Args:
            address: an IP address and a port.
            limit: the number of seconds that the line may stand still, and that each part of the
                opening handshake may take then.

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
        """Take a place without waiting, or return None if the place is not free at once."""
        place = cls(address, limit)
        THE_LINE.join(place)
        if place.has_come:
            return place
        place.leave()
        return None

    def has_got_further(self) -> None:
        """Restart the limit, since the next part of the opening handshake begins."""
        THE_LINE.has_got_further(self)
        if self.outer is not None:
            self.outer.has_got_further()

    @property
    def is_held(self) -> bool:
        """Whether the place is at the head of its line, and its limit has not passed."""
        return THE_LINE.has_at_its_head(self)

    def leave(self) -> None:
        """Give the place back, or stop waiting for it. A second call has no effect."""
        THE_LINE.leave(self)
        if self.outer is not None:
            self.outer.leave()

    def is_over(self, now: float) -> bool:
        """Return whether the place is no longer held, though it was not given back."""
        return now >= self.until or self.loop.is_closed()

    def be_ready_to_wait(self) -> None:
        """Reset the wakeup, before the line is looked at."""
        self._is_woken = False
        self._turn.clear()

    async def wait(self, seconds: float) -> None:
        """Wait for the wakeup, for at most a number of seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._turn.wait()

    def wake(self) -> None:
        """Wake the owner of the place, from any thread, to look at the line."""
        if self._is_woken:
            return
        self._is_woken = True
        if _runs_here(self.loop):
            self._turn.set()
            return
        with suppress(RuntimeError):  # The loop is closed.
            self.loop.call_soon_threadsafe(self._turn.set)


def _runs_here(loop: asyncio.AbstractEventLoop) -> bool:
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False


class _Line:
    """The line to one address.

    Attributes:
        room: the number of places that may be at the head at a time.
        holders: the places at the head, which may be empty while all loops that wait are at rest.
        waiting: the places that wait, in order.
        moved_at: the time at which the head of the line last changed or made progress.
    """

    __slots__ = ("holders", "moved_at", "room", "waiting")

    def __init__(self, room: int) -> None:
        self.room = room
        self.holders: list[Place] = []
        self.waiting: deque[Place] = deque()
        self.moved_at = 0.0

    def move(self, now: float) -> None:
        """Fill each free place at the head with the first in line whose loop runs."""
        for holder in tuple(self.holders):
            if holder.is_over(now):
                self.holders.remove(holder)
                if not holder.has_come:
                    self.waiting.append(holder)  # The holder was woken, but its loop was busy.
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
            each.wake()  # The owner looks at the line as soon as its loop runs again.
        return found

    def has_got_further(self, holder: Place, now: float) -> None:
        """Restart the limits of the holder and of all places that wait."""
        self.moved_at = now
        holder.until = now + holder.limit

    def remove(self, place: Place) -> None:
        """Remove a place from the line, if the place is still in it."""
        with suppress(ValueError):
            (self.holders if place in self.holders else self.waiting).remove(place)

    def seconds_to_the_next_look(self, place: Place, now: float) -> float:
        """Return the number of seconds after which a waiting place has to look at the line.

        These are the seconds until its limit has passed since the line last moved, or until a place
        at the head is no longer held.
        """
        left = max(self.moved_at, place.since) + place.limit - now
        return min([left, *(holder.until - now for holder in self.holders)])


class LineOfConnections:
    """The lines of this process, one for each address.

    Attributes:
        lock: the lock that is held while a line is read or changed.
    """

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """Begin without lines, with a new lock.

        In a forked child, a thread of the parent may hold the old lock for ever.
        """
        self.lock = threading.Lock()
        self._lines: dict[Address, _Line] = {}
        self._leaving: deque[Place] = deque()

    @property
    def is_empty(self) -> bool:
        """Whether no place is held or waited for."""
        return not self._lines

    def behind_the_head(self, address: Address) -> int:
        """Return the number of places that wait in the line for an address."""
        line = self._lines.get(address)
        return 0 if line is None else len(line.waiting)

    def join(self, place: Place) -> _Line:
        """Append a place to its line, and return the line. A place that is alone is at the head."""
        now = monotonic()
        with self.lock:
            # § rfc6455-4.1-5. At most one connection to an address is in the CONNECTING state, and
            #   the others wait in line.
            line = self._lines.get(place.address)
            if line is None:
                line = self._lines[place.address] = _Line(_room_at_the_head(place.address))
            line.waiting.append(place)
            line.move(now)
            place.has_come = place in line.holders
        self._let_go()
        return line

    async def wait_for(self, place: Place) -> None:
        """Wait in line until no other connection to the address is in CONNECTING.

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
        # § rfc6455-4.1-6. Simultaneous connections to an address are opened one after the other.
        while True:
            place.be_ready_to_wait()
            before, seconds = self._look(line, place)
            if place.has_come:
                return
            if seconds <= 0:
                raise _stood_still(place, before)
            await place.wait(seconds)

    def _look(self, line: _Line, place: Place) -> tuple[int, float]:
        """Look at the line for a waiting place.

        Returns:
            the number of places before it, and the number of seconds until it has to look again,
            which is 0 or less if its limit has passed.
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
        """Return whether a place is still held."""
        with self.lock:
            line = self._lines.get(place.address)
            is_held = line is not None and place in line.holders and not place.is_over(monotonic())
        self._let_go()
        return is_held

    def has_got_further(self, place: Place) -> None:
        """Restart the limits, if the place is still held."""
        with self.lock:
            line = self._lines.get(place.address)
            if line is not None and place in line.holders:
                line.has_got_further(place, monotonic())
        self._let_go()

    def leave(self, place: Place) -> None:
        """Remove a place, held or waiting, and move its line.

        The garbage collector may call this at any point, even while the same thread holds the lock.
        So this method does not wait for the lock: the holder of the lock removes the place after
        releasing it.
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
    # § rfc6455-4.1-8. If a proxy resolves the host names, the number of pending connections through
    #   the proxy is limited.
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
