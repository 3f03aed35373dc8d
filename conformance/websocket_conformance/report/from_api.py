"""Make a run of the results of the scenarios at the API."""

import re
from collections.abc import Sequence
from datetime import datetime

from websocket_conformance.api.verdicts import ScenarioResult, first_difference
from websocket_conformance.counting import counted
from websocket_conformance.results.result import Entry, Kind, Result, Transcript, Who
from websocket_conformance.results.run import Heading, Run
from websocket_conformance.results.verdict import Verdict

_STANDARD = "https://websockets.spec.whatwg.org/"
_MOST = 3
"""How many of the lines that the server received a reason contains."""

_RFC = "https://www.rfc-editor.org/rfc/"


def run(
    name: str, label: str, results: Sequence[ScenarioResult], started: datetime, seconds: float
) -> Run:
    """Return the run of some scenarios.

    Args:
        name: the implementation's name.
        label: its name and version, as it prints them itself.
        results: a result for each scenario.
        started: when the first one began.
        seconds: how long all scenarios took.
    """
    sections = dict.fromkeys(each.scenario.section for each in results)
    return Run(
        implementation=name,
        version=_version(name, label),
        runtime="",
        suite="api",
        suite_version=counted(len(results), "scenario"),
        profile="full",
        started=started,
        seconds=seconds,
        asked=len(results),
        interrupted=False,
        sections=tuple(Heading(id_, re.sub("[-_]", " ", id_).capitalize()) for id_ in sections),
        results=tuple(map(result, results)),
    )


def _version(name: str, label: str) -> str:
    """Return a label without the name, such as ``"1.0"`` for ``"Chromium 1.0"``."""
    if label.lower().startswith(name.lower()):
        return label[len(name) :].strip()
    return label


def result(played: ScenarioResult) -> Result:
    """Return the result of a scenario."""
    scenario = played.scenario
    source, link = _source(scenario.anchor)
    # An implementation that cannot do what the scenario needs has no better verdict.
    is_out_of_reach = played.verdict is Verdict.UNIMPLEMENTED
    expected = ["The page sees:", *scenario.expect]
    if scenario.wire is not None:
        expected += ["The server gets:", *(scenario.wire or ["nothing"])]
    entries = [
        *(Entry(Who.PEER, Kind.EVENT, line) for line in played.trace),
        *(Entry(Who.PEER, Kind.FRAME, line) for line in played.wire),
    ]
    return Result(
        case=scenario.id,
        section=scenario.section,
        title=scenario.title,
        expectation="\n".join(expected),
        source=source,
        link=link,
        behaviour=played.verdict,
        best=Verdict.UNIMPLEMENTED if is_out_of_reach else Verdict.OK,
        explanation=_explanation(played),
        trouble=played.reason if played.verdict is Verdict.FAILED else "",
        conversation=Transcript.of(entries),
    )


def _source(anchor: str) -> tuple[str, str]:
    standard, _, place = anchor.rpartition("#")
    if not standard:
        return f"WebSockets Standard, #{place}", f"{_STANDARD}#{place}"
    if standard.startswith("rfc"):
        section = place.removeprefix("section-")
        return f"RFC {standard[3:]}, section {section}", f"{_RFC}{standard}#{place}"
    return anchor, anchor if anchor.startswith("https:") else ""


def _explanation(played: ScenarioResult) -> str:
    if played.verdict is Verdict.EXPLAINED:
        return f"A position says why: spec/positions/{played.reason}."
    if played.verdict is Verdict.FAILED and not played.reason:
        return _difference(played)
    return "" if played.verdict is Verdict.FAILED else played.reason


def _difference(played: ScenarioResult) -> str:
    """Describe the first unexpected line, of what the page saw or else what the server got.

    The lines that the server got are added, unless the unexpected line is one of them.
    """
    scenario = played.scenario
    sides = (
        ("page saw", scenario.expect, played.trace),
        ("server got", scenario.wire, played.wire),
    )
    for side, wanted, have in sides:
        at = first_difference(wanted, have)
        if at is not None:
            nothing = "nothing more" if at else "nothing"
            expected = f"`{wanted[at]}`" if wanted and at < len(wanted) else nothing
            came = f"`{have[at]}`" if at < len(have) else nothing
            told = f"The {side} {came} where {expected} was expected (line {at + 1})."
            got = ", then ".join(f"`{line}`" for line in played.wire[-_MOST:])
            return told if side == "server got" else f"{told} The server got {got or 'nothing'}."
    return ""
