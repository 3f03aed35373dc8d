"""Read the reports of the real Autobahn suite: ``index.json``, and a file for each case."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from websocket_conformance.cases import catalogue
from websocket_conformance.cases.expected import Ending, Event, EventKind
from websocket_conformance.cases.profile import Profile
from websocket_conformance.errors import ReportError
from websocket_conformance.report import telling
from websocket_conformance.report.autobahn_files import CUT, NOTES
from websocket_conformance.report.boards import natural
from websocket_conformance.report.saved import read_json
from websocket_conformance.results.result import Result, Transcript
from websocket_conformance.results.run import Run
from websocket_conformance.results.verdict import Verdict, verdict_of
from websocket_conformance.wire.log import FrameSeen, Logged, Note, OctetsSeen

_CASES = catalogue.every(Profile.FULL)
_NOTES = {code: what for what, code in NOTES.items()}


def runs(directory: Path) -> list[Run]:
    """Return the runs whose reports are in a directory, one for each agent.

    Raises:
        ReportError: there are no reports, or a file is not as the suite writes it.
    """
    index = _object(read_json(directory / "index.json"), directory / "index.json")
    return [_run(directory, agent, cases) for agent, cases in index.items()]


def _run(directory: Path, agent: str, index: Any) -> Run:
    cases = _object(index, directory / "index.json")
    reports = [_report(directory, case, entry) for case, entry in cases.items()]
    results = [result(report) for report in reports]
    results.sort(key=lambda each: natural(each.case))
    name, version = _named(agent)
    return Run(
        implementation=name,
        version=version,
        runtime="",
        suite="autobahn",
        suite_version="autobahntestsuite",
        profile="full",
        started=_date(min((str(each.get("started", "")) for each in reports), default="")),
        seconds=sum(each.seconds or 0 for each in results),
        asked=len(results),
        interrupted=False,
        sections=telling.sections(results),
        results=tuple(results),
    )


def _named(agent: str) -> tuple[str, str]:
    """Return an agent's name without its version, and the version if it seems to have one."""
    name, _, version = agent.rpartition(" ")
    return (name, version) if name and version[:1].isdecimal() else (agent, "")


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


def _date(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


def _best(case: str) -> Verdict:
    """Return the best verdict that a case can have; OK for an unknown case."""
    return _CASES[case].best if case in _CASES else Verdict.OK


def lost(case: str, trouble: str) -> Result:
    """Return the result of a case without a report, with the reason."""
    return Result(case, case.partition(".")[0], "", best=_best(case), trouble=trouble)


def unplayed(case: str, trouble: str) -> Result:
    """Return the result of a case that the testee did not play, with what it did instead."""
    return replace(lost(case, trouble), behaviour=Verdict.FAILED)


def result(report: Mapping[str, Any]) -> Result:
    """Return the result of a case from the suite's own report."""
    case = str(report["id"])
    behaviour, best = verdict_of(report.get("behavior")), _best(case)
    about = "result" if behaviour is not best else "resultClose"
    handshake = telling.handshake(
        str(report.get("httpRequest") or ""),
        str(report.get("httpResponse") or ""),
        judge_is_server=report.get("isServer") is not False,
    )
    entries = telling.entries([*_log(report.get("wirelog") or ())], is_timed=False)
    return Result(
        case=case,
        section=case.partition(".")[0],
        title=_plain(report.get("description", "")),
        expectation="\n".join(_expectation(report)),
        behaviour=behaviour,
        closing=verdict_of(report.get("behaviorClose")),
        best=best,
        explanation=str(report.get(about, "")),
        close_code=report.get("remoteCloseCode"),
        seconds=int(report.get("duration") or 0) / 1000,
        conversation=Transcript.of([*handshake, *entries]),
    )


def _plain(text: str) -> str:
    """Return the suite's HTML as plain text, with line breaks and without other markup."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"<br\s*/?>\s*", "\n", text, flags=re.IGNORECASE)
    return html.unescape(re.sub(r"<[^<>]*>", "", text)).strip()


def _expectation(report: Mapping[str, Any]) -> Iterator[str]:
    yield _plain(report.get("expectation", ""))
    expected = report.get("expected") or {}
    for word in sorted(expected, key=lambda word: verdict_of(word).rank):
        yield telling.verdict_for(word, [_event(*event) for event in expected[word]])
    if ending := report.get("expectedClose"):
        by_judge, clean = bool(ending.get("closedByMe")), bool(ending.get("requireClean"))
        yield telling.closing(Ending(by_judge, tuple(ending.get("closeCode", ())), clean))


def _event(kind: str, shown: Any = "", is_binary: bool = False, *_: Any) -> str:
    if kind == "timeout":
        return f"the wait “{shown}”"
    of_message = EventKind.BINARY if is_binary else EventKind.TEXT
    event = Event(EventKind.PONG if kind == "pong" else of_message, _octets(shown))
    return telling.event(event, len(event.payload) + shown.endswith(CUT))


def _log(rows: Iterable[Any]) -> Iterator[Logged]:
    """Return the entries of the suite's record of a connection that have a known meaning.

    The record has no times, so every entry is at time 0.
    """
    for row in rows:
        match row:
            case ["TF", [int(length), str(shown)], opcode, fin, rsv, mask, repeated, chop, *_]:
                fields = (opcode, fin, rsv, repeated or length, _octets(shown))
                yield FrameSeen(0.0, True, *fields, bytes.fromhex(mask) if mask else None, chop)
            case ["RF", [int(length), str(shown)], opcode, fin, rsv, _, mask, *_]:
                fields = (opcode, fin, rsv, length, _octets(shown))
                yield FrameSeen(0.0, False, *fields, bytes.fromhex(mask) if mask else None)
            case ["TO" | "RO" as way, [int(length), str(shown)], *_]:
                yield OctetsSeen(0.0, way == "TO", length, bytes.fromhex(shown.removesuffix(CUT)))
            case ["WLM", is_on, *_]:
                yield Note(0.0, "log", tag=bool(is_on))
            case ["KL" | "TI" | "CT" as code, int() | float() as seconds, *tag]:
                yield Note(0.0, _NOTES[code], seconds, *tag[:1])
            case ["KLE" | "TIE" as code, *_]:
                yield Note(0.0, _NOTES[code])


def _octets(shown: str) -> bytes:
    """Return the part of a payload that the suite kept: text, or hexadecimal after ``0x``."""
    body = shown.removesuffix(CUT)
    if body.startswith("0x"):
        with suppress(ValueError):
            return bytes.fromhex(body[2:])
    return body.encode("utf-8", "surrogatepass")
