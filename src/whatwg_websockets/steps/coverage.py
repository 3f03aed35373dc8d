"""Which steps ran, and under which tests: read from a data file of coverage.py.

The data has to have contexts, the tests' names; ``make test`` writes such a file.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from whatwg_websockets.steps.comments import Comment, SourceFile
from whatwg_websockets.steps.places import Place, places


class NoData(Exception):
    """No data could be read; the text says where, and what to do."""


@dataclass(frozen=True)
class Run:
    """The record of a step that is carried out.

    Attributes:
        place: the step, or the requirement.
        ran: whether its statement ran at all; None if the step has no statement, since the step is
            that nothing more is done.
        tests: the names of the tests under which it ran, in order; empty for a statement that runs
            only when its module is imported.
    """

    place: Place
    ran: bool | None
    tests: tuple[str, ...]


class StepCoverage:
    """Which steps ran, and under which tests.

    Args:
        runs: all steps that are carried out, in the files' order.
        stale: files that are younger than the data, so that its line numbers may be wrong.
    """

    def __init__(self, runs: Iterable[Run], stale: Iterable[Path] = ()) -> None:
        self.runs = list(runs)
        self.stale = list(stale)
        self._by_line = {_key(run.place.comment): run for run in self.runs}

    @property
    def missing(self) -> list[Run]:
        """The steps that did not run."""
        return [run for run in self.runs if run.ran is False]

    @cached_property
    def steps_run(self) -> defaultdict[Path, Counter[str]]:
        """How many steps of each file each test ran; the fewer, the nearer a test is to a step."""
        counts: defaultdict[Path, Counter[str]] = defaultdict(Counter)
        for run in self.runs:
            counts[run.place.comment.path].update(run.tests)
        return counts

    def tests_of(self, step: Comment) -> tuple[str, ...]:
        """Return the names of the tests that ran a step or a requirement; empty without code."""
        run = self._by_line.get(_key(step))
        return run.tests if run is not None else ()


def _key(comment: Comment) -> tuple[Path, int]:
    return comment.path, comment.line


def read_coverage(data: Path | None = None, steps: Iterable[Place] | None = None) -> StepCoverage:
    """Read which steps ran.

    Args:
        data: the data file; by default ``.coverage`` in the working directory.
        steps: the steps to look for; by default all of this project.

    Raises:
        NoData: the file does not exist, is not a data file, or has no contexts.
    """
    file = data or Path(".coverage")
    applying = [
        place for place in (places() if steps is None else steps) if place.comment.is_carried_out
    ]
    files = sorted({place.comment.path for place in applying})
    lines = _read(file, files)
    return StepCoverage(
        (_run(place, lines[place.comment.path]) for place in applying),
        (path for path in files if path.stat().st_mtime > file.stat().st_mtime),
    )


def recorded_tests(
    sources: Iterable[SourceFile], data: Path | None = None
) -> Callable[[Comment], tuple[str, ...]]:
    """Return a function that returns the recorded tests that ran a step.

    The function returns no tests for a file that is younger than the data, since its lines may have
    moved. The tests that ran the fewest steps of the file come first, since they are specific to
    the step.

    Args:
        sources: the files that hold the steps.
        data: the data file; by default ``.coverage`` in the working directory. It need not exist.
    """
    steps = {source.path: list(places([source])) for source in sources}

    @cache
    def coverage_of(path: Path) -> StepCoverage:
        try:
            coverage = read_coverage(data, steps[path])
        except NoData:
            return StepCoverage([])
        return StepCoverage([]) if coverage.stale else coverage

    def tests_of(step: Comment) -> tuple[str, ...]:
        coverage = coverage_of(step.path)
        count = coverage.steps_run[step.path]
        return tuple(sorted(coverage.tests_of(step), key=lambda test: (count[test], test)))

    return tests_of


def _read(file: Path, files: Iterable[Path]) -> dict[Path, Mapping[int, list[str]]]:
    """Return for each file the contexts by line.

    Raises:
        NoData: the data has no tests, or cannot be read.
    """
    try:
        from coverage import CoverageData
        from coverage.exceptions import CoverageException
    except ImportError:
        raise NoData("coverage.py is not installed: pip install coverage") from None
    if not file.is_file():
        raise NoData(f"{file}: there is no such file; `make test` writes it")
    with closing(CoverageData(str(file))) as recorded:
        try:
            recorded.read()
        except CoverageException as error:
            raise NoData(f"{file}: not a data file of coverage.py: {error}") from None
        if not any(recorded.measured_contexts()):
            raise NoData(f"{file}: does not say which tests ran; `make test` writes one that does")
        return {path: recorded.contexts_by_lineno(str(path)) for path in files}


def _run(place: Place, contexts: Mapping[int, list[str]]) -> Run:
    if not place.lines:
        return Run(place, None, ())
    found = {context for line in place.lines for context in contexts.get(line, ())}
    return Run(place, bool(found), tuple(sorted(found - {""})))
