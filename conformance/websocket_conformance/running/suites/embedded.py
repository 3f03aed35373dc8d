"""Opens fuzzing servers of the embedded suite, in this process."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

from websocket_conformance.cases import catalogue
from websocket_conformance.cases.case import Case
from websocket_conformance.cases.profile import Profile
from websocket_conformance.errors import UsageError
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.fuzzing.server import ConnectionFromClient
from websocket_conformance.fuzzing.shared import Fuzzing
from websocket_conformance.report import autobahn_files, from_embedded
from websocket_conformance.report.autobahn_files import Report
from websocket_conformance.results.result import Result
from websocket_conformance.running.breadth import cores
from websocket_conformance.running.dealing import deal, weight
from websocket_conformance.running.testee import FULL_SPEED

HOST = "127.0.0.1"
_SETTLE_SECONDS = 5.0
_LONGEST_CASE = 600.0
_BACKLOG = 1024


def chosen(known: Mapping[str, Case], patterns: Sequence[str]) -> tuple[Case, ...]:
    """The cases that some patterns name, in order.

    Raises:
        UsageError: a pattern names none, or is no pattern.
    """
    try:
        return catalogue.select(known, patterns)
    except (catalogue.UnknownCaseError, catalogue.PatternError) as error:
        raise UsageError(
            f"{error}; cases are named like 6.4.1, groups of them like '6.*'"
        ) from error


@dataclass
class EmbeddedSitting:
    """A fuzzing server; see `running.sitting.EmbeddedSitting`."""

    fuzzing: Fuzzing
    url: str
    case_url: str
    quiet: float
    keeps_reports: bool
    last: str = ""
    results: dict[str, Result] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)

    @property
    def playing(self) -> set[str]:
        """The cases that are being played."""
        return {playing.role.case.number for playing in self.fuzzing.playing}

    @property
    def at_hand(self) -> set[str]:
        """The same."""
        return self.playing

    @property
    def heard(self) -> dict[str, Result]:
        """What is heard of a case that is over is its result."""
        return self.results

    @property
    def lost(self) -> str:
        """The server is in this process, and is not lost before that is."""
        return ""

    @property
    def patience(self) -> float:
        """How long nothing may happen; the server itself ends a case in which nothing comes."""
        return _LONGEST_CASE if self.playing else self.quiet

    async def settle(self) -> None:
        """Let the cases that the testee has left come to their end."""
        for _ in range(int(_SETTLE_SECONDS / 0.05)):
            if not self.fuzzing.playing:
                return
            await asyncio.sleep(0.05)
        self.fuzzing.give_up("The case did not come to an end.")

    async def interrupt(self) -> None:
        """Hear of no more results: those that are still to come are no fault of the testee."""
        self.fuzzing.told = lambda _: None

    def told(self, result: Played) -> None:
        """A case is over."""
        self.last = result.number
        self.results[result.number] = from_embedded.result(result)
        if self.keeps_reports:
            self.reports[result.number] = autobahn_files.report(result)


@dataclass(frozen=True)
class EmbeddedSuite:
    """The embedded suite.

    Attributes:
        profile: how many messages the cases send that send many, and how long they pause.
        patience: how long nothing may happen before the testee counts as hung, in seconds.
        keeps_reports: whether Autobahn's report of each case is kept.
    """

    profile: Profile
    patience: float
    keeps_reports: bool = False

    def cases(self, patterns: Sequence[str]) -> list[str]:
        """The cases that some patterns name, in order.

        Raises:
            UsageError: a pattern names none or is no pattern, or all of them together name only
                cases for servers.
        """
        playable = catalogue.playable(chosen(self._known(), patterns), judge_is_server=True)
        if not playable:
            raise UsageError(
                f"the cases {', '.join(patterns)} are for servers, and a client is tested here; "
                "whatwg-websockets fuzzingclient tests servers"
            )
        return [case.number for case in playable]

    @property
    def lanes(self) -> int:
        """In how many lanes a testee is of use that can play several cases at a time.

        In the short profile most of the time goes into opening connections. A client opens one at a
        time, so that one lane more than there are cores keeps them all busy.
        """
        return cores() + (self.profile is Profile.QUICK)

    @property
    def most_jobs(self) -> int:
        """How many cases a testee plays at a time with a server."""
        return FULL_SPEED

    @property
    def version(self) -> str:
        """The suite's version, for people."""
        return from_embedded.suite_version()

    def deal(self, cases: Sequence[str], lanes: int) -> list[list[str]]:
        """Deal cases out to some lanes; see `running.dealing.deal`."""
        heaps = deal((self._known()[case] for case in cases), lanes)
        return [[case.number for case in heap] for heap in heaps]

    def expected(self, case: str) -> float:
        """About how long a case takes, beside others; see `running.dealing.weight`."""
        return weight(self._known()[case])

    def unplayed(self, case: str, trouble: str) -> Result:
        """The result of a case that the testee did not play."""
        return from_embedded.unplayed(self._known()[case], trouble)

    @asynccontextmanager
    async def sitting(self, cases: Sequence[str], agent: str) -> AsyncIterator[EmbeddedSitting]:
        """A server that has some cases."""
        known = self._known()
        fuzzing = Fuzzing([known[case] for case in cases], most_quiet=self.patience)
        server = await asyncio.get_running_loop().create_server(
            lambda: ConnectionFromClient(fuzzing), HOST, 0, backlog=_BACKLOG
        )
        url = f"ws://{HOST}:{server.sockets[0].getsockname()[1]}"
        case_url = f"{url}/runCase?case=1&agent={quote(agent)}"
        sitting = EmbeddedSitting(fuzzing, url, case_url, self.patience, self.keeps_reports)
        fuzzing.told = sitting.told
        try:
            yield sitting
        finally:
            fuzzing.told = lambda _: None
            fuzzing.give_up("The run is over.")
            server.close()

    def _known(self) -> dict[str, Case]:
        return dict(catalogue.every(self.profile))
