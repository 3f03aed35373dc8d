"""Section 28: extensions, subprotocols and the origin in a request, for servers.

A server declines an offer that it cannot accept, and opens the connection without it. The invalid
offers are those invalid answers of section 22 that are also invalid as offers. A server may refuse
an offer that breaks the grammar of extensions (RFC 6455, 9.1). In all other cases a server should
open the connection, but no text says that it must, since a server may refuse any client.

A server should refuse a field that is not a list of extensions or subprotocols (9.1, and 4.2.1). A
server that supports neither, and so does not read the fields, may accept it.

Source: RFC 6455, sections 4.2.2 and 9.1; RFC 7692, sections 5.1 and 7.1.
"""

from collections.abc import Iterable, Iterator

from websocket_conformance.cases.handshakes import SERVERS, OpeningRow
from websocket_conformance.cases.opening import (
    MAY_OPEN,
    OPENS,
    SHOULD_FAIL,
    SHOULD_OPEN,
    UNSAID,
    OpeningRequest,
    Worth,
    request_lines,
)
from websocket_conformance.cases.section_22_extensions import (
    BAD_PARAMETERS,
    CAPITALS,
    NO_VALUES,
    NO_WINDOWS,
    WORDS_FOR_FLAGS,
)

_DEFLATE = "permessage-deflate"


def _offer(
    value: str, verdicts: Worth = OPENS, section: str = "7.1", *, sends: str = ""
) -> OpeningRow:
    """Return a row with an offer that the server may accept or decline."""
    head = request_lines(f"Sec-WebSocket-Extensions: {value}")
    return (
        sends or f"{value}.",
        OpeningRequest(head, verdicts, may_deflate=True),
        f"RFC 7692, {section}",
    )


def _bad(parameters: str, verdicts: Worth = SHOULD_OPEN, section: str = "7.1") -> OpeningRow:
    """Return a row with an offer that the server has to decline."""
    value = f"{_DEFLATE}; {parameters}"
    head = request_lines(f"Sec-WebSocket-Extensions: {value}")
    return f"{value}.", OpeningRequest(head, verdicts), f"RFC 7692, {section}"


def _none(name: str, values: Iterable[str], section: str) -> Iterator[OpeningRow]:
    """Yield rows with offers in which a parameter has an invalid value."""
    for value in values:
        verdicts = MAY_OPEN if value in NO_VALUES else SHOULD_OPEN
        yield _bad(f"{name}={value}", verdicts, section)


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
    SERVERS.row(sends, verdicts, "RFC 6455, 9.1", f"Sec-WebSocket-Extensions: {value}")
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

FLAGS = (
    *_none("server_no_context_takeover", (*WORDS_FOR_FLAGS, '""', ""), "7.1.1.1"),
    *_none("client_no_context_takeover", (*WORDS_FOR_FLAGS, '""', ""), "7.1.1.2"),
)

PARAMETERS = (
    *map(_bad, BAD_PARAMETERS),
    _bad("client_max_window_bits; client_max_window_bits"),
    _bad("client_max_window_bits=11; client_max_window_bits=10"),
    _bad("client_max_window_bits; client_max_window_bits=10"),
    *(_bad(parameters, UNSAID) for parameters in CAPITALS),
)

SERVER_WINDOW = (
    _bad("server_max_window_bits", section="7.1.2.1"),
    *_none("server_max_window_bits", (*NO_WINDOWS, *NO_VALUES), "7.1.2.1"),
)

CLIENT_WINDOW = tuple(_none("client_max_window_bits", (*NO_WINDOWS, *NO_VALUES), "7.1.2.2"))


def _protocols(sends: str, field: str, verdicts: Worth, *asked: str) -> OpeningRow:
    head = request_lines(f"Sec-WebSocket-Protocol: {field}")
    return sends, OpeningRequest(head, verdicts, protocols=asked), "RFC 6455, 4.2.2, step 5"


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
    SERVERS.row("Of this server.", OPENS, "RFC 6455, 10.2", "Origin: http://{host}"),
    SERVERS.row("null.", UNSAID, "RFC 6455, 10.2", "Origin: null"),
    SERVERS.row("Of another server.", UNSAID, "RFC 6455, 10.2", "Origin: https://judge.invalid"),
    SERVERS.row("Two of them.", UNSAID, "RFC 6454, 7.3",
                "Origin: http://{host}", "Origin: http://judge.invalid"),
    SERVERS.row("An empty one.", UNSAID, "RFC 6454, 7.1", "Origin:"),
    SERVERS.row("As in version 8.", OPENS, "RFC 6455, 4.2.1", "Sec-WebSocket-Origin: http://{host}"),
)  # fmt: skip

SECTION = SERVERS.section(
    28,
    "Offers",
    ("28.1", "Offers of permessage-deflate", OFFERS),
    ("28.2", "Extensions that nobody knows", UNKNOWN),
    ("28.3", "Offers with a value where none belongs", FLAGS),
    ("28.4", "Subprotocols", SUBPROTOCOLS),
    ("28.5", "The origin", ORIGINS),
    ("28.6", "Offers of a server_max_window_bits with an invalid value", SERVER_WINDOW),
    ("28.7", "Offers of a client_max_window_bits with an invalid value", CLIENT_WINDOW),
    ("28.8", "Offers with unknown and repeated parameters", PARAMETERS),
)
