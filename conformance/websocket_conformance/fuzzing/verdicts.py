"""The verdicts on a case that has ended."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from websocket_conformance.cases.case import Case
from websocket_conformance.cases.expected import Ending, Event, EventKind, Rule
from websocket_conformance.cases.play import Script
from websocket_conformance.cases.steps import Watch
from websocket_conformance.counting import counted
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.connection import Closing
from websocket_conformance.wire.frames import Opcode
from websocket_conformance.wire.shown import SHOWN, octets, payload

_WAS_EXPECTED = "was expected"
_CODE_HAS_TO_BE = "The code has to be"
EXPECTATIONS = (_WAS_EXPECTED, _CODE_HAS_TO_BE)
"""One of these phrases is in each reason that itself says what was expected."""

FORESEEN = "What came is what was expected."
NEVER_OPEN = "The opening handshake was not completed."

_TOLERATED = "This is tolerated, but it is not strict."
_MERGED = (
    "A Pong may answer several Pings (RFC 6455, 5.5.3); this is tolerated, but it is not strict."
)

_NOT_CLOSED_BY_SERVER = (
    "The server did not close TCP, as it has to (RFC 6455, 7.1.1), so the judge closed it."
)

_MOST_TOLD = 3
"""How many Pongs a reason contains at most."""

_NAMES = {
    Opcode.TEXT: "the text",
    Opcode.BINARY: "the binary message",
    Opcode.PONG: "the Pong",
}


class Finding(NamedTuple):
    """A verdict and its reason."""

    behaviour: Verdict
    because: str


class Findings(NamedTuple):
    """The two verdicts on a case: on the behaviour, and on the closing."""

    behaviour: Finding
    closing: Finding


def both(behaviour: Verdict, because: str) -> Findings:
    """Return findings with the same verdict on behaviour and closing, for the same reason."""
    finding = Finding(behaviour, because)
    return Findings(finding, finding)


def on_events(received: Sequence[Event], script: Script, *, is_failed: bool = False) -> Finding:
    """Return the verdict on the events that came, in this order.

    Args:
        received: the events.
        script: the script, with the expected events.
        is_failed: whether the judge failed the connection, so that it accepted nothing after that.
    """
    watches = {step.tag: step for step in script.steps if isinstance(step, Watch)}
    wanted = next(iter(script.expected.values()), ())
    difference = _difference(received, wanted, watches, " that is valid" if is_failed else "")
    for behaviour, events in script.expected.items():
        if list(received) == list(events):
            because = FORESEEN if behaviour is Verdict.OK else _TOLERATED
            return Finding(behaviour, " ".join(filter(None, (because, difference))))
    if script.may_merge_pongs and _is_merged(received, wanted):
        pongs = ", ".join(_told(event, watches) for event in received[-_MOST_TOLD:])
        because = f"{_MERGED} Of {len(wanted):,} Pongs {len(received):,} came, the last: {pongs}."
        return Finding(Verdict.NON_STRICT, because)
    return Finding(Verdict.FAILED, difference)


def _is_merged(received: Sequence[Event], answers: Sequence[Event]) -> bool:
    """Return whether the answers came in order, with the answer to the latest Ping among them.

    Source: RFC 6455, section 5.5.3.
    """
    left = iter(answers)
    in_order = all(event in left for event in received)
    return in_order and bool(received) and received[-1] == answers[-1]


def _difference(
    received: Sequence[Event],
    wanted: Sequence[Event],
    watches: Mapping[str, Watch],
    that_counts: str,
) -> str:
    """Return a sentence about the first unexpected event; empty if all were expected."""
    pairs = enumerate(zip_longest(wanted, received))
    found = next(((at, *pair) for at, pair in pairs if pair[0] != pair[1]), None)
    if found is None:
        return ""
    at, want, have = found
    if told := _without_an_end(want, have, watches):
        return told
    more = " more" if at else ""
    expected = _told(want, watches) if want else f"nothing{more}"
    came = _told(have, watches) if have else f"nothing{more}{that_counts}"
    if want and have and _begin_alike(want, have):
        came = _apart(want.payload, have.payload)
    rest = len(received) - at - 1
    parts = [f"{expected} {_WAS_EXPECTED}, {came} came"]
    parts += [f"then {rest:,} more"] if rest > 0 else []
    were = "one event that was" if at == 1 else f"{at:,} events that were"
    parts += [f"after {were} as expected"] if at else []
    text = ", ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _without_an_end(want: Event | None, have: Event | None, watches: Mapping[str, Watch]) -> str:
    """Return a sentence if the connection lasted too long or not long enough; else an empty one."""
    if want is None and have is not None and have.kind is EventKind.SILENCE:
        watch = watches[have.tag]
        return f"The connection was still open {watch.seconds:g} s after {watch.after}."
    if have is None and want is not None and want.kind is EventKind.SILENCE:
        watch = watches[want.tag]
        return f"The connection ended within {watch.seconds:g} s of {watch.after}."
    return ""


def _begin_alike(want: Event, have: Event) -> bool:
    """Return whether the shortened forms of two events are equal although the events differ."""
    if want.kind is not have.kind or want.kind is EventKind.SILENCE:
        return False
    is_cut = max(len(want.payload), len(have.payload)) > SHOWN
    return is_cut and want.payload[:SHOWN] == have.payload[:SHOWN]


def _apart(want: bytes, have: bytes) -> str:
    """Describe the event that came by where it begins to differ from the expected event."""
    if want.startswith(have):
        return f"only the first {len(have):,} of these octets"
    if have.startswith(want):
        more = len(have) - len(want)
        return f"the same with {counted(more, 'more octet')}"
    of = f" of {octets(len(have))}" if len(have) != len(want) else ""
    pairs = enumerate(zip(want, have, strict=False), 1)
    first = next(at for at, (one, other) in pairs if one != other)
    return f"another{of} that differs from octet {first:,} on"


def _told(event: Event, watches: Mapping[str, Watch]) -> str:
    """Describe an event in a few words."""
    if event.kind is EventKind.SILENCE:
        watch = watches[event.tag]
        return f"{watch.seconds:g} s without an end after {watch.after}"
    opcode, length = Opcode[event.kind.name], len(event.payload)
    shown = payload(opcode, event.payload[:SHOWN], length) or '""'
    return f"{_NAMES[opcode]} {shown}" + (f" of {octets(length)}" if length > SHOWN else "")


def on_closing(closing: Closing, ending: Ending, *, is_server: bool) -> Finding:
    """Return the verdict on how an open connection ended."""
    if closing.by_me != ending.by_judge:
        return Finding(Verdict.FAILED, _ended_by_the_wrong_side(closing))
    if ending.clean and not closing.was_clean:
        return Finding(Verdict.UNCLEAN, closing.why_unclean or "It was not closed cleanly.")
    code = closing.remote_code
    if code is not None and code not in ending.codes:
        if closing.by_me and closing.failed_by_me and code == closing.local_code:
            because = f"{_failed(closing)} The peer's Close with {code} only answers the judge's."
            return Finding(Verdict.WRONG_CODE, because)
        codes = " or ".join(map(str, ending.codes))
        return Finding(Verdict.WRONG_CODE, f"{_CODE_HAS_TO_BE} {codes} or none, not {code}.")
    if not is_server and closing.dropped_by_me:
        return Finding(Verdict.FAILED_BY_CLIENT, _NOT_CLOSED_BY_SERVER)
    return Finding(Verdict.OK, "The connection was closed as required.")


def _ended_by_the_wrong_side(closing: Closing) -> str:
    if closing.was_failed:
        return _failed(closing)
    if closing.by_me:
        late = "The case timed out: the" if closing.timed_out else "The"
        return f"{late} peer did not end the connection, so the judge ended it."
    if closing.timed_out and closing.dropped_by_me:
        return _failed(closing)
    return "The peer ended the connection, although the judge had to end it."


def _failed(closing: Closing) -> str:
    """Return why the judge failed the connection."""
    if closing.timed_out:
        return "The case timed out."
    return f"The judge failed the connection: {closing.why_unclean}"


def on_case(case: Case, behaviour: Finding, closing: Closing, *, is_server: bool) -> Findings:
    """Return the verdicts on a case whose connection was open.

    Args:
        case: the case.
        behaviour: the finding on the conversation.
        closing: how the connection ended.
        is_server: whether the judge was the server.
    """
    end = on_closing(closing, case.ending, is_server=is_server)
    if closing.was_failed and behaviour.behaviour is not Verdict.OK:
        because = f"{_failed(closing)} {behaviour.because}"
        behaviour = behaviour._replace(because=because)
    if case.ending.is_fatal and closing.by_me != case.ending.by_judge:
        behaviour = Finding(Verdict.FAILED, end.because)
    if case.rule is Rule.WRONG_CODE_FAILS and end.behaviour is Verdict.WRONG_CODE:
        behaviour = Finding(Verdict.FAILED, end.because)
    if case.rule is Rule.INFORMATIONAL:
        behaviour = behaviour._replace(behaviour=Verdict.INFORMATIONAL)
        end = end._replace(behaviour=Verdict.INFORMATIONAL)
    return Findings(behaviour, end)
