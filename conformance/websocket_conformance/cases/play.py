"""The three kinds of scripts for a case after the connection is open."""

from collections.abc import Mapping
from dataclasses import dataclass

from websocket_conformance.cases.expected import Event
from websocket_conformance.cases.payloads import Stream
from websocket_conformance.cases.steps import Pause, Step, Watch
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.deflate import Asked


@dataclass(frozen=True)
class Script:
    """Steps, one after the other, and the events that they may cause.

    Attributes:
        steps: what the judge does.
        expected: sequences of events, each with its verdict; any other sequence has failed.
        closes_when_met: whether the judge starts the closing handshake as soon as the events are as
            expected, provided that the judge has to end the connection.
        may_merge_pongs: whether a peer may leave out all Pongs except the last, and is NON-STRICT
            then (RFC 6455, section 5.5.3).
    """

    steps: tuple[Step, ...]
    expected: Mapping[Verdict, tuple[Event, ...]]
    closes_when_met: bool = True
    may_merge_pongs: bool = False

    @property
    def pauses(self) -> bool:
        """Whether the script takes time even with a conforming peer."""
        return any(isinstance(step, Pause | Watch) for step in self.steps)


@dataclass(frozen=True)
class LargeEcho:
    """A large message whose echo must have the same type and length.

    Attributes:
        unit: the octets that the payload repeats.
        length: the length of the payload.
        binary: whether it is a binary message.
        seconds: how long the judge waits for the echo.
        fragment: the octets of payload in each frame; None for one frame.
        chop: how many octets are sent in one write; None for all of them.
    """

    unit: bytes
    length: int
    binary: bool
    seconds: float
    fragment: int | None = None
    chop: int | None = None


@dataclass(frozen=True)
class RoundTrips:
    """Many messages, each of which is sent after the echo of the one before has arrived.

    Attributes:
        stream: where the messages come from.
        binary: whether they are binary messages.
        seconds: how long the judge waits for an echo.
        asked: what the judge requests of the peer's compression, in order of preference; None for
            no compression.
        fragment: the octets of compressed payload in each frame; None for one frame.
        is_compared: whether an echo's octets are compared, or only their number.
        compressed: the compressed payloads of the messages; empty to compress them while playing.
    """

    stream: Stream
    binary: bool
    seconds: float
    asked: tuple[Asked, ...] | None = None
    fragment: int | None = None
    is_compared: bool = True
    compressed: tuple[bytes, ...] = ()


Play = Script | LargeEcho | RoundTrips
