"""The interface of a suite: it starts fuzzing servers with some cases each, or a fuzzing client."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import InitVar, dataclass, field
from typing import Protocol
from urllib.parse import quote

from websocket_conformance.report.autobahn_files import Report
from websocket_conformance.results.result import Result
from websocket_conformance.running.serving import ServerTestee


@dataclass
class Sitting(ABC):
    """A fuzzing server that listens and has some cases to be played.

    Attributes:
        url: the URL of the server.
        case_url: the URL of the first of its cases.
        last: the case that ended last; empty if no case is known to have ended.
        results: the final results of the cases that are over.
        reports: Autobahn's report of each of these cases, if reports are kept.
    """

    url: str
    case_url: str = field(init=False)
    agent: InitVar[str]
    last: str = field(default="", init=False)
    results: dict[str, Result] = field(default_factory=dict, init=False)
    reports: dict[str, Report] = field(default_factory=dict, init=False)

    def __post_init__(self, agent: str) -> None:
        self.case_url = f"{self.url}/runCase?case=1&agent={quote(agent)}"

    @property
    def playing(self) -> Collection[str]:
        """Return the cases that are certainly being played."""
        return ()

    @property
    def at_hand(self) -> Collection[str]:
        """Return the cases that are next, whether or not the testee has asked for them yet."""
        return self.playing

    @property
    def heard(self) -> Mapping[str, Result]:
        """Return what is already known of the cases that are over."""
        return self.results

    @property
    def lost(self) -> str:
        """Return how the server was lost, if it can give no more results; empty if it can."""
        return ""

    @property
    @abstractmethod
    def patience(self) -> float:
        """Return after how many seconds without an event the testee counts as hung, from now on."""

    @abstractmethod
    async def settle(self) -> None:
        """Complete the results, once the testee has ended, or find that the server is lost."""

    @abstractmethod
    async def interrupt(self) -> None:
        """Take no more results, while the testee still runs."""


class Observer(Protocol):
    """Receives the progress of a run."""

    def playing(self, lane: int, cases: Sequence[str]) -> None:
        """Show that these cases are being played in a lane."""

    def finished(self, result: Result) -> None:
        """Show the result of a case; it may be called again once more is known of the case."""

    def warn(self, text: str) -> None:
        """Show a problem that affects more than one case."""


@dataclass
class Table:
    """The results so far, which the lanes share.

    Attributes:
        observer: receives the progress of the run.
        results: what is known of each case that is over.
        reports: Autobahn's report of each case, if reports are kept.
    """

    observer: Observer
    results: dict[str, Result] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    _told: dict[str, Result] = field(default_factory=dict)
    _advised: set[str] = field(default_factory=set)

    def add(self, result: Result) -> None:
        """Keep the result of a case that is over."""
        self.results[result.case] = result
        self.tell(result)

    def tell(self, result: Result) -> None:
        """Keep what is known of a case that has no final result yet."""
        if self._told.get(result.case) != result:
            self._told[result.case] = result
            self.observer.finished(result)

    def advise(self, text: str) -> None:
        """Print a hint once, even if several lanes have reason to."""
        if text not in self._advised:
            self._advised.add(text)
            self.observer.warn(text)


class Suite(Protocol):
    """A suite whose cases can be played with a fuzzing server, or by a fuzzing client."""

    @property
    def version(self) -> str:
        """Return the suite's version and, where it matters, its source, as text for the report."""

    @property
    def profile(self) -> str:
        """Return the name of the profile, such as ``"quick"``."""

    @property
    def lanes(self) -> int:
        """Return the number of useful lanes for a testee that can play several cases at a time."""

    @property
    def most_jobs(self) -> int:
        """Return how many cases a testee plays at a time with one server."""

    def expected(self, case: str) -> float:
        """Return a relative estimate of how long a case takes, to compare with other cases."""

    def deal(self, cases: Sequence[str], lanes: int) -> list[list[str]]:
        """Deal cases out, so that the lanes have about the same amount of work; none is empty."""

    def sitting(self, cases: Sequence[str], agent: str) -> AbstractAsyncContextManager[Sitting]:
        """Start a server that has some cases."""

    async def visit(
        self, testee: ServerTestee, cases: Sequence[str], jobs: int | None, table: Table
    ) -> None:
        """Play cases with a server, until each has a result.

        Raises:
            AbsentError: the server does not listen.
            MissingError: the suite does not start.
            UsageError: the server's command cannot be started.
        """

    def unplayed(self, case: str, trouble: str) -> Result:
        """Return the result of a case that the testee did not play."""
