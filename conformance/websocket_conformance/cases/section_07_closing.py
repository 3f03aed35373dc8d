"""Section 7: the closing handshake.

Source: RFC 6455, sections 1.4, 5.5.1, 7.1 and 7.4.
"""

from websocket_conformance.cases.case import Case, Group, Section
from websocket_conformance.cases.expected import BY_JUDGE, Ending, Event, Rule, text
from websocket_conformance.cases.payloads import repeated
from websocket_conformance.cases.play import Script
from websocket_conformance.cases.steps import CLOSE, CONTINUATION, PING, TEXT, FailAfter, Step
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.codes import INVALID_PAYLOAD, NORMAL, PROTOCOL_ERROR
from websocket_conformance.wire.sendable import Close, Frame

_CLEAN = "Nothing but a clean close with 1000."
_REFUSED = "The peer closes with 1002, or drops the connection."
_OPEN = "The RFC does not say what has to happen."

_HELLO = b"Hello World!"
_LARGE = repeated(b"BAsd7&jh23", 256 * 1024)
_NOT_UTF8 = b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited"

VALID_CODES = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)
INVALID_CODES = (0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999)
OPEN_CODES = (5000, 65535)


def _by_judge(*codes: int, clean: bool) -> Ending:
    return Ending(by_judge=True, codes=codes, clean=clean)


def _case(
    number: str,
    sends: str,
    expects: str,
    source: str,
    *steps: Step,
    events: tuple[Event, ...] = (),
    ending: Ending = BY_JUDGE,
    closes: bool = False,
) -> Case:
    """Make a case that a wrong code fails just as a wrong event does."""
    script = Script((*steps, FailAfter(1)), {Verdict.OK: events}, closes_when_met=closes)
    rule = Rule.WRONG_CODE_FAILS
    return Case(f"7.{number}", sends, expects, f"RFC 6455, {source}", script, ending, rule)


HANDSHAKE = (
    _case(
        "1.1", "A text message; when it has come back, a Close.",
        "The message comes back; then a clean close with 1000.", "7.1.2",
        Frame(TEXT, _HELLO), events=(text(_HELLO),), closes=True,
    ),
    _case(
        "1.2", "Two Closes.", f"{_CLEAN} The second Close counts for nothing.", "5.5.1",
        Close(NORMAL), Frame(CLOSE),
    ),
    _case(
        "1.3", "A Close, then a Ping.", f"{_CLEAN} No Pong comes.", "5.5.1",
        Close(NORMAL), Frame(PING),
    ),
    _case(
        "1.4", "A Close, then a text message.", f"{_CLEAN} No echo comes.", "1.4",
        Close(NORMAL), Frame(TEXT, _HELLO),
    ),
    _case(
        "1.5", "The first fragment of a text, a Close, the last fragment.", _CLEAN, "1.4",
        Frame(TEXT, b"fragment1", fin=False), Close(NORMAL), Frame(CONTINUATION, b"fragment2"),
    ),
    Case(
        "7.1.6", "A text message of 256 KiB, a short one, a Close, a Ping.",
        "A peer that reads ahead may see the Close before it has sent the echoes.",
        "RFC 6455, 1.4",
        Script(
            (
                Frame(TEXT, _LARGE), Frame(TEXT, _HELLO), Close(NORMAL), Frame(PING), FailAfter(1),
            ),
            {Verdict.OK: (text(_HELLO),), Verdict.NON_STRICT: ()},
            closes_when_met=False,
        ),
        BY_JUDGE, Rule.INFORMATIONAL,
    ),
)  # fmt: skip

LENGTHS = (
    _case("3.1", "A Close without a code.", _CLEAN, "5.5.1", Close()),
    _case(
        "3.2", "A Close with a single octet.", _REFUSED, "5.5.1", Close(reason=b"a"),
        ending=_by_judge(PROTOCOL_ERROR, clean=False),
    ),
    _case("3.3", "A Close with 1000.", _CLEAN, "5.5.1", Close(NORMAL)),
    _case("3.4", "A Close with 1000 and a reason.", _CLEAN, "5.5.1", Close(NORMAL, _HELLO)),
    _case(
        "3.5", "A Close with 1000 and a reason of 123 octets, the most there can be.", _CLEAN,
        "5.5", Close(NORMAL, b"*" * 123),
    ),
    _case(
        "3.6", "A Close with 1000 and a reason of 124 octets.", _REFUSED, "5.5",
        Close(NORMAL, b"*" * 124), ending=_by_judge(PROTOCOL_ERROR, clean=False),
    ),
)  # fmt: skip

REASONS = (
    _case(
        "5.1", "A Close with 1000 and a reason that is not UTF-8.",
        "The peer closes with 1002 or 1007, or drops the connection.", "5.5.1",
        Close(NORMAL, _NOT_UTF8), ending=_by_judge(PROTOCOL_ERROR, INVALID_PAYLOAD, clean=False),
    ),
)  # fmt: skip


def _valid(last: int, code: int) -> Case:
    codes = " or ".join(map(str, dict.fromkeys((NORMAL, code))))
    return _case(
        f"7.{last}", f"A Close with {code}.", f"A clean close with {codes}.", "7.4",
        Close(code), ending=_by_judge(NORMAL, code, clean=True), closes=True,
    )  # fmt: skip


def _invalid(last: int, code: int) -> Case:
    return _case(
        f"9.{last}", f"A Close with {code}, which must not be sent.", _REFUSED, "7.4",
        Close(code), ending=_by_judge(PROTOCOL_ERROR, clean=False), closes=True,
    )  # fmt: skip


def _open(last: int, code: int) -> Case:
    script = Script((Close(code), FailAfter(1)), {Verdict.OK: ()}, closes_when_met=False)
    ending = _by_judge(NORMAL, code, PROTOCOL_ERROR, clean=False)
    return Case(
        f"7.13.{last}", f"A Close with {code}.", _OPEN, "RFC 6455, 7.4.2", script, ending,
        Rule.INFORMATIONAL,
    )  # fmt: skip


SECTION = Section(
    7,
    "Closing",
    (
        Group("7.1", "The closing handshake", HANDSHAKE),
        Group("7.3", "The length of a Close", LENGTHS),
        Group("7.5", "The reason of a Close", REASONS),
        Group("7.7", "Codes that may be sent", tuple(map(_valid, range(1, 14), VALID_CODES))),
        Group(
            "7.9", "Codes that must not be sent", tuple(map(_invalid, range(1, 10), INVALID_CODES))
        ),
        Group("7.13", "Codes that are left open", tuple(map(_open, range(1, 3), OPEN_CODES))),
    ),
)
