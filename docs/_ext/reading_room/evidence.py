"""The evidence that a step is tested: the tests that ran it, and the test that failed without it.

Both come from records in the folder ``recordings`` of the documentation: ``step-tests.json``, which
``make keep-steps`` writes, and ``mutants.json``, which ``make mutants`` writes. Either may be
missing, or older than the code, and the page says so then.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from whatwg_websockets.steps.comments import SourceFile
from whatwg_websockets.steps.mutant_record import Entry, hash_of, key_of, read_record
from whatwg_websockets.steps.mutants import Mutant
from whatwg_websockets.steps.places import Place, places
from whatwg_websockets.steps.step_tests import RanBy, read_step_tests

STEP_TESTS = "step-tests.json"
MUTANTS = "mutants.json"


@dataclass(frozen=True)
class Evidence:
    """The recorded results of one step.

    Attributes:
        what: "step", or "code" for a requirement.
        tests: the tests that ran it; None if they are not recorded.
        mutant: the result of the code without it; None if that is not recorded.
        is_changed: whether the statement has changed since the mutant was recorded.
        together: the other steps that the mutant lacks.
    """

    what: str
    tests: RanBy | None
    mutant: Entry | None
    is_changed: bool
    together: tuple[str, ...]


class Records:
    """Both records, compared with the code.

    Args:
        folder: the folder of the records.
        package: the folder of the Python package.
        sources: the comments of the code.
    """

    def __init__(self, folder: Path, package: Path, sources: list[SourceFile]) -> None:
        self._package = package
        self._tests = read_step_tests(folder / STEP_TESTS)
        self._functions = {
            (function.path, function.line): function
            for source in sources
            for function in source.functions
        }
        self._places = {
            (place.comment.path, place.comment.line): place for place in places(sources)
        }
        commit, entries = read_record(folder / MUTANTS)
        self.commit_of_mutants = commit if entries else None
        self._mutants = {
            (each["module"], each["algorithm"], tuple(each["steps"])): each for each in entries
        }
        self._statements = dict(_statements(self._places.values())) if entries else {}

    @property
    def commit_of_tests(self) -> str | None:
        """The commit at which the tests of the steps were recorded; None without a record."""
        return self._tests.commit if self._tests else None

    def are_of(self, path: Path, line: int) -> bool:
        """Return whether the code of a function is the code that the recorded tests ran."""
        function = self._functions[path, line]
        return self._tests is not None and self._tests.is_of(function, self._package)

    def of(self, path: Path, line: int) -> Evidence | None:
        """Return the evidence for a step; None for a step without code.

        Args:
            path: its file.
            line: the line of its comment.
        """
        place = self._places[path, line]
        if not place.comment.is_carried_out or not place.lines:
            return None
        what = "code" if place.is_requirement else "step"
        tests = self._ran_by(place)
        mutant = self._statements.get(_statement(place))
        entry = self._mutants.get(key_of(mutant, self._package)) if mutant else None
        if entry is None or mutant is None:
            return Evidence(what, tests, None, is_changed=False, together=())
        return Evidence(
            what,
            tests,
            entry,
            is_changed=entry["code"] != hash_of(mutant),
            together=tuple(each.number for each in mutant.places if each is not place),
        )

    def _ran_by(self, place: Place) -> RanBy | None:
        function = place.function
        if self._tests is None or function is None:
            return None
        if not self._tests.is_of(function, self._package):
            return None
        return self._tests.tested(function, place.number, self._package)


def _statement(place: Place) -> tuple[Path, int]:
    return place.comment.path, place.lines[0]


def _statements(steps: Iterable[Place]) -> Iterator[tuple[tuple[Path, int], Mutant]]:
    """Group the steps that one statement carries out, all of which its mutant lacks."""
    by_statement: defaultdict[tuple[Path, int], list[Place]] = defaultdict(list)
    for place in steps:
        if place.comment.is_carried_out and place.lines:
            by_statement[_statement(place)].append(place)
    for statement, found in by_statement.items():
        yield statement, Mutant(tuple(found), "", "")
