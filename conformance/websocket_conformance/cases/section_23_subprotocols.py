"""Section 23: Sec-WebSocket-Protocol of a response, for clients.

The cases of the second group can be played only with a client that requests their subprotocols;
``/getCaseInfo`` lists them.

If a server chooses none of the subprotocols, a client fails the connection under the WebSockets
Standard, but not under RFC 6455, so a client may open the connection. A client may also read
"chat," as a list of one element, although the field of a response is not a list.

Source: RFC 6455, section 4.1, step 6 on the response; the WebSockets Standard, section 2.2.
"""

from websocket_conformance.cases.handshakes import CLIENTS, OpeningRow
from websocket_conformance.cases.opening import (
    FAILS,
    OPENS,
    SHOULD_FAIL,
    UNSAID,
    OpeningResponse,
    Worth,
    response_lines,
)

_STEP = "RFC 6455, 4.1, step 6"
ASKED = ("chat", "superchat")
"""The subprotocols that the client has to request, in this order."""


def _row(
    sends: str, field: str | None, verdicts: Worth, source: str = _STEP,
    asked: tuple[str, ...] = (),
) -> OpeningRow:  # fmt: skip
    more = () if field is None else (f"Sec-WebSocket-Protocol: {field}",)
    return sends, OpeningResponse(response_lines(*more), verdicts, protocols=asked), source


def _asked(sends: str, field: str | None, verdicts: Worth, source: str = _STEP) -> OpeningRow:
    return _row(sends, field, verdicts, source, ASKED)


UNASKED = (
    _row("One that nobody asked for.", "x-never-asked-for", FAILS),
    _row("Two of them.", "x-never-asked-for, x-nor-this", FAILS),
    _row("One in a response of another field's name.", "permessage-deflate", FAILS),
    _row("An empty field.", "", UNSAID),
    _row("A comma alone.", ",", UNSAID),
)

CHOSEN = (
    _asked("The first of two.", "chat", OPENS),
    _asked("The second of two.", "superchat", OPENS),
    _asked("The first, with spaces around it.", "  chat\t ", OPENS),
    _asked("None.", None, SHOULD_FAIL, "WebSockets Standard, 2.2, step 11.2"),
    _asked("An empty field.", "", SHOULD_FAIL, "WebSockets Standard, 2.2, step 11.2"),
    _asked("Another one.", "x-never-asked-for", FAILS),
    _asked("The first, in capital letters.", "CHAT", FAILS),
    _asked("The first with one capital letter.", "Chat", FAILS),
    _asked("The start of the first.", "cha", FAILS),
    _asked("More than the first.", "chats", FAILS),
    _asked("Both.", "chat, superchat", FAILS),
    _asked("Both, in two fields.", "chat\r\nSec-WebSocket-Protocol: superchat", FAILS,
           "RFC 6455, 11.3.4"),
    _asked("The first, twice.", "chat, chat", FAILS),
    _asked("The first, in two fields.", "chat\r\nSec-WebSocket-Protocol: chat", FAILS,
           "RFC 6455, 11.3.4"),
    _asked("The first and a comma.", "chat,", SHOULD_FAIL),
    _asked("In quotes.", '"chat"', FAILS),
    _asked("With a parameter.", "chat;q=1", FAILS),
    _asked("The first and another.", "chat, x-never-asked-for", FAILS),
)  # fmt: skip

SECTION = CLIENTS.section(
    23,
    "Subprotocols",
    ("23.1", "Subprotocols that were not asked for", UNASKED),
    ("23.2", "An answer to two subprotocols", CHOSEN),
)
