"""Opens fuzzing servers of the real Autobahn suite."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from websocket_conformance.autobahn import catalogue
from websocket_conformance.autobahn.control import ControlError
from websocket_conformance.autobahn.find import Source
from websocket_conformance.autobahn.install import Say, ready_suite
from websocket_conformance.autobahn.server import FuzzingServer, fuzzing_server
from websocket_conformance.autobahn.suites import DockerSuite, PythonSuite
from websocket_conformance.autobahn.verdicts import Verdict as Word
from websocket_conformance.errors import MissingError, RunError, SuiteMissingError, UsageError
from websocket_conformance.report import from_autobahn
from websocket_conformance.results.result import Result
from websocket_conformance.results.run import Section
from websocket_conformance.results.verdict import verdict_of

Real = DockerSuite | PythonSuite


@dataclass
class Sitting:
    """A fuzzing server; see `running.lane.Sitting`.

    It does not say what is being played, and gives its reports only when asked at the end.
    """

    server: FuzzingServer
    url: str
    case_url: str
    playing: set[str] = field(default_factory=set)
    last: str = ""
    results: dict[str, Result] = field(default_factory=dict)

    async def follow(self, cases: Sequence[str]) -> None:
        """Hear of the cases as they end, one after the other."""
        for case in cases:
            word = Word.NO_RESULT
            while word is Word.NO_RESULT:
                word = await self.server.verdict(case)
            self.last = case
            known = from_autobahn.lost(case, "")
            self.results[case] = replace(known, behaviour=verdict_of(word))

    async def settle(self) -> None:
        """Fetch the reports; without one a case has not been played."""
        with suppress(ControlError):
            reports = await self.server.reports()
            found = [from_autobahn.result(report) for report in reports.values()]
            self.results = {result.case: result for result in found}

    async def interrupt(self) -> None:
        """Fetch what there is: the reports hold only cases that are over."""
        await self.settle()


@dataclass(frozen=True)
class AutobahnSuite:
    """The real suite.

    Attributes:
        real: where it comes from.
        patience: how long nothing may happen before the testee counts as hung, in seconds.
    """

    real: Real
    patience: float

    @staticmethod
    def cases(patterns: Sequence[str]) -> list[str]:
        """The cases that some patterns name, in order.

        Raises:
            UsageError: a pattern names none.
        """
        try:
            return list(catalogue.select(patterns))
        except catalogue.UnknownPatternError as error:
            raise UsageError(str(error)) from error

    @property
    def lanes(self) -> int:
        """In how many lanes a testee is of use that can play several cases at a time."""
        return 1

    def deal(self, cases: Sequence[str], lanes: int) -> list[list[str]]:
        """Deal cases out in turn, since long ones stand next to each other."""
        return [list(cases[at::lanes]) for at in range(min(lanes, len(cases)))]

    def sections(self, results: Sequence[Result]) -> tuple[Section, ...]:
        """The sections that some results are of."""
        return from_autobahn.sections(results)

    def unplayed(self, case: str, trouble: str) -> Result:
        """The result of a case that the testee did not play."""
        return replace(from_autobahn.lost(case, trouble), behaviour=verdict_of("FAILED"))

    @asynccontextmanager
    async def sitting(self, cases: Sequence[str], agent: str) -> AsyncIterator[Sitting]:
        """A server that has some cases.

        Raises:
            MissingError: it does not start.
        """
        real = replace(self.real, cases=tuple(cases))
        with tempfile.TemporaryDirectory(prefix="autobahn-") as directory:
            try:
                async with fuzzing_server(real, Path(directory), agent, len(cases)) as server:
                    url = server.address
                    sitting = Sitting(server, url, f"{url}/runCase?case=1&agent={quote(agent)}")
                    async with _following(sitting, cases):
                        yield sitting
            except RunError as error:
                raise MissingError(str(error)) from error


@asynccontextmanager
async def _following(sitting: Sitting, cases: Sequence[str]) -> AsyncIterator[None]:
    task: asyncio.Task[Any] = asyncio.create_task(sitting.follow(cases))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def ready(source: Source, say: Say) -> Real:
    """The suite, found or installed.

    Raises:
        MissingError: it cannot be had.
    """
    try:
        suite = await ready_suite(source, say)
    except (SuiteMissingError, RunError) as error:
        raise MissingError(str(error)) from error
    assert isinstance(suite, DockerSuite | PythonSuite)
    return suite


def patience(cases: Sequence[str]) -> float:
    """How long nothing may happen: as long as the longest case may take."""
    return max(map(catalogue.patience, cases), default=0)
