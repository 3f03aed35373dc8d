"""The log of what went over a connection, and when.

A log can be turned off while a case is being timed, or while the case sends thousands of messages.
While it is off it still counts frames and octets; it records when it was turned off and on.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from websocket_conformance.wire.frames import Header
from websocket_conformance.wire.sendable import Frame

KEPT = 64
"""How many octets of a payload are kept for display."""


@dataclass(frozen=True, slots=True)
class FrameSeen:
    """A frame that was sent or received.

    Attributes:
        at: the time in seconds from the start of the connection.
        sent: whether the judge sent it.
        opcode: its opcode.
        fin: whether it ended its message.
        rsv: its reserved bits.
        length: the length of its payload, in octets.
        payload: the first octets of its payload, not masked.
        mask: its masking key; None if it was not masked.
        chop: how many octets went out in each write; None if that was not fixed.
        apart: whether it was sent in a separate write.
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
        at: the time in seconds from the start of the connection.
        sent: whether the judge wrote them.
        length: how many octets there were.
        octets: the first of the octets.
        apart: whether they were sent in a separate write.
    """

    at: float
    sent: bool
    length: int
    octets: bytes
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """An action that the judge scheduled, or carried out when its time came.

    Attributes:
        at: the time in seconds from the start of the connection.
        what: the action: ``"pause"`` or ``"paused"``, ``"fail"`` or ``"failing"``, ``"close"`` or
            ``"closing"``, ``"log"``.
        seconds: the delay after which the action is scheduled.
        tag: the name of the delay; for ``"log"`` whether the log was turned on or off.
    """

    at: float
    what: str
    seconds: float = 0.0
    tag: str | bool | None = None


Logged = FrameSeen | OctetsSeen | Note


class Log:
    """The log of one connection.

    Args:
        clock: returns the time in seconds.
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
        """Record an action that is scheduled, or that is carried out now."""
        self.entries.append(Note(self.now, what, seconds, tag))

    def count_sent(self, opcode: int, frames: int) -> None:
        """Count frames that are sent, without an entry for each."""
        self.frames_sent[opcode] += frames

    def frame_sent(self, frame: Frame, mask: bytes | None) -> None:
        """Count a frame that is sent, and record it if the log is on."""
        self.frames_sent[frame.opcode] += 1
        if self.is_on:
            payload = frame.payload
            fields = (frame.opcode, frame.fin, frame.rsv, len(payload), payload[:KEPT], mask)
            self.entries.append(FrameSeen(self.now, True, *fields, frame.chop, frame.apart))

    def frame_received(self, header: Header, payload: bytes) -> None:
        """Count a frame that has arrived, and record it if the log is on."""
        self.frames_received[header.opcode] += 1
        if self.is_on:
            fields = (header.opcode, header.fin, header.rsv, header.length, payload[:KEPT])
            self.entries.append(FrameSeen(self.now, False, *fields, header.mask))

    def octets_sent(self, octets: bytes, apart: bool) -> None:
        """Count octets that were written, and record them if the log is on."""
        self.writes[len(octets)] += 1
        if self.is_on:
            seen = OctetsSeen(self.now, True, len(octets), octets[:KEPT], apart)
            self.entries.append(seen)

    def octets_received(self, octets: bytes) -> None:
        """Count octets that were read, and record them if the log is on."""
        self.reads[len(octets)] += 1
        if self.is_on:
            self.entries.append(OctetsSeen(self.now, False, len(octets), octets[:KEPT]))
