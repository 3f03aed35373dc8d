"""Open fuzzing servers of the embedded suite, in this process."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from websocket_conformance.cases import catalogue
from websocket_conformance.cases.case import Case
from websocket_conformance.cases.profile import Profile
from websocket_conformance.errors import UsageError
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.fuzzing.server import listen
from websocket_conformance.fuzzing.shared import Fuzzing
from websocket_conformance.report import autobahn_files, from_embedded
from websocket_conformance.results.result import Result
from websocket_conformance.running.breadth import cores
from websocket_conformance.running.dealing import deal, expected
from websocket_conformance.running.serving import ServerTestee
from websocket_conformance.running.sitting import Sitting, Table
from websocket_conformance.running.suites.servers import JOBS, Visit
from websocket_conformance.running.testee import FULL_SPEED

_SETTLE_SECONDS = 5.0
_LONGEST_CASE = 600.0
_LOOK = 0.05


def chosen(
    known: Mapping[str, Case], patterns: Sequence[str], excluded: Sequence[str] = ()
) -> tuple[Case, ...]:
    """Return the cases that match a pattern and no pattern of exclusion, in order.

    Raises:
        UsageError: a pattern matches no case, or is invalid.
    """
    try:
        return catalogue.select(known, patterns, excluded)
    except (catalogue.UnknownCaseError, catalogue.PatternError) as error:
        raise UsageError(
            f"{error}; cases are named like 6.4.1, groups of them like '6.*'"
        ) from error


@dataclass
class _EmbeddedSitting(Sitting):
    """A fuzzing server in this process, which is lost only if this process is."""

    fuzzing: Fuzzing
    quiet: float
    keeps_reports: bool

    @property
    def playing(self) -> set[str]:
        return {playing.role.case.number for playing in self.fuzzing.playing}

    @property
    def patience(self) -> float:
        # The server itself ends a case in which nothing comes.
        return _LONGEST_CASE if self.playing else self.quiet

    async def settle(self) -> None:
        for _ in range(int(_SETTLE_SECONDS / _LOOK)):
            if not self.fuzzing.playing:
                return
            await asyncio.sleep(_LOOK)
        self.fuzzing.give_up("The case did not end.")

    async def interrupt(self) -> None:
        # The testee is not to blame for results that are still missing.
        self.fuzzing.told = lambda _: None

    def told(self, result: Played) -> None:
        """Keep the result of a case that is over."""
        self.last = result.number
        self.results[result.number] = from_embedded.result(result)
        if self.keeps_reports:
            self.reports[result.number] = autobahn_files.report(result)


def cases(
    profile: Profile,
    patterns: Sequence[str],
    excluded: Sequence[str] = (),
    *,
    for_servers: bool = False,
) -> list[str]:
    """Return the cases for clients, or for servers, that match a pattern and are not excluded.

    Raises:
        UsageError: a pattern matches no case or is invalid, or all of them together leave no case
            for clients, or for servers.
    """
    every = chosen(catalogue.every(profile), patterns, excluded)
    found = catalogue.playable(every, judge_is_server=not for_servers)
    if every and not found:
        names = ", ".join(case.number for case in every) if excluded else ", ".join(patterns)
        raise UsageError(
            f"the cases {names} are for clients, and a server is tested here; "
            "--implementation and --command test clients"
            if for_servers
            else f"the cases {names} are for servers, and a client is tested here; "
            "--server and --url test servers"
        )
    return [case.number for case in found]


@dataclass(frozen=True)
class EmbeddedSuite:
    """The embedded suite.

    Attributes:
        profile: how many messages the long cases send, and how long they pause.
        patience: how long nothing may happen before a client counts as hung, and how long a server
            may take to listen, in seconds.
        keeps_reports: whether Autobahn's report of each case is kept.
        most_jobs: how many cases a testee plays at a time with a server.
        version: the suite's version, as text for the report.
    """

    profile: Profile
    patience: float
    keeps_reports: bool = False
    most_jobs: int = FULL_SPEED
    version: str = field(default_factory=from_embedded.suite_version)

    @property
    def lanes(self) -> int:
        """Return the number of useful lanes for a testee that can play several cases at a time.

        In the short profile, opening connections takes most of the time. A client opens one
        connection at a time, so one lane more than there are cores keeps all cores busy.
        """
        return cores() + (self.profile is Profile.QUICK)

    def deal(self, cases: Sequence[str], lanes: int) -> list[list[str]]:
        """Deal cases out to some lanes; see `running.dealing.deal`."""
        heaps = deal((self._known()[case] for case in cases), lanes)
        return [[case.number for case in heap] for heap in heaps]

    def expected(self, case: str) -> float:
        """Return a relative estimate of how long a case takes; see `running.dealing.expected`."""
        return expected(self._known()[case])

    def unplayed(self, case: str, trouble: str) -> Result:
        """Return the result of a case that the testee did not play."""
        return from_embedded.unplayed(self._known()[case], trouble)

    @asynccontextmanager
    async def sitting(self, cases: Sequence[str], agent: str) -> AsyncIterator[Sitting]:
        """Start a server that has some cases."""
        known = self._known()
        fuzzing = Fuzzing([known[case] for case in cases], most_quiet=self.patience)
        server, address = await listen(fuzzing)
        sitting = _EmbeddedSitting(address.url, agent, fuzzing, self.patience, self.keeps_reports)
        fuzzing.told = sitting.told
        try:
            yield sitting
        finally:
            fuzzing.told = lambda _: None
            fuzzing.give_up("The run is over.")
            server.close()

    async def visit(
        self, testee: ServerTestee, cases: Sequence[str], jobs: int | None, table: Table
    ) -> None:
        """Play cases with a server; see `running.suites.servers`."""
        known = self._known()
        visit = Visit(testee, jobs or JOBS, self.patience, table)
        await visit.play([known[case] for case in cases])

    def _known(self) -> dict[str, Case]:
        return dict(catalogue.every(self.profile))
