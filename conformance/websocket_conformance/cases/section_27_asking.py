"""Section 27: Upgrade, Connection, Sec-WebSocket-Key and -Version of a request, for servers.

A request's Upgrade contains "websocket" (RFC 6455, 4.2.1), so it may be a list, from which a server
should choose that: RFC 9110, 7.8 lets it choose. The version is 13, and no list.

Source: RFC 6455, sections 4.2.1, 4.2.2 and 4.4.
"""

from websocket_conformance.cases.case import Section
from websocket_conformance.cases.handshakes import OpeningRow, servers
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


def _upgrade(sends: str, value: str | None, verdicts: Worth) -> OpeningRow:
    head = request_lines(upgrade=None if value is None else f"Upgrade: {value}")
    return sends, OpeningRequest(head, verdicts), "RFC 6455, 4.2.1, item 3"


def _connection(sends: str, value: str | None, verdicts: Worth) -> OpeningRow:
    head = request_lines(connection=None if value is None else f"Connection: {value}")
    return sends, OpeningRequest(head, verdicts), "RFC 6455, 4.2.1, item 4"


def _key(sends: str, value: str | None, verdicts: Worth) -> OpeningRow:
    head = request_lines(key=None if value is None else f"Sec-WebSocket-Key: {value}")
    return sends, OpeningRequest(head, verdicts), "RFC 6455, 4.2.1, item 5"


def _version(sends: str, value: str | None, verdicts: Worth, *, says: bool = True) -> OpeningRow:
    head = request_lines(version=None if value is None else f"Sec-WebSocket-Version: {value}")
    header = ("Sec-WebSocket-Version", "13") if says else None
    return sends, OpeningRequest(head, verdicts, header=header), "RFC 6455, 4.2.2 and 4.4"


UPGRADE = (
    _upgrade("WebSocket.", "WebSocket", OPENS),
    _upgrade("Capital letters.", "WEBSOCKET", OPENS),
    _upgrade("A list that begins with it.", "websocket, h2c", SHOULD_OPEN),
    _upgrade("A list that ends with it.", "h2c, websocket", SHOULD_OPEN),
    _upgrade("Two fields, the right one last.", "h2c\r\nUpgrade: websocket", SHOULD_OPEN),
    _upgrade("None.", None, FAILS),
    _upgrade("An empty one.", "", FAILS),
    _upgrade("Another protocol.", "h2c", FAILS),
    _upgrade("A longer name.", "websockets", FAILS),
    _upgrade("A name with a space in it.", "web socket", FAILS),
    _upgrade("In quotes.", '"websocket"', FAILS),
)

CONNECTION = (
    _connection("Small letters.", "upgrade", OPENS),
    _connection("A list that begins with it.", "Upgrade, keep-alive", OPENS),
    _connection("A list that ends with it, as Firefox has it.", "keep-alive, Upgrade", OPENS),
    _connection("Two fields.", "keep-alive\r\nConnection: Upgrade", OPENS),
    _connection("A list with empty elements.", ", ,Upgrade,,", OPENS),
    _connection("None.", None, FAILS),
    _connection("An empty one.", "", FAILS),
    _connection("keep-alive.", "keep-alive", FAILS),
    _connection("A longer word.", "Upgraded", FAILS),
    _connection("A word that ends with it.", "X-Upgrade", FAILS),
    _connection("Two words without a comma.", "keep-alive Upgrade", FAILS),
    _connection("In quotes.", '"Upgrade"', FAILS),
)

KEY = (
    _key("Spaces and tabs around it.", " \t{key}\t ", OPENS),
    _key("None.", None, FAILS),
    _key("An empty one.", "", FAILS),
    _key("15 octets.", "AAECAwQFBgcICQoLDA0O", FAILS),
    _key("17 octets.", "AAECAwQFBgcICQoLDA0ODxA=", FAILS),
    _key("A single octet.", "AA==", FAILS),
    _key("48 octets.", "A" * 64, FAILS),
    _key("What is no base64.", "this is no base64 !!!!!!", FAILS),
    _key("Base64 without its padding.", "AAECAwQFBgcICQoLDA0ODw", FAILS),
    _key("Letters of base64 for URLs.", "--__AwQFBgcICQoLDA0ODw==", FAILS),
    _key("Bits behind the last octet that are not 0.", "AAECAwQFBgcICQoLDA0OD/==", UNSAID),
    _key("A space in it.", "AAECAwQFBgc ICQoLDA0ODw==", FAILS),
    _key("Two, the same.", "{key}\r\nSec-WebSocket-Key: {key}", FAILS),
    _key("Two, of which one is another.",
         "{key}\r\nSec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==", FAILS),
    _key("Two in a list.", "{key}, {key}", FAILS),
    _key("In quotes.", '"{key}"', FAILS),
)  # fmt: skip

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

SECTION = Section(
    27,
    "Asking for WebSocket",
    (
        servers("27.1", "Upgrade", UPGRADE),
        servers("27.2", "Connection", CONNECTION),
        servers("27.3", "Sec-WebSocket-Key", KEY),
        servers("27.4", "Sec-WebSocket-Version", VERSION),
    ),
)
