"""Section 20: the form of a server's response, for clients.

A client of HTTP must accept 1xx responses before the final one, and a folded field as one field. A
client should refuse a response that is not HTTP (with a space, a NUL or an octet in a wrong place,
or a line that is not a field), but no text says that it must. A client should accept a higher minor
version, and octets beyond ASCII, where RFC 9110 says SHOULD.

Source: RFC 6455, section 4.1; RFC 9110, sections 5.5 and 15.2; RFC 9112, sections 2.2, 4, 5, 6.3.
"""

from websocket_conformance.cases.handshakes import CLIENTS, OpeningRow
from websocket_conformance.cases.opening import (
    FAILS,
    MAY_OPEN,
    OPENS,
    SHOULD_FAIL,
    SHOULD_OPEN,
    UNSAID,
    OpeningResponse,
    Then,
    Worth,
    response_lines,
)

_SWITCH = "HTTP/1.1 101 Switching Protocols"
_EMPTY = "Content-Length: 0"


def _status(status: str, *more: str) -> OpeningRow:
    """Return a row with a response that would open the connection if its status were 101."""
    sends = f"A response that would open the connection, but with the status {status}."
    source = "RFC 6455, 4.1, step 1 on the response"
    return CLIENTS.row(sends, FAILS, source, _EMPTY, *more, status=f"HTTP/1.1 {status}")


STATUSES = (
    _status("200 OK"),
    _status("201 Created"),
    _status("204 No Content"),
    _status("301 Moved Permanently", "Location: /moved"),
    _status("302 Found", "Location: /moved"),
    _status("307 Temporary Redirect", "Location: /moved"),
    _status("308 Permanent Redirect", "Location: /moved"),
    _status("400 Bad Request"),
    _status("401 Unauthorized", 'WWW-Authenticate: Basic realm="judge"'),
    _status("403 Forbidden"),
    _status("404 Not Found"),
    _status("407 Proxy Authentication Required", 'Proxy-Authenticate: Basic realm="judge"'),
    _status("426 Upgrade Required", "Sec-WebSocket-Version: 13"),
    _status("500 Internal Server Error"),
    _status("503 Service Unavailable", "Retry-After: 0"),
    _status("1010 Switching Protocols"),
    _status("10 Switching Protocols"),
    _status("OK"),
)


def _line(sends: str, line: str, verdicts: Worth, source: str) -> OpeningRow:
    return CLIENTS.row(sends, verdicts, source, status=line)


STATUS_LINES = (
    _line("HTTP/1.0.", "HTTP/1.0 101 Switching Protocols", UNSAID, "RFC 9110, 15.2"),
    _line("HTTP/1.2.", "HTTP/1.2 101 Switching Protocols", SHOULD_OPEN, "RFC 9110, 2.5"),
    _line("HTTP/2.0.", "HTTP/2.0 101 Switching Protocols", UNSAID, "RFC 9110, 2.5"),
    _line("HTTP in small letters.", "http/1.1 101 Switching Protocols", SHOULD_FAIL,
          "RFC 9112, 2.3"),
    _line("Another protocol's name.", "ICY/1.1 101 Switching Protocols", FAILS, "RFC 9112, 2.3"),
    _line("No version.", "101 Switching Protocols", FAILS, "RFC 9112, 4"),
    _line("An empty reason phrase.", "HTTP/1.1 101 ", OPENS, "RFC 9112, 4"),
    _line("Another reason phrase.", "HTTP/1.1 101 No Way", OPENS, "RFC 9112, 4"),
    _line("A reason phrase beyond ASCII.", "HTTP/1.1 101 Gr\xfc\xdfe", SHOULD_OPEN,
          "RFC 9112, 4"),
    _line("Nothing after the status.", "HTTP/1.1 101", UNSAID, "RFC 9112, 4"),
    _line("Two spaces before the status.", "HTTP/1.1  101 Switching Protocols", UNSAID,
          "RFC 9112, 4"),
    _line("A tab before the status.", "HTTP/1.1\t101 Switching Protocols", UNSAID, "RFC 9112, 4"),
    _line("A NUL in the reason phrase.", "HTTP/1.1 101 Swit\0ching", SHOULD_FAIL, "RFC 9112, 4"),
    _line("An empty line first.", f"\r\n{_SWITCH}", UNSAID, "RFC 9112, 2.2"),
    _line("A space first.", f" {_SWITCH}", SHOULD_FAIL, "RFC 9112, 4"),
    _line("A line of text first.", f"Hello\r\n{_SWITCH}", FAILS, "RFC 9112, 4"),
)  # fmt: skip

_form = CLIENTS.row

