"""Open fuzzing servers of the real Autobahn suite."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from websocket_conformance.autobahn import catalogue
from websocket_conformance.autobahn.control import ControlError
from websocket_conformance.autobahn.server import FuzzingServer, fuzzing_server
from websocket_conformance.autobahn.suites import DockerSuite, PythonSuite
from websocket_conformance.cases.catalogue import by_number
from websocket_conformance.cases.profile import Profile
from websocket_conformance.guardian import temporary_directory
from websocket_conformance.report import from_autobahn
from websocket_conformance.results.result import Result
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.running.breadth import cores
from websocket_conformance.running.dealing import evenly
from websocket_conformance.running.lane import at_a_time
from websocket_conformance.running.serving import START_SECONDS, ServerTestee
from websocket_conformance.running.sitting import Sitting, Table
from websocket_conformance.running.suites.autobahn_visits import RealVisit
from websocket_conformance.running.suites.embedded import chosen

_ASK_AGAIN_SECONDS = 0.05


@dataclass
class _AutobahnSitting(Sitting):
    """A fuzzing server of the real suite.

    The server does not report which case is being played, and writes its reports only on request,
    at the end. What it logs about the messages of each case is shown as progress, and is not a
    result.
    """

    server: FuzzingServer
    cases: Sequence[str]
    timeout: float | None
    _turn: tuple[str, ...] = ()
    _said: dict[str, Result] = field(default_factory=dict)
    _wordless: str = ""

    @property
    def at_hand(self) -> tuple[str, ...]:
        return self._turn

    @property
    def heard(self) -> dict[str, Result]:
        return self._said

    @property
    def lost(self) -> str:
        return self.server.lost or self._wordless

    @property
    def patience(self) -> float:
        return self.timeout or max(map(catalogue.patience, self._turn or self.cases))

    async def follow(self) -> None:
        """Show the cases as they end, one after the other."""
        for case in self.cases:
            self._turn = (case,)
            word = await self._word(case)
            self._said[case] = replace(from_autobahn.lost(case, ""), behaviour=word)

    async def _word(self, case: str) -> Verdict:
        """Wait until the server has logged its verdict on the messages of a case."""
        while True:
            with suppress(ControlError):
                word = await self.server.verdict(case)
                if word is not Verdict.NO_RESULT:
                    return word
            await asyncio.sleep(_ASK_AGAIN_SECONDS)

    async def settle(self) -> None:
        # A case without a report has not been played.
        try:
            reports = [] if self.lost else await self.server.reports()
        except ControlError as error:
            self._wordless = f"{error}"
            return
        self.reports = {str(report["id"]): report for report in reports}
        self.results = {case: from_autobahn.result(each) for case, each in self.reports.items()}
        self.last = next((case for case in reversed(self.cases) if case in self.results), "")

    async def interrupt(self) -> None:
        # The reports contain only cases that are over.
        await self.settle()


def cases(patterns: Sequence[str], excluded: Sequence[str] = ()) -> list[str]:
    """Return the cases that match a pattern and no pattern of exclusion, in order.

    Raises:
        UsageError: a pattern matches no case.
    """
    return [case.number for case in chosen(by_number(Profile.FULL), patterns, excluded)]


@dataclass(frozen=True)
class AutobahnSuite:
    """The real suite; each of its fuzzing servers plays one case at a time.

    Attributes:
        real: the source of the suite: Docker, or Python 2.7.
        timeout: how long a case may take before the testee counts as hung, and a server may take to
            listen, in seconds; None for the default of each.
    """

    real: DockerSuite | PythonSuite
    timeout: float | None

    most_jobs = 1
    profile = "full"
    expected = staticmethod(catalogue.expected_seconds)
    unplayed = staticmethod(from_autobahn.unplayed)

    @property
    def lanes(self) -> int:
        """Return the number of useful lanes: a server keeps at most one core busy."""
        return cores()

    @property
    def version(self) -> str:
        """Return the suite's version and its source, as text for the report."""
        return self.real.label

    def deal(self, cases: Sequence[str], lanes: int) -> list[list[str]]:
        """Deal cases out to some lanes, in the order in which the suite's servers play them."""
        heaps = evenly(cases, catalogue.expected_seconds, lanes)
        return [sorted(heap, key=cases.index) for heap in heaps]

    async def visit(
        self, testee: ServerTestee, cases: Sequence[str], jobs: int | None, table: Table
    ) -> None:
        """Play cases with a server, or with several that are started side by side."""
        patience = self.timeout or START_SECONDS
        await at_a_time(
            RealVisit(at, self.real, testee, patience, table).play(some)
            for at, some in enumerate(self.deal(cases, jobs or cores()))
        )

    @asynccontextmanager
    async def sitting(self, cases: Sequence[str], agent: str) -> AsyncIterator[Sitting]:
        """Start a server that has some cases.

        Raises:
            MissingError: it does not start.
        """
        real = replace(self.real, cases=tuple(cases))
        with temporary_directory("autobahn-") as directory:
            async with fuzzing_server(real, directory, agent, len(cases)) as server:
                sitting = _AutobahnSitting(server.address, agent, server, cases, self.timeout)
                async with _following(sitting):
                    yield sitting


@asynccontextmanager
async def _following(sitting: _AutobahnSitting) -> AsyncIterator[None]:
    task: asyncio.Task[Any] = asyncio.create_task(sitting.follow())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
