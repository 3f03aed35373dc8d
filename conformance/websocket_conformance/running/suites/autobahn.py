"""Opens fuzzing servers of the real Autobahn suite."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from websocket_conformance.autobahn import catalogue
from websocket_conformance.autobahn.control import ControlError
from websocket_conformance.autobahn.server import FuzzingServer, fuzzing_server
from websocket_conformance.autobahn.suites import DockerSuite, PythonSuite
from websocket_conformance.cases.catalogue import by_number
from websocket_conformance.cases.profile import Profile
from websocket_conformance.guardian import temporary_directory
from websocket_conformance.report import from_autobahn
from websocket_conformance.report.autobahn_files import Report
from websocket_conformance.results.result import Result
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.running.breadth import cores
from websocket_conformance.running.dealing import evenly
from websocket_conformance.running.suites.embedded import chosen

_ASK_AGAIN_SECONDS = 0.05


@dataclass
class AutobahnSitting:
    """A fuzzing server; see `running.sitting.AutobahnSitting`.

    It does not say what is being played, and gives its reports only when asked at the end. What it
    says of the messages of each case as it ends is good for those who watch, and no result.
    """

    server: FuzzingServer
    url: str
    case_url: str
    cases: Sequence[str]
    timeout: float | None
    last: str = ""
    at_hand: tuple[str, ...] = ()
    heard: dict[str, Result] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    _wordless: str = ""

    @property
    def playing(self) -> Collection[str]:
        """The cases that are being played: the server does not say."""
        return ()

    @property
    def lost(self) -> str:
        """What became of the server; empty while it is there."""
        return self.server.lost or self._wordless

    @property
    def patience(self) -> float:
        """How long the case at hand may take."""
        return self.timeout or max(map(catalogue.patience, self.at_hand or self.cases))

    async def follow(self) -> None:
        """Hear of the cases as they end, one after the other."""
        for case in self.cases:
            self.at_hand = (case,)
            word = await self._word(case)
            self.heard[case] = replace(from_autobahn.lost(case, ""), behaviour=word)

    async def _word(self, case: str) -> Verdict:
        """Wait until the server has a word for the messages of a case."""
        while True:
            with suppress(ControlError):
                word = await self.server.verdict(case)
                if word is not Verdict.NO_RESULT:
                    return word
            await asyncio.sleep(_ASK_AGAIN_SECONDS)

    async def settle(self) -> None:
        """Fetch the reports; without one a case has not been played."""
        try:
            reports = [] if self.lost else await self.server.reports()
        except ControlError as error:
            self._wordless = f"{error}"
            return
        self.reports = {str(report["id"]): report for report in reports}
        self.results = {case: from_autobahn.result(each) for case, each in self.reports.items()}
        self.last = next((case for case in reversed(self.cases) if case in self.results), "")

    async def interrupt(self) -> None:
        """Fetch what there is: the reports hold only cases that are over."""
        await self.settle()


@dataclass(frozen=True)
class AutobahnSuite:
    """The real suite.

    Attributes:
        real: where it comes from.
        timeout: how long a case may take before the testee counts as hung, in seconds; None for
            what the case needs.
    """

    real: DockerSuite | PythonSuite
    timeout: float | None

    @staticmethod
    def cases(patterns: Sequence[str]) -> list[str]:
        """The cases that some patterns name, in order.

        Raises:
            UsageError: a pattern names none.
        """
        return [case.number for case in chosen(by_number(Profile.FULL), patterns)]

    @property
    def lanes(self) -> int:
        """In how many lanes a testee is of use: a server keeps one core busy at most."""
        return cores()

    @property
    def most_jobs(self) -> int:
        """How many cases a testee plays at a time with a server, which is made to play one."""
        return 1

    @property
    def version(self) -> str:
        """The suite's version and where it comes from, for people."""
        return self.real.label

    @property
    def profile(self) -> str:
        """How much is played of each case: all of it."""
        return "full"

    def deal(self, cases: Sequence[str], lanes: int) -> list[list[str]]:
        """Deal cases out to some lanes, each in the suite's order, as its own servers play them."""
        heaps = evenly(cases, catalogue.expected_seconds, lanes)
        return [sorted(heap, key=cases.index) for heap in heaps]

    def expected(self, case: str) -> float:
        """About how long a case takes, beside others."""
        return catalogue.expected_seconds(case)

    def unplayed(self, case: str, trouble: str) -> Result:
        """The result of a case that the testee did not play."""
        return replace(from_autobahn.lost(case, trouble), behaviour=Verdict.FAILED)

    @asynccontextmanager
    async def sitting(self, cases: Sequence[str], agent: str) -> AsyncIterator[AutobahnSitting]:
        """A server that has some cases.

        Raises:
            MissingError: it does not start.
        """
        real = replace(self.real, cases=tuple(cases))
        with temporary_directory("autobahn-") as directory:
            async with fuzzing_server(real, directory, agent, len(cases)) as server:
                url = server.address
                case_url = f"{url}/runCase?case=1&agent={quote(agent)}"
                sitting = AutobahnSitting(server, url, case_url, cases, self.timeout)
                async with _following(sitting):
                    yield sitting


@asynccontextmanager
async def _following(sitting: AutobahnSitting) -> AsyncIterator[None]:
    task: asyncio.Task[Any] = asyncio.create_task(sitting.follow())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
