"""How runs of web-platform-tests fare in each folder, by scope and variant."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from websocket_conformance.report.from_wpt import LEFT_OUT
from websocket_conformance.results.result import Result
from websocket_conformance.results.run import SUBTEST, Run
from websocket_conformance.results.verdict import Verdict

WORKER = ".worker.html"
"""How the path of a page ends whose test runs in a dedicated worker."""


@dataclass(frozen=True, order=True)
class WptKind:
    """In which scope and in which variant a page is loaded.

    Attributes:
        is_worker: whether its test runs in a dedicated worker, and not in a window.
        variant: ``"ws"``, ``"wss"``, ``"https"``, or what its variant says.
    """

    is_worker: bool
    variant: str

    @property
    def title(self) -> str:
        """It, for people."""
        return f"{'worker' if self.is_worker else 'window'}, {self.variant}"


@dataclass(frozen=True)
class WptTally:
    """How some subtests fare.

    Attributes:
        passed: how many of them pass.
        all: how many there are.
    """

    passed: int
    all: int

    def __str__(self) -> str:
        return f"{self.passed:,} of {self.all:,}" if self.all else ""


def kind(case: str) -> WptKind:
    """The kind of the page that a case is of."""
    page = case.partition(SUBTEST)[0]
    path, _, query = page.partition("?")
    is_secure = ".https." in path
    return WptKind(path.endswith(WORKER), "https" if is_secure else _variant(query))


def _variant(query: str) -> str:
    words = query.split("&")
    if "wpt_flags=https" in words:
        return "https"
    return {"": "ws", "default": "ws"}.get(query, query)


def subtests(run: Run) -> list[Result]:
    """The results of a run that are those of subtests, and not of pages."""
    return [each for each in run.results if SUBTEST in each.case and each.section != LEFT_OUT]


def tally(results: Iterable[Result]) -> WptTally:
    """Count the results that have passed; an expected failure has not."""
    passed = Counter(each.verdict is Verdict.OK for each in results)
    return WptTally(passed[True], passed[True] + passed[False])


def folders(run: Run) -> list[str]:
    """The folders of a run's subtests, in order."""
    return list(dict.fromkeys(each.section for each in subtests(run)))


def kinds(runs: Sequence[Run]) -> list[WptKind]:
    """The kinds of the pages of some runs, in order."""
    return sorted({kind(each.case) for run in runs for each in subtests(run)})


def by_kind(run: Run, folder: str = "") -> dict[WptKind, WptTally]:
    """How a run fares in a folder, or in all of them, by the kind of its pages."""
    some: dict[WptKind, list[Result]] = {}
    for each in subtests(run):
        if folder in ("", each.section):
            some.setdefault(kind(each.case), []).append(each)
    return {each: tally(results) for each, results in some.items()}


def by_folder(run: Run) -> dict[str, WptTally]:
    """How a run fares in each folder."""
    return {
        folder: tally(each for each in subtests(run) if each.section == folder)
        for folder in folders(run)
    }
