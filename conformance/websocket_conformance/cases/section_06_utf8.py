"""Section 6: text is UTF-8, and a peer should refuse invalid UTF-8 as soon as it is received.

Groups 6.5 to 6.23 send one sequence each. They follow Markus Kuhn's UTF-8 stress test,
https://www.cl.cam.ac.uk/~mgk25/ucs/examples/UTF-8-test.txt

Source: RFC 6455, sections 5.6 and 8.1; RFC 3629, sections 3 and 4.
"""

from collections.abc import Iterable

from websocket_conformance.cases.case import Case, Group, Section
from websocket_conformance.cases.expected import BY_JUDGE, BY_PEER_FOR_UTF8, silence, text
from websocket_conformance.cases.play import Script
from websocket_conformance.cases.steps import CONTINUATION, TEXT, CloseAfter, FailAfter, Step, Watch
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.sendable import Frame, Message, Part
from websocket_conformance.wire.utf8 import Utf8Check

_SOURCE = "RFC 6455, 8.1"
_ECHO = "The message comes back; then a clean close with 1000."
_REFUSED = "The peer fails the connection (1007): this is not UTF-8."

_KOSME = b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5"
_GERMAN = ("Hello-µ@ßöä".encode(), "üàá-UTF-8!!".encode())
_EDITED = b"edited"


def _good(number: str, sends: str, payload: bytes, *steps: Step) -> Case:
    script = Script((*steps, CloseAfter(1)), {Verdict.OK: (text(payload),)})
    return Case(number, sends, _ECHO, _SOURCE, script, BY_JUDGE)


def _fragments(*payloads: bytes) -> tuple[Frame, ...]:
    """Return the frames of a text message with these fragments."""
    last = len(payloads) - 1
    return tuple(
        Frame(CONTINUATION if index else TEXT, payload, fin=index == last)
        for index, payload in enumerate(payloads)
    )


EMPTY = (
    _good("6.1.1", "A text message without payload.", b"", Frame(TEXT)),
    _good("6.1.2", "A text message in three empty fragments.", b"", *_fragments(b"", b"", b"")),
    _good(
        "6.1.3", "A text message in three fragments, only the second not empty.",
        b"middle frame payload", *_fragments(b"", b"middle frame payload", b""),
    ),
)  # fmt: skip

VALID = (
    _good(
        "6.2.1", "German letters in one frame.",
        b"".join(_GERMAN), Message(b"".join(_GERMAN)),
    ),
    _good(
        "6.2.2", "German letters in two fragments, cut between characters.",
        b"".join(_GERMAN), *_fragments(*_GERMAN),
    ),
    _good(
        "6.2.3", "German letters in fragments of one octet.",
        b"".join(_GERMAN), Message(b"".join(_GERMAN), fragment=1),
    ),
    _good(
        "6.2.4", "A Greek word in fragments of one octet.", _KOSME, Message(_KOSME, fragment=1),
    ),
)  # fmt: skip


def _bad(number: str, sends: str, *steps: Step) -> Case:
    script = Script((*steps, FailAfter(1)), {Verdict.OK: ()})
    return Case(number, sends, _REFUSED, _SOURCE, script, BY_PEER_FOR_UTF8)


_SURROGATE = _KOSME + b"\xed\xa0\x80" + _EDITED

INVALID = (
    _bad("6.3.1", "A text with a surrogate in it.", Message(_SURROGATE)),
    _bad(
        "6.3.2", "A text with a surrogate in it, in fragments of one octet.",
        Message(_SURROGATE, fragment=1),
    ),
)  # fmt: skip


_TOO_LARGE = _KOSME + b"\xf4\x90\x80\x80" + _EDITED
"""A text with U+110000, whose second octet, which is the text's 13th, makes the text invalid."""

_AT_ONCE = (
    "The peer waits after the first piece, and fails the connection (1007) upon the second. "
    "One that waits for the end of the message is not strict."
)


