"""Compare the outcomes of the embedded suite with the recorded outcomes of the real suite."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from agreement.verdicts import Outcome, Table, in_order

EXPLAINED = Path(__file__).parent / "explained.toml"
"""The file with the differences that are faults of the real suite, and their reasons."""


@dataclass(frozen=True)
class Difference:
    """A case that the two suites judge differently.

    Attributes:
        testee: the testee that played it.
        case: the case.
        theirs: the real suite's outcomes; more than one if they changed between its runs.
        ours: the embedded suite's outcome.
    """

    testee: str
    case: str
    theirs: frozenset[Outcome]
    ours: Outcome

    @property
    def theirs_in_words(self) -> str:
        """The real suite's outcomes, as text."""
        return " or ".join(sorted(map(str, self.theirs)))


@dataclass(frozen=True)
class Explanation:
    """The explanation of a difference that is not a fault of the embedded suite.

    Attributes:
        testees: patterns of names.
        cases: patterns of cases.
        source: the section of an RFC that the embedded suite follows.
        reason: what the real suite does.
        ours: patterns of the embedded suite's outcomes.
    """

    testees: tuple[str, ...]
    cases: tuple[str, ...]
    source: str
    reason: str
    ours: tuple[str, ...] = ("*",)

    def fits(self, difference: Difference) -> bool:
        """Return whether this explanation applies to a difference."""
        return (
            _fits(difference.testee, self.testees)
            and _fits(difference.case, self.cases)
            and _fits(str(difference.ours), self.ours)
        )


def _fits(text: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)


def explanations(file: Path = EXPLAINED) -> list[Explanation]:
    """Return the explanations in a file."""
    entries = tomllib.loads(file.read_text(encoding="utf-8")).get("difference", [])
    return [
        Explanation(
            tuple(entry["testees"]),
            tuple(entry["cases"]),
            entry["source"],
            entry["reason"],
            tuple(entry.get("ours", ["*"])),
        )
        for entry in entries
    ]


def differences(testee: str, table: Table, ours: Mapping[str, Outcome]) -> list[Difference]:
    """Return the cases that a testee has played in both suites with different outcomes.

    If the real suite's outcome changed between its runs, any of its outcomes counts as the same.
    """
    both = in_order(case for case in ours if table.seen(case))
    found = [Difference(testee, case, table.seen(case), ours[case]) for case in both]
    return [difference for difference in found if difference.ours not in difference.theirs]


def sort_out(
    found: Iterable[Difference], known: Iterable[Explanation]
) -> tuple[list[Difference], list[tuple[Difference, Explanation]]]:
    """Return the unexplained differences, and the explained ones with their explanations."""
    known = list(known)
    open_ones, explained = [], []
    for difference in found:
        explanation = next((e for e in known if e.fits(difference)), None)
        if explanation is None:
            open_ones.append(difference)
        else:
            explained.append((difference, explanation))
    return open_ones, explained


def moved(rounds: Iterable[Mapping[str, Outcome]]) -> dict[str, set[Outcome]]:
    """Return the cases whose outcome changed between rounds, with all their outcomes."""
    seen: dict[str, set[Outcome]] = {}
    for outcomes in rounds:
        for case, outcome in outcomes.items():
            seen.setdefault(case, set()).add(outcome)
    return {case: had for case, had in seen.items() if len(had) > 1}
