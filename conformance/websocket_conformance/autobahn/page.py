"""Writes a run as one page that needs nothing else: all cases at a glance, each with its story."""

import html
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from websocket_conformance.autobahn.catalogue import CATEGORIES, Category, Group
from websocket_conformance.autobahn.run import Run
from websocket_conformance.autobahn.verdicts import Result, Verdict, best, verdict_of
from websocket_conformance.autobahn.wirelog import OPCODES, Entry, entries, payload
from websocket_conformance.results.seen import Seen

GLYPHS = {
    Verdict.OK: "✓",
    Verdict.INFORMATIONAL: "i",
    Verdict.NON_STRICT: "~",
    Verdict.WRONG_CODE: "#",
    Verdict.UNCLEAN: "u",
    Verdict.UNIMPLEMENTED: "-",
    Verdict.FAILED: "✕",
    Verdict.NO_RESULT: "?",
}
"""A sign for each verdict, so that it shows without its colour."""

MEANINGS = {
    Verdict.OK: "as it should be",
    Verdict.INFORMATIONAL: "the standard leaves this open; no case of this kind can be better",
    Verdict.NON_STRICT: "allowed, but not what the suite would like to see",
    Verdict.WRONG_CODE: "closed, but with another code than expected",
    Verdict.UNCLEAN: "the connection ended without a closing handshake",
    Verdict.UNIMPLEMENTED: "the client does not offer what the case is about",
    Verdict.FAILED: "not as the standard has it",
    Verdict.NO_RESULT: "the suite has no report",
}

ENTRIES_AT_START = 40
ENTRIES_AT_END = 20
"""How much of a long record is shown from each end."""

_TEXT, _BINARY = 1, 2

# Read before the run, so that the minutes of a run are not lost to an edit of the file.
_TEMPLATE = Environment(
    loader=PackageLoader("websocket_conformance.autobahn"),
    autoescape=True,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
).get_template("report.html.jinja")


@dataclass(frozen=True)
class Cell:
    """A case in the grid; `detail` is None if it was not played."""

    case: str
    last: str
    verdict: Verdict | None
    glyph: str
    detail: "Detail | None"


@dataclass(frozen=True)
class Detail:
    """All that the page tells of one case."""

    result: Result
    group: Group
    category: Category
    best: Verdict
    description: str
    expectation: str
    expected: list[tuple[str, list[str]]]
    expected_close: str
    received: list[str]
    closing: list[tuple[str, str]]
    traffic: list[tuple[str, str]]
    request: str
    response: str
    record: list[Entry]
    left_out: int
    record_end: list[Entry]


def page(run: Run) -> str:
    """The whole page, as HTML."""
    results = {result.case: result for result in run.results}
    asked = set(run.settings.cases)
    shelves = [
        (category, [(group, _cells(category, group, asked, results)) for group in category.groups])
        for category in CATEGORIES
        if asked.intersection(category.cases)
    ]
    counts = Counter(result.verdict for result in run.results)
    return _TEMPLATE.render(
        run=run,
        shelves=shelves,
        counts=[(verdict, counts[verdict]) for verdict in Verdict if counts[verdict]],
        glyphs=GLYPHS,
        meanings=MEANINGS,
        good=sum(result.is_best for result in run.results),
        unplayed=len(asked) - len(run.results),
        slug=slug,
    )


def slug(verdict: Verdict | None) -> str:
    """A verdict as a class name of the page."""
    return verdict.lower().replace(" ", "-") if verdict else "unplayed"


def _cells(
    category: Category, group: Group, asked: set[str], results: dict[str, Result]
) -> list[Cell]:
    return [
        _cell(category, group, case, results.get(case)) for case in group.cases if case in asked
    ]


def _cell(category: Category, group: Group, case: str, result: Result | None) -> Cell:
    last = case.rpartition(".")[2]
    if result is None:
        return Cell(case, last, None, "", None)
    detail = _detail(category, group, result)
    return Cell(case, last, result.verdict, GLYPHS[result.verdict], detail)


