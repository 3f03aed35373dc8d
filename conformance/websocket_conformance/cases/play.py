"""The three ways in which a case can be played once the connection is open."""

from collections.abc import Mapping
from dataclasses import dataclass

from websocket_conformance.cases.expected import Event
from websocket_conformance.cases.payloads import Stream
from websocket_conformance.cases.steps import Pause, Step, Watch
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.deflate import Asked


@dataclass(frozen=True)
class Script:
    """Steps, one after the other, and the events that may come of them.

    Attributes:
        steps: what the judge does.
        expected: the events that earn a verdict, in order; any other have failed.
        closes_when_met: whether the judge starts the closing handshake as soon as the events are
            as expected, provided that the ending is up to it.
        may_merge_pongs: whether a peer may leave out all Pongs except the last, and is NON-STRICT
            then (RFC 6455, section 5.5.3).
    """

    steps: tuple[Step, ...]
    expected: Mapping[Verdict, tuple[Event, ...]]
    closes_when_met: bool = True
    may_merge_pongs: bool = False

    @property
    def pauses(self) -> bool:
        """Whether it takes time even with a good peer."""
        return any(isinstance(step, Pause | Watch) for step in self.steps)


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
