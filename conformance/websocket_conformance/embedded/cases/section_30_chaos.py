"""Sections 30 to 34: streams that come in pieces, stop, or break off.

TCP carries octets and no messages, so where the pieces end must not matter: a case of sections 30
to 32 has the verdict of the case that it cuts. The last part of a number is the octet or the seed.

Source: RFC 9293, section 2.2; RFC 6455, sections 7.1.5 and 7.1.7.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from websocket_conformance.embedded.behaviour import Behaviour
from websocket_conformance.embedded.case import (
    TEXT,
    Case,
    Close,
    FailAfter,
    Frame,
    Group,
    Message,
    Script,
    Section,
    text,
)
from websocket_conformance.embedded.cases import (
    section_01_framing,
    section_02_pings,
    section_03_reserved_bits,
    section_05_fragmentation,
    section_06_utf8,
    section_07_closing,
)
from websocket_conformance.embedded.cases.handshakes import PROBE
from websocket_conformance.embedded.chaos import Chaos, Cut, Deaf, Reset, at_random, every_octet
from websocket_conformance.embedded.frames import encode
from websocket_conformance.embedded.opening_handshake import Request, new_key, response

_SOURCE = "RFC 9293, 2.2"
_SAME = "The same as if nothing had happened."

HEAD = len(response(Request("", {}, new_key(), "", ()), None))
"""The octets of the judge's response; its request has some more."""

_SHORT = 0.003
"""The seconds between pieces of a handshake, which a client may do one at a time."""

_ECHO = Case("0", "A text message.", "The message comes back.", "RFC 6455, 5.2", PROBE)


def _chosen(numbers: Sequence[str]) -> Iterable[Case]:
    """Short cases whose frames leave at once, of all kinds."""
    every = {
        case.number: case
        for module in (
            section_01_framing, section_02_pings, section_03_reserved_bits,
            section_05_fragmentation, section_06_utf8, section_07_closing,
        )
        for case in module.SECTION.cases
    }  # fmt: skip
    return (every[number] for number in numbers)


CHOSEN = tuple(_chosen(("1.1.2", "1.2.1", "2.3", "2.10", "3.1", "5.3", "5.6", "6.2.1", "7.3.4")))
"""What is cut: frames of text and data, Pings, a bad bit, fragments, UTF-8, a Close."""


def length(case: Case) -> int:
    """The octets of the frames that a case sends by itself, as a server."""
    assert isinstance(case.play, Script)
    return sum(map(_octets, case.play.steps))


def _octets(step: object) -> int:
    match step:
        case Frame():
            return len(encode(step.opcode, step.payload, fin=step.fin, rsv=step.rsv))
        case Message(payload):
            return len(encode(TEXT, payload))
        case Close(code, reason):
            return len(encode(TEXT, reason)) + (0 if code is None else 2)
        case _:
            return 0


def _of(case: Case, number: str, how: str, chaos: Chaos) -> Case:
    """A case that is another one, on a stream to which something happens."""
    sends = f"Case {case.number} {how}." if case is not _ECHO else f"A text message {how}."
    expects = f"{_SAME} {case.expects}"
    return replace(case, number=number, sends=sends, expects=expects, source=_SOURCE, chaos=chaos)


IN_HEAD = tuple(
    _of(_ECHO, f"30.1.{n}", f"with a cut before octet {n} of all that the judge sends",
        Cut((n,), gap=_SHORT))
    for n in range(1, HEAD + 1)
)  # fmt: skip

SEEDS = range(1, 21)

IN_PIECES = tuple(
    _of(_ECHO, f"30.2.{seed}", f"in pieces of 1 to 40 octets, after the seed {seed}",
        Cut(at_random(f"30.2.{seed}", longest=40), gap=_SHORT))
    for seed in SEEDS
)  # fmt: skip


def _cuts(place: int, case: Case) -> Group:
    number = f"31.{place}"
    cases = (
        _of(case, f"{number}.{n}", f"with a cut before octet {n} of its frames",
            Cut((n,), behind_head=True))
        for n in range(1, length(case))
    )  # fmt: skip
    return Group(number, f"Case {case.number} with a cut", tuple(cases))


def _pieces(place: int, case: Case) -> Group:
    number = f"32.{place}"
    one = _of(
        case, f"{number}.0", "an octet at a time", Cut(every_octet(), behind_head=True, gap=0.001)
    )
    some = (
        _of(case, f"{number}.{seed}", f"in pieces of 1 to 9 octets, after the seed {seed}",
            Cut(at_random(f"{number}.{seed}"), behind_head=True, gap=0.003))
        for seed in SEEDS
    )  # fmt: skip
    return Group(number, f"Case {case.number} in many pieces", (one, *some))


def _reset(number: str, octets: int, *, behind_head: bool) -> Case:
    what = "octets behind the opening handshake" if behind_head else "octets"
    return Case(
        number, f"A text message, but TCP is reset after {octets} {what}.",
        "The client reports an unclean close with 1006, and goes on with the next case.",
        "RFC 6455, 7.1.5", PROBE, chaos=Reset(octets, behind_head=behind_head),
    )  # fmt: skip


_LAST = 10
"""The octets of a message and of most of a Close."""

IN_RESPONSE = tuple(_reset(f"33.1.{n}", n, behind_head=False) for n in range(HEAD))
IN_FRAMES = tuple(_reset(f"33.2.{n}", n, behind_head=True) for n in range(_LAST + 1))

_STOP = 0.25
_PIECE = b"a" * 2**16
_MANY = 64

STOPS = tuple(
    _of(_ECHO, f"34.1.{place}", f"with a stop of {_STOP:g} s before octet {n} of all",
        Cut((n,), gap=_STOP))
    for place, n in enumerate((1, HEAD // 2, HEAD - 1, HEAD), 1)
)  # fmt: skip

STOPS_IN_FRAME = tuple(
    _of(case, f"34.2.{place}", f"with a stop of {_STOP:g} s in its frames",
        Cut((length(case) // 2,), behind_head=True, gap=_STOP))
    for place, case in enumerate(CHOSEN, 1)
)  # fmt: skip

_FLOOD = Script(
    (*(Frame(TEXT, _PIECE) for _ in range(_MANY)), FailAfter(10)),
    {Behaviour.OK: (text(_PIECE),) * _MANY},
)

DEAF = (
    Case(
        "34.3.1",
        f"{_MANY} messages of 64 KiB, while the judge does not read for {_STOP:g} s.",
        "All messages come back.", _SOURCE, _FLOOD, chaos=Deaf(_STOP),
    ),
)  # fmt: skip

SECTIONS = (
    Section(
        30,
        "Cuts in the opening handshake",
        (Group("30.1", "A cut before each octet", IN_HEAD), Group("30.2", "In pieces", IN_PIECES)),
    ),
    Section(31, "Cuts in the frames", tuple(map(_cuts, range(1, 10), CHOSEN))),
    Section(32, "Frames in many pieces", tuple(map(_pieces, range(1, 10), CHOSEN))),
    Section(
        33,
        "Resets",
        (
            Group("33.1", "In the opening handshake", IN_RESPONSE),
            Group("33.2", "Behind it", IN_FRAMES),
        ),
    ),
    Section(
        34,
        "Stalls",
        (
            Group("34.1", "In the opening handshake", STOPS),
            Group("34.2", "In the frames", STOPS_IN_FRAME),
            Group("34.3", "A judge that does not read", DEAF),
        ),
    ),
)
