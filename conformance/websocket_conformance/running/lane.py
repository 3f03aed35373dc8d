"""Lets a testee play some cases, whatever it does instead.

A testee is started, and is expected to play all cases that a fuzzing server has. Where it crashes,
hangs, or never comes, the case at hand has failed, and it is started anew for the others, until it
twice in a row has not come to play any.
"""

import asyncio
import os
import time
from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field, replace
from typing import Protocol

from websocket_conformance.processes import Running, ending, started
from websocket_conformance.results.result import Result
from websocket_conformance.running.testee import FULL_SPEED, Testee

GRACE = 5.0
"""How long a testee may take to end after its last case, in seconds."""

_LOOK = 0.5
_STARTS_IN_VAIN = 2
_STARTS_IN_VAIN_FOR_ONE_CASE = 10
_LONGEST_CASE = 600.0


class Sitting(Protocol):
    """A fuzzing server that is up and has some cases to be played.

    Attributes:
        url: where it is.
        case_url: where the first of its cases is.
        last: the case that was over last, empty if none is.
        results: what it knows of the cases that are over.
    """

    url: str
    case_url: str
    last: str
    results: dict[str, Result]

    @property
    def playing(self) -> Collection[str]:
        """The cases that are being played, as far as it knows."""

    async def settle(self) -> None:
        """Make the results complete, once the testee is gone."""

    async def interrupt(self) -> None:
        """Hear of no more results, while the testee is still there."""


class Suite(Protocol):
    """A suite whose cases can be played with a fuzzing server."""

    @property
    def patience(self) -> float:
        """How long nothing may happen before the testee counts as hung, in seconds."""

    def deal(self, cases: Sequence[str], lanes: int) -> list[list[str]]:
        """Deal cases out, so that the lanes have about the same to do; none is left without any."""

    def sitting(self, cases: Sequence[str], agent: str) -> AbstractAsyncContextManager[Sitting]:
        """Start a server that has some cases."""

    def unplayed(self, case: str, trouble: str) -> Result:
        """The result of a case that the testee did not play."""


class Observer(Protocol):
    """Somebody who watches a run."""

    def playing(self, lane: int, cases: Sequence[str]) -> None:
        """These cases are being played in a lane."""

    def finished(self, result: Result) -> None:
        """A case is over; it may be said again, if more is known of it."""


@dataclass
class Table:
    """What the lanes share: the results so far.

    Attributes:
        observer: is told how it goes.
        results: what is known of each case that is over.
    """

    observer: Observer
    results: dict[str, Result] = field(default_factory=dict)

    def add(self, result: Result) -> None:
        """A case is over."""
        if self.results.get(result.case) != result:
            self.results[result.case] = result
            self.observer.finished(result)


