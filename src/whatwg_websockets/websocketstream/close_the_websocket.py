"""5 Close the WebSocket."""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.ready_state import CLOSED, CLOSING
from whatwg_websockets.rfc6455.close_code import NORMAL
from whatwg_websockets.rfc6455.connection import ESTABLISHED, NOT_ESTABLISHED
from whatwg_websockets.websocketstream.validate_close_code_and_reason import (
    validate_close_code_and_reason,
)

if TYPE_CHECKING:
    from whatwg_websockets.websocketstream.websocket_stream import WebSocketStream


@algorithm("close-the-websocket", "close the WebSocket")
def close_the_websocket(
    stream: "WebSocketStream", code: int | None = None, reason: str = ""
) -> None:
    """Begin the closing handshake, or give up a connection that is not open yet.

    Args:
        stream: the stream.
        code: the close code, or None for none.
        reason: the close reason. Where there is one, and no code, the code is 1000.

    Raises:
        DOMException: "InvalidAccessError" for a code that a program may not use; "SyntaxError" for
            a reason of more than 123 bytes.

    Source: https://whatpr.org/websockets/48.html#close-the-websocket
    """
    # 1. The code is None where none was given.
    # 2. The reason is empty where none was given.
    # 3. The code and the reason are checked in every state.
    validate_close_code_and_reason(code, reason)
    # 4. What is to be done depends on how far the connection is.
    connection = stream._connection
    if stream._ready_state in (CLOSING, CLOSED):
        # 4a. (closing or closed) Nothing is done.
        return
    if connection.wire.state == NOT_ESTABLISHED:
        # 4b. (not yet established) The connection is failed, whatever the server still sends.
        connection.give_up(NORMAL, "close() was called before the connection was established")
    elif connection.wire.state == ESTABLISHED:
        # 4c. (established) The closing handshake is started. A reason without a code is sent with
        #     the code 1000; with neither of them the Close frame has no body.
        if reason and code is None:
            code = NORMAL
        connection.start_the_closing_handshake(code, reason.encode())
    # 4d. (a Close frame has been sent or received) Only the ready state changes, as it does in the
    #     branches before.
    stream._change_ready_state(CLOSING)
    # The messages that come before the end are dropped, and are not waited for.
    stream._backpressure.end_backpressure()
