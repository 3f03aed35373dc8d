"""What is expected of the peer in a case, and how the connection has to end."""

from dataclasses import dataclass
from enum import Enum, auto

from websocket_conformance.wire.codes import INVALID_PAYLOAD, NORMAL, PROTOCOL_ERROR


class EventKind(Enum):
    """What can come of a peer."""

    TEXT = auto()
    BINARY = auto()
    PONG = auto()
    SILENCE = auto()


@dataclass(frozen=True)
class Event:
    """Something that came of the peer.

    Attributes:
        kind: what it was.
        payload: the payload of a message or a Pong.
        tag: which time of silence it was.
    """

    kind: EventKind
    payload: bytes = b""
    tag: str = ""


def text(payload: bytes) -> Event:
    """A text message."""
    return Event(EventKind.TEXT, payload)


def binary(payload: bytes) -> Event:
    """A binary message."""
    return Event(EventKind.BINARY, payload)


def pong(payload: bytes) -> Event:
    """A Pong."""
    return Event(EventKind.PONG, payload)


def silence(tag: str) -> Event:
    """The peer left the connection open for as long as the judge watched it."""
    return Event(EventKind.SILENCE, tag=tag)


@dataclass(frozen=True)
class Ending:
    """How the connection has to end.

    Attributes:
        by_judge: whether the judge is the one to send the first Close, or else the peer is to
            end the connection, with a Close or without.
        codes: the codes that the peer's Close may have; it may also have none.
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
    """What the verdict on the closing means for the verdict on the behaviour."""

    NOTHING = auto()
    WRONG_CODE_FAILS = auto()
    INFORMATIONAL = auto()