@dataclass
class Lane:
    """One testee after the other, each with a server of its own, for some of the cases.

    Attributes:
        number: which lane it is.
        suite: opens the servers.
        testee: what is started.
        jobs: how many cases the testee is asked to play at a time.
        table: where the results go.
    """

    number: int
    suite: Suite
    testee: Testee
    jobs: int
    table: Table

    async def play(self, cases: Sequence[str]) -> None:
        """Play cases until each has a result.

        Raises:
            MissingError: the testee cannot be started.
        """
        left, in_vain = list(cases), 0
        one_by_one = self.testee.plays_one_case
        most = _STARTS_IN_VAIN_FOR_ONE_CASE if one_by_one else _STARTS_IN_VAIN
        while left:
            trouble = await self._start(left[:1] if one_by_one else left)
            after = [case for case in left if case not in self.table.results]
            in_vain = in_vain + 1 if len(after) == len(left) else 0
            if in_vain:
                given_up = after if in_vain == most else after[:1]
                for case in given_up:
                    self.table.add(self.suite.unplayed(case, trouble))
            left = [case for case in after if case not in self.table.results]

    async def _start(self, cases: Sequence[str]) -> str:
        """Start the testee once, and say what was wrong with it, as far as anything was."""
        async with self.suite.sitting(cases, self.testee.name) as sitting:
            command = self.testee.command(sitting.url, sitting.case_url, self.jobs)
            async with started(command) as process:
                hung = await self._watch_until_interrupted(sitting, process, len(cases))
                suspects = set(sitting.playing) or {sitting.last} - {""}
                status, words = process.status, process.last_words()
            await sitting.settle()
            self._take(sitting)
            trouble = _trouble(hung, status, words)
            self.table.observer.playing(self.number, ())
            if hung or (status and self._is_wanting(cases, suspects)):
                self._blame(suspects, trouble)
        return trouble

    async def _watch_until_interrupted(
        self, sitting: Sitting, process: Running, expected: int
    ) -> str:
        """The same as `_watch`; what was over before an interruption is kept."""
        try:
            return await self._watch(sitting, process, expected)
        except asyncio.CancelledError:
            await sitting.interrupt()
            self._take(sitting)
            raise

    async def _watch(self, sitting: Sitting, process: Running, expected: int) -> str:
        """Wait for the testee to end; if it has to be stopped, say why."""
        ended = asyncio.create_task(process.wait())
        try:
            before, since = (-1, frozenset[str]()), time.monotonic()
            while not ended.done():
                await asyncio.wait([ended], timeout=_LOOK)
                self._take(sitting)
                now = len(sitting.results), frozenset(sitting.playing)
                if now != before:
                    before, since = now, time.monotonic()
                quiet = time.monotonic() - since
                if len(sitting.results) >= expected and quiet > GRACE:
                    return ""
                patience = _LONGEST_CASE if sitting.playing else self.suite.patience
                if quiet > patience:
                    return f"did nothing for {patience:g} s and was stopped"
        finally:
            ended.cancel()
            with suppress(asyncio.CancelledError):
                await ended
        return ""

    def _take(self, sitting: Sitting) -> None:
        for result in sitting.results.values():
            known = self.table.results.get(result.case)
            if known is not None and known.trouble:
                result = replace(result, trouble=known.trouble)
            self.table.add(result)
        self.table.observer.playing(self.number, sorted(sitting.playing))

    def _is_wanting(self, cases: Sequence[str], suspects: set[str]) -> bool:
        """Whether cases are left, or the last ones went wrong: then it was a crash."""
        known = self.table.results
        is_complete = all(case in known for case in cases)
        return not is_complete or any(not known[case].is_good for case in suspects)

    def _blame(self, suspects: set[str], trouble: str) -> None:
        for case in suspects:
            known = self.table.results.get(case)
            told = replace(known, trouble=trouble) if known else None
            self.table.add(told or self.suite.unplayed(case, trouble))


def _trouble(hung: str, status: int | None, words: str) -> str:
    """What was wrong with a testee that left cases unplayed."""
    what = hung or f"{ending(status or 0)} without playing this case"
    if status and not hung:
        what = ending(status)
    said = f"; its last words: {words}" if words else ""
    return f"The command {what}{said}"


@dataclass(frozen=True)
class Breadth:
    """How many cases are played at a time.

    Attributes:
        lanes: how many testees there are at a time.
        jobs: how many cases each of them is asked to play at a time.
    """

    lanes: int
    jobs: int


def breadth(testee: Testee, jobs: int | None, lanes: int) -> Breadth:
    """How many cases to play at a time.

    A testee that cannot play several cases at a time has a lane for each of them.

    Args:
        testee: what plays them.
        jobs: how many a person asks for; None for what suits the testee.
        lanes: in how many lanes a testee is of use that can play several cases at a time.
    """
    if not testee.plays_side_by_side:
        return Breadth(jobs or cores(), 1)
    if jobs is None:
        return Breadth(lanes, FULL_SPEED)
    lanes = min(lanes, jobs)
    return Breadth(lanes, jobs // lanes)


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


async def play(
    suite: Suite, testee: Testee, cases: Sequence[str], breadth: Breadth, table: Table
) -> None:
    """Play cases.

    Raises:
        MissingError: the testee cannot be started, or the suite cannot be had.
    """
    heaps = enumerate(suite.deal(cases, breadth.lanes))
    lanes = [
        asyncio.create_task(Lane(at, suite, testee, breadth.jobs, table).play(heap))
        for at, heap in heaps
    ]
    try:
        await asyncio.gather(*lanes)
    finally:
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)
