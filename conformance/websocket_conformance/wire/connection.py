"""What is known of an open connection: its state, what went over it, and how it ended.

Sending, receiving and closing share one `Connection`. Only `closing` moves its state.
"""

from dataclasses import dataclass, field
from enum import Enum, auto

from websocket_conformance.wire.log import Log
from websocket_conformance.wire.options import Options


class State(Enum):
    """Where the connection is in its life."""

    OPEN = auto()
    CLOSING = auto()
    CLOSED = auto()


@dataclass
class Closing:
    """How a connection came to its end.

    Attributes:
        by_me: the first Close was the judge's.
        failed_by_me: the judge failed the connection.
        timed_out: the judge failed it because the time of the case was over.
        dropped_by_me: the judge was the one to close TCP.
        was_clean: there was a closing handshake.
        why_unclean: why the end was not clean, if it is known.
        peer_did_not_open: the opening handshake was not completed in time.
        peer_did_not_answer: the peer did not answer the judge's Close in time.
        server_did_not_drop: the server did not close TCP in time.
        local_code: the code that the judge sent.
        local_reason: the reason that it sent.
        remote_code: the code that the peer sent.
        remote_reason: the reason that it sent.
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


@dataclass
class Traffic:
    """How much went over an open connection: the octets on the wire, and what data frames held.

    Attributes:
        wire: octets of frames, with their headers.
        payload: octets of payload, compressed if it was.
        application: octets of payload as the application knows them.
        frames: frames.
        messages: messages.
        handshake: octets of the opening handshake.
    """

    wire: int = 0
    payload: int = 0
    application: int = 0
    frames: int = 0
    messages: int = 0
    handshake: int = 0


@dataclass
class Connection:
    """An open connection, as its two halves and its end see it.

    Attributes:
        is_server: which end the judge is.
        options: how it keeps the rules.
        log: what is seen is put down here.
        state: where it is in its life.
        closing: how it came to its end.
        sent: how much the judge sent.
        received: how much the peer sent.
        pongs_sent: the octets of the Pongs that answered Pings.
        octets_received: all octets of the peer, also those that came once it was closing.
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
        """Whether messages go both ways."""
        return self.state is State.OPEN

    @property
    def is_closed(self) -> bool:
        """Whether the connection is over."""
        return self.state is State.CLOSED
