"""What a trace is made of: entries, each with the state of the socket after it."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class State:
    """What can be seen of a socket from outside.

    Attributes:
        socket: which socket, counted from 1 in the order of their first steps.
        ready_state: CONNECTING, OPEN, CLOSING or CLOSED.
        tasks: how many tasks wait on its event loop's WebSocket task source, and those that the
            backpressure of a WebSocketStream holds.
        buffered_amount: what a page would read from ``bufferedAmount``, in bytes; of a
            WebSocketStream, which has no such attribute, what has been sent and has not left.
    """

    socket: int
    ready_state: str
    tasks: int
    buffered_amount: int


@dataclass
class Entry:
    """Something that happened.

    Attributes:
        time: seconds since the trace began.
        kind: "algorithm": an algorithm was begun; "step": a step of it; "frame": a frame came in or
            was put among those that leave; "http": bytes of the opening handshake; "event": an
            event was fired, a promise of a WebSocketStream was settled, or the page was given a
            chunk of its readable stream; "state": the ready state changed; "log": the library's
            logger reported something.
        text: the step's own words, or what happened.
        folder: which part of the house it was: "websockets" is the main floor.
        algorithm: the algorithm's name; of a frame its kind, such as "text" or "Close", where it is
            whole; else empty.
        section: the standard and the section of a requirement outside of algorithms, such as
            "RFC 6455, section 5.3"; else empty.
        anchor: its fragment in its standard.
        number: the step's number, or "§" and a requirement's id; else empty.
        where: file and line of the comment.
        depth: how many algorithms it was called through.
        direction: "in" from the server or "out" to it; empty where nothing moved.
        values: names and values: what an algorithm was given, what a step changed, the parts of a
            frame, the fields of a head, the attributes of an event.
        result: what the algorithm returned, or "raises ..."; empty where it went on or returned
            nothing.
        state: the state of the socket after it; None before there is one.
        draft: "draft" and its commit, where the algorithm is of one, which may still change; else
            empty.
        minor: whether an overview leaves the algorithm out: it carries out a part of another
            algorithm of the same folder, or is the same for every connection.
        level: through how many algorithms that an overview does not leave out it was called.
    """

    time: float
    kind: str
    text: str
    folder: str
    algorithm: str = ""
    anchor: str = ""
    number: str = ""
    where: str = ""
    depth: int = 0
    direction: str = ""
    values: dict[str, str] = field(default_factory=dict)
    result: str = ""
    state: State | None = None
    draft: str = ""
    minor: bool = False
    level: int = 0
    section: str = ""

    @property
    def title(self) -> str:
        """What stands above it: the name of its algorithm, or its section."""
        return self.section or self.algorithm.removeprefix("whatwg_websockets.")

    def as_dict(self) -> dict[str, Any]:
        """Return it as what JSON can say; times in seconds, to the microsecond."""
        return asdict(self) | {"time": round(self.time, 6)}
