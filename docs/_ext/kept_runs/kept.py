"""Makes a small file from a saved run, and reads the run in such a file.

A saved run has more than a megabyte: the words of each case, and all data that was sent and
received. For a case at its best, a kept run has the number and the verdicts. For a case that falls
short, it also has the reason, and the conversation if the case is the first of its group with that
reason. The words of a case of the embedded suite come from its catalogue.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from websocket_conformance.cases import catalogue
from websocket_conformance.cases.profile import Profile
from websocket_conformance.errors import ReportError
from websocket_conformance.report import saved
from websocket_conformance.report.conversion import made, plain
from websocket_conformance.report.from_embedded import about
from websocket_conformance.results.result import Entry, Kind, Result, Transcript, Who
from websocket_conformance.results.run import SUBTEST, Run

FORMAT = "websocket conformance run, kept, 1"
"""The value of "format" in each file, by which a kept run is recognized."""

WORDS = ("title", "expectation", "source", "link")
"""The attributes of a case that the catalogue has."""

NOT_KEPT = Transcript(
    (Entry(Who.JUDGE, Kind.NOTE, "the conversation of this case has not been kept"),)
)
"""Replaces a conversation that is not in the file."""

_TIME = re.compile(r" \(after [^)]*\)")

RUNS = Path(__file__).parents[2] / "recordings" / "runs"
"""The folder of the kept runs."""


def dump(run: Run, *, with_conversations: bool = True) -> str:
    """Return a run as JSON, with a line for each case, or for neighbours with the same outcome.

    Args:
        run: the run.
        with_conversations: whether conversations are kept at all.
    """
    if not with_conversations:
        run = replace(
            run, results=tuple(replace(each, conversation=Transcript()) for each in run.results)
        )
    head = plain(replace(run, results=()))
    del head["results"]
    lines = [f"{_compact(name)}: {_compact(value)}" for name, value in head.items()]
    results = ",\n".join(_compact(line) for line in _lines(run.results))
    fields = [f'"format": {_compact(FORMAT)}', *lines, f'"results": [\n{results}\n]']
    return "{\n" + ",\n".join(fields) + "\n}\n"


def load(file: Path) -> Run:
    """Read a kept run.

    Raises:
        ReportError: the file cannot be read, or is not a kept run; the message says what is wrong
            and where.
    """
    content = saved.read_json(file)
    if not isinstance(content, dict) or content.pop("format", None) != FORMAT:
        raise ReportError(f'{file}: format: expected "{FORMAT}"')
    lines = content.pop("results", [])
    try:
        run = made(Run, {**content, "results": []})
        return replace(run, results=tuple(_results(run, lines)))
    except (ValueError, TypeError, KeyError) as error:
        raise ReportError(f"{file}: {error}") from error


def every(directory: Path = RUNS) -> dict[str, Run]:
    """Read all kept runs, by the names of their files."""
    return {file.stem: load(file) for file in sorted(directory.glob("*.json"))}


def numbered(run: Run) -> Run:
    """Return a run of web-platform-tests with numbers of subtests instead of their names.

    The reasons why subtests fall short, and the subtests left out, are removed, too.
    """
    counts: Counter[str] = Counter()
    results = []
    for result in run.played:
        page, mark, _ = result.case.partition(SUBTEST)
        counts[page] += bool(mark)
        case = f"{page}{mark}{counts[page]}" if mark else page
        results.append(
            Result(
                case=case,
                section=result.section,
                title="",
                behaviour=result.behaviour,
                trouble=result.trouble and "It has no result.",
            )
        )
    return replace(run, results=tuple(results))


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _lines(results: Iterable[Result]) -> Iterator[dict[str, Any]]:
    known: set[tuple[str, str, str]] = set()
    for outcome, neighbours in groupby(results, _outcome):
        if outcome is None:
            yield from (_told(_once(result, known)) for result in neighbours)
        else:
            yield {"cases": _joined(result.case for result in neighbours), **outcome}


def _joined(cases: Iterable[str]) -> str:
    """Join the names of cases; neighbours on a page become their first and last subtest."""
    spans: list[list[str]] = []
    for case in cases:
        page, mark, number = case.partition(SUBTEST)
        if spans and mark and spans[-1][0] == page and spans[-1][1]:
            spans[-1][2] = number
        else:
            spans.append([page, number, number])
    return " ".join(
        f"{page}{SUBTEST if first else ''}{first}" + (f"-{last}" if last != first else "")
        for page, first, last in spans
    )


def _apart(cases: str) -> Iterator[str]:
    """Yield the names of cases that have been joined."""
    for case in cases.split():
        page, mark, numbers = case.partition(SUBTEST)
        first, _, last = numbers.partition("-")
        if not mark:
            yield case
        else:
            for number in range(int(first), int(last or first) + 1):
                yield f"{page}{mark}{number}"


def _outcome(result: Result) -> dict[str, Any] | None:
    """Return the kept outcome of a case at its best, or that falls short without a reason.

    The result is None for a case of which more is kept.
    """
    is_wordless = not (result.explanation or result.conversation.start)
    if result.trouble or not (result.is_good or is_wordless):
        return None
    return _told(replace(result, case="", explanation="", conversation=Transcript()))


def _once(result: Result, known: set[tuple[str, str, str]]) -> Result:
    """Return a case, without its conversation if its group already has one for the reason.

    Reasons that differ only in a time count as the same.
    """
    reason = _TIME.sub("", result.reason)
    why = result.case.rpartition(".")[0] or result.section, result.verdict, reason
    if why in known:
        return replace(result, conversation=Transcript())
    known.add(why)
    return result


def _told(result: Result) -> dict[str, Any]:
    """Return the kept data of a case, without its words and its duration."""
    told = plain(replace(result, seconds=None))
    return {name: value for name, value in told.items() if name not in WORDS and value != ""}


def _results(run: Run, lines: Iterable[dict[str, Any]]) -> Iterator[Result]:
    for line in lines:
        cases = line.pop("cases", None)
        for case in _apart(cases) if cases else [line["case"]]:
            words = _words(case) if run.suite == "embedded" else {"title": ""}
            result = made(Result, {**words, **line, "case": case})
            yield result if "conversation" in line else replace(result, conversation=NOT_KEPT)


def _words(case: str) -> dict[str, str]:
    cases = catalogue.every(Profile.QUICK)
    if case not in cases:
        raise ValueError(f"{case}: there is no such case any more; record the run anew")
    known = about(cases[case])
    return {name: getattr(known, name) for name in WORDS}
