"""Section 27: Upgrade, Connection, Sec-WebSocket-Key and -Version of a request, for servers.

A request's Upgrade contains "websocket" (RFC 6455, 4.2.1), so it may be a list. A server should
choose "websocket" from the list, though RFC 9110, 7.8 allows another choice. The version is 13, and
not a list.

Source: RFC 6455, sections 4.2.1, 4.2.2 and 4.4.
"""

from websocket_conformance.cases.handshakes import SERVERS, OpeningRow
from websocket_conformance.cases.opening import (
    FAILS,
    MAY_OPEN,
    OPENS,
    SHOULD_OPEN,
    UNSAID,
    OpeningRequest,
    Worth,
    request_lines,
)


def _version(sends: str, value: str | None, verdicts: Worth, *, says: bool = True) -> OpeningRow:
    head = request_lines(version=None if value is None else f"Sec-WebSocket-Version: {value}")
    header = ("Sec-WebSocket-Version", "13") if says else None
    return sends, OpeningRequest(head, verdicts, header=header), "RFC 6455, 4.2.2 and 4.4"


UPGRADE = SERVERS.values(
    "Upgrade",
    "RFC 6455, 4.2.1, item 3",
    (
        ("WebSocket.", "WebSocket", OPENS),
        ("Capital letters.", "WEBSOCKET", OPENS),
        ("A list that begins with it.", "websocket, h2c", SHOULD_OPEN),
        ("A list that ends with it.", "h2c, websocket", SHOULD_OPEN),
        ("Two fields, the right one last.", "h2c\r\nUpgrade: websocket", SHOULD_OPEN),
        ("None.", None, FAILS),
        ("An empty one.", "", FAILS),
        ("Another protocol.", "h2c", FAILS),
        ("A longer name.", "websockets", FAILS),
        ("A name with a space in it.", "web socket", FAILS),
        ("In quotes.", '"websocket"', FAILS),
    ),
)

CONNECTION = SERVERS.values(
    "Connection",
    "RFC 6455, 4.2.1, item 4",
    (
        ("Small letters.", "upgrade", OPENS),
        ("A list that begins with it.", "Upgrade, keep-alive", OPENS),
        ("A list that ends with it, as Firefox has it.", "keep-alive, Upgrade", OPENS),
        ("Two fields.", "keep-alive\r\nConnection: Upgrade", OPENS),
        ("A list with empty elements.", ", ,Upgrade,,", OPENS),
        ("None.", None, FAILS),
        ("An empty one.", "", FAILS),
        ("keep-alive.", "keep-alive", FAILS),
        ("A longer word.", "Upgraded", FAILS),
        ("A word that ends with it.", "X-Upgrade", FAILS),
        ("Two words without a comma.", "keep-alive Upgrade", FAILS),
        ("In quotes.", '"Upgrade"', FAILS),
    ),
)

KEY = SERVERS.values(
    "Sec-WebSocket-Key",
    "RFC 6455, 4.2.1, item 5",
    (
        ("Spaces and tabs around it.", " \t{key}\t ", OPENS),
        ("None.", None, FAILS),
        ("An empty one.", "", FAILS),
        ("15 octets.", "AAECAwQFBgcICQoLDA0O", FAILS),
        ("17 octets.", "AAECAwQFBgcICQoLDA0ODxA=", FAILS),
        ("A single octet.", "AA==", FAILS),
        ("48 octets.", "A" * 64, FAILS),
        ("A key that is not base64.", "this is no base64 !!!!!!", FAILS),  # not prose
        ("Base64 without its padding.", "AAECAwQFBgcICQoLDA0ODw", FAILS),
        ("Letters of base64 for URLs.", "--__AwQFBgcICQoLDA0ODw==", FAILS),
        ("Bits behind the last octet that are not 0.", "AAECAwQFBgcICQoLDA0OD/==", UNSAID),
        ("A space in it.", "AAECAwQFBgc ICQoLDA0ODw==", FAILS),
        ("Two, the same.", "{key}\r\nSec-WebSocket-Key: {key}", FAILS),
        (
            "Two, of which one is another.",
            "{key}\r\nSec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==",
            FAILS,
        ),
        ("Two in a list.", "{key}, {key}", FAILS),
        ("In quotes.", '"{key}"', FAILS),
    ),
)

VERSION = (
    _version("None.", None, FAILS, says=False),
    _version("An empty one.", "", FAILS, says=False),
    _version("0.", "0", FAILS),
    _version("7, of a draft that nobody speaks.", "7", MAY_OPEN, says=False),
    _version("8, of a draft with the same frames.", "8", MAY_OPEN, says=False),
    _version("12, of a draft with the same frames.", "12", MAY_OPEN, says=False),
    _version("14.", "14", FAILS),
    _version("99.", "99", FAILS),
    _version("255, the largest there can be.", "255", FAILS),
    _version("256.", "256", FAILS, says=False),
    _version("013.", "013", FAILS, says=False),
    _version("13.0.", "13.0", FAILS, says=False),
    _version("A word.", "thirteen", FAILS, says=False),
    _version("A list that begins with 13.", "13, 8", FAILS, says=False),
    _version("Two fields, the same.", "13\r\nSec-WebSocket-Version: 13", FAILS, says=False),
    _version("Two fields, 13 last.", "99\r\nSec-WebSocket-Version: 13", FAILS, says=False),
    _version("Spaces around it.", "  13\t", OPENS, says=False),
)

SECTION = SERVERS.section(
    27,
    "Asking for WebSocket",
    ("27.1", "Upgrade", UPGRADE),
    ("27.2", "Connection", CONNECTION),
    ("27.3", "Sec-WebSocket-Key", KEY),
    ("27.4", "Sec-WebSocket-Version", VERSION),
)
