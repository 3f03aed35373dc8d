"""Keeps the report of a whole suite from being replaced by one of a few of its cases."""

from collections.abc import Iterable
from pathlib import Path

from websocket_conformance.errors import ReportError
from websocket_conformance.report import saved, site
from websocket_conformance.results.run import Run

PART = "part"
"""The folder within a report for the report of some cases."""


def place(runs: Iterable[Run], directory: Path, *, is_part: bool) -> Path:
    """Where the report of some runs goes.

    Args:
        runs: the runs.
        directory: where a person wants it.
        is_part: whether only some cases were asked for.

    Returns:
        The directory, or a folder within, if there is a report of more cases in the directory.
    """
    is_smaller = is_part and cases(runs) < cases(_there(directory))
    return directory / PART if is_smaller else directory


def cases(runs: Iterable[Run]) -> int:
    """How many cases some runs are about, each suite by its longest run."""
    most: dict[str, int] = {}
    for run in runs:
        most[run.suite] = max(run.asked, most.get(run.suite, 0))
    return sum(most.values())


def _there(directory: Path) -> list[Run]:
    """The runs of the report in a directory; none that cannot be read."""
    found = []
    for file in sorted((directory / site.RUNS).glob("*.json")):
        try:
            found.append(saved.load(file))
        except ReportError:
            continue
    return found
