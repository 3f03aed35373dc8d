"""Section 29: how a request arrives, for servers: in pieces, not whole, or without end.

HTTP sets no limits (RFC 9110, 5.4). A server should accept usual lengths. A server that accepts a
request without end is forgiven, since it chooses its limits (17.5) itself.

Source: RFC 6455, section 4.1; RFC 9293, section 2.2; RFC 9110, sections 5.4 and 17.5.
"""

from websocket_conformance.cases.handshakes import AWAIT, SERVERS
from websocket_conformance.cases.opening import (
    FAILS,
    OPENS,
    SHOULD_OPEN,
    UNSAID,
    OpeningRequest,
    Pace,
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

_TARGET = "GET {resource}?" + "a" * 2**12 + " HTTP/1.1"
_LARGE = SERVERS.large()
LARGE = (
    *_LARGE[:6],
    SERVERS.row("A target of 4 KiB.", SHOULD_OPEN, "RFC 9112, 3", line=_TARGET),
    *_LARGE[6:],
)

_START = _HEAD[: -len("\r\n")]
"""A request without its last line."""

ENDLESS = (
    SERVERS.endless("A method that does not end.", "", "A" * 1024),
    SERVERS.endless("A target that does not end.", "GET /", "a" * 1024),
    SERVERS.endless("A value that does not end.", _START + "X-Judge: ", "a" * 1024),
    SERVERS.endless("A name that does not end.", _START, "a" * 1024),
    SERVERS.endless("Fields that do not end.", _START, "X-Judge: a\r\n"),
    SERVERS.endless("Empty lines that do not end.", "", "\r\n"),
    SERVERS.endless("Octets of no meaning that do not end.", "", "\x00\xff"),
)

DROPPED = (
    SERVERS.part("An octet.", "G"),
    SERVERS.part("Half a method.", "GE"),
    SERVERS.part("A request line.", _HEAD[: _HEAD.index("\r\n")]),
    SERVERS.part("A request line and its end.", _HEAD[: _HEAD.index("\r\n") + 2]),
    SERVERS.part("Half of the fields.", _HEAD[: len(_HEAD) // 2]),
    SERVERS.part("All fields, but not the empty line.", _HEAD[:-2]),
    SERVERS.part("All but the last octet.", _HEAD[:-1]),
)

SECTION = SERVERS.section(
    29,
    "The arrival of a request",
    ("29.1", "The request in pieces", PIECES),
    ("29.2", "A message that comes early", EARLY, AWAIT),
    ("29.3", "Octets before the request", FIRST),
    ("29.4", "Large requests", LARGE),
    ("29.5", "Requests that do not end", ENDLESS),
    ("29.6", "A part of the request, and no more, for TCP is closed", DROPPED),
    ("29.7", "A part of the request, slowly, and no more", [SERVERS.trickle()]),
)
