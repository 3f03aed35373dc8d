"""Section 26: the form of a client's request, for servers.

A server must refuse a request that does not meet RFC 6455, 4.2.1, or has an invalid Host (RFC 9112,
3.2). It should refuse a slightly malformed request line, which RFC 9112, section 3 allows it to
accept, and a line that is not a field, since it may ignore fields that it does not know.

Source: RFC 6455, section 4.2.1; RFC 9110, sections 5.5 and 7.2; RFC 9112, sections 2.2, 3, 5
and 6.
"""

from websocket_conformance.cases.handshakes import SERVERS, OpeningRow
from websocket_conformance.cases.opening import (
    FAILS,
    MAY_OPEN,
    OPENS,
    SHOULD_FAIL,
    SHOULD_OPEN,
    UNSAID,
    OpeningRequest,
    Worth,
    request_lines,
)


def _line(sends: str, line: str, verdicts: Worth, source: str) -> OpeningRow:
    return SERVERS.row(sends, verdicts, source, line=line)


METHODS = (
    _line("POST.", "POST {resource} HTTP/1.1", FAILS, "RFC 6455, 4.2.1, item 1"),
    _line("HEAD.", "HEAD {resource} HTTP/1.1", FAILS, "RFC 6455, 4.2.1, item 1"),
    _line("PUT.", "PUT {resource} HTTP/1.1", FAILS, "RFC 6455, 4.2.1, item 1"),
    _line("OPTIONS.", "OPTIONS {resource} HTTP/1.1", FAILS, "RFC 6455, 4.2.1, item 1"),
    _line("CONNECT.", "CONNECT {host} HTTP/1.1", FAILS, "RFC 6455, 4.2.1, item 1"),
    _line("get, in small letters.", "get {resource} HTTP/1.1", FAILS, "RFC 9110, 9.1"),
    _line("A method that nobody knows.", "JUDGE {resource} HTTP/1.1", FAILS,
          "RFC 6455, 4.2.1, item 1"),
    _line("No method.", "{resource} HTTP/1.1", FAILS, "RFC 9112, 3"),
)  # fmt: skip

LINES = (
    _line("HTTP/1.0.", "GET {resource} HTTP/1.0", FAILS, "RFC 6455, 4.2.1, item 1"),
    _line("HTTP/1.2.", "GET {resource} HTTP/1.2", SHOULD_OPEN, "RFC 9110, 2.5"),
    _line("HTTP/2.0.", "GET {resource} HTTP/2.0", UNSAID, "RFC 9110, 2.5"),
    _line("No version, as in HTTP/0.9.", "GET {resource}", FAILS, "RFC 6455, 4.2.1, item 1"),
    _line("Another protocol's name.", "GET {resource} WS/1.1", FAILS, "RFC 9112, 2.3"),
    _line("Two spaces before the version.", "GET {resource}  HTTP/1.1", UNSAID, "RFC 9112, 3"),
    _line("An empty line first.", "\r\nGET {resource} HTTP/1.1", SHOULD_OPEN, "RFC 9112, 2.2"),
    _line("A space first.", " GET {resource} HTTP/1.1", SHOULD_FAIL, "RFC 9112, 3"),
    _line("An absolute URL as the target.", "GET http://{host}{resource} HTTP/1.1", OPENS,
          "RFC 9112, 3.2.2"),
    _line("An absolute URL of the scheme ws.", "GET ws://{host}{resource} HTTP/1.1", UNSAID,
          "RFC 6455, 4.2.1, item 1"),
    _line("A query.", "GET {resource}?judge=%31&b HTTP/1.1", OPENS, "RFC 6455, 3"),
    _line("A query with octets in percents.", "GET {resource}?%00%ff%2F%zz HTTP/1.1", UNSAID,
          "RFC 3986, 2.1"),
    _line("An asterisk as the target.", "GET * HTTP/1.1", SHOULD_FAIL, "RFC 9112, 3.2.4"),
    _line("A target with a fragment.", "GET {resource}#judge HTTP/1.1", UNSAID, "RFC 6455, 3"),
    _line("A target with a space.", "GET {resource}?a b HTTP/1.1", SHOULD_FAIL, "RFC 9112, 3.2"),
    _line("A target beyond ASCII.", "GET {resource}?\xfc HTTP/1.1", UNSAID, "RFC 9112, 3.2"),
)  # fmt: skip


def _host(
    sends: str, host: str | None, verdicts: Worth, source: str = "RFC 9112, 3.2"
) -> OpeningRow:
    (row,) = SERVERS.values("Host", source, [(sends, host, verdicts)])
    return row


HOSTS = (
    _host("None.", None, FAILS, "RFC 6455, 4.2.1, item 2"),
    _host("Two, the same.", "{host}\r\nHost: {host}", FAILS),
    _host("Two, of which one is another.", "{host}\r\nHost: judge.invalid", FAILS),
    _host("An empty one.", "", UNSAID, "RFC 9110, 7.2"),
    _host("Another one.", "judge.invalid", UNSAID, "RFC 6455, 4.2.2"),
    _host("A list.", "{host}, {host}", FAILS),
    _host("With a space in it.", "a b", FAILS),
    _host("With a path.", "{host}/judge", FAILS),
)

