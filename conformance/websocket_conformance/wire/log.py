"""What went over a connection, and when.

A log can be turned off while a case is being timed, or while it sends thousands of messages. It
counts on, and remembers that it was off.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from websocket_conformance.wire.frames import Header
from websocket_conformance.wire.sendable import Frame

KEPT = 64
"""The octets of a payload that are kept for people to look at."""


@dataclass(frozen=True, slots=True)
class FrameSeen:
    """A frame that was sent or received.

    Attributes:
        at: when, in seconds from the start of the connection.
        sent: whether the judge sent it.
        opcode: its opcode.
        fin: whether it ended its message.
        rsv: its reserved bits.
        length: the octets of its payload.
        payload: the first of them, not masked.
        mask: its masking key, if it was masked.
        chop: how many octets went out in each write, if that was fixed.
        apart: whether it was to have a write of its own.
    """

    at: float
    sent: bool
    opcode: int
    fin: bool
    rsv: int
    length: int
    payload: bytes
    mask: bytes | None
    chop: int | None = None
    apart: bool = False


@dataclass(frozen=True, slots=True)
class OctetsSeen:
    """Octets that were written or read at once.

    Attributes:
        at: when.
        sent: whether the judge wrote them.
        length: how many there were.
        octets: the first of them.
        apart: whether they were to have a write of their own.
    """

    at: float
    sent: bool
    length: int
    octets: bytes
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the judge planned, or did because the time had come.

    Attributes:
        at: when.
        what: what: ``"pause"`` or ``"paused"``, ``"fail"`` or ``"failing"``, ``"close"`` or
            ``"closing"``, ``"log"``.
        seconds: the time that was planned for.
        tag: the name of that time; for ``"log"`` whether the log was turned on or off.
    """

    at: float
    what: str
    seconds: float = 0.0
    tag: str | bool | None = None


Logged = FrameSeen | OctetsSeen | Note


class Log:
    """The log of one connection.

    Args:
        clock: tells the time in seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.entries: list[Logged] = []
        self.is_on = True
        self.frames_sent: Counter[int] = Counter()
        self.frames_received: Counter[int] = Counter()
        self.writes: Counter[int] = Counter()
        self.reads: Counter[int] = Counter()
        self._clock = clock
        self._start = clock()

    @property
    def now(self) -> float:
        """The seconds from the start of the connection."""
        return self._clock() - self._start

    def turn(self, on: bool) -> None:
        """Turn the log on or off."""
        self.is_on = on
        self.entries.append(Note(self.now, "log", tag=on))

    def note(self, what: str, seconds: float = 0.0, tag: str | None = None) -> None:
        """Put down a plan, or that its time has come."""
        self.entries.append(Note(self.now, what, seconds, tag))

    def count_sent(self, opcode: int, frames: int) -> None:
        """Count frames of which nothing else is to be known."""
        self.frames_sent[opcode] += frames

    def frame_sent(self, frame: Frame, mask: bytes | None) -> None:
        """A frame is on its way."""
        self.frames_sent[frame.opcode] += 1
        if self.is_on:
            payload = frame.payload
            fields = (frame.opcode, frame.fin, frame.rsv, len(payload), payload[:KEPT], mask)
            self.entries.append(FrameSeen(self.now, True, *fields, frame.chop, frame.apart))

    def frame_received(self, header: Header, payload: bytes) -> None:
        """A frame is here."""
        self.frames_received[header.opcode] += 1
        if self.is_on:
            fields = (header.opcode, header.fin, header.rsv, header.length, payload[:KEPT])
            self.entries.append(FrameSeen(self.now, False, *fields, header.mask))

    def octets_sent(self, octets: bytes, apart: bool) -> None:
        """Octets have been written."""
        self.writes[len(octets)] += 1
        if self.is_on:
            seen = OctetsSeen(self.now, True, len(octets), octets[:KEPT], apart)
            self.entries.append(seen)

    def octets_received(self, octets: bytes) -> None:
        """Octets have been read."""
        self.reads[len(octets)] += 1
        if self.is_on:
            self.entries.append(OctetsSeen(self.now, False, len(octets), octets[:KEPT]))
