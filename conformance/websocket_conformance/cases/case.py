"""What a case is: what the judge sends, what it expects, and what it forgives.

A case is data. Nothing here sends anything; `conversation` plays a case on a connection, and
`verdicts` says what its end is worth.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from websocket_conformance.cases.chaos import Chaos
from websocket_conformance.cases.opening import Opening, Request
from websocket_conformance.cases.payloads import Stream
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.deflate import Asked
from websocket_conformance.wire.frames import Opcode
from websocket_conformance.wire.sendable import Close, Frame, Message, Part

NORMAL = 1000
PROTOCOL_ERROR = 1002
INVALID_PAYLOAD = 1007

# What the judge does.


@dataclass(frozen=True)
class Pause:
    """Go on some time later, if the connection is still there.

    Attributes:
        seconds: how long.
    """

    seconds: float


@dataclass(frozen=True)
class Watch:
    """See whether the connection stays open for some time; if it does, note that and go on.

    Attributes:
        seconds: how long.
        tag: what this time is called.
        for_answer: whether a peer does well to end it, so that it must have the time it needs.
    """

    seconds: float
    tag: str
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

# What is expected.


class Kind(Enum):
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

    kind: Kind
    payload: bytes = b""
    tag: str = ""


def text(payload: bytes) -> Event:
    """A text message."""
    return Event(Kind.TEXT, payload)


def binary(payload: bytes) -> Event:
    """A binary message."""
    return Event(Kind.BINARY, payload)


def pong(payload: bytes) -> Event:
    """A Pong."""
    return Event(Kind.PONG, payload)


def silence(tag: str) -> Event:
    """The peer left the connection open for as long as the judge watched it."""
    return Event(Kind.SILENCE, tag=tag)


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


@dataclass(frozen=True)
class Script:
    """Steps, one after the other, and the events that may come of them.

    Attributes:
        steps: what the judge does.
        expected: the events that earn a verdict, in order; any other have failed.
        closes_when_met: whether the judge starts the closing handshake as soon as the events are
            as expected, provided that the ending is up to it.
    """

    steps: tuple[Step, ...]
    expected: Mapping[Verdict, tuple[Event, ...]]
    closes_when_met: bool = True


@dataclass(frozen=True)
class LargeEcho:
    """One large message, which has to come back with the same type and length.

    Attributes:
        unit: the octets that the payload repeats.
        length: the length of the payload.
        binary: whether it is a binary message.
        seconds: how long the judge waits for it.
        fragment: the octets of payload in each frame; None for one frame.
        chop: how many octets go out in one write; None for all of them.
    """

    unit: bytes
    length: int
    binary: bool
    seconds: float
    fragment: int | None = None
    chop: int | None = None


@dataclass(frozen=True)
class RoundTrips:
    """Many messages, each of which is sent when the one before has come back.

    Attributes:
        stream: where the messages come from.
        binary: whether they are binary messages.
        seconds: how long the judge waits for an echo.
        asked: what is asked of the peer's compression, the best first; None for no compression.
        fragment: the octets of compressed payload in each frame; None for one frame.
        is_compared: whether an echo's octets matter, or only their number.
        compressed: the payloads of the messages as they leave; empty to compress them.
    """

    stream: Stream
    binary: bool
    seconds: float
    asked: tuple[Asked, ...] | None = None
    fragment: int | None = None
    is_compared: bool = True
    compressed: tuple[bytes, ...] = ()


Play = Script | LargeEcho | RoundTrips


@dataclass(frozen=True)
class Case:
    """One case of the suite.

    Attributes:
        number: its number, such as ``"6.4.1"``.
        sends: what the judge does.
        expects: what a good peer does.
        source: the section of a standard that says so.
        play: the conversation.
        ending: how the connection has to end.
        rule: what a closing means for the verdict on the behaviour.
        opening: how the judge opens the connection; None for how the RFC has it.
        chaos: what happens to what the judge sends; None for nothing.
        for_servers: whether only a server can be judged by it, whatever its opening.
        followed_by: what is played with a server on its next connection, to see what became of it
            where the case itself shows nothing.
    """

    number: str
    sends: str
    expects: str
    source: str
    play: Play
    ending: Ending = BY_JUDGE
    rule: Rule = Rule.NOTHING
    opening: Opening | None = None
    chaos: Chaos | None = None
    for_servers: bool = False
    followed_by: "Case | None" = None

    @property
    def id(self) -> tuple[int, ...]:
        """The number as numbers, which put cases in order."""
        return tuple(int(part) for part in self.number.split("."))

    def is_for(self, *, judge_is_server: bool) -> bool:
        """Whether the judge can play it as a server, or as a client."""
        if self.opening is None:
            return not (self.for_servers and judge_is_server)
        return isinstance(self.opening, Request) is not judge_is_server


@dataclass(frozen=True)
class Group:
    """Cases whose numbers differ in the last part only.

    Attributes:
        number: what their numbers begin with.
        title: what they are about.
        cases: the cases.
    """

    number: str
    title: str
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Section:
    """All cases whose numbers have the same first part."""

    number: int
    title: str
    groups: tuple[Group, ...] = field(default=())

    @property
    def cases(self) -> Iterable[Case]:
        """Its cases, in order."""
        return (case for group in self.groups for case in group.cases)


TEXT, BINARY, CONTINUATION = Opcode.TEXT, Opcode.BINARY, Opcode.CONTINUATION
PING, PONG, CLOSE = Opcode.PING, Opcode.PONG, Opcode.CLOSE
