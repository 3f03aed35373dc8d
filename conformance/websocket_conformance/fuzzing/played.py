"""The record of a case that has been played."""

from dataclasses import dataclass, field
from datetime import datetime

from websocket_conformance.cases.case import Case
from websocket_conformance.cases.chaos import Reset
from websocket_conformance.cases.expected import Event
from websocket_conformance.results.seen import Seen
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.connection import Closing, Traffic
from websocket_conformance.wire.log import Logged


@dataclass(frozen=True)
class Counts:
    """How often there were frames of an opcode, and reads and writes of a length."""

    frames_sent: dict[int, int] = field(default_factory=dict)
    frames_received: dict[int, int] = field(default_factory=dict)
    writes: dict[int, int] = field(default_factory=dict)
    reads: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Played:
    """One case, played with one peer.

    Attributes:
        case: the case, with what it sends and expects.
        index: its place, counted from 1: among the cases of the run, by which a client asks for it,
            or among all cases if the judge is the client.
        agent: the peer's name.
        behaviour: the verdict on what the peer did.
        because: the reason of that verdict.
        behaviour_close: the verdict on how the connection ended.
        because_close: the reason of that verdict.
        started: when the case began.
        seconds: how long the connection lasted, from the opening handshake to the end.
        ended_at: when the connection ended, in seconds from its start, as the times of the
            conversation are.
        received: the events that were compared with the expected ones.
        conversation: the frames and octets on the wire, each with its time.
        closing: how the connection ended, with `Closing.remote_code` for example.
        counts: how many frames, reads and writes there were.
        sent: the traffic to the peer.
        taken: the traffic from the peer.
        request: the opening handshake's request.
        response: its response.
        judge_is_server: whether the peer was a client.
        was_open: whether the opening handshake was completed.
        seen: the close event that the client's page saw, if it is known.
    """

    case: Case
    index: int
    agent: str
    behaviour: Verdict
    because: str
    behaviour_close: Verdict
    because_close: str
    started: datetime
    seconds: float
    received: tuple[Event, ...] = ()
    conversation: tuple[Logged, ...] = ()
    closing: Closing = field(default_factory=Closing)
    counts: Counts = field(default_factory=Counts)
    sent: Traffic = field(default_factory=Traffic)
    taken: Traffic = field(default_factory=Traffic)
    request: str = ""
    response: str = ""
    judge_is_server: bool = True
    was_open: bool = False
    seen: Seen | None = None
    ended_at: float = 0.0

    @property
    def number(self) -> str:
        """The case's number, such as ``"6.4.1"``."""
        return self.case.number

    @property
    def heads(self) -> tuple[bytes, bytes]:
        """The octets of the request and of the response."""
        return self.request.encode("latin-1"), self.response.encode("latin-1")

    @property
    def close_code(self) -> int | None:
        """The code of the peer's Close, if it sent a Close with a code."""
        return self.closing.remote_code

    @property
    def best(self) -> Verdict:
        """The best verdict that the case can have.

        For a connection that was reset, the best verdict is INFORMATIONAL as long as the judge does
        not know what the peer made of the reset, since this is not the peer's fault.
        """
        is_untold = isinstance(self.case.chaos, Reset) and self.behaviour is Verdict.INFORMATIONAL
        return Verdict.INFORMATIONAL if is_untold else self.case.best

    @property
    def is_best(self) -> bool:
        """Whether the case has its best verdict."""
        return {self.behaviour, self.behaviour_close} == {self.best}
