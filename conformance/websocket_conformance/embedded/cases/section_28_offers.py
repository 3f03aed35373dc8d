"""Section 28: extensions, subprotocols and the origin in a request, for servers.

An offer that a server cannot take is declined, and the connection is opened without it.

Source: RFC 6455, sections 4.2.2 and 9.1; RFC 7692, sections 5.1 and 7.1.
"""

from websocket_conformance.embedded.case import Section
from websocket_conformance.embedded.cases.handshakes import Row, servers
from websocket_conformance.embedded.opening import (
    OPENS,
    SHOULD_FAIL,
    SHOULD_OPEN,
    UNSAID,
    Request,
    Verdicts,
    request_lines,
)

_DEFLATE = "permessage-deflate"


def _more(sends: str, field: str, verdicts: Verdicts, source: str) -> Row:
    return sends, Request(request_lines(field), verdicts), source


def _offer(value: str, verdicts: Verdicts = OPENS, section: str = "7.1", *, sends: str = "") -> Row:
    """An offer that the server may take or decline."""
    head = request_lines(f"Sec-WebSocket-Extensions: {value}")
    return sends or f"{value}.", Request(head, verdicts, may_deflate=True), f"RFC 7692, {section}"


def _bad(parameters: str) -> Row:
    """An offer that the server has to decline."""
    value = f"{_DEFLATE}; {parameters}"
    head = request_lines(f"Sec-WebSocket-Extensions: {value}")
    return f"{value}.", Request(head, SHOULD_OPEN), "RFC 7692, 7.1"


OFFERS = (
    _offer("permessage-deflate"),
    _offer("permessage-deflate; client_max_window_bits"),
    _offer("permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
    _offer("permessage-deflate; server_max_window_bits=10; client_max_window_bits=10"),
    _offer("permessage-deflate; server_max_window_bits=8"),
    _offer('permessage-deflate; client_max_window_bits="10"', SHOULD_OPEN),
    _offer("permessage-deflate; server_max_window_bits=16, permessage-deflate", SHOULD_OPEN,
           sends="An offer that cannot be taken, and one that can."),
    _offer("x-judge; a=1, permessage-deflate", sends="An unknown extension, and a good offer."),
    _offer("permessage-deflate\r\nSec-WebSocket-Extensions: x-judge", section="5",
           sends="A good offer, and an unknown extension in a field of its own."),
)  # fmt: skip

UNKNOWN = tuple(
    _more(sends, f"Sec-WebSocket-Extensions: {value}", verdicts, "RFC 6455, 9.1")
    for sends, value, verdicts in (
        ("An extension that nobody knows.", "x-judge", OPENS),
        ("One with parameters.", 'x-judge; a=1; b="2"; c', OPENS),
        ("Fifty of them.", ", ".join(f"x-judge-{n}" for n in range(50)), OPENS),
        ("An empty field.", "", SHOULD_FAIL),
        ("A comma alone.", ",", UNSAID),
        ("A semicolon alone.", ";", SHOULD_FAIL),
        ("A semicolon at the end.", "x-judge;", SHOULD_FAIL),
        ("A parameter without a name.", "x-judge; =1", SHOULD_FAIL),
        ("Two words without a mark.", "x-judge x-judge", SHOULD_FAIL),
        ("A quote that does not end.", 'x-judge; a="1', SHOULD_FAIL),
    )
)

BAD = tuple(
    _bad(parameters)
    for parameters in (
        "x_judge", "x_judge=1", "max_window_bits=10",
        "server_no_context_takeover=1", "client_no_context_takeover=1",
        "server_max_window_bits", "server_max_window_bits=7", "server_max_window_bits=16",
        "server_max_window_bits=0", "server_max_window_bits=-10", "server_max_window_bits=08",
        "server_max_window_bits=ten", 'server_max_window_bits="7"',
        "client_max_window_bits=7", "client_max_window_bits=16", "client_max_window_bits=08",
        "client_max_window_bits=ten",
        "server_no_context_takeover; server_no_context_takeover",
        "server_max_window_bits=10; server_max_window_bits=10",
        "client_max_window_bits; client_max_window_bits",
    )
)  # fmt: skip


def _protocols(sends: str, field: str, verdicts: Verdicts, *asked: str) -> Row:
    head = request_lines(f"Sec-WebSocket-Protocol: {field}")
    return sends, Request(head, verdicts, protocols=asked), "RFC 6455, 4.2.2, step 5"


SUBPROTOCOLS = (
    _protocols("One that nobody knows.", "x-judge", OPENS, "x-judge"),
    _protocols("Two of them.", "x-judge, x-other", OPENS, "x-judge", "x-other"),
    _protocols("Two of them, in two fields.", "x-judge\r\nSec-WebSocket-Protocol: x-other", OPENS,
               "x-judge", "x-other"),
    _protocols("Two of them without a space.", "x-judge,x-other", OPENS, "x-judge", "x-other"),
    _protocols("The same twice.", "x-judge, x-judge", SHOULD_FAIL, "x-judge"),
    _protocols("An empty field.", "", UNSAID),
    _protocols("Two words without a comma.", "x-judge x-other", SHOULD_FAIL),
    _protocols("A mark that a name has not.", "x(judge)", SHOULD_FAIL),
)  # fmt: skip

ORIGINS = (
    _more("Of this server.", "Origin: http://{host}", OPENS, "RFC 6455, 10.2"),
    _more("null.", "Origin: null", UNSAID, "RFC 6455, 10.2"),
    _more("Of another server.", "Origin: https://judge.invalid", UNSAID, "RFC 6455, 10.2"),
    _more("Two of them.", "Origin: http://{host}\r\nOrigin: http://judge.invalid", UNSAID,
          "RFC 6454, 7.3"),
    _more("An empty one.", "Origin:", UNSAID, "RFC 6454, 7.1"),
    _more("As in version 8.", "Sec-WebSocket-Origin: http://{host}", OPENS, "RFC 6455, 4.2.1"),
)  # fmt: skip

SECTION = Section(
    28,
    "Offers",
    (
        servers("28.1", "Offers of permessage-deflate", OFFERS),
        servers("28.2", "Extensions that nobody knows", UNKNOWN),
        servers("28.3", "Offers that have to be declined", BAD),
        servers("28.4", "Subprotocols", SUBPROTOCOLS),
        servers("28.5", "The origin", ORIGINS),
    ),
)
