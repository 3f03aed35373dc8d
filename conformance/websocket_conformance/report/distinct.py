"""Give the runs of one implementation, such as those of two days, names that tell them apart."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from websocket_conformance.results.run import Run


def distinct(runs: Sequence[Run]) -> list[Run]:
    """Return runs in which no implementation has two runs of a suite.

    Where it would have, its version is added to its name, or else the date of the run, the time,
    or a number.
    """
    groups: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        groups.setdefault((run.suite, run.implementation), []).append(run)
    suffixes = {key: iter(_suffixes(alike)) for key, alike in groups.items()}
    return [_named(run, next(suffixes[run.suite, run.implementation])) for run in runs]


def _named(run: Run, suffix: str) -> Run:
    return replace(run, implementation=f"{run.implementation} ({suffix})") if suffix else run


def _suffixes(alike: Sequence[Run]) -> list[str]:
    if len(alike) == 1:
        return [""]
    numbers = [str(number) for number in range(1, len(alike) + 1)]
    usable = (words for words in _kinds(alike) if all(words) and len({*words}) == len(words))
    return next(usable, numbers)


def _kinds(alike: Sequence[Run]) -> Iterator[list[str]]:
    yield [run.version for run in alike]
    dates = [f"{run.started.day} {run.started:%B %Y}" for run in alike]
    yield dates
    for clock in ("%H:%M %Z", "%H:%M:%S %Z"):
        pairs = zip(dates, alike, strict=True)
        yield [f"{date}, {run.started.strftime(clock).strip()}" for date, run in pairs]