def _detail(category: Category, group: Group, result: Result) -> Detail:
    report = result.report
    record = entries(report.get("wirelog", ()))
    cut = max(0, len(record) - ENTRIES_AT_START - ENTRIES_AT_END)
    start = ENTRIES_AT_START if cut else len(record)
    return Detail(
        result=result,
        group=group,
        category=category,
        best=best(result.case),
        description=plain(report.get("description", "")),
        expectation=plain(report.get("expectation", "")),
        expected=described_events(report.get("expected", {})),
        expected_close=described_close(report.get("expectedClose") or {}),
        received=_parts(report.get("received", ())),
        closing=_closing(report, result.seen),
        traffic=_traffic(report),
        request=str(report.get("httpRequest", "")).strip(),
        response=str(report.get("httpResponse", "")).strip(),
        record=record[:start],
        left_out=cut,
        record_end=record[start + cut :],
    )


def plain(text: str) -> str:
    """The suite's HTML as plain text: line breaks kept, all other markup dropped."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"<br\s*/?>\s*", "\n", text, flags=re.IGNORECASE)
    return html.unescape(re.sub(r"<[^<>]*>", "", text)).strip()


def described_events(expected: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """What would have earned which verdict, the best verdict first."""
    order = sorted(expected, key=lambda word: list(Verdict).index(verdict_of(word)))
    return [(word, _parts(expected[word])) for word in order]


def _parts(parts: Sequence[Sequence[Any]]) -> list[str]:
    return [_part(*part) for part in parts]


def _part(kind: str, shown: Any = "", binary: bool = False, *_: Any) -> str:
    if kind == "timeout":
        return f"the wait “{shown}”"
    opcode = _BINARY if binary else _TEXT
    name = ("binary" if binary else "text") if kind == "message" else kind
    return f"{name} {payload(opcode, len(shown), shown) or '(empty)'}"


def described_close(expected: dict[str, Any], *, judge_is_server: bool = True) -> str:
    """How the connection was to end, for a reader."""
    if not expected:
        return ""
    codes = " or ".join(map(str, expected.get("closeCode", ())))
    by_server = bool(expected.get("closedByMe")) is judge_is_server
    by = "begun by the server" if by_server else "begun by the client"
    clean = "clean" if expected.get("requireClean") else "clean or not"
    return f"{codes or 'any code'}, {by}, {clean}"


def _closing(report: dict[str, Any], seen: Seen | None) -> list[tuple[str, str]]:
    """How the connection ended, as names and values: for the server, and for the page."""
    clean = "clean" if report.get("wasClean") else "not clean"
    rows = [
        ("Begun by", "server" if report.get("closedByMe") else "client"),
        ("Server sent", _code(report.get("localCloseCode"), report.get("localCloseReason"))),
        ("Client sent", _code(report.get("remoteCloseCode"), report.get("remoteCloseReason"))),
        ("Server saw", clean),
    ]
    if seen:
        told = "clean" if seen.clean else "not clean"
        rows.append(("Page saw", f"{_code(seen.code, seen.reason)}, {told}"))
    return rows


def _traffic(report: dict[str, Any]) -> list[tuple[str, str]]:
    """What each side sent in all, counted in frames, and how well it was compressed."""
    ratios = report.get("trafficStats") or {}
    return [
        (name, _frames(report.get(frames) or {}) + _ratio(ratios.get(f"{way}CompressionRatio")))
        for name, frames, way in (
            ("Server", "txFrameStats", "outgoing"),
            ("Client", "rxFrameStats", "incoming"),
        )
    ]


def _frames(counts: dict[str, int]) -> str:
    named = {int(opcode): count for opcode, count in counts.items()}
    frames = [f"{named[code]:,} {OPCODES.get(code, f'opcode {code}')}" for code in sorted(named)]
    return ", ".join(frames) or "nothing"


def _ratio(ratio: float | None) -> str:
    return f"; compressed to {ratio:.1%}" if ratio else ""


def _code(code: int | None, reason: str | None) -> str:
    if code is None:
        return "no code"
    return f"{code} {json.dumps(reason, ensure_ascii=False)}" if reason else str(code)
