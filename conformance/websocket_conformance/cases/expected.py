"""What is expected of the peer in a case, and how the connection has to end."""

from dataclasses import dataclass
from enum import Enum, auto

from websocket_conformance.wire.codes import INVALID_PAYLOAD, NORMAL, PROTOCOL_ERROR


class EventKind(Enum):
    """The kinds of events that a peer can cause."""

    TEXT = auto()
    BINARY = auto()
    PONG = auto()
    SILENCE = auto()


@dataclass(frozen=True)
class Event:
    """An event that the peer caused.

    Attributes:
        kind: the kind of the event.
        payload: the payload of a message or a Pong.
        tag: the name of a time of silence.
    """

    kind: EventKind
    payload: bytes = b""
    tag: str = ""


def text(payload: bytes) -> Event:
    """Return the event of a text message."""
    return Event(EventKind.TEXT, payload)


def binary(payload: bytes) -> Event:
    """Return the event of a binary message."""
    return Event(EventKind.BINARY, payload)


def pong(payload: bytes) -> Event:
    """Return the event of a Pong."""
    return Event(EventKind.PONG, payload)


def silence(tag: str) -> Event:
    """Return the event that the peer left the connection open while the judge watched it."""
    return Event(EventKind.SILENCE, tag=tag)


@dataclass(frozen=True)
class Ending:
    """How the connection has to end.

    Attributes:
        by_judge: whether the judge has to send the first Close; if not, the peer has to end the
            connection, with a Close or without.
        codes: the codes that the peer's Close may have; a Close without a code is allowed, too.
        clean: whether there has to be a closing handshake.
        is_fatal: whether the case has failed if the wrong side ended the connection.
    """

    by_judge: bool
    codes: tuple[int, ...]
    clean: bool
    is_fatal: bool = False


BY_JUDGE = Ending(by_judge=True, codes=(NORMAL,), clean=True)
BY_PEER = Ending(by_judge=False, codes=(PROTOCOL_ERROR,), clean=False)
BY_PEER_FOR_UTF8 = Ending(by_judge=False, codes=(INVALID_PAYLOAD,), clean=False, is_fatal=True)


class Rule(Enum):
    """How the verdict on the closing affects the verdict on the behaviour."""

    NOTHING = auto()
    WRONG_CODE_FAILS = auto()
    INFORMATIONAL = auto()
