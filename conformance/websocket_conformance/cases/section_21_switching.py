"""Section 21: Upgrade, Connection and Sec-WebSocket-Accept of a response, for clients.

The value of a field that occurs twice is the list of both values (RFC 9110, 5.3). A list is neither
"websocket" nor the right Sec-WebSocket-Accept, even if an element is. Connection is a list, whose
empty elements are ignored (5.6.1.2). If Connection also has "close", a client may fail the
connection.

Source: RFC 6455, section 4.1, steps 2 to 4 on the response; RFC 9110, section 5.
"""

from websocket_conformance.cases.handshakes import CLIENTS
from websocket_conformance.cases.opening import FAILS, OPENS, SHOULD_OPEN

_LONG_S = "web\u017focket".encode().decode("latin-1")
"""A word that equals "websocket" only if letters beyond ASCII are compared case-insensitively."""

_ACCEPT = "Sec-WebSocket-Accept: {accept}"


UPGRADE = CLIENTS.values(
    "Upgrade",
    "RFC 6455, 4.1, step 2",
    (
        ("WebSocket, as the RFC's servers write it.", "WebSocket", OPENS),
        ("Capital letters.", "WEBSOCKET", OPENS),
        ("None.", None, FAILS),
        ("An empty one.", "", FAILS),
        ("Another protocol.", "h2c", FAILS),
        ("A longer name.", "websockets", FAILS),
        ("A shorter name.", "websocke", FAILS),
        ("A name with a space in it.", "web socket", FAILS),
        ("In quotes.", '"websocket"', FAILS),
        ("With a version.", "websocket/13", FAILS),
        ("A list that begins with it.", "websocket, h2c", FAILS),
        ("A list that ends with it.", "h2c, websocket", FAILS),
        ("Two fields, the same.", "websocket\r\nUpgrade: websocket", FAILS),
        ("Two fields, the right one first.", "websocket\r\nUpgrade: h2c", FAILS),
        ("Two fields, the right one last.", "h2c\r\nUpgrade: websocket", FAILS),
        ("A long s, which is an s only beyond ASCII.", _LONG_S, FAILS),
    ),
)

CONNECTION = CLIENTS.values(
    "Connection",
    "RFC 6455, 4.1, step 3",
    (
        ("Small letters.", "upgrade", OPENS),
        ("Capital letters.", "UPGRADE", OPENS),
        ("A list that begins with it.", "Upgrade, keep-alive", OPENS),
        ("A list that ends with it.", "keep-alive, Upgrade", OPENS),
        ("A list without spaces.", "keep-alive,Upgrade", OPENS),
        ("Two fields, the right one first.", "Upgrade\r\nConnection: keep-alive", OPENS),
        ("Two fields, the right one last.", "keep-alive\r\nConnection: Upgrade", OPENS),
        ("A list with empty elements.", ", ,Upgrade,,", OPENS),
        ("close, too.", "close, Upgrade", SHOULD_OPEN),
        ("None.", None, FAILS),
        ("An empty one.", "", FAILS),
        ("keep-alive.", "keep-alive", FAILS),
        ("close.", "close", FAILS),
        ("A longer word.", "Upgraded", FAILS),
        ("A word that ends with it.", "X-Upgrade", FAILS),
        ("Two words without a comma.", "keep-alive Upgrade", FAILS),
        ("In quotes.", '"Upgrade"', FAILS),
        ("With a parameter.", "Upgrade;x=1", FAILS),
        ("websocket.", "websocket", FAILS),
        ("Two fields, the same.", "Upgrade\r\nConnection: Upgrade", OPENS),
    ),
)

ACCEPT = CLIENTS.values(
    "Sec-WebSocket-Accept",
    "RFC 6455, 4.1, step 4",
    (
        ("Spaces and tabs around it.", " \t{accept}\t ", OPENS),
        ("None.", None, FAILS),
        ("An empty one.", "", FAILS),
        ("The key.", "{key}", FAILS),
        ("The answer to another key.", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", FAILS),
        ("Small letters for large ones and the other way round.", "{Accept}", FAILS),
        ("An octet too many.", "{accept}=", FAILS),
        ("More behind it.", "{accept}x", FAILS),
        ("More before it.", "x{accept}", FAILS),
        ("In quotes.", '"{accept}"', FAILS),
        ("Another word behind it.", "{accept} x", FAILS),
        ("A list that begins with it.", "{accept}, x", FAILS),
        ("Twice in a list.", "{accept}, {accept}", FAILS),
        ("Two fields, the same.", "{accept}\r\n" + _ACCEPT, FAILS),
        ("Two fields, the right one first.", "{accept}\r\nSec-WebSocket-Accept: x", FAILS),
        ("Two fields, the right one last.", "x\r\n" + _ACCEPT, FAILS),
        ("The key in a field of its own, too.", "{accept}\r\nSec-WebSocket-Key: {key}", OPENS),
        ("The version in a field of its own, too.", "{accept}\r\nSec-WebSocket-Version: 13", OPENS),
    ),
)

SECTION = CLIENTS.section(
    21,
    "Switching protocols",
    ("21.1", "Upgrade", UPGRADE),
    ("21.2", "Connection", CONNECTION),
    ("21.3", "Sec-WebSocket-Accept", ACCEPT),
)
