"""Section 22: Sec-WebSocket-Extensions of a response, for clients.

A client must refuse a field that breaks the grammar (RFC 6455, 9.1). A client should accept what
one text allows and another does not: a value in quotes, which RFC 6455 treats like the value
without them and RFC 7692 does not define; white space, which RFC 2616 allowed between any two words
and RFC 9110 does not; and a window of 2^8, which zlib does not support (the position
``window-of-8``).

Source: RFC 6455, sections 4.1 (step 5 on the response) and 9.1; RFC 7692, sections 5.1 and 7.1.
"""

from websocket_conformance.cases.handshakes import CLIENTS, OpeningRow
from websocket_conformance.cases.opening import (
    FAILS,
    OPENS,
    SHOULD_OPEN,
    UNSAID,
    OpeningResponse,
    Worth,
    response_lines,
)

_DEFLATE = "permessage-deflate"
_CLIENT_WINDOW = "client_max_window_bits"


def _head(value: str) -> str:
    return response_lines(f"Sec-WebSocket-Extensions: {value}")


def _row(sends: str, value: str, verdicts: Worth, source: str) -> OpeningRow:
    """Return a row; a client that may open the connection may compress on it."""
    may_deflate = "" if verdicts is FAILS else _DEFLATE
    return sends, OpeningResponse(_head(value), verdicts, deflate=may_deflate), source


def _good(value: str, verdicts: Worth = OPENS, section: str = "7.1") -> OpeningRow:
    """Return a row with a valid answer to an offer of permessage-deflate."""
    limits_client = _CLIENT_WINDOW in value
    opening = OpeningResponse(
        _head(value), verdicts, deflate=value,
        needs=(_CLIENT_WINDOW,) if limits_client else (_DEFLATE,),
        otherwise=FAILS if limits_client else None,
    )  # fmt: skip
    also = f" It is refused by a client that did not offer {_CLIENT_WINDOW}."
    return f"{value}.{also if limits_client else ''}", opening, f"RFC 7692, {section}"


def _bad(parameters: str, verdicts: Worth = FAILS, section: str = "7.1") -> OpeningRow:
    """Return a row with an answer that has a parameter it must not have."""
    value = f"{_DEFLATE}; {parameters}"
    return f"{value}.", OpeningResponse(_head(value), verdicts), f"RFC 7692, {section}"


NAMES = (
    _row("An extension that nobody knows.", "x-judge", FAILS, "RFC 6455, 4.1, step 5"),
    _row("One with parameters.", 'x-judge; a=1; b="2"; c', FAILS, "RFC 6455, 4.1, step 5"),
    _row("One beside permessage-deflate.", "permessage-deflate, x-judge", FAILS, "RFC 6455, 4.1"),
    _row("One before permessage-deflate.", "x-judge, permessage-deflate", FAILS, "RFC 6455, 4.1"),
    _row("One in a field of its own.",
         "permessage-deflate\r\nSec-WebSocket-Extensions: x-judge", FAILS, "RFC 6455, 9.1"),
    _row("An extension of old.", "x-webkit-deflate-frame", FAILS, "RFC 6455, 4.1, step 5"),
    _row("permessage-bzip2.", "permessage-bzip2", FAILS, "RFC 6455, 4.1, step 5"),
    _row("permessage-deflate twice.", "permessage-deflate, permessage-deflate", FAILS,
         "RFC 7692, 5"),
    _row("permessage-deflate twice, in two fields.",
         "permessage-deflate\r\nSec-WebSocket-Extensions: permessage-deflate", FAILS,
         "RFC 7692, 5"),
    _row("A capital letter in the name.", "Permessage-Deflate", UNSAID, "RFC 6455, 9.1"),
)  # fmt: skip

GRAMMAR = tuple(
    _row(sends, value, FAILS, "RFC 6455, 9.1")
    for sends, value in (
        ("An empty field.", ""),
        ("A comma alone.", ","),
        ("A semicolon alone.", ";"),
        ("A semicolon at the end.", "permessage-deflate;"),
        ("A parameter without a name.", "permessage-deflate; =10"),
        ("A parameter without an extension.", "; server_no_context_takeover"),
        ("Two words without a mark.", "permessage-deflate permessage-deflate"),
        ("A quote that does not end.", 'permessage-deflate; server_max_window_bits="10'),
        ("A character that a name cannot have.", "permessage-deflate/1"),
        ("An octet beyond ASCII.", "permessage-deflat\xe9"),
    )
)

