"""Section 29: how a request arrives, for servers: in pieces, not whole, or without end.

HTTP has no limits (RFC 9110, 5.4): what is usual should be taken, and who takes what does not end
is forgiven, for the limits that a server should have (17.5) are its own.

Source: RFC 6455, section 4.1; RFC 9293, section 2.2; RFC 9110, sections 5.4 and 17.5.
"""

from websocket_conformance.cases.case import Section
from websocket_conformance.cases.handshakes import AWAIT, OpeningRow, servers
from websocket_conformance.cases.opening import (
    FAILS,
    OPENS,
    SHOULD_FAIL,
    SHOULD_OPEN,
    UNSAID,
    OpeningRequest,
    Pace,
    Then,
    Worth,
    request_lines,
)

_HEAD = request_lines()

PIECES = (
    ("At once.", OpeningRequest(_HEAD, OPENS), "RFC 9293, 2.2"),
    ("A line at a time.", OpeningRequest(_HEAD, OPENS, Pace.BY_LINE), "RFC 9293, 2.2"),
    ("An octet at a time.", OpeningRequest(_HEAD, OPENS, Pace.BY_OCTET), "RFC 9293, 2.2"),
    ("An octet each 20 ms.", OpeningRequest(_HEAD, OPENS, Pace.SLOWLY), "RFC 9293, 2.2"),
)

EARLY = (
    ("A message in the request's segment, which a client must not send before the response.",
     OpeningRequest(_HEAD + "{hello}", UNSAID, Pace.WITH_FRAME), "RFC 6455, 4.1"),
    ("The same, an octet at a time.",
     OpeningRequest(_HEAD + "{hello}", UNSAID, Pace.BY_OCTET), "RFC 6455, 4.1"),
)  # fmt: skip

FIRST = (
    ("A message before the request.", OpeningRequest("{hello}" + _HEAD, FAILS), "RFC 6455, 4.1"),
    ("Text before the request.", OpeningRequest("Hello\r\n\r\n" + _HEAD, FAILS), "RFC 9112, 3"),
    (
        "What TLS begins with.",
        OpeningRequest("\x16\x03\x01\x02\x00\x01\r\n\r\n", FAILS),
        "RFC 9112, 3",
    ),
)


def _large(sends: str, verdicts: Worth, *more: str) -> OpeningRow:
    return sends, OpeningRequest(request_lines(*more), verdicts), "RFC 9110, 5.4"


def _endless(sends: str, start: str, unit: str) -> OpeningRow:
    return sends, OpeningRequest(start, SHOULD_FAIL, endless=unit), "RFC 9110, 17.5"


LARGE = (
    _large("A field of 1 KiB.", OPENS, "X-Judge: " + "a" * 2**10),
    _large("A field of 4 KiB.", SHOULD_OPEN, "X-Judge: " + "a" * 2**12),
    _large("A field of 32 KiB.", UNSAID, "X-Judge: " + "a" * 2**15),
    _large("A field of 1 MiB.", UNSAID, "X-Judge: " + "a" * 2**20),
    _large("50 fields.", OPENS, *(f"X-Judge-{n}: a" for n in range(50))),
    _large("500 fields.", UNSAID, *(f"X-Judge-{n}: a" for n in range(500))),
    ("A target of 4 KiB.", OpeningRequest(
        request_lines(line="GET {resource}?" + "a" * 2**12 + " HTTP/1.1"), SHOULD_OPEN),
     "RFC 9112, 3"),
    _large("50 fields of the same name.", OPENS, *["X-Judge: a"] * 50),
    _large("500 fields of the same name.", UNSAID, *["X-Judge: a"] * 500),
    _large("A field whose name has 1 KiB.", SHOULD_OPEN, "X-" + "a" * 2**10 + ": 1"),
    _large("A field whose name has 32 KiB.", UNSAID, "X-" + "a" * 2**15 + ": 1"),
)  # fmt: skip

_START = _HEAD[: -len("\r\n")]
"""A request that still lacks its last line."""

ENDLESS = (
    _endless("A method that does not end.", "", "A" * 1024),
    _endless("A target that does not end.", "GET /", "a" * 1024),
    _endless("A value that does not end.", _START + "X-Judge: ", "a" * 1024),
    _endless("A name that does not end.", _START, "a" * 1024),
    _endless("Fields that do not end.", _START, "X-Judge: a\r\n"),
    _endless("Empty lines that do not end.", "", "\r\n"),
    _endless("Octets of no meaning that do not end.", "", "\x00\xff"),
)


def _part(sends: str, head: str) -> OpeningRow:
    return sends, OpeningRequest(head, FAILS, then=Then.LEAVE), "RFC 9112, 8"


DROPPED = (
    _part("An octet.", "G"),
    _part("Half a method.", "GE"),
    _part("A request line.", _HEAD[: _HEAD.index("\r\n")]),
    _part("A request line and its end.", _HEAD[: _HEAD.index("\r\n") + 2]),
    _part("Half of the fields.", _HEAD[: len(_HEAD) // 2]),
    _part("All fields, but not the empty line.", _HEAD[:-2]),
    _part("All but the last octet.", _HEAD[:-1]),
)

TRICKLE = (
    ("A field that comes an octet each 20 ms, and has no end: TCP is closed.",
     OpeningRequest(_HEAD[: _HEAD.index("\r\n")] + "\r\nX-Judge: " + "a" * 16, FAILS, Pace.SLOWLY,
             Then.LEAVE), "RFC 9112, 8"),
)  # fmt: skip

SECTION = Section(
    29,
    "The arrival of a request",
    (
        servers("29.1", "The request in pieces", PIECES),
        servers("29.2", "A message that comes early", EARLY, AWAIT),
        servers("29.3", "Octets before the request", FIRST),
        servers("29.4", "Large requests", LARGE),
        servers("29.5", "Requests that do not end", ENDLESS),
        servers("29.6", "A part of the request, and no more, for TCP is closed", DROPPED),
        servers("29.7", "A part of the request, slowly, and no more", TRICKLE),
    ),
)
