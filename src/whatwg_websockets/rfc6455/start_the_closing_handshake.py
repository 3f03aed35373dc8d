"""The closing handshake, from either side, RFC 6455 sections 7.1.2 and 5.5.1."""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.rfc6455.close_the_connection import close_the_websocket_connection
from whatwg_websockets.rfc6455.connection import (
    CLOSE_IS_RECEIVED,
    CLOSE_IS_SENT,
    Connection,
)
from whatwg_websockets.rfc6455.control_frames import close_body
from whatwg_websockets.rfc6455.framing import CLOSE, FIN


@algorithm("rfc6455#section-7.1.2", "start the WebSocket closing handshake")
def start_the_websocket_closing_handshake(
    connection: Connection, code: int | None, reason: bytes = b""
) -> None:
    """Append a Close frame to the outgoing frames.

    Args:
        connection: an established connection that has sent no Close frame yet.
        code: the status code, or None for a Close frame without a body.
        reason: the reason in UTF-8, at most 123 bytes, which is ignored if the code is None.

    Source: RFC 6455 section 7.1.2
    """
    # § rfc6455-7.1.2-1. The closing handshake starts with a Close frame that has the code and the
    #   reason.
    # § rfc6455-5.5.1-3. The Close frame is masked, as every frame of a client is.
    connection.outgoing.put(FIN | CLOSE, close_body(code, reason), 0)
    connection.outgoing.close_waits = True
    connection.close_sent = True
    # § rfc6455-5.5.1-4. After a Close frame, the connection is CLOSING and sends no message.
    connection.move(CLOSE_IS_SENT)


@algorithm("rfc6455#section-5.5.1", "answer a Close frame")
def answer_the_close_frame(connection: Connection, code: int | None, reason: str) -> None:
    """Answer the server's Close frame unless this client has sent one, and close the connection.

    Source: RFC 6455 section 5.5.1
    """
    connection.close_received = (code, reason)
    connection.move(CLOSE_IS_RECEIVED)
    if not connection.close_sent:
        # § rfc6455-5.5.1-5. A Close frame is answered with a Close frame that has the same code,
        #   unless this client has sent a Close frame before.
        start_the_websocket_closing_handshake(connection, code)
    # § rfc6455-5.5.1-7, rfc6455-7.1.2-2. When this client has both sent and received a Close frame,
    #   close the WebSocket connection.
    # § rfc6455-5.5.1-9. The closing handshake is complete even if both endpoints have sent their
    #   Close frames at the same time.
    close_the_websocket_connection(connection)
