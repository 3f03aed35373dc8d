"""Have a testee play some cases, even if it hangs or crashes.

A testee is started, and has to play all cases of a fuzzing server. If it crashes, hangs or asks for
no case, the current case has failed, and the testee is started again for the other cases, until it
has asked for no case twice in a row. A testee that crashes after its last case, or does not end,
keeps its verdicts, and the result of that case has what happened. If a server is lost, it is
unknown how its cases ended and in which of them it was lost: each half of them is played again with
another server. A case that was alone on a lost server twice has no result.
"""

import asyncio
import time
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from websocket_conformance.processes import Running, ending, started
from websocket_conformance.results.result import Aftermath
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.running.breadth import Breadth
from websocket_conformance.running.sitting import Sitting, Suite, Table
from websocket_conformance.running.testee import Testee

GRACE = 5.0
"""How long a testee may take to end after its last case, in seconds."""

_LOOK = 0.5
_STARTS_IN_VAIN = 2
_STARTS_IN_VAIN_FOR_ONE_CASE = 10
_MOST_SERVERS_LOST_IN_A_ROW = 12


class _ServerLostError(Exception):
    """The fuzzing server was lost; the message says how.

    Attributes:
        cases: the cases that it had.
    """

    def __init__(self, message: str, cases: Sequence[str]) -> None:
        super().__init__(message)
        self.cases = cases


@dataclass
class Lane:
    """A series of testees for some of the cases, each with its own server.

    Attributes:
        number: the number of the lane.
        suite: the suite, which opens the servers.
        testee: the testee that is started.
        jobs: how many cases the testee is told to play at a time.
        table: where the results go.
    """

    number: int
    suite: Suite
    testee: Testee
    jobs: int
    table: Table
    _lost_alone: set[str] = field(default_factory=set)
    _lost_in_a_row: int = 0

    async def play(self, cases: Sequence[str]) -> None:
        """Play cases until each has a result.

        Raises:
            UsageError: the testee's command cannot be started.
            MissingError: the suite is not available.
        """
        groups = [list(cases)]
        while groups:
            group = groups.pop()
            try:
                await self._play(group)
            except _ServerLostError as error:
                left = self._without_result(group)
                groups.append([case for case in left if case not in error.cases])
                groups += self._halves(error, self._without_result(error.cases))
                if self._lost_in_a_row == _MOST_SERVERS_LOST_IN_A_ROW:
                    self._give_up([case for group in groups for case in group], error)
                    return

    async def _play(self, cases: Sequence[str]) -> None:
        """Play cases until each has a result, or their server is lost."""
        left, in_vain = list(cases), 0
        one_by_one = self.testee.plays_one_case
        most = _STARTS_IN_VAIN_FOR_ONE_CASE if one_by_one else _STARTS_IN_VAIN
        while left:
            trouble = await self._start(left[:1] if one_by_one else left)
            after = self._without_result(left)
            in_vain = in_vain + 1 if len(after) == len(left) else 0
            if in_vain:
                self._add_unplayed(after[:1], trouble)
            if in_vain == most:
                self._add_unplayed(after[1:], _NOT_STARTED if one_by_one else trouble)
            left = self._without_result(after)

    def _add_unplayed(self, cases: Iterable[str], trouble: str) -> None:
        for case in cases:
            self.table.add(self.suite.unplayed(case, trouble))

    def _without_result(self, cases: Sequence[str]) -> list[str]:
        return [case for case in cases if case not in self.table.results]

    def _halves(self, error: _ServerLostError, cases: list[str]) -> list[list[str]]:
        """Return a lost server's cases in two halves to be played again, the first half last."""
        self._lost_in_a_row += 1
        self.table.observer.playing(self.number, ())
        if len(cases) == 1 and cases[0] in self._lost_alone:
            self._give_up(cases, error)
            return []
        self.table.observer.warn(f"{error}; its cases are played again.")
        if len(cases) == 1:
            self._lost_alone.update(cases)
            return [cases]
        half = (len(cases) + 1) // 2
        return [cases[half:], cases[:half]]

    def _give_up(self, cases: Sequence[str], error: _ServerLostError) -> None:
        """Record that some cases have no result."""
        self.table.observer.warn(f"{error}; {len(cases)} of the cases have no result.")
        for case in cases:
            unplayed = self.suite.unplayed(case, str(error))
            self.table.add(replace(unplayed, behaviour=Verdict.NO_RESULT))

    async def _start(self, cases: Sequence[str]) -> str:
        """Start the testee once, and return what was wrong with it; empty if nothing was.

        Raises:
            _ServerLostError: the server was lost, so the testee cannot be judged.
        """
        async with self.suite.sitting(cases, self.testee.name) as sitting:
            command = self.testee.command(sitting.url, sitting.case_url, self.jobs)
            async with started(command) as process:
                hung = await self._watch_until_interrupted(sitting, process, len(cases))
                suspects = set(sitting.playing)
                status, words = process.status, process.words()
            try:
                await _despite_one_interruption(sitting.settle())
            finally:
                self._take(sitting)
            if sitting.lost:
                raise _ServerLostError(sitting.lost, cases)
            self._lost_in_a_row = 0
            suspects = suspects or {sitting.last} - {""}
            trouble = _trouble(hung, status, words)
            if not (suspects or sitting.heard or self.testee.plays_one_case):
                self.table.advise(_ASKED_FOR_NONE)
            self.table.observer.playing(self.number, ())
            if hung or (status and self._is_wanting(cases, suspects)):
                self._blame(suspects, trouble)
            elif sitting.last and status != 0:
                known = self.table.results[sitting.last]
                self.table.add(replace(known, aftermath=Aftermath(_afterwards(status), words)))
        return trouble

    async def _watch_until_interrupted(
        self, sitting: Sitting, process: Running, expected: int
    ) -> str:
        """Do what `_watch` does, and keep the results before an interruption."""
        try:
            return await self._watch(sitting, process, expected)
        except asyncio.CancelledError:
            await sitting.interrupt()
            self._take(sitting)
            raise

    async def _watch(self, sitting: Sitting, process: Running, expected: int) -> str:
        """Wait until the testee ends or the server is lost; return why the testee is stopped."""
        ended = asyncio.create_task(process.wait())
        try:
            before, since = (-1, frozenset[str]()), time.monotonic()
            while not ended.done() and not sitting.lost:
                await asyncio.wait([ended], timeout=_LOOK)
                self._take(sitting)
                now = len(sitting.heard), frozenset(sitting.playing)
                if now != before:
                    before, since = now, time.monotonic()
                quiet = time.monotonic() - since
                if len(sitting.heard) >= expected and quiet > GRACE:
                    return ""
                if quiet > sitting.patience:
                    return f"did nothing for {sitting.patience:g} s and was stopped"
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
        for case, result in sitting.heard.items():
            if case not in self.table.results:
                self.table.tell(result)
        self.table.reports |= sitting.reports
        self.table.observer.playing(self.number, sorted(sitting.at_hand))

    def _is_wanting(self, cases: Sequence[str], suspects: set[str]) -> bool:
        """Return whether the testee crashed: cases are left, or the last cases went wrong."""
        known = self.table.results
        is_complete = all(case in known for case in cases)
        return not is_complete or any(not known[case].is_good for case in suspects)

    def _blame(self, suspects: set[str], trouble: str) -> None:
        for case in suspects:
            known = self.table.results.get(case)
            told = replace(known, trouble=trouble) if known else None
            self.table.add(told or self.suite.unplayed(case, trouble))


