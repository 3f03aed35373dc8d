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
    """End the connection because a rule was broken, and tell the server why where that helps.

    Args:
        connection: a connection that is not closed yet.
        code: the status code for a Close frame; it is sent only on an established connection
            that has sent none.
        why: what was wrong. It goes to the log; a page does not learn it.
        kind: what sort of thing was wrong, in a word, for programs that read the log.

    Source: RFC 6455 section 7.1.7
    """
    connection.note_why_it_ends(why, kind)
    connection.has_failed = True
    can_be_told = connection.state != NOT_ESTABLISHED and not connection.close_sent
    connection.move(CONNECTION_FAILS)
    if can_be_told:
        # § rfc6455-7.1.7-2. The server learns what kind of mistake it was,
        # § rfc6455-10.7-2. in a Close frame with the code for it.
        start_the_websocket_closing_handshake(connection, code)
    # § rfc6455-7.1.7-1. Whatever the state, it ends here.
    close_the_websocket_connection(connection)
