"""RFC 8305 sections 5 and 6: the addresses of a host are raced, each with a head start."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from whatwg_websockets.html.limits import SHORTEST_ATTEMPT_DELAY
from whatwg_websockets.network.cause import Cause, NotConnected, why_no_address_has_a_connection
from whatwg_websockets.network.happy_eyeballs.addresses import Addresses
from whatwg_websockets.network.happy_eyeballs.history import History
from whatwg_websockets.network.happy_eyeballs.sorting import in_order
from whatwg_websockets.network.happy_eyeballs.synthesis import LAST_RESORT_LOCAL_SYNTHESIS_DELAY
from whatwg_websockets.network.target import Target


class Connection(Protocol):
    """What an attempt comes to."""

    def abort(self) -> None:
        """End the connection at once."""


C = TypeVar("C", bound=Connection)


async def race(
    addresses: Addresses,
    connect: Callable[[Target], Awaitable[C]],
    attempt_delay: float,
    history: History,
) -> C:
    """Try all addresses, giving each a head start over the next; the first that answers wins.

    Addresses that become known meanwhile take part.

    Args:
        addresses: the addresses; at least one of them is known.
        connect: connects to one address, or raises NotConnected.
        attempt_delay: seconds after which the next address is tried as well.
        history: what is known of addresses.

    Raises:
        NotConnected: none of them answers.

    Source: RFC 8305 section 5
    """
    attempts = _Race(addresses, connect, attempt_delay, history)
    try:
        return await attempts.winner()
    finally:
        attempts.end()


class _Race(Generic[C]):
    """The attempts to connect to one host."""

    def __init__(
        self,
        addresses: Addresses,
        connect: Callable[[Target], Awaitable[C]],
        attempt_delay: float,
        history: History,
    ) -> None:
        self._addresses = addresses
        self._connect = connect
        self._attempt_delay = attempt_delay
        self._history = history
        self._loop = asyncio.get_running_loop()
        self._tried: list[Target] = []
        self._untried: list[Target] = []
        # The attempts that are running, and why others have failed, in the order of the addresses.
        self._pending: list[asyncio.Task[C | Cause]] = []
        self._causes: dict[Target, Cause] = {}
        # By the clock of the loop: when the next address has its turn, before when it must not be
        # tried, and when more is asked for than what is known.
        self._next_at = self._not_before = self._last_resort_at = 0.0

    async def winner(self) -> C:
        """Return the first connection that is established.

        Raises:
            NotConnected: all attempts have failed, and no address is to come.
        """
        while True:
            self._sort_in_what_is_new()
            if self._untried and self._loop.time() >= self._next_at:
                self._begin_an_attempt(self._untried.pop(0))
            if self._is_time_for_the_last_resort():
                self._addresses.begin_the_last_resort()
            if not (self._untried or self._pending or self._addresses.asking):
                causes = [self._causes[each] for each in self._tried]
                raise NotConnected(why_no_address_has_a_connection(causes))
            for result in await self._what_happens_next():
                if not isinstance(result, Cause):
                    return result
                # § rfc8305-5-5, -6. An attempt that has failed needs no more of its head start,
                #   but two attempts do not begin within 10 ms.
                self._next_at = self._not_before

    def _sort_in_what_is_new(self) -> None:
        """Let addresses that have become known take part."""
        self._addresses.add_what_was_answered()
        # § rfc8305-6-1, -2. n/a: getaddrinfo withdraws nothing that it has answered.
        # § rfc8305-3-8. Addresses that come while others are connected to are tried as well.
        new = [each for each in self._addresses.take() if each not in self._tried]
        if new:
            # § rfc8305-6-3. Addresses that are added are sorted in among those that were not tried.
            self._untried = in_order([*self._untried, *new], self._history)

    def _begin_an_attempt(self, target: Target) -> None:
        # § rfc8305-5-1. One address is tried after the other, and each has a head start.
        self._tried.append(target)
        self._pending.append(self._loop.create_task(self._attempt(target)))
        now = self._loop.time()
        # § rfc8305-5-4. The head start is 250 ms, unless the limits say otherwise.
        self._next_at = now + self._attempt_delay
        self._not_before = now + SHORTEST_ATTEMPT_DELAY
        self._last_resort_at = now + LAST_RESORT_LOCAL_SYNTHESIS_DELAY

    def _is_time_for_the_last_resort(self) -> bool:
        if self._addresses.last_resort is None or self._untried or self._addresses.asking:
            return False
        return not self._pending or self._loop.time() >= self._last_resort_at

    async def _attempt(self, target: Target) -> C | Cause:
        try:
            return await self._connect(target)
        except NotConnected as failure:
            self._causes[target] = failure.cause
            return failure.cause

    async def _what_happens_next(self) -> list[C | Cause]:
        """Wait until an attempt ends, addresses become known, or the next address has its turn.

        Returns:
            the results of attempts that have ended. Of connections there is one at most.
        """
        seconds = self._seconds_to_the_next_turn()
        waited_for = {*self._pending, *self._addresses.asking}
        if not waited_for:
            assert seconds is not None
            await asyncio.sleep(seconds)
            return []
        await asyncio.wait(waited_for, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        ended = [each for each in self._pending if each.done()]
        self._pending = [each for each in self._pending if each not in ended]
        results = [each.result() for each in ended]
        connections = [each for each in results if not isinstance(each, Cause)]
        for second in connections[1:]:
            second.abort()
        return [*(each for each in results if isinstance(each, Cause)), *connections[:1]]

    def _seconds_to_the_next_turn(self) -> float | None:
        if self._untried:
            return max(0.0, self._next_at - self._loop.time())
        if self._addresses.last_resort is not None and not self._addresses.asking:
            return max(0.0, self._last_resort_at - self._loop.time())
        return None

    def end(self) -> None:
        """Give up whatever still runs.

        A connection that is established nevertheless is dropped.
        """
        # § rfc8305-5-2, -3. What was not tried is not tried, and the other attempts are cancelled.
        for attempt in self._pending:
            attempt.cancel()
            attempt.add_done_callback(_drop_late)
        # § rfc8305-5-7. The queries are given up. A resolver of the system answers its threads all
        #   the same, and remembers what it has answered.
        self._addresses.stop_asking()


def _drop_late(attempt: asyncio.Task[C | Cause]) -> None:
    if not attempt.cancelled() and attempt.exception() is None:
        result = attempt.result()
        if not isinstance(result, Cause):
            result.abort()
