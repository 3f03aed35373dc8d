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
    """Read no more; once what waits has left, the TCP connection is to be closed.

    The transport does the rest, which takes time: a client gives the server the chance to close
    first, so that the waiting that follows a close of TCP falls to the server.

    Source: RFC 6455 section 7.1.1
    """
    connection.must_close = True
    connection.move(TCP_IS_TO_BE_CLOSED)


def the_server_sends_no_more(connection: Connection) -> None:
    """Count a connection as lost whose server has ended its side without a Close frame.

    Source: RFC 6455 section 7.2.1
    """
    if not connection.must_close:
        connection.has_failed = True
        connection.note_why_it_ends(ENDED_WITHOUT_CLOSE, "lost")


def the_websocket_connection_is_closed(
    connection: Connection, *, everything_has_left: bool
) -> bool:
    """Take note that the TCP connection is gone, and tell whether it closed cleanly.

    Cleanly means after the closing handshake was complete: a Close frame had been received, and
    ours had left. A connection that ends otherwise, and that we did not end ourselves, was lost,
    and a client fails a connection that it loses (7.2.1).

    Args:
        connection: the connection.
        everything_has_left: whether all that was written had gone to the operating system.

    Source: RFC 6455 sections 7.1.4, 7.2.1
    """
    connection.move(CONNECTION_IS_CLOSED)
    was_clean = (
        connection.close_sent and connection.close_received is not None and everything_has_left
    )
    if not was_clean and not connection.must_close:
        # § rfc6455-7.2.1-2. A connection that the client did not end itself was lost.
        connection.has_failed = True
        connection.note_why_it_ends(ENDED_WITHOUT_CLOSE, "lost")
    return was_clean
