"""Makes a small file of a saved run, and the run of such a file.

A saved run has more than a megabyte: the words of each case, and all that went over the wire. Of a
case at its best a kept run has its number and its verdicts; of one that falls short also the
reason, and the conversation if it is the first of its group with that reason. The words of a case
of the embedded suite come from its catalogue.
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
"""Stands in each file, so that another one is not taken for a kept run."""

WORDS = ("title", "expectation", "source", "link")
"""What the catalogue knows of a case."""

NOT_KEPT = Transcript(
    (Entry(Who.JUDGE, Kind.NOTE, "the conversation of this case has not been kept"),)
)
"""Stands in the place of a conversation that is not in the file."""

_TIME = re.compile(r" \(after [^)]*\)")

RUNS = Path(__file__).parents[2] / "recordings" / "runs"
"""Where the runs are kept."""


def dump(run: Run, *, with_conversations: bool = True) -> str:
    """Write a run as JSON, a line for neighbours with the same outcome or for a case.

    Args:
        run: the run.
        with_conversations: whether what went to and fro is kept at all.
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
        ReportError: it cannot be read, or is not one; the message says what is wrong and where.
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
    """Read all kept runs, under the names of their files."""
    return {file.stem: load(file) for file in sorted(directory.glob("*.json"))}


def numbered(run: Run) -> Run:
    """Return a run of web-platform-tests with the numbers of subtests in the place of their names.

    Why they fall short is not kept either, nor what is left out.
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
    """Join the names of cases; of neighbours on a page the first and the last subtest."""
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
    """Tell the names of cases that have been joined."""
    for case in cases.split():
        page, mark, numbers = case.partition(SUBTEST)
        first, _, last = numbers.partition("-")
        if not mark:
            yield case
        else:
            for number in range(int(first), int(last or first) + 1):
                yield f"{page}{mark}{number}"


def _outcome(result: Result) -> dict[str, Any] | None:
    """Return all that is kept of a case at its best, or of one that falls short without a word.

    None for one of which more is to be told.
    """
    is_wordless = not (result.explanation or result.conversation.start)
    if result.trouble or not (result.is_good or is_wordless):
        return None
    return _told(replace(result, case="", explanation="", conversation=Transcript()))


def _once(result: Result, known: set[tuple[str, str, str]]) -> Result:
    """Return a case, without its conversation if its group has fallen short for the reason.

    The time at which the peer did something makes no other reason.
    """
    reason = _TIME.sub("", result.reason)
    why = result.case.rpartition(".")[0] or result.section, result.verdict, reason
    if why in known:
        return replace(result, conversation=Transcript())
    known.add(why)
    return result


def _told(result: Result) -> dict[str, Any]:
    """Return what is kept of a case, without its words and without the time that it took."""
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