def _fail_fast(number: str, how: str, pieces: tuple[bytes, bytes, bytes], *, frames: bool) -> Case:
    """Make a case of a text whose second piece is invalid, with a pause between the pieces."""
    first, second, third = _fragments(*pieces) if frames else _parts(pieces)
    rest = () if frames else (Frame(CONTINUATION),)
    steps = (
        first, Watch(1, "A", "the piece that is still valid"),
        second, Watch(1, "B", "the piece that makes the text bad", for_answer=True),
        third, *rest, FailAfter(1),
    )  # fmt: skip
    expected = {
        Verdict.OK: (silence("A"),),
        Verdict.NON_STRICT: (silence("A"), silence("B")),
    }
    return Case(number, how, _AT_ONCE, _SOURCE, Script(steps, expected), BY_PEER_FOR_UTF8)


def _parts(pieces: Iterable[bytes]) -> tuple[Part, ...]:
    """Return the pieces of one frame; the first has the header in front."""
    first, *others = pieces
    return Part(first, of=len(_TOO_LARGE)), *map(Part, others)


_BY_CHARACTER = _KOSME, b"\xf4\x90\x80\x80", _EDITED
_BY_OCTET = _TOO_LARGE[:12], _TOO_LARGE[12:13], _TOO_LARGE[13:]

FAIL_FAST = (
    _fail_fast(
        "6.4.1", "A text in three fragments. The second has a character above U+10FFFF.",
        _BY_CHARACTER, frames=True,
    ),
    _fail_fast(
        "6.4.2", "The text of 6.4.1. The second fragment is the octet that makes it bad.",
        _BY_OCTET, frames=True,
    ),
    _fail_fast(
        "6.4.3", "The text of 6.4.1, as three pieces of one frame.", _BY_CHARACTER, frames=False,
    ),
    _fail_fast(
        "6.4.4", "The text of 6.4.2, as three pieces of one frame.", _BY_OCTET, frames=False,
    ),
)  # fmt: skip


# Groups 6.5 to 6.23: their titles, and their sequences.

_LAST_MISSING = (
    b"\xc0", b"\xe0\x80", b"\xf0\x80\x80", b"\xf8\x80\x80\x80", b"\xfc\x80\x80\x80\x80",
    b"\xdf", b"\xef\xbf", b"\xf7\xbf\xbf", b"\xfb\xbf\xbf\xbf", b"\xfd\xbf\xbf\xbf\xbf",
)  # fmt: skip

_STARTS = ((0xC0, 0xDF), (0xE0, 0xEF), (0xF0, 0xF7), (0xF8, 0xFB), (0xFC, 0xFD))

_NONCHARACTERS = tuple(
    chr(plane << 16 | last).encode() for plane in range(1, 17) for last in (0xFFFE, 0xFFFF)
)

_SPECIALS = tuple(chr(0xFFF9 + number).encode() for number in range(7))

