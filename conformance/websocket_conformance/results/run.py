"""A run of a suite against an implementation."""

import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from websocket_conformance.counting import counted
from websocket_conformance.results.result import Aftermath, Result
from websocket_conformance.results.verdict import Verdict

MOST_REPEATED = 10
"""How many cases a command line that repeats cases names at most."""

SUBTEST = "#"
"""The separator of a page and its subtest in the name of a case of web-platform-tests."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A section: cases about the same subject.

    Attributes:
        id: its identifier, such as ``"6"``.
        title: the subject of its cases.
    """

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run and its results.

    Attributes:
        implementation: the implementation's name.
        version: its version, empty if unknown.
        runtime: what it ran on, such as ``"CPython 3.11.7"``.
        suite: ``"embedded"``, ``"autobahn"``, ``"api"`` or ``"wpt"``.
        suite_version: the suite's version, as text.
        profile: the name of the profile, such as ``"quick"``.
        started: when the first case began.
        seconds: how long the run took.
        asked: how many cases were to be played.
        interrupted: whether the run was ended early.
        sections: the sections of its cases, in order.
        results: a result for each case that is over, in the suite's order.
        command: the command line of the run, without the cases; empty if unknown.
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
        """Return the command line that plays some of the cases again; empty if it is unknown.

        A subtest is played again with its whole page.
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

    @property
    def aftermaths(self) -> tuple[str, ...]:
        """What the implementation's process did after cases: a sentence for each kind of fault."""
        alike: dict[str, list[tuple[str, Aftermath]]] = {}
        for result in self.results:
            if result.aftermath is not None:
                known = alike.setdefault(result.aftermath.what, [])
                known.append((result.case, result.aftermath))
        return tuple(map(_sentence, alike.values()))


def _sentence(alike: Sequence[tuple[str, Aftermath]]) -> str:
    """Return a sentence about cases after which the same happened, with the words of one case."""
    first, aftermath = alike[0]
    if len(alike) == 1:
        said = f"; {aftermath.words}" if aftermath.words else ""
        return f"In case {first} the command {aftermath.what}{said}."
    said = next((f"; in {case}, {each.words}" for case, each in alike if each.words), "")
    return f"In {counted(len(alike), 'case')} the command {aftermath.what}{said}."
