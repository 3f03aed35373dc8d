"""A run of a suite against an implementation."""

import shlex
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from websocket_conformance.results.result import Result
from websocket_conformance.results.verdict import Verdict

MOST_REPEATED = 10
"""How many cases a command line that repeats them names at most."""

SUBTEST = "#"
"""What stands between a page and its subtest in the name of a case of web-platform-tests."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Cases that are about the same thing.

    Attributes:
        id: what tells it from others, such as ``"6"``.
        title: what its cases are about.
    """

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Run:
    """What came out of a run.

    Attributes:
        implementation: the implementation's name.
        version: its version, empty if unknown.
        runtime: what it ran on, such as ``"CPython 3.11.7"``.
        suite: ``"embedded"``, ``"autobahn"``, ``"api"`` or ``"wpt"``.
        suite_version: the suite's version, for people.
        profile: how much was played of each case, such as ``"quick"``.
        started: when the first case began.
        seconds: how long the run took.
        asked: how many cases were to be played.
        interrupted: whether it was ended early.
        sections: the sections of its cases, in order.
        results: a result for each case that is over, in the suite's order.
        command: the command line by which it was run, without the cases; empty if unknown.
    """

    implementation: str
    version: str
    runtime: str
    suite: str
    suite_version: str
    profile: str
    started: datetime
    seconds: float
    asked: int
    interrupted: bool
    sections: tuple[Heading, ...]
    results: tuple[Result, ...]
    command: str = ""

    def repeat(self, *cases: str) -> str:
        """The command line that plays some of its cases again; empty if it is not known.

        A subtest is played again with its page.
        """
        played = dict.fromkeys(case.partition(SUBTEST)[0] for case in cases)
        return f"{self.command} --cases {shlex.quote(','.join(played))}" if self.command else ""

    @property
    def label(self) -> str:
        """The implementation and its version."""
        return f"{self.implementation} {self.version}".strip()

    @property
    def played(self) -> tuple[Result, ...]:
        """The results of the cases that were played."""
        return tuple(result for result in self.results if result.is_played)

    @property
    def good(self) -> int:
        """How many cases have the best verdict they can have."""
        return sum(result.is_good for result in self.results)

    @property
    def short(self) -> tuple[Result, ...]:
        """The cases that were played and are not at their best."""
        return tuple(result for result in self.played if not result.is_good)

    @property
    def is_best(self) -> bool:
        """Whether every case that was asked for was played and is at its best."""
        return self.good == self.asked

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many cases have each verdict that occurs, from the best to the worst."""
        counts = Counter(result.verdict for result in self.results)
        return {verdict: counts[verdict] for verdict in Verdict if counts[verdict]}
