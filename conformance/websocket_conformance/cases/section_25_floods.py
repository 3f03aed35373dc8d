"""Section 25: responses that are large, or do not end, for clients.

HTTP has no limits (RFC 9110, 5.4): what is usual should be taken, and who takes what does not end
is forgiven, for the limits that a client should have (17.5) are its own.

Source: RFC 9110, sections 5.4 and 17.5; RFC 6455, section 10.4.
"""

from websocket_conformance.cases.case import Section
from websocket_conformance.cases.handshakes import OpeningRow, clients
from websocket_conformance.cases.opening import (
    OPENS,
    SHOULD_FAIL,
    SHOULD_OPEN,
    UNSAID,
    OpeningResponse,
    Worth,
    response_lines,
)

_SIZES, _LIMITS = "RFC 9110, 5.4", "RFC 9110, 17.5"
"""HTTP sets no limit to fields; a recipient should have its own."""


def _large(sends: str, verdicts: Worth, *more: str) -> OpeningRow:
    return sends, OpeningResponse(response_lines(*more), verdicts), _SIZES


def _endless(sends: str, start: str, unit: str) -> OpeningRow:
    return sends, OpeningResponse(start, SHOULD_FAIL, endless=unit), _LIMITS


LARGE = (
    _large("A field of 1 KiB.", OPENS, "X-Judge: " + "a" * 2**10),
    _large("A field of 4 KiB.", SHOULD_OPEN, "X-Judge: " + "a" * 2**12),
    _large("A field of 32 KiB.", UNSAID, "X-Judge: " + "a" * 2**15),
    _large("A field of 1 MiB.", UNSAID, "X-Judge: " + "a" * 2**20),
    _large("50 fields.", OPENS, *(f"X-Judge-{n}: a" for n in range(50))),
    _large("500 fields.", UNSAID, *(f"X-Judge-{n}: a" for n in range(500))),
    _large("50 fields of the same name.", OPENS, *["X-Judge: a"] * 50),
    _large("500 fields of the same name.", UNSAID, *["X-Judge: a"] * 500),
    _large("A field whose name has 1 KiB.", SHOULD_OPEN, "X-" + "a" * 2**10 + ": 1"),
    _large("A field whose name has 32 KiB.", UNSAID, "X-" + "a" * 2**15 + ": 1"),
)

_HEAD = response_lines()[: -len("\r\n")]
"""A response that still lacks its last line."""

ENDLESS = (
    _endless("A reason phrase that does not end.", "HTTP/1.1 101 ", "a" * 1024),
    _endless("A status that does not end.", "HTTP/1.1 1", "0" * 1024),
    _endless("A value that does not end.", _HEAD + "X-Judge: ", "a" * 1024),
    _endless("A name that does not end.", _HEAD, "a" * 1024),
    _endless("Fields that do not end.", _HEAD, "X-Judge: a\r\n"),
    _endless("A folded field that does not end.", _HEAD + "X-Judge: a\r\n", " a\r\n"),
    _endless("Empty lines that do not end.", "", "\r\n"),
    _endless("Responses of 1xx that do not end.", "", "HTTP/1.1 100 Continue\r\n\r\n"),
    _endless("Octets of no meaning that do not end.", "", "\x00\xff"),
)

SECTION = Section(
    25,
    "Floods",
    (
        clients("25.1", "Large responses", LARGE),
        clients("25.2", "Responses that do not end", ENDLESS),
    ),
)
