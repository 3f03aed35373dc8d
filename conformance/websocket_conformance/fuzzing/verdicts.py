"""What the end of a case is worth."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from websocket_conformance.cases.case import Case
from websocket_conformance.cases.expected import (
    Ending,
    Event,
    EventKind,
    Rule,
)
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.connection import Closing

FORESEEN = "What came is what was expected."
NEVER_OPEN = "The opening handshake was not completed."

_MOST_TOLD = 4
_OCTETS_TOLD = 24
"""How many events, and how many octets of each, are named in a reason."""


class Finding(NamedTuple):
    """A verdict and what it rests on."""

    behaviour: Verdict
    because: str


class Findings(NamedTuple):
    """The two verdicts on a case."""

    behaviour: Finding
    closing: Finding


def on_events(received: Sequence[Event], expected: Mapping[Verdict, Sequence[Event]]) -> Finding:
    """The verdict that these events earn, in this order."""
    for behaviour, events in expected.items():
        if list(received) == list(events):
            is_best = behaviour is Verdict.OK
            because = FORESEEN if is_best else f"That is tolerated, no more: {came(received)}."
            return Finding(behaviour, because)
    return Finding(Verdict.FAILED, f"Something else was expected: {came(received)}.")


def came(received: Sequence[Event]) -> str:
    """What came, in short."""
    told = [_told(event) for event in received[:_MOST_TOLD]]
    rest = len(received) - len(told)
    if rest:
        told.append(f"{rest} more")
    return f"{', '.join(told) or 'nothing'} came"


def _told(event: Event) -> str:
    if event.kind is EventKind.SILENCE:
        return f"silence ({event.tag})"
    shown = event.payload[:_OCTETS_TOLD].decode(errors="backslashreplace")
    length = f" of {len(event.payload)} octets" if len(event.payload) > _OCTETS_TOLD else ""
    return f"{event.kind.name.lower()} {json.dumps(shown, ensure_ascii=False)}{length}"


def on_closing(closing: Closing, ending: Ending, *, is_server: bool) -> Finding:
    """The verdict on how an open connection ended."""
    if closing.by_me != ending.by_judge:
        side = "judge" if closing.by_me else "peer"
        return Finding(Verdict.FAILED, f"The connection was ended by the {side}.")
    if ending.clean and not closing.was_clean:
        return Finding(Verdict.UNCLEAN, closing.why_unclean or "It was not closed cleanly.")
    code = closing.remote_code
    if code is not None and code not in ending.codes:
        codes = " or ".join(map(str, ending.codes))
        return Finding(Verdict.WRONG_CODE, f"The code has to be {codes} or none, not {code}.")
    if not is_server and closing.dropped_by_me:
        return Finding(Verdict.FAILED_BY_CLIENT, "TCP is the server's to close.")
    return Finding(Verdict.OK, "The connection was closed as it has to be.")


def on_case(case: Case, behaviour: Finding, closing: Closing, *, is_server: bool) -> Findings:
    """The verdicts on a case whose connection was open.

    Args:
        case: the case.
        behaviour: what the conversation was worth by itself.
        closing: how the connection ended.
        is_server: whether the judge was the server.
    """
    end = on_closing(closing, case.ending, is_server=is_server)
    if case.ending.is_fatal and closing.by_me != case.ending.by_judge:
        behaviour = Finding(Verdict.FAILED, end.because)
    if case.rule is Rule.WRONG_CODE_FAILS and end.behaviour is Verdict.WRONG_CODE:
        behaviour = Finding(Verdict.FAILED, end.because)
    if case.rule is Rule.INFORMATIONAL:
        behaviour = behaviour._replace(behaviour=Verdict.INFORMATIONAL)
        end = end._replace(behaviour=Verdict.INFORMATIONAL)
    return Findings(behaviour, end)
