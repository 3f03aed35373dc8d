"""Run the testees against the real suite, several times, and record its verdicts."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agreement import verdicts
from agreement.bench import Testee
from agreement.play import play
from agreement.verdicts import Table
from websocket_conformance.autobahn.catalogue import expected_seconds
from websocket_conformance.autobahn.control import ControlError
from websocket_conformance.autobahn.suites import RealSuite
from websocket_conformance.counting import counted

DIRECTORY = Path(__file__).parent / "recorded"
"""The folder of the real suite's verdicts, with a file for each testee."""

_JOBS_OF_QUICK, _JOBS_OF_SLOW = 8, 1
_SECONDS_OF_A_GO = 120.0

Say = Callable[[str], None]


@dataclass(frozen=True)
class Recording:
    """The options of a record.

    Attributes:
        cases: the cases, of which each testee plays its own.
        runs: how often each case is played.
        lanes: how many testees play at a time, each with its own server.
        directory: the folder of the verdicts.
    """

    cases: frozenset[str]
    runs: int
    lanes: int
    directory: Path = DIRECTORY


@dataclass(frozen=True)
class Unit:
    """A batch of cases of a run that a testee plays with one server."""

    testee: Testee
    run: int
    cases: tuple[str, ...]
    jobs: int


@dataclass
class _Desk:
    """The tables that are being filled, and how many batches are not over yet."""

    directory: Path
    tables: dict[str, Table] = field(default_factory=dict)
    left: int = 0

    def table(self, name: str) -> Table:
        """Return the table of a testee."""
        if name not in self.tables:
            file = self.file(name)
            self.tables[name] = verdicts.read(file) if file.exists() else Table()
        return self.tables[name]

    def file(self, name: str) -> Path:
        """Return the file of a table."""
        return self.directory / f"{name}.tsv"


async def record(
    recording: Recording, testees: Iterable[Testee], suite: RealSuite, say: Say
) -> list[Table]:
    """Play the cases that have not been played, with testees that are installed.

    Each testee's table is written whenever it has grown, so an interrupted record can be continued.

    Raises:
        MissingError: a fuzzing server does not start.
    """
    recording.directory.mkdir(exist_ok=True)
    desk = _Desk(recording.directory)
    there = list(testees)
    for testee in there:
        _head(testee, desk, suite, say)
    waiting = deque(units(recording, there, desk.table))
    desk.left = len(waiting)
    say(f"{counted(desk.left, 'batch', 'batches')} to play.")
    await side_by_side(lambda: _lane(suite, waiting, desk, say), recording.lanes)
    return [desk.table(testee.name) for testee in there]


def _head(testee: Testee, desk: _Desk, suite: RealSuite, say: Say) -> None:
    """Write names and versions into the table, and clear a table of another version."""
    version = testee.version() or "-"
    table, known = desk.table(testee.name), desk.table(testee.name).about.get("version")
    if known not in (None, version):
        say(f"{testee.name} {version} is not the recorded version {known}; it is recorded anew.")
        table.clear()
    table.about |= {
        "testee": testee.name,
        "about": testee.about,
        "version": version,
        "runtime": testee.runtime(),
        "suite": suite.label,
    }


def units(
    recording: Recording, testees: Sequence[Testee], table: Callable[[str], Table]
) -> list[Unit]:
    """Return the batches that are left: first runs before second runs, quick cases first."""
    found = []
    for run in range(recording.runs):
        for testee in testees:
            for cases, jobs in chunks([c for c in testee.cases if c in recording.cases]):
                left = tuple(case for case in cases if not table(testee.name).has(run, case))
                if left:
                    found.append(Unit(testee, run, left, jobs))
    return sorted(found, key=lambda unit: (unit.run, unit.jobs == _JOBS_OF_SLOW))


def chunks(cases: Sequence[str]) -> list[tuple[list[str], int]]:
    """Return batches of cases, each with how many of its cases are played at a time.

    Cases that take long have their own batches of about two minutes, so that little is lost if the
    record is interrupted.
    """
    quick = [case for case in cases if not _is_slow(case)]
    found = [(quick, _JOBS_OF_QUICK)] if quick else []
    seconds = _SECONDS_OF_A_GO
    for case in filter(_is_slow, cases):
        if seconds >= _SECONDS_OF_A_GO:
            found.append(([], _JOBS_OF_SLOW))
            seconds = 0
        found[-1][0].append(case)
        seconds += expected_seconds(case)
    return found


def _is_slow(case: str) -> bool:
    return case.partition(".")[0] in ("9", "12", "13")


async def side_by_side(work: Callable[[], Coroutine[Any, Any, None]], times: int) -> None:
    """Run a coroutine several times concurrently; the first error cancels the rest."""
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(times):
                group.create_task(work())
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from errors


async def _lane(suite: RealSuite, waiting: deque[Unit], desk: _Desk, say: Say) -> None:
    while waiting:
        unit = waiting.popleft()
        begin = time.monotonic()
        try:
            outcomes = await play(suite, unit.testee, unit.cases, unit.jobs)
        except ControlError as error:
            desk.left -= 1
            say(f"{unit.testee.name}, run {unit.run + 1}: {error}")
            continue
        name = unit.testee.name
        desk.table(name).put(unit.run, outcomes)
        desk.table(name).entered_on(datetime.now(UTC).date())
        verdicts.write(desk.file(name), desk.table(name))
        desk.left -= 1
        say(f"{name}, run {unit.run + 1}: {told(len(outcomes), begin, desk.left)}")


def told(cases: int, begin: float, left: int) -> str:
    """Return how long a batch of cases took, and how many batches are not over yet.

    Args:
        cases: the number of its cases.
        begin: when it began, by `time.monotonic`.
        left: the number of batches that are being played or wait.
    """
    played = f"{counted(cases, 'case')} in {time.monotonic() - begin:.0f} s"
    return f"{played}; {counted(left, 'batch', 'batches')} left"
