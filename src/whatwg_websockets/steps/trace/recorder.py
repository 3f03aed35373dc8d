"""Writes down what is seen, as entries of a trace."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import CodeType, FrameType

from whatwg_websockets.steps.trace.entry import Entry
from whatwg_websockets.steps.trace.plan import OF_PARTS, Plan, Spot, Whole
from whatwg_websockets.steps.trace.probes import AT_THE_END, Probes
from whatwg_websockets.steps.trace.record import Listener, Record
from whatwg_websockets.steps.trace.values import changes, shown, shown_exception, shown_locals


@dataclass
class _Running:
    """A call of a function, as far as it has been seen.

    Attributes:
        line: the line that was met last; None before the first.
        entry: the step that is being carried out, or the algorithm before its first step.
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
        only: the folders whose algorithms and steps are written down; empty for all of them.
            Frames, events, ready states and the log always are.
        listener: hears of each entry at once; None where nothing does.
    """

    def __init__(
        self,
        plans: Mapping[CodeType, Plan],
        clock: Callable[[], float],
        only: Collection[str] = (),
        listener: Listener | None = None,
    ) -> None:
        self._plans = plans
        self._only = only
        self._running: dict[int, _Running] = {}
        self._record = Record(clock, listener)
        self._probes = Probes(self._record)

    @property
    def entries(self) -> list[Entry]:
        """The entries so far."""
        return self._record.entries

    # What an observer tells.

    def started(self, frame: FrameType, plan: Plan) -> None:
        """Begin a call."""
        running = self._running[id(frame)] = _Running()
        if not self._wants(plan) and not plan.probe:
            return
        self._record.note_state()
        variables = frame.f_locals
        self._record.sockets.look_at(variables)
        if plan.algorithm is not None and self._wants(plan):
            running.entry = self._algorithm(frame, plan, plan.algorithm)
            self._finish(running, frame)
        if plan.probe and plan.probe not in AT_THE_END:
            getattr(self._probes, plan.probe)(variables, None)

    def line(self, frame: FrameType, plan: Plan, line: int) -> None:
        """Begin a step, if one begins on this line."""
        running = self._running.setdefault(id(frame), _Running())
        before, running.line = running.line, line
        for spot in plan.spots.get(line, ()):
            if not spot.repeats(before) and self._wants(plan):
                self._record.note_state()
                self._finish(running, frame)
                running.entry = self._step(frame, plan, spot)

    def left(
        self, frame: FrameType, plan: Plan, value: object, raised: BaseException | None
    ) -> None:
        """End a call."""
        self._record.note_state()
        running = self._running.pop(id(frame), _Running())
        if running.entry is not None:
            result = shown(value) if value is not None else ""
            if raised is not None:
                result = f"raises {shown_exception(raised)}"
            self._finish(running, frame, result)
        if plan.probe in AT_THE_END and raised is None:
            getattr(self._probes, plan.probe)(frame.f_locals, value)

    def paused(self, frame: FrameType, plan: Plan) -> None:
        """Write down what has been done before something is awaited."""
        self._record.note_state()
        running = self._running.setdefault(id(frame), _Running())
        self._finish(running, frame)

    def log(self, text: str, attributes: dict[str, str]) -> None:
        """Write down what the library's logger reports, with the attributes of its record."""
        self._record.add(Entry(self._record.time(), "log", text, "log", values=attributes))

    # How entries are made.

    def _wants(self, plan: Plan) -> bool:
        return not self._only or plan.folder in self._only

    def _algorithm(self, frame: FrameType, plan: Plan, algorithm: Whole) -> Entry:
        callers = self._callers(frame)
        algorithms = [each for each in callers if each.algorithm is not None]
        is_part = bool(algorithms) and algorithms[0].folder == plan.folder in OF_PARTS
        return self._record.add(
            Entry(
                self._record.time(),
                "algorithm",
                algorithm.text,
                plan.folder,
                algorithm=algorithm.name,
                anchor=algorithm.anchor,
                draft=algorithm.draft,
                where=algorithm.where,
                depth=len(callers),
                minor=algorithm.minor or is_part,
                level=sum(_is_major(each) for each in algorithms),
            )
        )

    def _step(self, frame: FrameType, plan: Plan, spot: Spot) -> Entry:
        self._record.sockets.look_at(frame.f_locals)
        place = spot.place
        return self._record.add(
            Entry(
                self._record.time(),
                "step",
                place.comment.text,
                plan.folder,
                algorithm=place.algorithm,
                anchor=place.anchor,
                draft=spot.draft,
                section=spot.section,
                number=place.number,
                where=spot.where,
                depth=len(self._callers(frame)),
            )
        )

    def _finish(self, running: _Running, frame: FrameType, result: str = "") -> None:
        """Write down what the step that was being carried out has changed."""
        if running.entry is not None:
            known = shown_locals(frame.f_locals)
            changed, running.known = changes(running.known, known), known
            self._record.change(running.entry, changed, result)

    def _callers(self, frame: FrameType) -> list[Plan]:
        """Return the plans of the functions through which this one was called, nearest first."""
        callers = []
        caller = frame.f_back
        while caller is not None:
            plan = self._plans.get(caller.f_code)
            if plan is not None and self._wants(plan):
                callers.append(plan)
            caller = caller.f_back
        return callers


def _is_major(plan: Plan) -> bool:
    return plan.algorithm is not None and not plan.algorithm.minor
