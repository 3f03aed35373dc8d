"""Keep a report from being replaced by a report of fewer cases or of an interrupted run."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from websocket_conformance.report import site
from websocket_conformance.results.run import Run

PART = "part"
"""The folder within a report for the report of some cases; further folders have a number."""

_PART = re.compile(rf"{PART}(-\d+)?")


def place(runs: Sequence[Run], directory: Path, *, is_part: bool) -> Path:
    """Return the folder of the report of some runs.

    Args:
        runs: the runs.
        directory: the folder that the user names.
        is_part: whether only some cases were selected.

    Returns:
        The directory, or the first of the folders ``part``, ``part-2`` and so on in it that has
        neither a report of more cases nor other files.
    """
    place, number = directory, 1
    while _is_to_be_kept(place, runs, is_part) or (number > 1 and site.in_the_way(place)):
        place = directory / (PART if number == 1 else f"{PART}-{number}")
        number += 1
    return place


def _is_to_be_kept(directory: Path, runs: Sequence[Run], is_part: bool) -> bool:
    """Return whether a directory has a report of more cases than some incomplete runs."""
    kept = site.kept(directory)
    if any(run.interrupted for run in runs) and _played(runs) < _played(kept):
        return True
    return is_part and cases(runs) < cases(kept)


def _played(runs: Iterable[Run]) -> int:
    return sum(len(run.played) for run in runs)


def cases(runs: Iterable[Run]) -> int:
    """Return the number of cases of some runs, counting the longest run of each suite."""
    most: dict[str, int] = {}
    for run in runs:
        most[run.suite] = max(run.asked, most.get(run.suite, 0))
    return sum(most.values())


def clear_parts(directory: Path, runs: Iterable[Run]) -> None:
    """Remove the reports of parts, after the report of some whole runs has been written.

    Other files beside a report stay.

    Raises:
        OSError: they cannot be removed.
    """
    known = {(run.suite, run.implementation) for run in runs}
    for folder in sorted(directory.glob(f"{PART}*")):
        parts = {(run.suite, run.implementation) for run in site.kept(folder)}
        if _PART.fullmatch(folder.name) and parts and parts <= known:
            site.remove(folder)
