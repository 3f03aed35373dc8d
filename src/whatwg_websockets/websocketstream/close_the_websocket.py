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
    """Begin the closing handshake, or fail a connection that is not established yet.

    Args:
        stream: the stream.
        code: the close code; None if it is not given.
        reason: the close reason. If a reason is given without a code, the code is 1000.

    Raises:
        DOMException: "InvalidAccessError" for a code that a program may not use; "SyntaxError" for
            a reason of more than 123 bytes.

    Source: https://whatpr.org/websockets/48.html#close-the-websocket
    """
    # 1. Use null as the close code if it is not given.
    # 2. Use the empty string as the close reason if it is not given.
    # 3. Validate the close code and the reason, whatever the ready state is.
    validate_close_code_and_reason(code, reason)
    # 4. Choose what to do by the ready state of the stream and the state of the connection.
    connection = stream._connection
    if stream._ready_state in (CLOSING, CLOSED):
        # 4a. (closing or closed) Do nothing, since the closing handshake has begun or the stream is
        #     closed.
        return
    if connection.wire.state == NOT_ESTABLISHED:
        # 4b. (not yet established) Fail the WebSocket connection, and set the ready state to
        #     CLOSING.
        connection.give_up(NORMAL, "close() was called before the connection was established")
    elif connection.wire.state == ESTABLISHED:
        # 4c. (established) Start the WebSocket closing handshake. A reason without a code is sent
        #     with the code 1000; without a code and a reason, the Close frame has no body.
        if reason and code is None:
            code = NORMAL
        connection.start_the_closing_handshake(code, reason.encode())
    # 4d. (a Close frame sent or received) Set the ready state to CLOSING, as for a connection in
    #     every state.
    stream._change_ready_state(CLOSING)
    # Messages that arrive before the connection is closed are dropped, so nothing waits for a read.
    stream._backpressure.end_backpressure()
