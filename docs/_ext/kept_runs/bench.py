"""Writes the tables of the bench: the real suite's verdicts, and which of them moved."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from agreement import verdicts
from agreement.saved import Saved
from agreement.verdicts import Table
from kept_runs.markdown import day, listed, table
from websocket_conformance.implementations import implementations
from websocket_conformance.results.verdict import Verdict

RECORDED = Path(__file__).parents[3] / "conformance" / "agreement" / "recorded"
"""The folder of the verdicts, with a file for each testee."""

ROUNDS = Path(__file__).parents[2] / "recordings" / "agreement.json"
"""The figures of some rounds of the embedded suite: ``make agreement ARGS="--save FILE"``."""

SLOW = ("9", "12", "13")
"""The sections that are not plain, since their cases take long."""


def recorded() -> dict[str, Table]:
    """Read the recorded verdicts, by the names of the testees."""
    return {file.stem: verdicts.read(file) for file in sorted(RECORDED.glob("*.tsv"))}


def implementations_of(tables: Mapping[str, Table]) -> str:
    """Write how many cases and outcomes are recorded for each implementation."""
    found = {name: tables[name] for name in implementations() if name in tables}
    rows = []
    for name, told in found.items():
        count = sum(cell is not None for row in told.rows.values() for cell in row)
        label = f"{name} {told.about['version']}"
        runtime = told.about["runtime"]
        rows.append([label, runtime, len(told.rows), count, len(told.moved()) or ""])
    header = ["implementation", "on", "cases", "outcomes recorded", "cases that moved"]
    return f"{table(header, rows)}\n{_caption(found.values())}\n"


def moved(tables: Mapping[str, Table]) -> str:
    """Write which verdicts of the real suite moved between its runs, with a row for each case."""
    testees: dict[str, list[str]] = {}
    for name, told in tables.items():
        for case, row in told.moved().items():
            if len({cell.verdict for cell in row if cell is not None}) > 1:
                testees.setdefault(case, []).append(name)
    rows = [[case, listed(testees[case])] for case in verdicts.in_order(testees)]
    plain, slow = _kinds(tables, testees, is_slow=False), _kinds(tables, testees, is_slow=True)
    text = table(["case", "testees whose verdict moved between runs"], rows)
    return (
        f"{text}\nOf {len(tables)} testees: of the plain cases (1 to 7 and 10) {plain}; "
        f"of sections 9, 12 and 13 {slow}. {_caption(tables.values())}\n"
    )


def rounds(saved: Saved) -> str:
    """Write how often the embedded suite had each verdict, round by round."""
    behavior = _words(each.behavior for each in saved.rounds)
    closing = _words(each.closing for each in saved.rounds)
    rows = []
    for number, each in enumerate(saved.rounds, 1):
        counts = [each.behavior.get(word, 0) for word in behavior]
        counts += [each.closing.get(word, 0) for word in closing]
        load = "" if each.load is None else f"{each.load:.0f}"
        rows.append([number, *(f"{count:,}" for count in counts), load])
    header = [*behavior, *(f"on close: {word}" for word in closing)]
    text = table(["round", *header, "load"], rows)
    return (
        f"{text}\n{saved.testees} testees, {saved.rounds[0].verdicts:,} verdicts a round; the load "
        f"is how many processes wanted to run, in the last minute of a round, on the machine's "
        f"{saved.processors} processors. "
        f"Between rounds {saved.moved} verdicts moved, and {saved.codes} close codes besides. "
        f"{saved.different} differ from the real suite's, and {saved.explained} more for a reason "
        f"that the next table has. The suite of {saved.version}, {saved.suite}; {day(saved.day)}.\n"
    )


def _words(found: Iterable[Mapping[str, int]]) -> list[str]:
    known = {word for counts in found for word in counts}
    ordered = [str(verdict) for verdict in Verdict if str(verdict) in known]
    return [*ordered, *sorted(known - set(ordered))]


def _kinds(tables: Mapping[str, Table], restless: Mapping[str, list[str]], *, is_slow: bool) -> str:
    """Write how many verdicts of some cases are recorded, in how many runs, and how many moved."""
    runs = [
        sum(cell is not None for cell in row)
        for told in tables.values()
        for case, row in told.rows.items()
        if (case.partition(".")[0] in SLOW) == is_slow
    ]
    moving = [
        name
        for case, names in restless.items()
        if (case.partition(".")[0] in SLOW) == is_slow
        for name in names
    ]
    return f"{len(runs):,} verdicts, of {min(runs)} to {max(runs)} runs each: {len(moving)} moved"


def _caption(tables: Iterable[Table]) -> str:
    every = list(tables)
    suites = sorted({told.about["suite"] for told in every})
    days = sorted({each for told in every for each in told.days})
    return f"Recorded with {listed(suites)}; {listed(list(map(day, days)))}."
