"""Section 5: messages in fragments, control frames between them, and fragments out of place.

Source: RFC 6455, sections 5.4 and 5.5.
"""

from functools import partial

from websocket_conformance.cases.case import Case, Group, Section
from websocket_conformance.cases.expected import BY_JUDGE, BY_PEER, Ending, Event, pong, text
from websocket_conformance.cases.play import Script
from websocket_conformance.cases.steps import (
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    CloseAfter,
    FailAfter,
    Pause,
    Step,
)
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.sendable import Frame

_ECHO = "The whole message comes back; then a clean close with 1000."
_PONG_FIRST = "A Pong comes at once, then the whole message; then a clean close with 1000."
_NO_CONTROL = "The peer fails the connection at once: control frames have no fragments."
_NOTHING = "The peer fails the connection at once: there is no message to be continued."
_INSIDE = "The peer fails the connection at once: what continues a message has opcode 0."

_PING = b"ping payload"
_MESSAGE = text(b"fragment1fragment2")

# Whether the frames of a case are sent together, each in a write of its own, or octet by octet.
_TOGETHER = partial(Frame)
_APART = partial(Frame, apart=True)
_CHOPPED = partial(Frame, chop=1)
_HOW = {_TOGETHER: "", _APART: " One write for each frame.", _CHOPPED: " One octet at a time."}


def _case(
    number: int,
    sends: str,
    expects: str,
    *steps: Step,
    events: tuple[Event, ...] = (),
    ending: Ending = BY_PEER,
    source: str = "5.4",
    or_nothing: bool = False,
) -> Case:
    expected = {Verdict.OK: events, **({Verdict.NON_STRICT: ()} if or_nothing else {})}
    script = Script(steps, expected)
    return Case(f"5.{number}", sends, expects, f"RFC 6455, {source}", script, ending)


def _two_fragments(number: int, frame: "partial[Frame]") -> Case:
    return _case(
        number, f"A text message in two fragments.{_HOW[frame]}", _ECHO,
        frame(TEXT, b"fragment1", fin=False), frame(CONTINUATION, b"fragment2"), CloseAfter(1),
        events=(_MESSAGE,), ending=BY_JUDGE,
    )  # fmt: skip


def _ping_between(number: int, frame: "partial[Frame]") -> Case:
    return _case(
        number, f"A text message in two fragments, and a Ping between them.{_HOW[frame]}",
        _PONG_FIRST,
        frame(TEXT, b"fragment1", fin=False), frame(PING, _PING),
        frame(CONTINUATION, b"fragment2"), CloseAfter(1),
        events=(pong(_PING), _MESSAGE), ending=BY_JUDGE,
    )  # fmt: skip


def _continues_nothing(number: int, frame: "partial[Frame]", *, fin: bool) -> Case:
    which = "the last" if fin else "not the last"
    return _case(
        number, f"A fragment that continues nothing and is {which}, then a text.{_HOW[frame]}",
        _NOTHING,
        frame(CONTINUATION, b"non-continuation payload", fin=fin),
        frame(TEXT, b"Hello, world!"), FailAfter(1),
    )  # fmt: skip


def _continues_nothing_twice(number: int, *, fin: bool) -> Case:
    which = "the last" if fin else "not the last"
    frames = (
        Frame(CONTINUATION, b"fragment1", fin=fin),
        Frame(TEXT, b"fragment2", fin=False),
        Frame(CONTINUATION, b"fragment3"),
    )
    return _case(
        number, f"Twice: a fragment that continues nothing and is {which}, then a text in two "
        "fragments.", _NOTHING, *frames, *frames, FailAfter(1),
    )  # fmt: skip


def _long_conversation(number: int, frame: "partial[Frame]") -> Case:
    events = pong(b"pongme 1!"), pong(b"pongme 2!"), text(b"".join(_FIVE))
    return _case(
        number,
        "Two fragments of a text and a Ping; after a pause two fragments, a Ping, and the last "
        f"fragment.{_HOW[frame]}",
        "A Pong for each Ping, then the whole message; then a clean close with 1000.",
        frame(TEXT, _FIVE[0], fin=False), frame(CONTINUATION, _FIVE[1], fin=False),
        frame(PING, b"pongme 1!"),
        Pause(1),
        frame(CONTINUATION, _FIVE[2], fin=False), frame(CONTINUATION, _FIVE[3], fin=False),
        frame(PING, b"pongme 2!"),
        frame(CONTINUATION, _FIVE[4]), CloseAfter(1),
        events=events, ending=BY_JUDGE,
    )  # fmt: skip


_FIVE = (b"fragment1", b"fragment2", b"fragment3", b"fragment4", b"fragment5")

CASES = (
    _case(
        1, "A Ping in two fragments.", _NO_CONTROL,
        Frame(PING, b"fragment1", fin=False), Frame(CONTINUATION, b"fragment2"), FailAfter(1),
        source="5.5",
    ),
    _case(
        2, "A Pong in two fragments.", _NO_CONTROL,
        Frame(PONG, b"fragment1", fin=False), Frame(CONTINUATION, b"fragment2"), FailAfter(1),
        source="5.5",
    ),
    _two_fragments(3, _TOGETHER),
    _two_fragments(4, _APART),
    _two_fragments(5, _CHOPPED),
    _ping_between(6, _TOGETHER),
    _ping_between(7, _APART),
    _ping_between(8, _CHOPPED),
    _continues_nothing(9, _TOGETHER, fin=True),
    _continues_nothing(10, _APART, fin=True),
    _continues_nothing(11, _CHOPPED, fin=True),
    _continues_nothing(12, _TOGETHER, fin=False),
    _continues_nothing(13, _APART, fin=False),
    _continues_nothing(14, _CHOPPED, fin=False),
    _case(
        15, "A text in two fragments, a fragment that continues nothing, a text.",
        f"The first message may come back. Then: {_NOTHING}",
        Frame(TEXT, b"fragment1", fin=False), Frame(CONTINUATION, b"fragment2"),
        Frame(CONTINUATION, b"fragment3", fin=False), Frame(TEXT, b"fragment4"), FailAfter(1),
        events=(_MESSAGE,), or_nothing=True,
    ),
    _continues_nothing_twice(16, fin=False),
    _continues_nothing_twice(17, fin=True),
    _case(
        18, "A text in two fragments, the second of which says that it is a text.", _INSIDE,
        Frame(TEXT, b"fragment1", fin=False), Frame(TEXT, b"fragment2"), FailAfter(1),
    ),
    _long_conversation(19, _TOGETHER),
    _long_conversation(20, _APART),
)  # fmt: skip

SECTION = Section(5, "Fragmentation", (Group("5", "Fragmentation", CASES),))
