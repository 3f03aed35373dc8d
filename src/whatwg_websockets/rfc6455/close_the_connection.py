"""Closing the TCP connection under a WebSocket, RFC 6455 sections 7.1.1 and 7.1.4."""

from typing import Final

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.rfc6455.connection import (
    CONNECTION_IS_CLOSED,
    TCP_IS_TO_BE_CLOSED,
    Connection,
)

ENDED_WITHOUT_CLOSE: Final = "the server ended the connection without a Close frame"


@algorithm("rfc6455#section-7.1.1", "close the WebSocket connection")
def close_the_websocket_connection(connection: Connection) -> None:
    """Stop reading, and request that TCP be closed when the outgoing frames have left.

    The transport closes TCP later: a client first gives the server time to close, so that it is the
    server that has to hold the TCP connection in TIME_WAIT.

    Source: RFC 6455 section 7.1.1
    """
    connection.must_close = True
    connection.move(TCP_IS_TO_BE_CLOSED)


def the_server_sends_no_more(connection: Connection) -> None:
    """Fail a connection as lost, since the server ended its side without a Close frame.

    Source: RFC 6455 section 7.2.1
    """
    if not connection.must_close:
        connection.has_failed = True
        connection.note_why_it_ends(ENDED_WITHOUT_CLOSE, "lost")


def the_websocket_connection_is_closed(
    connection: Connection, *, everything_has_left: bool
) -> bool:
    """Move to the state CLOSED, and return whether the connection closed cleanly.

    A connection closes cleanly if the closing handshake is complete: a Close frame was received,
    and this client's Close frame has left. If it is not, and this client did not end the
    connection, the connection was lost, and a client fails a connection that is lost (7.2.1).

    Args:
        connection: the connection.
        everything_has_left: whether the operating system has taken all that was written.

    Source: RFC 6455 sections 7.1.4, 7.2.1
    """
    connection.move(CONNECTION_IS_CLOSED)
    was_clean = (
        connection.close_sent and connection.close_received is not None and everything_has_left
    )
    if not was_clean and not connection.must_close:
        # § rfc6455-7.2.1-2. If TCP ends before the closing handshake is complete, and this client
        #   did not end the connection, fail the connection.
        connection.has_failed = True
        connection.note_why_it_ends(ENDED_WITHOUT_CLOSE, "lost")
    return was_clean
