"""The wire state: one WebSocket connection as RFC 6455 sees it.

No socket and no event loop: bytes come in through :mod:`.receive`, what is to be written collects
in :attr:`Connection.outgoing`, and the algorithms of sections 4, 5.5.1 and 7 move the state by
:data:`TRANSITIONS`. Nothing else moves it.
"""

from typing import Final

from whatwg_websockets.rfc6455.extension import Deflater
from whatwg_websockets.rfc6455.outgoing import Outgoing

# The states of a connection.
NOT_ESTABLISHED: Final = 0  # the opening handshake goes on (section 4.1)
ESTABLISHED: Final = 1  # messages go both ways
CLOSING: Final = 2  # a Close frame was sent, or received, or TCP is to be closed without (7.1.3)
CLOSED: Final = 3  # the WebSocket connection is closed (7.1.4)

# The events that move it.
HANDSHAKE_SUCCEEDS: Final = "the opening handshake succeeds"  # 4.1
CLOSE_IS_SENT: Final = "a Close frame is sent"  # 7.1.2
CLOSE_IS_RECEIVED: Final = "a Close frame is received"  # 5.5.1
CONNECTION_FAILS: Final = "the connection is failed"  # 7.1.7
TCP_IS_TO_BE_CLOSED: Final = "TCP is to be closed"  # 7.1.1
CONNECTION_IS_CLOSED: Final = "the connection is closed"  # 7.1.4

TRANSITIONS: Final[dict[int, dict[str, int]]] = {
    NOT_ESTABLISHED: {
        HANDSHAKE_SUCCEEDS: ESTABLISHED,
        CONNECTION_FAILS: CLOSING,
        TCP_IS_TO_BE_CLOSED: CLOSING,
        CONNECTION_IS_CLOSED: CLOSED,
    },
    ESTABLISHED: {
        CLOSE_IS_SENT: CLOSING,
        CLOSE_IS_RECEIVED: CLOSING,
        CONNECTION_FAILS: CLOSING,
        TCP_IS_TO_BE_CLOSED: CLOSING,
        CONNECTION_IS_CLOSED: CLOSED,
    },
    CLOSING: {
        CLOSE_IS_SENT: CLOSING,
        CLOSE_IS_RECEIVED: CLOSING,
        CONNECTION_FAILS: CLOSING,
        TCP_IS_TO_BE_CLOSED: CLOSING,
        CONNECTION_IS_CLOSED: CLOSED,
    },
    CLOSED: {},
}
"""What each event does in each state. An event that is not there cannot happen in that state."""


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
        why: why the connection ended without a closing handshake, for the log; None where it did
            not.
        kind: the same in a word, for programs that read the log.
        deflater: compresses messages where permessage-deflate is in use.
    """

    __slots__ = (
        "close_received",
        "close_sent",
        "deflater",
        "has_failed",
        "is_stalled",
        "kind",
        "must_close",
        "outgoing",
        "state",
        "unanswered_ping",
        "why",
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
        self.why: str | None = None
        self.kind = ""

    def move(self, event: str) -> None:
        """Move the state as :data:`TRANSITIONS` says.

        Raises:
            AssertionError: the event cannot happen in this state.
        """
        transitions = TRANSITIONS[self.state]
        assert event in transitions, f"{event}, in the state {self.state}"
        self.state = transitions[event]

    def note_why_it_ends(self, why: str, kind: str) -> None:
        """Keep why the connection ends, for the log. What was noted first stands."""
        if self.why is None:
            self.why, self.kind = why, kind
