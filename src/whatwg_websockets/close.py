"""3.1 close(code, reason)."""

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
    """Begin the closing handshake, or give up a connection that is not open yet.

    Raises:
        DOMException: "InvalidAccessError" for a code that a page may not use; "SyntaxError" for a
            reason of more than 123 bytes.

    Source: https://websockets.spec.whatwg.org/#dom-websocket-close
    """
    # 1. A script may choose 1000 or 3000 to 4999; every other code is the protocol's own.
    if code is not MISSING and code != NORMAL and not 3000 <= code <= 4999:
        # § rfc6455-7.4.1-1. A page cannot send the code 1005.
        # § rfc6455-7.4.1-2. A page cannot send the code 1006.
        # § rfc6455-7.4.1-4. A page cannot send the code 1015.
        raise DOMException(f"close code {code} is not 1000 or 3000-4999", "InvalidAccessError")
    # 2. A reason has to fit a control frame beside its code.
    reason_bytes = b""
    if reason is not MISSING:
        # 2.1. The length of the reason is counted in UTF-8.
        reason_bytes = reason.encode()
        # 2.2. A control frame has 125 bytes, two of which the code takes.
        if len(reason_bytes) > MAXIMUM_REASON:
            # § rfc6455-5.5-1. A control frame of more than 125 bytes is never sent.
            raise DOMException(
                f"a close reason of {len(reason_bytes)} bytes is longer than {MAXIMUM_REASON}",
                "SyntaxError",
            )
    # 3. The state of the connection says what is to be done.
    connection = socket._connection
    if socket._ready_state in (CLOSING, CLOSED):
        # 3a. (closing or closed) There is nothing left to do.
        return
    if connection.wire.state == NOT_ESTABLISHED:
        # 3b. (not yet established) The connection is failed, whatever still arrives.
        connection.give_up(NORMAL, "close() was called before the connection was established")
        socket._change_ready_state(CLOSING)
    elif connection.wire.state == ESTABLISHED:
        # 3c. (established) The server is told. Without a code, a reason cannot be: the frame is
        #     empty then, which says that no status was given.
        connection.start_the_closing_handshake(None if code is MISSING else code, reason_bytes)
        socket._change_ready_state(CLOSING)
    else:
        # 3d. (a Close frame has come, and its task has not run) Only the ready state changes.
        socket._change_ready_state(CLOSING)
