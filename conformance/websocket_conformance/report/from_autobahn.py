"""Reads the reports of the real Autobahn suite: ``index.json``, and a file a case."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from websocket_conformance.autobahn import wirelog
from websocket_conformance.autobahn.catalogue import CASES, CATEGORIES, best
from websocket_conformance.autobahn.description import described_close, described_events, plain
from websocket_conformance.errors import ReportError
from websocket_conformance.report.boards import natural
from websocket_conformance.report.saved import read_json
from websocket_conformance.results.result import Entry, Kind, Result, Transcript, Who
from websocket_conformance.results.run import Heading, Run
from websocket_conformance.results.verdict import verdict_of

SECTIONS = tuple(Heading(str(category.number), category.title) for category in CATEGORIES)
_PLACES = {case: place for place, case in enumerate(CASES)}


def runs(directory: Path) -> list[Run]:
    """The runs that a directory has reports of, one for each agent.

    Raises:
        ReportError: there are none, or a file is not as the suite writes it.
    """
    index = _object(read_json(directory / "index.json"), directory / "index.json")
    return [_run(directory, agent, cases) for agent, cases in index.items()]


def _run(directory: Path, agent: str, index: Any) -> Run:
    cases = _object(index, directory / "index.json")
    reports = [_report(directory, case, entry) for case, entry in cases.items()]
    results = [result(report) for report in reports]
    results.sort(key=lambda each: (_PLACES.get(each.case, len(_PLACES)), natural(each.case)))
    name, version = _named(agent)
    return Run(
        implementation=name,
        version=version,
        runtime="",
        suite="autobahn",
        suite_version="autobahntestsuite",
        profile="full",
        started=_date(min(map(_started, reports), default="")),
        seconds=sum(each.seconds or 0 for each in results),
        asked=len(results),
        interrupted=False,
        sections=sections(results),
        results=tuple(results),
    )


def _named(agent: str) -> tuple[str, str]:
    """An agent's name without its version, and that, if it seems to have one."""
    name, _, version = agent.rpartition(" ")
    return (name, version) if name and version[:1].isdecimal() else (agent, "")


def sections(results: Sequence[Result]) -> tuple[Heading, ...]:
    """The sections that some results are of, in order."""
    present = {result.section for result in results}
    known = {section.id for section in SECTIONS}
    return (
        *(section for section in SECTIONS if section.id in present),
        *(Heading(id_, f"Section {id_}") for id_ in sorted(present - known, key=natural)),
    )


def _report(directory: Path, case: str, entry: Any) -> dict[str, Any]:
    name = _object(entry, directory / "index.json").get("reportfile")
    if not isinstance(name, str) or Path(name).name != name:
        raise ReportError(f"{directory / 'index.json'}: {case}.reportfile: expected a file's name")
    report = _object(read_json(directory / name), directory / name)
    if report.get("id") != case:
        raise ReportError(f'{directory / name}: id: expected "{case}"')
    return report


def _object(value: Any, file: Path) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ReportError(f"{file}: expected an object")
    return cast(dict[str, Any], value)


def _started(report: Mapping[str, Any]) -> str:
    return str(report.get("started", ""))


def _date(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


def lost(case: str, trouble: str) -> Result:
    """A case of which there is no report, and what went wrong with it."""
    return Result(case, case.partition(".")[0], "", best=best(case), trouble=trouble)


def result(report: Mapping[str, Any]) -> Result:
    """What the suite's own report says of a case."""
    case = str(report["id"])
    behaviour = verdict_of(report.get("behavior"))
    own_best = best(case)
    about = "result" if behaviour is not own_best else "resultClose"
    return Result(
        case=case,
        section=case.partition(".")[0],
        title=plain(report.get("description", "")),
        expectation=_expectation(report),
        behaviour=behaviour,
        closing=verdict_of(report.get("behaviorClose")),
        best=own_best,
        explanation=str(report.get(about, "")),
        close_code=report.get("remoteCloseCode"),
        seconds=int(report.get("duration") or 0) / 1000,
        conversation=Transcript.of(_entries(report)),
    )


def _expectation(report: Mapping[str, Any]) -> str:
    lines = [plain(report.get("expectation", ""))]
    lines += [
        f"{word} if what comes is {', then '.join(events) or 'no message'}."
        for word, events in described_events(report.get("expected") or {})
    ]
    expected = report.get("expectedClose") or {}
    if closing := described_close(expected, judge_is_server=_judge_is_server(report)):
        lines.append(f"Closing: {closing}.")
    return "\n".join(lines)


def _entries(report: Mapping[str, Any]) -> list[Entry]:
    record = wirelog.entries(report.get("wirelog") or ())
    framed = {entry.who for entry in record if entry.kind is Kind.FRAME}
    kept = (entry for entry in record if entry.kind is not Kind.BYTES or entry.who not in framed)
    return [*_handshake(report), *kept]


def _judge_is_server(report: Mapping[str, Any]) -> bool:
    """Whether it was a client that was tested."""
    return report.get("isServer") is not False


def _handshake(report: Mapping[str, Any]) -> list[Entry]:
    sides = (Who.PEER, Who.JUDGE) if _judge_is_server(report) else (Who.JUDGE, Who.PEER)
    found = zip(sides, ("httpRequest", "httpResponse"), strict=True)
    texts = [(who, str(report.get(name) or "").strip()) for who, name in found]
    return [handshake(who, text) for who, text in texts if text]


def handshake(who: Who, text: str) -> Entry:
    """The head of a request or response: its first line, then the others."""
    first, _, rest = text.replace("\r\n", "\n").partition("\n")
    return Entry(who, Kind.HANDSHAKE, first, rest)