GOOD = (
    _good("permessage-deflate"),
    _good("permessage-deflate; server_no_context_takeover", section="7.1.1.1"),
    _good("permessage-deflate; client_no_context_takeover", section="7.1.1.2"),
    _good("permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
    _good("permessage-deflate; client_no_context_takeover; server_no_context_takeover"),
    *(_good(f"permessage-deflate; server_max_window_bits={n}", section="7.1.2.1")
      for n in range(8, 16)),
    _good("permessage-deflate; client_max_window_bits=8", SHOULD_OPEN, section="7.1.2.2"),
    *(_good(f"permessage-deflate; client_max_window_bits={n}", section="7.1.2.2")
      for n in range(9, 16)),
    _good("permessage-deflate; server_max_window_bits=10; client_max_window_bits=11"),
    _good("permessage-deflate; client_max_window_bits=15; server_no_context_takeover; "
          "server_max_window_bits=15; client_no_context_takeover"),
    _good('permessage-deflate; server_max_window_bits="10"', SHOULD_OPEN, "7.1.2.1"),
    _good('permessage-deflate; client_max_window_bits="10"', SHOULD_OPEN, "7.1.2.2"),
    _good("permessage-deflate;server_no_context_takeover"),
    _good("permessage-deflate ;\tserver_no_context_takeover", SHOULD_OPEN),
    _good("permessage-deflate; server_max_window_bits = 10", SHOULD_OPEN, "7.1.2.1"),
)  # fmt: skip

NO_WINDOWS = ("7", "16", "0", "1", "100", "-1", "-10", "+10", "08", "010", "10.0", "1e1", "0xA",
              "ten", "true", '"7"')  # fmt: skip
"""Valid values of a parameter that are not a size of a window for permessage-deflate."""

NO_VALUES = ("", '""', '" 10"', "\xb2")
"""Values that the grammar of extensions forbids."""

WORDS_FOR_FLAGS = ("1", "0", "true", "10")
"""Values for a parameter that must not have a value."""

FLAGS = tuple(
    _bad(f"{name}={value}", section=section)
    for name, section in (
        ("server_no_context_takeover", "7.1.1.1"),
        ("client_no_context_takeover", "7.1.1.2"),
    )
    for value in (*WORDS_FOR_FLAGS, '""', "")
)


def _no_window(name: str, section: str) -> tuple[OpeningRow, ...]:
    values = (f"={value}" for value in (*NO_WINDOWS, *NO_VALUES))
    return tuple(_bad(f"{name}{value}", section=section) for value in ("", *values))


SERVER_WINDOW = _no_window("server_max_window_bits", "7.1.2.1")
CLIENT_WINDOW = _no_window("client_max_window_bits", "7.1.2.2")

BAD_PARAMETERS = (
    "x_judge",
    "x_judge=1",
    "server_no_context_takeover; x_judge",
    "no_context_takeover",
    "max_window_bits=10",
    "server-max-window-bits=10",
    "server_no_context_takeover; server_no_context_takeover",
    "client_no_context_takeover; client_no_context_takeover",
    "server_max_window_bits=10; server_max_window_bits=10",
    "server_max_window_bits=10; server_max_window_bits=11",
)
"""Parameters that are unknown or occur twice, for offers and for answers."""

CAPITALS = ("Server_No_Context_Takeover", "SERVER_MAX_WINDOW_BITS=10")
"""Parameters of which no text says whether they are known."""

PARAMETERS = (
    *map(_bad, BAD_PARAMETERS),
    _bad("client_max_window_bits=10; client_max_window_bits=10"),
    _bad("client_max_window_bits=11; client_max_window_bits=10"),
    *(_bad(parameters, UNSAID) for parameters in CAPITALS),
)

SECTION = CLIENTS.section(
    22,
    "Extensions",
    ("22.1", "Which extensions", NAMES),
    ("22.2", "The form of the field", GRAMMAR),
    ("22.3", "Answers to the offer of permessage-deflate", GOOD),
    ("22.4", "A value where none belongs", FLAGS),
    (
        "22.5",
        "server_max_window_bits with an invalid value",
        SERVER_WINDOW,
    ),
    (
        "22.6",
        "client_max_window_bits with an invalid value",
        CLIENT_WINDOW,
    ),
    ("22.7", "Unknown and repeated parameters", PARAMETERS),
)