FORM = (
    _form("Names in small letters.", OPENS, "RFC 9110, 5.1",
          upgrade="upgrade: websocket", connection="connection: Upgrade",
          accept="sec-websocket-accept: {accept}"),
    _form("Names in capital letters.", OPENS, "RFC 9110, 5.1",
          upgrade="UPGRADE: websocket", connection="CONNECTION: Upgrade",
          accept="SEC-WEBSOCKET-ACCEPT: {accept}"),
    _form("Names in letters of all kinds.", OPENS, "RFC 9110, 5.1",
          upgrade="uPgRaDe: websocket", accept="sEC-wEBsOCKET-aCCEPT: {accept}"),
    _form("No space after the colons.", OPENS, "RFC 9112, 5",
          upgrade="Upgrade:websocket", connection="Connection:Upgrade",
          accept="Sec-WebSocket-Accept:{accept}"),
    _form("Spaces and tabs around the values.", OPENS, "RFC 9112, 5",
          upgrade="Upgrade: \t websocket \t ", connection="Connection:\tUpgrade\t",
          accept="Sec-WebSocket-Accept:   {accept}   "),
    _form("A space before a colon.", UNSAID, "RFC 9112, 5.1", upgrade="Upgrade : websocket"),
    _form("An empty field, of an unknown name.", OPENS, "RFC 9110, 5.5", "X-Empty:"),
    _form("Fields that say nothing of WebSocket.", OPENS, "RFC 9110, 5.1",
          "Date: Tue, 24 Nov 2026 00:00:00 GMT", "Server: judge", "Set-Cookie: a=b", "X-Judge: 1"),
    _form("A value beyond ASCII.", SHOULD_OPEN, "RFC 9110, 5.5", "X-Judge: Gr\xfc\xdfe"),
    _form("An unknown field on two lines.", OPENS, "RFC 9112, 5.2", "X-Judge: a\r\n b"),
    _form("Upgrade on two lines.", OPENS, "RFC 9112, 5.2", upgrade="Upgrade:\r\n websocket"),
    _form("Sec-WebSocket-Accept on two lines.", OPENS, "RFC 9112, 5.2",
          accept="Sec-WebSocket-Accept:\r\n\t{accept}"),
    _form("A space before the first field.", UNSAID, "RFC 9112, 2.2",
          upgrade=" X-Judge: 1\r\nUpgrade: websocket"),
    _form("A line without a colon.", SHOULD_FAIL, "RFC 9112, 5", "X-Judge"),
    _form("A field without a name.", SHOULD_FAIL, "RFC 9112, 5", ": judge"),
    _form("A space in a name.", SHOULD_FAIL, "RFC 9110, 5.1", "X Judge: 1"),
    _form("A name beyond ASCII.", SHOULD_FAIL, "RFC 9110, 5.1", "X-J\xfcdge: 1"),
    _form("A NUL in an unknown field.", MAY_OPEN, "RFC 9110, 5.5", "X-Judge: a\0b"),
    _form("A NUL in Upgrade.", FAILS, "RFC 9110, 5.5", upgrade="Upgrade: web\0socket"),
    _form("A CR alone in an unknown field.", MAY_OPEN, "RFC 9112, 2.2", "X-Judge: a\rb"),
    _form("A CR alone in Upgrade.", FAILS, "RFC 9112, 2.2", upgrade="Upgrade: web\rsocket"),
    _form("A control character in an unknown field.", UNSAID, "RFC 9110, 5.5", "X-Judge: a\x01b"),
    _form("Lines that end with LF.", UNSAID, "RFC 9112, 2.2", end="\n"),
    _form("A line that ends with LF.", UNSAID, "RFC 9112, 2.2",
          upgrade="X-Judge: 1\nUpgrade: websocket"),
)  # fmt: skip

CONTENT = (
    _form("Content-Length: 0.", OPENS, "RFC 9112, 6.3", "Content-Length: 0"),
    _form("Content-Length: 5.", OPENS, "RFC 9112, 6.3", "Content-Length: 5"),
    _form("Transfer-Encoding: chunked.", OPENS, "RFC 9112, 6.3", "Transfer-Encoding: chunked"),
    _form("Both.", OPENS, "RFC 9112, 6.3",
          "Content-Length: 5", "Transfer-Encoding: chunked"),
    _form("Content-Encoding: gzip.", OPENS, "RFC 9112, 6.3", "Content-Encoding: gzip"),
    _form("Trailer and Keep-Alive.", OPENS, "RFC 9112, 6.3",
          "Trailer: X-Judge", "Keep-Alive: max=1"),
    _form("A Content-Length that is no number.", UNSAID, "RFC 9112, 6.3", "Content-Length: five"),
)  # fmt: skip


def _interim(sends: str, verdicts: Worth, *before: str, then: Then = Then.TALK) -> OpeningRow:
    """Return a row with responses of 1xx before the 101, or without it."""
    octets = "".join(before) + (response_lines() if then is Then.TALK else "")
    return sends, OpeningResponse(octets, verdicts, then=then), "RFC 9110, 15.2"


_CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n"
_HINTS = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"

INTERIM = (
    _interim("A 100.", OPENS, _CONTINUE),
    _interim("A 102.", OPENS, "HTTP/1.1 102 Processing\r\n\r\n"),
    _interim("A 103 with a field.", OPENS, _HINTS),
    _interim("A 199, which nobody has defined.", OPENS, "HTTP/1.1 199 Judging\r\n\r\n"),
    _interim("A 100, two of 103, a 100.", OPENS, _CONTINUE, _HINTS, _HINTS, _CONTINUE),
    _interim("A 100 with the fields of a 101.", OPENS,
             response_lines(status="HTTP/1.1 100 Continue")),
    _interim("A hundred of 100.", UNSAID, _CONTINUE * 100),
    _interim("A 100, and no more.", FAILS, _CONTINUE, then=Then.LEAVE),
    _interim("A 103 with the fields of a 101, and no more.", FAILS,
             response_lines(status="HTTP/1.1 103 Early Hints"), then=Then.LEAVE),
)  # fmt: skip

SECTION = CLIENTS.section(
    20,
    "The form of a response",
    ("20.1", "Another status", STATUSES),
    ("20.2", "The status line", STATUS_LINES),
    ("20.3", "The form of fields", FORM),
    ("20.4", "Content, which a 101 has not", CONTENT),
    ("20.5", "Responses before the 101", INTERIM),
)
