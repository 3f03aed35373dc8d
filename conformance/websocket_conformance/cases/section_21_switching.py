"""Section 21: Upgrade, Connection and Sec-WebSocket-Accept of a response, for clients.

A field that is there twice is the list of both values (RFC 9110, 5.3). A list is no match for what
has to be "websocket", or the right Sec-WebSocket-Accept, whatever its elements are; Connection is a
list, of which empty elements are no part (5.6.1.2). A connection that also says close is no good
omen, and to fail it is forgiven.

Source: RFC 6455, section 4.1, steps 2 to 4 on the response; RFC 9110, section 5.
"""

from websocket_conformance.cases.case import Section
from websocket_conformance.cases.handshakes import OpeningRow, clients
from websocket_conformance.cases.opening import (
    FAILS,
    OPENS,
    SHOULD_OPEN,
    OpeningResponse,
    Worth,
    response_lines,
)

_LONG_S = "web\u017focket".encode().decode("latin-1")
"""A word that is "websocket" for who compares letters of any case beyond ASCII."""

_ACCEPT = "Sec-WebSocket-Accept: {accept}"


def _upgrade(sends: str, value: str | None, verdicts: Worth) -> OpeningRow:
    head = response_lines(upgrade=None if value is None else f"Upgrade: {value}")
    return sends, OpeningResponse(head, verdicts), "RFC 6455, 4.1, step 2"


def _connection(sends: str, value: str | None, verdicts: Worth) -> OpeningRow:
    head = response_lines(connection=None if value is None else f"Connection: {value}")
    return sends, OpeningResponse(head, verdicts), "RFC 6455, 4.1, step 3"


def _accept(sends: str, value: str | None, verdicts: Worth) -> OpeningRow:
    head = response_lines(accept=None if value is None else f"Sec-WebSocket-Accept: {value}")
    return sends, OpeningResponse(head, verdicts), "RFC 6455, 4.1, step 4"


UPGRADE = (
    _upgrade("WebSocket, as the RFC's servers write it.", "WebSocket", OPENS),
    _upgrade("Capital letters.", "WEBSOCKET", OPENS),
    _upgrade("None.", None, FAILS),
    _upgrade("An empty one.", "", FAILS),
    _upgrade("Another protocol.", "h2c", FAILS),
    _upgrade("A longer name.", "websockets", FAILS),
    _upgrade("A shorter name.", "websocke", FAILS),
    _upgrade("A name with a space in it.", "web socket", FAILS),
    _upgrade("In quotes.", '"websocket"', FAILS),
    _upgrade("With a version.", "websocket/13", FAILS),
    _upgrade("A list that begins with it.", "websocket, h2c", FAILS),
    _upgrade("A list that ends with it.", "h2c, websocket", FAILS),
    _upgrade("Two fields, the same.", "websocket\r\nUpgrade: websocket", FAILS),
    _upgrade("Two fields, the right one first.", "websocket\r\nUpgrade: h2c", FAILS),
    _upgrade("Two fields, the right one last.", "h2c\r\nUpgrade: websocket", FAILS),
    _upgrade("A long s, which is an s only beyond ASCII.", _LONG_S, FAILS),
)  # fmt: skip

CONNECTION = (
    _connection("Small letters.", "upgrade", OPENS),
    _connection("Capital letters.", "UPGRADE", OPENS),
    _connection("A list that begins with it.", "Upgrade, keep-alive", OPENS),
    _connection("A list that ends with it.", "keep-alive, Upgrade", OPENS),
    _connection("A list without spaces.", "keep-alive,Upgrade", OPENS),
    _connection("Two fields, the right one first.", "Upgrade\r\nConnection: keep-alive", OPENS),
    _connection("Two fields, the right one last.", "keep-alive\r\nConnection: Upgrade", OPENS),
    _connection("A list with empty elements.", ", ,Upgrade,,", OPENS),
    _connection("close, too.", "close, Upgrade", SHOULD_OPEN),
    _connection("None.", None, FAILS),
    _connection("An empty one.", "", FAILS),
    _connection("keep-alive.", "keep-alive", FAILS),
    _connection("close.", "close", FAILS),
    _connection("A longer word.", "Upgraded", FAILS),
    _connection("A word that ends with it.", "X-Upgrade", FAILS),
    _connection("Two words without a comma.", "keep-alive Upgrade", FAILS),
    _connection("In quotes.", '"Upgrade"', FAILS),
    _connection("With a parameter.", "Upgrade;x=1", FAILS),
    _connection("websocket.", "websocket", FAILS),
    _connection("Two fields, the same.", "Upgrade\r\nConnection: Upgrade", OPENS),
)

ACCEPT = (
    _accept("Spaces and tabs around it.", " \t{accept}\t ", OPENS),
    _accept("None.", None, FAILS),
    _accept("An empty one.", "", FAILS),
    _accept("The key.", "{key}", FAILS),
    _accept("The answer to another key.", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", FAILS),
    _accept("Small letters for large ones and the other way round.", "{Accept}", FAILS),
    _accept("An octet too many.", "{accept}=", FAILS),
    _accept("More behind it.", "{accept}x", FAILS),
    _accept("More before it.", "x{accept}", FAILS),
    _accept("In quotes.", '"{accept}"', FAILS),
    _accept("Another word behind it.", "{accept} x", FAILS),
    _accept("A list that begins with it.", "{accept}, x", FAILS),
    _accept("Twice in a list.", "{accept}, {accept}", FAILS),
    _accept("Two fields, the same.", "{accept}\r\n" + _ACCEPT, FAILS),
    _accept("Two fields, the right one first.", "{accept}\r\nSec-WebSocket-Accept: x", FAILS),
    _accept("Two fields, the right one last.", "x\r\n" + _ACCEPT, FAILS),
    _accept("The key in a field of its own, too.", "{accept}\r\nSec-WebSocket-Key: {key}", OPENS),
    _accept("The version in a field of its own, too.",
            "{accept}\r\nSec-WebSocket-Version: 13", OPENS),
)  # fmt: skip

SECTION = Section(
    21,
    "Switching protocols",
    (
        clients("21.1", "Upgrade", UPGRADE),
        clients("21.2", "Connection", CONNECTION),
        clients("21.3", "Sec-WebSocket-Accept", ACCEPT),
    ),
)
