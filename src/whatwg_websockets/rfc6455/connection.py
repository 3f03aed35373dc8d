"""The state of one WebSocket connection, as RFC 6455 defines it.

The module uses no socket and no event loop. Bytes come in through :mod:`.receive`, and outgoing
frames wait in :attr:`Connection.outgoing`. Only the algorithms of sections 4, 5.5.1 and 7 change
the state, as :data:`TRANSITIONS` defines.
"""

from typing import Final

from whatwg_websockets.rfc6455.extension import Deflater
from whatwg_websockets.rfc6455.outgoing import Outgoing

# The states of a connection.
NOT_ESTABLISHED: Final = 0  # the opening handshake is under way (section 4.1)
ESTABLISHED: Final = 1  # messages are sent and received
CLOSING: Final = 2  # a Close frame was sent or received, or TCP is to be closed (7.1.3)
CLOSED: Final = 3  # the WebSocket connection is closed (7.1.4)

# The events that change the state.
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
"""The state that each event leads to from each state. An event without an entry cannot happen."""


class Connection:
    """The state of one connection, and the frames that wait to be written.

    Attributes:
        state: NOT_ESTABLISHED, ESTABLISHED, CLOSING or CLOSED.
        close_sent: whether a Close frame is among the outgoing frames or has left.
        close_received: the code and the reason of the Close frame that arrived, or None before one
            has arrived. The code is None if the frame had no body.
        has_failed: whether the connection was failed (7.1.7).
        must_close: whether TCP is to be closed once the outgoing frames have left (7.1.1). Nothing
            more is read then.
        outgoing: the frames that wait to be written.
        is_stalled: whether bytes wait in the transport because the server does not read.
        unanswered_ping: the payload of the last Ping that arrived while the connection was stalled.
        why: the reason, for the log, why the connection ended without a closing handshake, or None.
        kind: that reason in one word, for programs that read the log.
        deflater: the compressor of messages if permessage-deflate is in use, or else None.
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
        """Change the state as :data:`TRANSITIONS` defines.

        Raises:
            AssertionError: the event cannot happen in the current state.
        """
        transitions = TRANSITIONS[self.state]
        assert event in transitions, f"{event}, which cannot happen in the state {self.state}"
        self.state = transitions[event]

    def note_why_it_ends(self, why: str, kind: str) -> None:
        """Keep the reason why the connection ends, for the log, unless one was kept before."""
        if self.why is None:
            self.why, self.kind = why, kind
