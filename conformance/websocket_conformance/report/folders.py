"""The results of runs of web-platform-tests in each folder, by scope and variant."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from websocket_conformance.report.from_wpt import LEFT_OUT
from websocket_conformance.results.result import Result
from websocket_conformance.results.run import SUBTEST, Run
from websocket_conformance.results.verdict import Verdict

WORKER = ".worker.html"
"""The ending of the path of a page whose test runs in a dedicated worker."""


@dataclass(frozen=True, order=True)
class WptKind:
    """The scope and the variant in which a page is loaded.

    Attributes:
        is_worker: whether its test runs in a dedicated worker, and not in a window.
        variant: ``"ws"``, ``"wss"``, ``"https"``, or the text of its variant.
    """

    is_worker: bool
    variant: str

    @property
    def title(self) -> str:
        """Return the kind as text for the report."""
        return f"{'worker' if self.is_worker else 'window'}, {self.variant}"


@dataclass(frozen=True)
class WptTally:
    """The results of some subtests.

    Attributes:
        passed: how many of them pass.
        all: how many subtests there are.
    """

    passed: int
    all: int

    def __str__(self) -> str:
        return f"{self.passed:,} of {self.all:,}" if self.all else ""


def kind(case: str) -> WptKind:
    """Return the kind of the page of a case."""
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
    """Return the results of subtests in a run, without the results of whole pages."""
    return [each for each in run.results if SUBTEST in each.case and each.section != LEFT_OUT]


def tally(results: Iterable[Result]) -> WptTally:
    """Count some results; an expected failure does not count as passed."""
    passed = Counter(each.verdict is Verdict.OK for each in results)
    return WptTally(passed[True], passed[True] + passed[False])


def folders(run: Run) -> list[str]:
    """Return the folders of a run's subtests, in order."""
    return list(dict.fromkeys(each.section for each in subtests(run)))


def kinds(runs: Sequence[Run]) -> list[WptKind]:
    """Return the kinds of the pages of some runs, in order."""
    return sorted({kind(each.case) for run in runs for each in subtests(run)})


def by_kind(run: Run, folder: str = "") -> dict[WptKind, WptTally]:
    """Count the results of a run in a folder, or in all folders, by the kind of the pages."""
    some: dict[WptKind, list[Result]] = {}
    for each in subtests(run):
        if folder in ("", each.section):
            some.setdefault(kind(each.case), []).append(each)
    return {each: tally(results) for each, results in some.items()}


def by_folder(run: Run) -> dict[str, WptTally]:
    """Count the results of a run in each folder."""
    return {
        folder: tally(each for each in subtests(run) if each.section == folder)
        for folder in folders(run)
    }
