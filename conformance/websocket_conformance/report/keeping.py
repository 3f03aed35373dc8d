"""Keeps a report from being replaced by one of a few of its cases, or of an interrupted run."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from websocket_conformance.report import site
from websocket_conformance.results.run import Run

PART = "part"
"""The folder within a report for the report of some cases; further ones have a number."""

_PART = re.compile(rf"{PART}(-\d+)?")


def place(runs: Sequence[Run], directory: Path, *, is_part: bool) -> Path:
    """Where the report of some runs goes.

    Args:
        runs: the runs.
        directory: where a person wants it.
        is_part: whether only some cases were asked for.

    Returns:
        The directory, or the first of the folders ``part``, ``part-2`` and so on within, in which
        there are neither a report of more cases nor files of others.
    """
    place, number = directory, 1
    while _is_to_be_kept(place, runs, is_part) or (number > 1 and site.in_the_way(place)):
        place = directory / (PART if number == 1 else f"{PART}-{number}")
        number += 1
    return place


def _is_to_be_kept(directory: Path, runs: Sequence[Run], is_part: bool) -> bool:
    """Whether there is a report in a directory with more than some runs, which are not whole."""
    kept = site.kept(directory)
    if any(run.interrupted for run in runs) and _played(runs) < _played(kept):
        return True
    return is_part and cases(runs) < cases(kept)


def _played(runs: Iterable[Run]) -> int:
    return sum(len(run.played) for run in runs)


def cases(runs: Iterable[Run]) -> int:
    """How many cases some runs are about, each suite by its longest run."""
    most: dict[str, int] = {}
    for run in runs:
        most[run.suite] = max(run.asked, most.get(run.suite, 0))
    return sum(most.values())


def clear_parts(directory: Path, runs: Iterable[Run]) -> None:
    """Remove the reports of parts of some runs, which are whole, and have a report in a directory.

    What others have put beside a report stays.

    Raises:
        OSError: they cannot be removed.
    """
    known = {(run.suite, run.implementation) for run in runs}
    for folder in sorted(directory.glob(f"{PART}*")):
        parts = {(run.suite, run.implementation) for run in site.kept(folder)}
        if _PART.fullmatch(folder.name) and parts and parts <= known:
            site.remove(folder)
