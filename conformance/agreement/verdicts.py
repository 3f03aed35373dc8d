"""The verdicts of a suite on a testee, run by run, and the files in which they are kept."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from websocket_conformance.autobahn.catalogue import CASES

RUNS = 3
"""How often the real suite is run, since some of its verdicts change between runs."""

_PLACE = {case: place for place, case in enumerate(CASES)}
_NOTHING, _SAME, _TO = "-", "=", " to "


@dataclass(frozen=True)
class Outcome:
    """A suite's verdicts on a case.

    Attributes:
        behavior: the verdict on the messages, in the suite's word.
        closing: the verdict on how the connection ended, in the suite's word.
        code: the code in the testee's Close frame; None without a code.
    """

    behavior: str
    closing: str
    code: int | None

    def __str__(self) -> str:
        return f"{self.behavior}/{self.closing}/{_NOTHING if self.code is None else self.code}"

    @property
    def verdict(self) -> tuple[str, str]:
        """The suite's two verdicts, without the testee's code."""
        return self.behavior, self.closing

    @classmethod
    def from_text(cls, text: str) -> "Outcome":
        """Return the outcome that a text such as ``"OK/OK/1000"`` stands for."""
        behavior, closing, code = text.split("/")
        return cls(behavior, closing, None if code == _NOTHING else int(code))

    @classmethod
    def from_report(cls, report: Mapping[str, Any]) -> "Outcome":
        """Return the outcome in a suite's own report of a case."""
        return cls(report["behavior"], report["behaviorClose"], report["remoteCloseCode"])


NO_REPORT = Outcome("NO RESULT", "NO RESULT", None)
"""The outcome of a case without a report, since the testee did not reach it."""

Cell = Outcome | None
Row = tuple[Cell, ...]


@dataclass
class Table:
    """The outcomes of a testee, with names and versions.

    Attributes:
        about: what was run: names and versions.
        rows: the outcomes of each case, a cell for each run; None if the case was not played.
    """

    about: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)

    def put(self, run: int, outcomes: Mapping[str, Outcome]) -> None:
        """Enter the outcomes of a run; runs are counted from 0."""
        for case, outcome in outcomes.items():
            row = [*self.rows.get(case, ()), *[None] * (run + 1)][: max(run + 1, self.width(case))]
            row[run] = outcome
            self.rows[case] = tuple(row)

    def width(self, case: str) -> int:
        """The number of cells of a case."""
        return len(self.rows.get(case, ()))

    @property
    def days(self) -> list[date]:
        """The days on which outcomes were entered, in order; empty if unknown."""
        known = self.about.get("recorded", "")
        return [date.fromisoformat(day) for day in known.split(", ") if day]

    def entered_on(self, day: date) -> None:
        """Record a day on which outcomes were entered."""
        days = sorted({*self.days, day})
        self.about["recorded"] = ", ".join(each.isoformat() for each in days)

    def clear(self) -> None:
        """Remove all outcomes and the days of their entry."""
        self.rows.clear()
        self.about.pop("recorded", None)

    def has(self, run: int, case: str) -> bool:
        """Return whether a case was played in a run."""
        return run < self.width(case) and self.rows[case][run] is not None

    def seen(self, case: str) -> frozenset[Outcome]:
        """Return the different outcomes of a case."""
        return frozenset(cell for cell in self.rows.get(case, ()) if cell is not None)

    def settled(self) -> dict[str, Outcome]:
        """Return the outcomes that were the same in each run, in the suite's order."""
        return {case: next(iter(self.seen(case))) for case in self._cases(lambda n: n == 1)}

    def moved(self) -> dict[str, Row]:
        """Return the rows of the cases whose outcome changed between runs."""
        return {case: self.rows[case] for case in self._cases(lambda n: n > 1)}

    def _cases(self, fits: Callable[[int], bool]) -> list[str]:
        return [case for case in in_order(self.rows) if fits(len(self.seen(case)))]


def in_order(cases: Iterable[str]) -> list[str]:
    """Return cases in the suite's order; cases that the suite does not have come last."""
    return sorted(cases, key=lambda case: (_PLACE.get(case, len(_PLACE)), case))


def read(file: Path) -> Table:
    """Read the table in a file."""
    table = Table()
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            name, _, value = line[2:].partition(": ")
            table.about[name] = value
        elif line:
            cases, *cells = line.split("\t")
            row = tuple(_cells(cells))
            table.rows.update(dict.fromkeys(_range(cases), row))
    return table


def write(file: Path, table: Table) -> None:
    """Write a table to a file, which is replaced atomically.

    Neighbouring cases that have the same outcomes share a line.
    """
    lines = [f"# {name}: {value}" for name, value in table.about.items()]
    rows = [(case, table.rows[case]) for case in in_order(table.rows)]
    for _, group in groupby(enumerate(rows), key=_by_row):
        cases = [case for _, (case, _) in group]
        lines.append("\t".join([_named(cases), *_texts(table.rows[cases[0]])]))
    new = file.with_suffix(".new")
    new.write_text("\n".join(lines) + "\n", encoding="utf-8")
    new.replace(file)


def _by_row(item: tuple[int, tuple[str, Row]]) -> tuple[int, Row]:
    """Return a key that is equal for neighbours, in suite and table, that have the same row."""
    index, (case, row) = item
    return _PLACE[case] - index, row


def _named(cases: list[str]) -> str:
    return cases[0] if len(cases) == 1 else f"{cases[0]}{_TO}{cases[-1]}"


def _range(text: str) -> tuple[str, ...]:
    first, _, last = text.partition(_TO)
    return CASES[_PLACE[first] : _PLACE[last or first] + 1]


def _texts(row: Row) -> Iterator[str]:
    before: Cell = None
    for cell in row:
        same = cell is not None and cell == before
        yield _SAME if same else _NOTHING if cell is None else str(cell)
        before = cell


def _cells(texts: Iterable[str]) -> Iterator[Cell]:
    cell: Cell = None
    for text in texts:
        if text != _SAME:
            cell = None if text == _NOTHING else Outcome.from_text(text)
        yield cell
