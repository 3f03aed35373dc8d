"""Section 25: responses that are large, or do not end, for clients.

HTTP sets no limits (RFC 9110, 5.4). A client should accept usual lengths. A client that accepts a
response without end is forgiven, since it chooses its limits (17.5) itself.

Source: RFC 9110, sections 5.4 and 17.5; RFC 6455, section 10.4.
"""

from websocket_conformance.cases.handshakes import CLIENTS
from websocket_conformance.cases.opening import response_lines

_HEAD = response_lines()[: -len("\r\n")]
"""A response without its last line."""

ENDLESS = (
    CLIENTS.endless("A reason phrase that does not end.", "HTTP/1.1 101 ", "a" * 1024),
    CLIENTS.endless("A status that does not end.", "HTTP/1.1 1", "0" * 1024),
    CLIENTS.endless("A value that does not end.", _HEAD + "X-Judge: ", "a" * 1024),
    CLIENTS.endless("A name that does not end.", _HEAD, "a" * 1024),
    CLIENTS.endless("Fields that do not end.", _HEAD, "X-Judge: a\r\n"),
    CLIENTS.endless("A folded field that does not end.", _HEAD + "X-Judge: a\r\n", " a\r\n"),
    CLIENTS.endless("Empty lines that do not end.", "", "\r\n"),
    CLIENTS.endless("Responses of 1xx that do not end.", "", "HTTP/1.1 100 Continue\r\n\r\n"),
    CLIENTS.endless("Octets of no meaning that do not end.", "", "\x00\xff"),
)

SECTION = CLIENTS.section(
    25,
    "Floods",
    ("25.1", "Large responses", CLIENTS.large()),
    ("25.2", "Responses that do not end", ENDLESS),
)