_form = SERVERS.row

FORM = (
    _form("Names in small letters.", OPENS, "RFC 9110, 5.1", host="host: {host}",
          upgrade="upgrade: websocket", connection="connection: Upgrade"),
    _form("Names in capital letters.", OPENS, "RFC 9110, 5.1", host="HOST: {host}",
          upgrade="UPGRADE: websocket", connection="CONNECTION: Upgrade"),
    _form("No space after the colons.", OPENS, "RFC 9112, 5", host="Host:{host}",
          upgrade="Upgrade:websocket", connection="Connection:Upgrade"),
    _form("Spaces and tabs around the values.", OPENS, "RFC 9112, 5",
          upgrade="Upgrade: \t websocket \t ", connection="Connection:\tUpgrade\t"),
    _form("A space before a colon.", FAILS, "RFC 9112, 5.1", upgrade="Upgrade : websocket"),
    _form("An empty field, of an unknown name.", OPENS, "RFC 9110, 5.5", "X-Empty:"),
    _form("Fields that say nothing of WebSocket.", OPENS, "RFC 6455, 4.2.1, item 10",
          "User-Agent: judge", "Accept: */*", "Cookie: a=b", "Pragma: no-cache", "X-Judge: 1"),
    _form("A value beyond ASCII.", SHOULD_OPEN, "RFC 9110, 5.5", "X-Judge: Gr\xfc\xdfe"),
    _form("An unknown field on two lines.", MAY_OPEN, "RFC 9112, 5.2", "X-Judge: a\r\n b"),
    _form("A space before the first field.", UNSAID, "RFC 9112, 2.2",
          host=" X-Judge: 1\r\nHost: {host}"),
    _form("A line without a colon.", SHOULD_FAIL, "RFC 9112, 5", "X-Judge"),
    _form("A field without a name.", SHOULD_FAIL, "RFC 9112, 5", ": judge"),
    _form("A space in a name.", SHOULD_FAIL, "RFC 9110, 5.1", "X Judge: 1"),
    _form("A NUL in an unknown field.", MAY_OPEN, "RFC 9110, 5.5", "X-Judge: a\0b"),
    _form("A CR alone in an unknown field.", MAY_OPEN, "RFC 9112, 2.2", "X-Judge: a\rb"),
    _form("A line that ends with LF.", UNSAID, "RFC 9112, 2.2",
          upgrade="X-Judge: 1\nUpgrade: websocket"),
    _form("Content-Length: 0.", OPENS, "RFC 9112, 6", "Content-Length: 0"),
    _form("Lines that end with LF.", UNSAID, "RFC 9112, 2.2", end="\n"),
)  # fmt: skip


def _content(sends: str, verdicts: Worth, source: str, *more: str, content: str = "") -> OpeningRow:
    return sends, OpeningRequest(request_lines(*more) + content, verdicts), source


_NO_SEMANTICS = "RFC 9110, 9.3.1"
"""The section which says that content of a GET has no meaning, and may be a reason to refuse it."""

_LENGTH, _CODING = "RFC 9112, 6.3", "RFC 9112, 6.1"
"""The sections on the length of content, and on unknown transfer codings."""

CONTENT = (
    _content("Content-Length: 5, and five octets.", UNSAID, _NO_SEMANTICS,
             "Content-Length: 5", content="Hello"),
    _content("Content-Length: 5, and none.", UNSAID, _NO_SEMANTICS, "Content-Length: 5"),
    _content("Transfer-Encoding: chunked, and no chunk but the last.", UNSAID, _NO_SEMANTICS,
             "Transfer-Encoding: chunked", content="0\r\n\r\n"),
    _content("Transfer-Encoding: chunked, and five octets in a chunk.", UNSAID, _NO_SEMANTICS,
             "Transfer-Encoding: chunked", content="5\r\nHello\r\n0\r\n\r\n"),
    _content("Both, and a chunk of five octets.", UNSAID, _LENGTH, "Content-Length: 15",
             "Transfer-Encoding: chunked", content="5\r\nHello\r\n0\r\n\r\n"),
    _content("A Content-Length that is no number.", FAILS, _LENGTH, "Content-Length: five"),
    _content("A Content-Length below 0.", FAILS, _LENGTH, "Content-Length: -1"),
    _content("Two of Content-Length, which differ.", FAILS, _LENGTH,
             "Content-Length: 0", "Content-Length: 5"),
    _content("A transfer coding that nobody knows.", SHOULD_FAIL, _CODING,
             "Transfer-Encoding: x-judge, chunked", content="0\r\n\r\n"),
    _content("A transfer coding that does not tell the end.", FAILS, _LENGTH,
             "Transfer-Encoding: chunked, identity"),
)  # fmt: skip

SECTION = SERVERS.section(
    26,
    "The form of a request",
    ("26.1", "The method", METHODS),
    ("26.2", "The request line", LINES),
    ("26.3", "Host", HOSTS),
    ("26.4", "The form of fields", FORM),
    ("26.5", "Content of a request, which has a use for none", CONTENT),
)
