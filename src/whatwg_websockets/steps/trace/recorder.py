"""Writes down what is seen, as entries of a trace."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import CodeType, FrameType

from whatwg_websockets.rfc6455.receive import Receiver
from whatwg_websockets.steps.trace.entry import Entry
from whatwg_websockets.steps.trace.plan import Plan, Spot
from whatwg_websockets.steps.trace.secrets import without_secrets
from whatwg_websockets.steps.trace.sockets import Sockets
from whatwg_websockets.steps.trace.values import changes, shortened, shown, shown_locals
from whatwg_websockets.steps.trace.wire import BEGINNING, Frame, FrameReader

WIRE = "rfc6455"
"""The folder that frames belong to."""


@dataclass
class _Running:
    """A call of a function, as far as it has been seen.

    Attributes:
        line: the line that was met last; None before the first.
        entry: the step that is being carried out, if it is one.
        known: the variables as they were when it began.
    """

    line: int | None = None
    entry: Entry | None = None
    known: dict[str, str] = field(default_factory=dict)


class Recorder:
    """Makes entries of what an observer tells.

    It keeps texts only: no value, no frame and no socket lives longer because it was seen.

    Args:
        plans: what is observed.
        clock: tells the time in seconds.
        only: the folders whose steps are written down; empty for all of them. Frames and the log
            always are.
    """

    def __init__(
        self,
        plans: Mapping[CodeType, Plan],
        clock: Callable[[], float],
        only: Collection[str] = (),
    ) -> None:
        self.entries: list[Entry] = []
        self._plans = plans
        self._clock = clock
        self._began = clock()
        self._only = only
        self._running: dict[int, _Running] = {}
        self._sockets = Sockets()
        self._readers: dict[int, tuple[Receiver, FrameReader]] = {}

    # What an observer tells.

    def started(self, frame: FrameType, plan: Plan) -> None:
        """Take note of a new call."""
        running = self._running[id(frame)] = _Running()
        if not self._wants(plan) and not plan.probe:
            return
        variables = frame.f_locals
        self._sockets.look_at(variables)
        if plan.probe and plan.probe != "handshake_comes_in":
            getattr(self, plan.probe)(variables)
        if plan.algorithm is not None and self._wants(plan):
            running.entry = self._add(
                Entry(
                    self._time(),
                    "algorithm",
                    plan.algorithm.text,
                    plan.folder,
                    algorithm=plan.algorithm.name,
                    anchor=plan.algorithm.anchor,
                    draft=plan.algorithm.draft,
                    where=plan.algorithm.where,
                    depth=self._depth(frame),
                )
            )

    def line(self, frame: FrameType, plan: Plan, line: int) -> None:
        """Begin a step, if one begins on this line."""
        running = self._running.setdefault(id(frame), _Running())
        before, running.line = running.line, line
        for spot in plan.spots.get(line, ()):
            if not spot.repeats(before) and self._wants(plan):
                self._finish(running, frame)
                running.entry = self._begin(frame, plan, spot)
        self._note_state()

    def left(
        self, frame: FrameType, plan: Plan, value: object, raised: BaseException | None
    ) -> None:
        """End a call."""
        running = self._running.pop(id(frame), _Running())
        if running.entry is not None:
            self._finish(running, frame)
            text = shown(value) if value is not None else ""
            if raised is not None:
                said = str(raised)
                text = shortened(f"raises {type(raised).__name__}" + (f": {said}" if said else ""))
            running.entry.result = text
        if plan.probe == "handshake_comes_in" and isinstance(value, bytes) and value:
            self._handshake("in", value)
        self._note_state()

    def paused(self, frame: FrameType, plan: Plan) -> None:
        """Take note of what has been done before something is awaited."""
        running = self._running.setdefault(id(frame), _Running())
        self._finish(running, frame)
        self._note_state()

    # What the probes tell: the names of the methods are in PROBES.

    def frame_goes_out(self, variables: Mapping[str, object]) -> None:
        """A frame is put among those that leave."""
        first, payload = variables["first"], variables["payload"]
        assert isinstance(first, int)
        assert isinstance(payload, bytes)
        self._frame("out", Frame(first, len(payload), payload[:BEGINNING]))

    def bytes_come_in(self, variables: Mapping[str, object]) -> None:
        """Bytes arrive; those behind the end are not looked at by anybody."""
        receiver, data = variables["self"], variables["data"]
        assert isinstance(receiver, Receiver)
        assert isinstance(data, (bytes, memoryview))
        if receiver.ending is None:
            for frame in self._reader(receiver).feed(bytes(data)):
                self._frame("in", frame)

    def payload_comes_in(self, variables: Mapping[str, object]) -> None:
        """Bytes of a large payload have gone straight to where it is collected."""
        receiver, count = variables["self"], variables["count"]
        assert isinstance(receiver, Receiver)
        assert isinstance(count, int)
        for frame in self._reader(receiver).skip(count):
            self._frame("in", frame)

    def handshake_goes_out(self, variables: Mapping[str, object]) -> None:
        """The request of the opening handshake leaves."""
        data = variables["data"]
        assert isinstance(data, bytes)
        self._handshake("out", data)

    def log(self, text: str) -> None:
        """The library's logger says something."""
        self._add(Entry(self._time(), "log", text, "log"))

    # How entries are made.

    def _wants(self, plan: Plan) -> bool:
        return not self._only or plan.folder in self._only

    def _time(self) -> float:
        return self._clock() - self._began

    def _begin(self, frame: FrameType, plan: Plan, spot: Spot) -> Entry:
        self._sockets.look_at(frame.f_locals)
        place = spot.place
        return self._add(
            Entry(
                self._time(),
                "step",
                place.comment.text,
                plan.folder,
                algorithm=place.algorithm,
                anchor=place.anchor,
                draft=spot.draft,
                number=place.number,
                where=spot.where,
                depth=self._depth(frame),
            )
        )

    def _finish(self, running: _Running, frame: FrameType) -> None:
        """Write down what the step that was being carried out has changed."""
        if running.entry is not None:
            known = shown_locals(frame.f_locals)
            running.entry.values |= changes(running.known, known)
            running.known = known

    def _frame(self, direction: str, frame: Frame) -> None:
        text = frame.text
        self._add(Entry(self._time(), "frame", text, WIRE, frame.name, direction=direction))

    def _handshake(self, direction: str, data: bytes) -> None:
        head, _, rest = data.partition(b"\r\n\r\n")
        first, *fields = map(without_secrets, head.decode("latin-1").split("\r\n"))
        values = {}
        for each in fields:
            name, _, value = each.partition(": ")
            values[name] = shortened(value)
        if rest:
            values["and behind it"] = f"{len(rest)} bytes"
        self._add(
            Entry(
                self._time(), "http", shortened(first), "fetch", direction=direction, values=values
            )
        )

    def _add(self, entry: Entry) -> Entry:
        entry.state = self._sockets.state()
        self.entries.append(entry)
        return entry

    def _note_state(self) -> None:
        """Let the newest entry have the state as it is now."""
        if self.entries:
            self.entries[-1].state = self._sockets.state() or self.entries[-1].state

    def _depth(self, frame: FrameType) -> int:
        """Count the observed functions through which this one was called."""
        depth = 0
        caller = frame.f_back
        while caller is not None:
            plan = self._plans.get(caller.f_code)
            depth += plan is not None and self._wants(plan)
            caller = caller.f_back
        return depth

    def _reader(self, receiver: Receiver) -> FrameReader:
        if id(receiver) not in self._readers:
            self._readers[id(receiver)] = (receiver, FrameReader())
        return self._readers[id(receiver)][1]
