"""What the judge does in a case, step by step."""

from dataclasses import dataclass

from websocket_conformance.wire.frames import Opcode
from websocket_conformance.wire.sendable import Close, Frame, Message, Part

TEXT, BINARY, CONTINUATION = Opcode.TEXT, Opcode.BINARY, Opcode.CONTINUATION
PING, PONG, CLOSE = Opcode.PING, Opcode.PONG, Opcode.CLOSE


@dataclass(frozen=True)
class Pause:
    """Go on some time later, if the connection is still there.

    Attributes:
        seconds: how long.
        until_answered: whether the Pong that answers the last Ping before it ends it sooner.
    """

    seconds: float
    until_answered: bool = False


@dataclass(frozen=True)
class Watch:
    """See whether the connection stays open for some time; if it does, note that and go on.

    Attributes:
        seconds: how long.
        tag: what this time is called.
        after: what the judge has sent just before.
        for_answer: whether a peer does well to end it, so that it must have the time it needs.
    """

    seconds: float
    tag: str
    after: str
    for_answer: bool = False


@dataclass(frozen=True)
class FailAfter:
    """Fail the connection if it is still there after some time without anything happening."""

    seconds: float


@dataclass(frozen=True)
class CloseAfter:
    """Start the closing handshake after some time without anything happening."""

    seconds: float


Step = Frame | Message | Part | Close | Pause | Watch | FailAfter | CloseAfter
