"""The state of an open connection, the amounts that were sent over it, and how it ended.

Sending, receiving and closing share one `Connection`. Only `closing` changes its state.
"""

from dataclasses import dataclass, field
from enum import Enum, auto

from websocket_conformance.wire.log import Log
from websocket_conformance.wire.options import Options


class State(Enum):
    """The state of the connection."""

    OPEN = auto()
    CLOSING = auto()
    CLOSED = auto()


@dataclass
class Closing:
    """How a connection ended.

    Attributes:
        by_me: whether the judge sent the first Close.
        failed_by_me: whether the judge failed the connection.
        timed_out: whether the judge failed it because the time of the case was over.
        dropped_by_me: whether the judge closed TCP.
        was_clean: whether the closing handshake was completed.
        why_unclean: why the end was not clean, if that is known.
        peer_did_not_open: whether the opening handshake was not completed in time.
        peer_did_not_answer: whether the peer did not answer the judge's Close in time.
        server_did_not_drop: whether the server did not close TCP in time.
        local_code: the status code in the judge's Close.
        local_reason: the reason in the judge's Close.
        remote_code: the status code in the peer's Close.
        remote_reason: the reason in the peer's Close.
    """

    by_me: bool = False
    failed_by_me: bool = False
    timed_out: bool = False
    dropped_by_me: bool = False
    was_clean: bool = False
    why_unclean: str | None = None
    peer_did_not_open: bool = False
    peer_did_not_answer: bool = False
    server_did_not_drop: bool = False
    local_code: int | None = None
    local_reason: bytes | None = None
    remote_code: int | None = None
    remote_reason: str | None = None

    @property
    def was_failed(self) -> bool:
        """Whether the judge failed the connection because the peer broke a rule."""
        return self.failed_by_me and not self.timed_out


@dataclass
class Traffic:
    """How much one side sent over an open connection.

    Attributes:
        wire: the number of octets of all frames, with their headers.
        payload: the number of octets of data frames' payloads, as they were on the wire.
        application: the number of octets of data frames' payloads, decompressed.
        frames: the number of data frames.
        messages: the number of messages.
        handshake: the number of octets of the opening handshake.
    """

    wire: int = 0
    payload: int = 0
    application: int = 0
    frames: int = 0
    messages: int = 0
    handshake: int = 0


@dataclass
class Connection:
    """The state of an open connection that sending, receiving and closing share.

    Attributes:
        is_server: whether the judge is the server.
        options: which rules the judge keeps.
        log: the log of the connection.
        state: the state of the connection.
        closing: how the connection ended.
        sent: how much the judge sent.
        received: how much the peer sent.
        pongs_sent: the number of octets of the Pongs that answered Pings.
        octets_received: the number of octets from the peer, in any state.
    """

    is_server: bool
    options: Options
    log: Log
    state: State = State.OPEN
    closing: Closing = field(default_factory=Closing)
    sent: Traffic = field(default_factory=Traffic)
    received: Traffic = field(default_factory=Traffic)
    pongs_sent: int = 0
    octets_received: int = 0

    @property
    def is_open(self) -> bool:
        """Whether messages may be sent in both directions."""
        return self.state is State.OPEN

    @property
    def is_closed(self) -> bool:
        """Whether the connection is over."""
        return self.state is State.CLOSED
