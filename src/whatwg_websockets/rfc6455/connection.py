"""The wire state: one WebSocket connection as RFC 6455 sees it.

No socket and no event loop: bytes come in through :mod:`.receive`, what is to be written collects
in :attr:`Connection.outgoing`, and the algorithms of sections 4 and 7 move the state, upwards only.
"""

from whatwg_websockets.rfc6455.extension import Deflater
from whatwg_websockets.rfc6455.outgoing import Outgoing

# The states of a connection.
NOT_ESTABLISHED = 0  # the opening handshake goes on (section 4.1)
ESTABLISHED = 1  # messages go both ways
CLOSING = 2  # a Close frame was sent, or received, or both (7.1.3)
CLOSED = 3  # TCP is gone (7.1.4)


class Connection:
    """The state of one connection, and the frames that wait to be written.

    Attributes:
        state: NOT_ESTABLISHED, ESTABLISHED, CLOSING or CLOSED.
        close_sent: a Close frame has been put among the outgoing frames.
        close_received: code and reason of the Close frame that arrived; None before. The code is
            None where the frame had no body.
        has_failed: the connection had to be failed (7.1.7).
        must_close: nothing more is to be read; what waits is to leave, then TCP closes (7.1.1).
        outgoing: the frames that wait to be written.
        is_stalled: the peer does not read: bytes wait in the transport.
        unanswered_ping: the payload of the last Ping that came in while stalled.
        deflater: compresses messages where permessage-deflate is in use.
    """

    __slots__ = (
        "close_received",
        "close_sent",
        "deflater",
        "has_failed",
        "is_stalled",
        "must_close",
        "outgoing",
        "state",
        "unanswered_ping",
    )

    def __init__(self) -> None:
        self.state = NOT_ESTABLISHED
        self.close_sent = False
        self.close_received: tuple[int | None, str] | None = None
        self.has_failed = False
        self.must_close = False
        self.outgoing = Outgoing()
        self.is_stalled = False
        self.unanswered_ping: bytes | None = None
        self.deflater: Deflater | None = None
