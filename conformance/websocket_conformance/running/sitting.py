"""What a suite is for those who run it: it opens fuzzing servers, each with some cases."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from websocket_conformance.report.autobahn_files import Report
from websocket_conformance.results.result import Result


class Sitting(Protocol):
    """A fuzzing server that is up and has some cases to be played.

    Attributes:
        url: where it is.
        case_url: where the first of its cases is.
        last: the case that was over last, empty if none is known to be.
        results: what is known for good of the cases that are over.
        reports: Autobahn's report of each of them, as far as reports are kept.
    """

    url: str
    case_url: str
    last: str
    results: dict[str, Result]
    reports: dict[str, Report]

    @property
    def playing(self) -> Collection[str]:
        """The cases that are certainly being played."""

    @property
    def at_hand(self) -> Collection[str]:
        """The cases that it is the turn of, whether or not the testee has come to play them."""

    @property
    def heard(self) -> Mapping[str, Result]:
        """What can be told already of the cases that are over."""

    @property
    def patience(self) -> float:
        """How long nothing may happen now before the testee counts as hung, in seconds."""

    @property
    def lost(self) -> str:
        """What became of the server, if it can give no results any more; empty if it can."""

    async def settle(self) -> None:
        """Make the results complete, once the testee is gone, or find the server lost."""

    async def interrupt(self) -> None:
        """Hear of no more results, while the testee is still there."""


class Suite(Protocol):
    """A suite whose cases can be played with a fuzzing server."""

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

    def unplayed(self, case: str, trouble: str) -> Result:
        """The result of a case that the testee did not play."""


class Observer(Protocol):
    """Somebody who watches a run."""

    def playing(self, lane: int, cases: Sequence[str]) -> None:
        """These cases are being played in a lane."""

    def finished(self, result: Result) -> None:
        """A case is over; it may be said again, if more is known of it."""

    def warn(self, text: str) -> None:
        """Something went wrong that costs more than one case."""
