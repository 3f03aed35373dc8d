"""What the end of a case is worth."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from websocket_conformance.embedded.behaviour import Behaviour
from websocket_conformance.embedded.case import Case, Ending, Event, Kind, Rule
from websocket_conformance.embedded.endpoint import Closing

FORESEEN = "What came is what was expected."
NEVER_OPEN = "The opening handshake was not completed."

_MOST_TOLD = 4
_OCTETS_TOLD = 24
"""How many events, and how many octets of each, are named in a reason."""


class Verdict(NamedTuple):
    """A verdict and what it rests on."""

    behaviour: Behaviour
    because: str


class Verdicts(NamedTuple):
    """The two verdicts on a case."""

    behaviour: Verdict
    closing: Verdict


def on_events(received: Sequence[Event], expected: Mapping[Behaviour, Sequence[Event]]) -> Verdict:
    """The verdict that these events earn, in this order."""
    for behaviour, events in expected.items():
        if list(received) == list(events):
            is_best = behaviour is Behaviour.OK
            because = FORESEEN if is_best else f"That is tolerated, no more: {came(received)}."
            return Verdict(behaviour, because)
    return Verdict(Behaviour.FAILED, f"Something else was expected: {came(received)}.")


def came(received: Sequence[Event]) -> str:
    """What came, in short."""
    told = [_told(event) for event in received[:_MOST_TOLD]]
    rest = len(received) - len(told)
    if rest:
        told.append(f"{rest} more")
    return f"{', '.join(told) or 'nothing'} came"


def _told(event: Event) -> str:
    if event.kind is Kind.SILENCE:
        return f"silence ({event.tag})"
    shown = event.payload[:_OCTETS_TOLD].decode(errors="backslashreplace")
    length = f" of {len(event.payload)} octets" if len(event.payload) > _OCTETS_TOLD else ""
    return f"{event.kind.name.lower()} {json.dumps(shown, ensure_ascii=False)}{length}"


def on_closing(closing: Closing, ending: Ending, *, is_server: bool) -> Verdict:
    """The verdict on how an open connection ended."""
    if closing.by_me != ending.by_judge:
        side = "judge" if closing.by_me else "peer"
        return Verdict(Behaviour.FAILED, f"The connection was ended by the {side}.")
    if ending.clean and not closing.was_clean:
        return Verdict(Behaviour.UNCLEAN, closing.why_unclean or "It was not closed cleanly.")
    code = closing.remote_code
    if code is not None and code not in ending.codes:
        codes = " or ".join(map(str, ending.codes))
        return Verdict(Behaviour.WRONG_CODE, f"The code has to be {codes} or none, not {code}.")
    if not is_server and closing.dropped_by_me:
        return Verdict(Behaviour.FAILED_BY_CLIENT, "TCP is the server's to close.")
    return Verdict(Behaviour.OK, "The connection was closed as it has to be.")


def on_case(case: Case, behaviour: Verdict, closing: Closing, *, is_server: bool) -> Verdicts:
    """The verdicts on a case whose connection was open.

    Args:
        case: the case.
        behaviour: what the conversation was worth by itself.
        closing: how the connection ended.
        is_server: whether the judge was the server.
    """
    end = on_closing(closing, case.ending, is_server=is_server)
    if case.ending.is_fatal and closing.by_me != case.ending.by_judge:
        behaviour = Verdict(Behaviour.FAILED, end.because)
    if case.rule is Rule.WRONG_CODE_FAILS and end.behaviour is Behaviour.WRONG_CODE:
        behaviour = Verdict(Behaviour.FAILED, end.because)
    if case.rule is Rule.INFORMATIONAL:
        behaviour = behaviour._replace(behaviour=Behaviour.INFORMATIONAL)
        end = end._replace(behaviour=Behaviour.INFORMATIONAL)
    return Verdicts(behaviour, end)