SEQUENCES: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    (
        "Characters of every length",
        (*(f"hello{character}world".encode() for character in "$¢€\U00024b62"), _KOSME),
    ),
    ("Every beginning of a Greek word", tuple(_KOSME[:end] for end in range(1, 12))),
    (
        "The first sequence of each length",
        (b"\0", b"\xc2\x80", b"\xe0\xa0\x80", b"\xf0\x90\x80\x80"),
    ),
    (
        "The first sequence of 5 and of 6 octets",
        (b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80"),
    ),
    (
        "The last sequence of each length",
        (b"\x7f", b"\xdf\xbf", b"\xef\xbf\xbf", b"\xf4\x8f\xbf\xbf"),
    ),
    (
        "The last sequence of 4, 5 and 6 octets by the old scheme",
        (b"\xf7\xbf\xbf\xbf", b"\xfb\xbf\xbf\xbf\xbf", b"\xfd\xbf\xbf\xbf\xbf\xbf"),
    ),
    (
        "On both sides of the surrogates, and of U+10FFFF",
        (
            b"\xed\x9f\xbf", b"\xee\x80\x80", b"\xef\xbf\xbd", b"\xf4\x8f\xbf\xbf",
            b"\xf4\x90\x80\x80",
        ),
    ),
    (
        "Octets that continue nothing",
        (
            b"\x80", b"\xbf", *((b"\x80\xbf" * 3)[:length] for length in range(2, 7)),
            bytes(range(0x80, 0xBF)),
        ),
    ),
    (
        "First octets, each before a space",
        tuple(b"".join(bytes((octet, 0x20)) for octet in range(*ends)) for ends in _STARTS),
    ),
    ("Sequences without their last octet", _LAST_MISSING),
    ("Sequences without their last octet, in a row", (b"".join(_LAST_MISSING),)),
    ("Octets that never occur", (b"\xfe", b"\xff", b"\xfe\xfe\xff\xff")),
    (
        "A slash in more octets than it needs",
        (
            b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xf8\x80\x80\x80\xaf",
            b"\xfc\x80\x80\x80\x80\xaf",
        ),
    ),
    (
        "The largest character that each length is too long for",
        (
            b"\xc1\xbf", b"\xe0\x9f\xbf", b"\xf0\x8f\xbf\xbf", b"\xf8\x87\xbf\xbf\xbf",
            b"\xfc\x83\xbf\xbf\xbf\xbf",
        ),
    ),
    (
        "NUL in more octets than it needs",
        (
            b"\xc0\x80", b"\xe0\x80\x80", b"\xf0\x80\x80\x80", b"\xf8\x80\x80\x80\x80",
            b"\xfc\x80\x80\x80\x80\x80",
        ),
    ),
    (
        "Surrogates",
        tuple(
            chr(code).encode("utf-8", "surrogatepass")
            for code in (0xD800, 0xDB7F, 0xDB80, 0xDBFF, 0xDC00, 0xDF80, 0xDFFF)
        ),
    ),
    (
        "Surrogates in pairs",
        tuple(
            f"{chr(high)}{chr(low)}".encode("utf-8", "surrogatepass")
            for high in (0xD800, 0xDB7F, 0xDB80, 0xDBFF)
            for low in (0xDC00, 0xDFFF)
        ),
    ),
    (
        "Noncharacters, which UTF-8 may encode",
        (b"\xef\xbf\xbe", b"\xef\xbf\xbf", *_NONCHARACTERS),
    ),
    ("Specials such as U+FFFD", _SPECIALS),
)  # fmt: skip
"""The titles of groups 6.5 to 6.23, and what their cases send."""


def _sequence(number: str, payload: bytes) -> Case:
    steps = Message(payload), FailAfter(0.5)
    if Utf8Check().accepts(payload, last=True):
        sends, expects, ending = "A text that is UTF-8", _ECHO, BY_JUDGE
        script = Script(steps, {Verdict.OK: (text(payload),)})
    else:
        sends, expects, ending = "A text that is not UTF-8", _REFUSED, BY_PEER_FOR_UTF8
        script = Script(steps, {Verdict.OK: ()})
    return Case(number, f"{sends}: {payload.hex(' ')}.", expects, _SOURCE, script, ending)


def _group(number: int, title: str, payloads: Iterable[bytes]) -> Group:
    cases = (_sequence(f"6.{number}.{last}", payload) for last, payload in enumerate(payloads, 1))
    return Group(f"6.{number}", title, tuple(cases))


SECTION = Section(
    6,
    "UTF-8",
    (
        Group("6.1", "Empty texts and fragments", EMPTY),
        Group("6.2", "Valid texts, cut between characters and inside of them", VALID),
        Group("6.3", "Texts that are not valid", INVALID),
        Group("6.4", "Texts that are refused before they end", FAIL_FAST),
        *(_group(number, *entry) for number, entry in enumerate(SEQUENCES, 5)),
    ),
)
