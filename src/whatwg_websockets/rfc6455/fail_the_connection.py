"""Failing the connection, RFC 6455 section 7.1.7."""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.rfc6455.close_the_connection import close_the_websocket_connection
from whatwg_websockets.rfc6455.connection import (
    CONNECTION_FAILS,
    NOT_ESTABLISHED,
    Connection,
)
from whatwg_websockets.rfc6455.start_the_closing_handshake import (
    start_the_websocket_closing_handshake,
)


@algorithm("rfc6455#section-7.1.7", "fail the WebSocket connection")
def fail_the_websocket_connection(
    connection: Connection, code: int, why: str, kind: str = "protocol"
) -> None:
    """End the connection, with a Close frame if the connection is established.

    Args:
        connection: a connection that is not closed yet.
        code: the status code of the Close frame, which is sent only if the connection is
            established and has sent no Close frame.
        why: the reason of the failure, for the log. A page does not learn the reason.
        kind: the kind of failure in one word, for programs that read the log.

    Source: RFC 6455 section 7.1.7
    """
    connection.note_why_it_ends(why, kind)
    connection.has_failed = True
    can_be_told = connection.state != NOT_ESTABLISHED and not connection.close_sent
    connection.move(CONNECTION_FAILS)
    if can_be_told:
        # § rfc6455-7.1.7-2, rfc6455-10.7-2. If the connection is established, send a Close frame
        #   with the code of the failure.
        start_the_websocket_closing_handshake(connection, code)
    # § rfc6455-7.1.7-1. Failing the WebSocket connection closes it, whatever its state was.
    close_the_websocket_connection(connection)
