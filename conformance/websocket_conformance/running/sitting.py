"""What a suite is for those who run it: fuzzing servers, each with some cases, and a client."""

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
    """A fuzzing server that is up and has some cases to be played.

    Attributes:
        url: where it is.
        case_url: where the first of its cases is.
        last: the case that was over last, empty if none is known to be.
        results: what is known for good of the cases that are over.
        reports: Autobahn's report of each of them, as far as reports are kept.
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
        """The cases that are certainly being played."""
        return ()

    @property
    def at_hand(self) -> Collection[str]:
        """The cases that it is the turn of, whether or not the testee has come to play them."""
        return self.playing

    @property
    def heard(self) -> Mapping[str, Result]:
        """What can be told already of the cases that are over."""
        return self.results

    @property
    def lost(self) -> str:
        """What became of the server, if it can give no results any more; empty if it can."""
        return ""

    @property
    @abstractmethod
    def patience(self) -> float:
        """How long nothing may happen now before the testee counts as hung, in seconds."""

    @abstractmethod
    async def settle(self) -> None:
        """Make the results complete, once the testee is gone, or find the server lost."""

    @abstractmethod
    async def interrupt(self) -> None:
        """Hear of no more results, while the testee is still there."""


class Observer(Protocol):
    """Somebody who watches a run."""

    def playing(self, lane: int, cases: Sequence[str]) -> None:
        """These cases are being played in a lane."""

    def finished(self, result: Result) -> None:
        """A case is over; it may be said again, if more is known of it."""

    def warn(self, text: str) -> None:
        """Something went wrong that costs more than one case."""


@dataclass
class Table:
    """What the lanes share: the results so far.

    Attributes:
        observer: is told how it goes.
        results: what is known of each case that is over.
        reports: Autobahn's report of each case, as far as reports are kept.
    """

    observer: Observer
    results: dict[str, Result] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    _told: dict[str, Result] = field(default_factory=dict)
    _advised: set[str] = field(default_factory=set)

    def add(self, result: Result) -> None:
        """A case is over."""
        self.results[result.case] = result
        self.tell(result)

    def tell(self, result: Result) -> None:
        """Something can be told of a case already, though it has no result yet."""
        if self._told.get(result.case) != result:
            self._told[result.case] = result
            self.observer.finished(result)

    def advise(self, text: str) -> None:
        """Say something that may help, once however many lanes have reason to."""
        if text not in self._advised:
            self._advised.add(text)
            self.observer.warn(text)


class Suite(Protocol):
    """A suite whose cases can be played with a fuzzing server, or by a fuzzing client."""

    @property
    def version(self) -> str:
        """Its version and, if that is of interest, where it comes from, for people."""

    @property
    def profile(self) -> str:
        """How much is played of each case, such as ``"quick"``."""

    @property
    def lanes(self) -> int:
        """In how many lanes a testee is of use that can play several cases at a time."""

    @property
    def most_jobs(self) -> int:
        """How many cases a testee plays at a time with one server."""

    def expected(self, case: str) -> float:
        """About how long a case takes, in a measure that is good only beside other cases."""

    def deal(self, cases: Sequence[str], lanes: int) -> list[list[str]]:
        """Deal cases out, so that the lanes have about the same to do; none is left without any."""

    def sitting(self, cases: Sequence[str], agent: str) -> AbstractAsyncContextManager[Sitting]:
        """Start a server that has some cases."""

    async def visit(
        self, testee: ServerTestee, cases: Sequence[str], jobs: int | None, table: Table
    ) -> None:
        """Play cases with a server, until each has a result.

        Raises:
            MissingError: the server does not come to listen, or the suite does not start.
        """

    def unplayed(self, case: str, trouble: str) -> Result:
        """The result of a case that the testee did not play."""
