"""What the judge does in a case, step by step."""

from dataclasses import dataclass

from websocket_conformance.wire.frames import Opcode
from websocket_conformance.wire.sendable import Close, Frame, Message, Part

TEXT, BINARY, CONTINUATION = Opcode.TEXT, Opcode.BINARY, Opcode.CONTINUATION
PING, PONG, CLOSE = Opcode.PING, Opcode.PONG, Opcode.CLOSE


@dataclass(frozen=True)
class Pause:
    """Wait for some time, and go on if the connection is still open.

    Attributes:
        seconds: how long the judge waits.
        until_answered: whether the Pong for the last Ping before the pause ends the pause.
    """

    seconds: float
    until_answered: bool = False


@dataclass(frozen=True)
class Watch:
    """Watch whether the connection stays open for some time; if it does, record that and go on.

    Attributes:
        seconds: how long the judge watches.
        tag: the name of this time of silence.
        after: what the judge has sent just before.
        for_answer: whether a conforming peer ends the connection in this time, so that it must be
            given enough time.
    """

    seconds: float
    tag: str
    after: str
    for_answer: bool = False


@dataclass(frozen=True)
class FailAfter:
    """Fail the connection if it is still open after some time in which nothing happened."""

    seconds: float


@dataclass(frozen=True)
class CloseAfter:
    """Start the closing handshake after some time in which nothing happened."""

    seconds: float


Step = Frame | Message | Part | Close | Pause | Watch | FailAfter | CloseAfter