_ASKED_FOR_NONE = (
    "The command asked for no case. A program that connects once and echoes has {case_url} in its "
    "command, not {url}."
)
"""A hint for a command that plays no case at all."""


_NOT_STARTED = (
    "The command was not started for this case, as it had played none of the "
    f"{_STARTS_IN_VAIN_FOR_ONE_CASE} cases before"
)
"""The reason of a case for which a command with {case_url} is no longer started."""


def _afterwards(status: int | None) -> str:
    """Return what a testee did after its last case; without a status, it was stopped."""
    if status is None:
        return f"had not ended {GRACE:g} s after the case, and was stopped"
    return f"{ending(status)} after the case"


def _trouble(hung: str, status: int | None, words: str) -> str:
    """Return what was wrong with a testee that left cases unplayed."""
    what = hung or f"{ending(status or 0)} without playing this case"
    if status and not hung:
        what = ending(status)
    said = f"; {words}" if words else ""
    return f"The command {what}{said}"


async def _despite_one_interruption(work: Coroutine[Any, Any, None]) -> None:
    """Complete a coroutine even if the caller is cancelled once meanwhile."""
    working = asyncio.ensure_future(work)
    try:
        await asyncio.shield(working)
    except asyncio.CancelledError:
        await working
        raise


async def play(
    suite: Suite, testee: Testee, cases: Sequence[str], breadth: Breadth, table: Table
) -> None:
    """Play cases.

    Raises:
        UsageError: the testee's command cannot be started.
        MissingError: the suite is not available.
    """
    heaps = suite.deal(cases, breadth.lanes)
    lanes = [Lane(at, suite, testee, breadth.jobs, table) for at in range(len(heaps))]
    await at_a_time(lane.play(heap) for lane, heap in zip(lanes, heaps, strict=True))


async def at_a_time(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run some coroutines at the same time; if one raises or the caller is cancelled, end all.

    Raises:
        Exception: the first exception that one of them raised.
    """
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await _until_over(tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in tasks:
        if not task.cancelled():
            task.result()


async def _until_over(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Wait for tasks; if the caller is cancelled, cancel them, and let each keep its results.

    A second cancellation does not wait for that.
    """
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    except asyncio.CancelledError:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        raise
