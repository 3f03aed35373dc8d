"""Section 2: a Ping is answered with a Pong that has its payload; a Pong is not answered.

Source: RFC 6455, sections 5.5, 5.5.2 and 5.5.3.
"""

from websocket_conformance.cases.case import Case, Group, Section
from websocket_conformance.cases.expected import BY_JUDGE, BY_PEER, Ending, Event, pong
from websocket_conformance.cases.play import Script
from websocket_conformance.cases.steps import PING, PONG, CloseAfter, FailAfter, Step
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.codes import NORMAL
from websocket_conformance.wire.sendable import Close, Frame

_HELLO = b"Hello, world!"
_NOT_UTF8 = b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff"
_LONGEST = b"\xfe" * 125
_TOO_LONG = b"\xfe" * 126
_UNASKED = b"unsolicited pong payload"
_TEN = tuple(b"payload-%d" % number for number in range(10))

_ANSWERED = "A Pong with the same payload; then a clean close with 1000."
_ALL_ANSWERED = (
    "Ten Pongs, in order. One that answers several Pings has the payload of the latest of them; a "
    "peer that leaves Pongs out for that reason is not strict."
)


def _case(
    number: int,
    sends: str,
    expects: str,
    source: str,
    *steps: Step,
    events: tuple[Event, ...] = (),
    ending: Ending = BY_JUDGE,
    may_merge: bool = False,
) -> Case:
    script = Script(steps, {Verdict.OK: events}, may_merge_pongs=may_merge)
    return Case(f"2.{number}", sends, expects, f"RFC 6455, {source}", script, ending)


def _ping(number: int, sends: str, payload: bytes, source: str, chop: int | None = None) -> Case:
    steps = Frame(PING, payload, chop=chop), CloseAfter(2 if chop else 1)
    return _case(number, sends, _ANSWERED, source, *steps, events=(pong(payload),))


CASES = (
    _ping(1, "A Ping without payload.", b"", "5.5.2"),
    _ping(2, "A Ping with a short text.", _HELLO, "5.5.3"),
    _ping(3, "A Ping with octets that are not UTF-8.", _NOT_UTF8, "5.5.3"),
    _ping(4, "A Ping of 125 octets, the most there can be.", _LONGEST, "5.5"),
    _case(
        5, "A Ping of 126 octets.", "The peer fails the connection at once (1002).", "5.5",
        Frame(PING, _TOO_LONG), FailAfter(1), ending=BY_PEER,
    ),
    _ping(6, "A Ping of 125 octets, one octet at a time.", _LONGEST, "5.5.3", chop=1),
    _case(
        7, "A Pong that nobody asked for, then a Close.", "Nothing but a clean close.", "5.5.3",
        Frame(PONG), Close(NORMAL), CloseAfter(1),
    ),
    _case(
        8, "A Pong with payload that nobody asked for, then a Close.",
        "Nothing but a clean close.", "5.5.3",
        Frame(PONG, _UNASKED), Close(NORMAL), CloseAfter(1),
    ),
    _case(
        9, "A Pong that nobody asked for, then a Ping.", "One Pong, with the Ping's payload.",
        "5.5.3",
        Frame(PONG, _UNASKED), Frame(PING, b"ping payload"), CloseAfter(1),
        events=(pong(b"ping payload"),),
    ),
    _case(
        10, "Ten Pings.", _ALL_ANSWERED, "5.5.3",
        *(Frame(PING, payload) for payload in _TEN), CloseAfter(3), events=tuple(map(pong, _TEN)),
        may_merge=True,
    ),
    _case(
        11, "Ten Pings, one octet at a time.", _ALL_ANSWERED, "5.5.3",
        *(Frame(PING, payload, chop=1) for payload in _TEN), CloseAfter(3),
        events=tuple(map(pong, _TEN)), may_merge=True,
    ),
)  # fmt: skip

SECTION = Section(2, "Pings and Pongs", (Group("2", "Pings and Pongs", CASES),))
