"""Combine runs: a board for each suite, with a row per case and a column per implementation."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from websocket_conformance.foreign import octets
from websocket_conformance.results.result import Result
from websocket_conformance.results.run import Heading, Run
from websocket_conformance.results.verdict import Verdict

SUITES = {
    "embedded": "The embedded suite",
    "autobahn": "The Autobahn testsuite",
    "api": "Scenarios at the API",
    "wpt": "web-platform-tests",
}
"""The title of each suite, in the order in which they are shown."""

_LONGEST = 100
_DIGITS = 8


@dataclass(frozen=True)
class Column:
    """A run, as a column of its board.

    Attributes:
        id: its identifier on the board, as part of a URL.
        run: the run.
        page: the path of its implementation's page.
        results: its results by case.
    """

    id: str
    run: Run
    page: str
    results: dict[str, Result]


@dataclass(frozen=True)
class Row:
    """A case, as a row of its board.

    Attributes:
        case: its number or name.
        anchor: the id of its row, unique on a page of all boards.
        page: the path of the case's page.
        told: a result that describes the case.
        cells: its result in each column; None where it was not selected.
    """

    case: str
    anchor: str
    page: str
    told: Result
    cells: tuple[Result | None, ...]


@dataclass(frozen=True)
class Tally:
    """The counts of one column in one section.

    Attributes:
        cases: how many of its cases were selected.
        short: how many of them fall short.
        shown: the worst verdict among those; OK if none falls short; None without cases.
    """

    cases: int
    short: int
    shown: Verdict | None

    @classmethod
    def of(cls, cells: Sequence[Result | None]) -> "Tally":
        """Count the results of some cases."""
        asked = [cell for cell in cells if cell]
        short = [cell.verdict for cell in asked if not cell.is_good]
        shown = max(short, key=lambda verdict: verdict.rank, default=Verdict.OK)
        return cls(len(asked), len(short), shown if asked else None)


@dataclass(frozen=True)
class Shelf:
    """A section of a board."""

    section: Heading
    rows: tuple[Row, ...]

    def tallies(self) -> list[Tally]:
        """Return the counts of each column."""
        return [Tally.of(cells) for cells in zip(*(row.cells for row in self.rows), strict=True)]


@dataclass(frozen=True)
class Board:
    """All runs of one suite."""

    suite: str
    columns: tuple[Column, ...]
    shelves: tuple[Shelf, ...]

    @property
    def title(self) -> str:
        """The title of the suite."""
        return SUITES.get(self.suite, self.suite)

    @property
    def rows(self) -> tuple[Row, ...]:
        """All its rows, in order."""
        return tuple(row for shelf in self.shelves for row in shelf.rows)

    @property
    def is_numbered(self) -> bool:
        """Whether its cases have numbers instead of names."""
        return all(row.case[:1].isdecimal() for row in self.rows)


def boards(runs: Iterable[Run]) -> list[Board]:
    """Return the boards of some runs."""
    of_suite: dict[str, list[Run]] = {suite: [] for suite in SUITES}
    pages: dict[str, str] = {}
    taken: set[str] = set()
    for run in runs:
        of_suite.setdefault(run.suite, []).append(run)
        # Names may differ only in characters that file names do not have.
        if run.implementation not in pages:
            page = unique(slug(run.implementation), taken)
            pages[run.implementation] = f"by/{page}.html"
    anchors: set[str] = set()
    return [_board(suite, some, pages, anchors) for suite, some in of_suite.items() if some]


def slug(text: str) -> str:
    """Return a text as the name of a file, or as part of a URL."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", text)[:_LONGEST].strip("-.") or "unnamed"


def case_page(suite: str, case: str) -> str:
    """Return the path of a case's page.

    A name that is too long for a file is shortened, and gets a digest so that it is unique.
    """
    return f"{slug(suite)}/{_stem(case)}.html"


def _stem(case: str) -> str:
    name = slug(case)
    return name if name == case else f"{name}-{sha256(octets(case)).hexdigest()[:_DIGITS]}"


def _board(suite: str, runs: Sequence[Run], pages: Mapping[str, str], anchors: set[str]) -> Board:
    columns = tuple(_columns(runs, pages))
    sections = {section.id: section for run in runs for section in run.sections}
    shelves = []
    for section in sorted(sections.values(), key=lambda section: natural(section.id)):
        rows = []
        for told in _cases(runs, section):
            case, name = told.case, _stem(told.case)
            anchor = name if name not in anchors else f"{suite}-{name}"
            anchors.add(anchor)
            cells = tuple(column.results.get(case) for column in columns)
            rows.append(Row(case, anchor, case_page(suite, case), told, cells))
        if rows:
            shelves.append(Shelf(section, tuple(rows)))
    return Board(suite, columns, tuple(shelves))


def _columns(runs: Sequence[Run], pages: Mapping[str, str]) -> Iterator[Column]:
    taken: set[str] = set()
    for run in runs:
        by_case = {result.case: result for result in run.results}
        id_ = unique(slug(run.implementation), taken)
        yield Column(id_, run, pages[run.implementation], by_case)


def unique(wanted: str, taken: set[str], joint: str = "-") -> str:
    """Return a unique name, which is added to the names that are taken.

    Args:
        wanted: the name, to which a number is added if it is taken.
        taken: the names that are taken.
        joint: the text before the number.
    """
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}{joint}{number}"
    taken.add(name)
    return name


def _cases(runs: Sequence[Run], section: Heading) -> list[Result]:
    """Return a result for each case of a section; numbers are sorted, names stay in order."""
    told: dict[str, Result] = {}
    for result in (result for run in runs for result in run.results):
        known = told.get(result.case)
        if result.section == section.id and (known is None or not known.title):
            told[result.case] = result
    if all(re.fullmatch(r"[\d.]+", case) for case in told):
        return sorted(told.values(), key=lambda result: natural(result.case))
    return list(told.values())


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts 9 before 10, and puts names after the numbers, in their order."""
    parts = text.split(".")
    return tuple((int(part), "") if part.isdecimal() else (1 << 30, "") for part in parts)
