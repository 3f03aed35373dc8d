"""Section 3.1 of the WebSockets Standard: close(code, reason)."""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.ready_state import CLOSED, CLOSING
from whatwg_websockets.rfc6455.close_code import NORMAL
from whatwg_websockets.rfc6455.connection import ESTABLISHED, NOT_ESTABLISHED
from whatwg_websockets.rfc6455.control_frames import MAXIMUM_REASON
from whatwg_websockets.webidl.dom_exception import DOMException
from whatwg_websockets.webidl.missing import MISSING, Missing

if TYPE_CHECKING:
    from whatwg_websockets.websocket import WebSocket


@algorithm("dom-websocket-close", "close(code, reason)")
def close(socket: "WebSocket", code: int | Missing, reason: str | Missing) -> None:
    """Start the closing handshake, or fail a connection that is not established yet.

    Raises:
        DOMException: "InvalidAccessError" if a page may not use the code; "SyntaxError" if the
            reason is longer than 123 bytes in UTF-8.

    Source: https://websockets.spec.whatwg.org/#dom-websocket-close
    """
    # 1. Refuse a close code other than 1000 and 3000 to 4999, which are those that a page may send.
    if code is not MISSING and code != NORMAL and not 3000 <= code <= 4999:
        # § rfc6455-7.4.1-1, -2, -4. Since 1005, 1006 and 1015 are refused, no page can send them.
        raise DOMException(f"close code {code} is not 1000 or 3000-4999", "InvalidAccessError")
    # 2. If a close reason is given, check that it fits into a Close frame.
    reason_bytes = b""
    if reason is not MISSING:
        # 2.1. Encode the close reason in UTF-8.
        reason_bytes = reason.encode()
        # 2.2. Refuse a close reason of more than 123 bytes: a control frame carries at most 125
        #   bytes, two of which are the code.
        if len(reason_bytes) > MAXIMUM_REASON:
            # § rfc6455-5.5-1. No control frame with more than 125 bytes is sent.
            raise DOMException(
                f"a close reason of {len(reason_bytes)} bytes is longer than {MAXIMUM_REASON}",
                "SyntaxError",
            )
    # 3. How the socket closes depends on its ready state and on the state of its connection.
    connection = socket._connection
    if socket._ready_state in (CLOSING, CLOSED):
        # 3a. (closing or closed) Do nothing, since the socket is closing or closed already.
        return
    if connection.wire.state == NOT_ESTABLISHED:
        # 3b. (not yet established) Fail the WebSocket connection, and set the ready state to
        #   CLOSING.
        connection.give_up(NORMAL, "close() was called before the connection was established")
        socket._change_ready_state(CLOSING)
    elif connection.wire.state == ESTABLISHED:
        # 3c. (established) Start the closing handshake with the code and the reason, and set the
        #   ready state to CLOSING. If no code is given, the Close frame has no body.
        connection.start_the_closing_handshake(None if code is MISSING else code, reason_bytes)
        socket._change_ready_state(CLOSING)
    else:
        # 3d. (a Close frame was received, and its task has not run) Set the ready state to CLOSING.
        socket._change_ready_state(CLOSING)
