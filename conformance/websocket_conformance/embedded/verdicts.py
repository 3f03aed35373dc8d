"""What the end of a case is worth."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from websocket_conformance.embedded.behaviour import Behaviour
from websocket_conformance.embedded.case import Case, Ending, Event, Rule
from websocket_conformance.embedded.endpoint import Closing

UNFORESEEN = "What came is not what was expected."
FORESEEN = "What came is what was expected."
NEVER_OPEN = "The opening handshake was not completed."


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
            return Verdict(behaviour, FORESEEN)
    return Verdict(Behaviour.FAILED, UNFORESEEN)


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
