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
    """The interface of the connection that an attempt results in."""

    def abort(self) -> None:
        """End the connection at once."""


C = TypeVar("C", bound=Connection)


async def race(
    addresses: Addresses,
    connect: Callable[[Target], Awaitable[C]],
    attempt_delay: float,
    history: History,
) -> C:
    """Try all addresses, each with a head start over the next, and return the first connection.

    Addresses that become known during the race take part.

    Args:
        addresses: the addresses, of which at least one is known.
        connect: a function that connects to one address, or raises NotConnected.
        attempt_delay: the number of seconds after which the next address is tried as well.
        history: the history of connections to addresses.

    Raises:
        NotConnected: no address answers.

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
        # The attempts that are running, and the causes of those that have failed.
        self._pending: list[asyncio.Task[C | Cause]] = []
        self._causes: dict[Target, Cause] = {}
        # Three times of the loop's clock: when the next address is tried, before when it must not
        # be tried even after a failure, and when further addresses are queried.
        self._next_at = self._not_before = self._last_resort_at = 0.0

    async def winner(self) -> C:
        """Return the first connection that is established.

        Raises:
            NotConnected: all attempts have failed, and no further address can become known.
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
                # § rfc8305-5-5, -6. After an attempt has failed, the next address is tried at once,
                #   but not within 10 ms of the attempt before.
                self._next_at = self._not_before

    def _sort_in_what_is_new(self) -> None:
        """Add the addresses that have become known to those that are to be tried."""
        self._addresses.add_what_was_answered()
        # § rfc8305-6-1, -2. n/a: getaddrinfo never withdraws an address that it has returned.
        # § rfc8305-3-8. Addresses that become known during the attempts are added to the list.
        new = [each for each in self._addresses.take() if each not in self._tried]
        if new:
            # § rfc8305-6-3. New addresses are sorted together with those that were not tried yet.
            self._untried = in_order([*self._untried, *new], self._history)

    def _begin_an_attempt(self, target: Target) -> None:
        # § rfc8305-5-1. The addresses are tried one after the other, with a delay between the
        #   attempts.
        self._tried.append(target)
        self._pending.append(self._loop.create_task(self._attempt(target)))
        now = self._loop.time()
        # § rfc8305-5-4. The delay before the next attempt is 250 ms, unless the limits set another.
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
        """Wait until an attempt ends, addresses become known, or the next address is to be tried.

        Returns:
            the results of the attempts that have ended, with at most one connection among them.
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
        """Cancel the attempts and the queries that are still running.

        A connection that is established nevertheless is aborted.
        """
        # § rfc8305-5-2, -3. When a connection has succeeded, the other attempts are cancelled, and
        #   no further address is tried.
        for attempt in self._pending:
            attempt.cancel()
            attempt.add_done_callback(_drop_late)
        # § rfc8305-5-7. When a connection has succeeded, the pending queries are cancelled. The
        #   system's resolver completes them nevertheless, and can cache the answers.
        self._addresses.stop_asking()


def _drop_late(attempt: asyncio.Task[C | Cause]) -> None:
    if not attempt.cancelled() and attempt.exception() is None:
        result = attempt.result()
        if not isinstance(result, Cause):
            result.abort()
