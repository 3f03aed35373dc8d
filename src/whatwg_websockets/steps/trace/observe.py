"""Observing functions while they run, from outside: the functions hold no code for it.

Python has two ways, and each is used where it is best: :mod:`sys.monitoring` from 3.12 on, which
costs nothing anywhere but in the functions that are observed, and :func:`sys.settrace` before.
"""

import opcode
import sys
from collections.abc import Mapping
from inspect import CO_COROUTINE
from threading import get_ident
from types import CodeType, FrameType
from typing import Any, Protocol

from whatwg_websockets.steps.trace.plan import Plan

TOOL = "whatwg-websockets trace"

_RETURNS = frozenset(code for name, code in opcode.opmap.items() if name.startswith("RETURN_"))


class Watcher(Protocol):
    """Is told what happens in the functions that are observed."""

    def started(self, frame: FrameType, plan: Plan) -> None:
        """A function has been called."""

    def line(self, frame: FrameType, plan: Plan, line: int) -> None:
        """A line of it is about to run."""

    def left(
        self, frame: FrameType, plan: Plan, value: object, raised: BaseException | None
    ) -> None:
        """It has returned, or raised."""

    def paused(self, frame: FrameType, plan: Plan) -> None:
        """It awaits something."""


class Observer(Protocol):
    """A way to observe functions."""

    def start(self) -> None:
        """Begin to observe, in this thread."""

    def stop(self) -> None:
        """Stop observing, and leave nothing behind."""


class SettraceObserver:
    """Observes through :func:`sys.settrace`; a trace function that was set before is set again.

    Args:
        plans: what is observed.
        watcher: is told of it.
    """

    def __init__(self, plans: Mapping[CodeType, Plan], watcher: Watcher) -> None:
        self._plans = plans
        self._watcher = watcher
        self._before: Any = None
        self._raised: dict[int, BaseException] = {}

    def start(self) -> None:
        """Begin to observe, in this thread."""
        self._before = sys.gettrace()
        sys.settrace(self.on_call)

    def stop(self) -> None:
        """Set what was set before."""
        sys.settrace(self._before)
        self._raised.clear()

    def on_call(self, frame: FrameType, event: str, argument: object) -> Any:
        """Hear that a function was called, or is resumed."""
        plan = self._plans.get(frame.f_code)
        if plan is None:
            return None
        if frame.f_trace != self.on_event:
            self._raised.pop(id(frame), None)
            self._watcher.started(frame, plan)
        return self.on_event

    def on_event(self, frame: FrameType, event: str, argument: Any) -> Any:
        """Hear what happens in a function."""
        plan = self._plans[frame.f_code]
        if event == "line":
            self._raised.pop(id(frame), None)
            self._watcher.line(frame, plan, frame.f_lineno)
        elif event == "exception":
            if not is_the_end_of_an_await(frame, argument[0]):
                self._raised[id(frame)] = argument[1]
        elif is_awaiting(frame) and id(frame) not in self._raised:
            self._watcher.paused(frame, plan)
        else:
            self._watcher.left(frame, plan, argument, self._raised.pop(id(frame), None))
        return self.on_event


def is_awaiting(frame: FrameType) -> bool:
    """Tell whether a function that seems to return, and has raised nothing, only waits."""
    return frame.f_code.co_code[frame.f_lasti] not in _RETURNS


def is_the_end_of_an_await(frame: FrameType, raised: type[BaseException]) -> bool:
    """Tell whether an exception is how Python says that what a coroutine awaited has returned.

    No coroutine is left by a ``StopIteration``.
    """
    return raised is StopIteration and bool(frame.f_code.co_flags & CO_COROUTINE)


class MonitoringObserver:
    """Observes through :mod:`sys.monitoring`, at exactly the functions that are observed.

    Args:
        plans: what is observed.
        watcher: is told of it.
        monitoring: ``sys.monitoring``.
    """

    def __init__(self, plans: Mapping[CodeType, Plan], watcher: Watcher, monitoring: Any) -> None:
        self._plans = plans
        self._watcher = watcher
        self._monitoring = monitoring
        self._tool = -1
        self._thread = 0

    def start(self) -> None:
        """Begin to observe, in this thread.

        Raises:
            RuntimeError: all of Python's places for tools are taken.
        """
        monitoring, events = self._monitoring, self._monitoring.events
        self._thread = get_ident()
        self._tool = self._free_tool()
        monitoring.use_tool_id(self._tool, TOOL)
        for event, callback in self._callbacks():
            monitoring.register_callback(self._tool, event, callback)
        local = events.PY_START | events.LINE | events.PY_RETURN | events.PY_YIELD
        for code in self._plans:
            monitoring.set_local_events(self._tool, code, local)
        # This event cannot be set for single functions.
        monitoring.set_events(self._tool, events.PY_UNWIND)

    def stop(self) -> None:
        """Give everything back."""
        monitoring = self._monitoring
        monitoring.set_events(self._tool, 0)
        for code in self._plans:
            monitoring.set_local_events(self._tool, code, 0)
        for event, _ in self._callbacks():
            monitoring.register_callback(self._tool, event, None)
        monitoring.free_tool_id(self._tool)

    def _free_tool(self) -> int:
        for tool in range(6):
            if self._monitoring.get_tool(tool) is None:
                return tool
        raise RuntimeError("all tools of sys.monitoring are in use; stop a profiler or a debugger")

    def _callbacks(self) -> list[tuple[int, Any]]:
        events = self._monitoring.events
        return [
            (events.PY_START, self._on_start),
            (events.LINE, self._on_line),
            (events.PY_RETURN, self._on_return),
            (events.PY_YIELD, self._on_yield),
            (events.PY_UNWIND, self._on_unwind),
        ]

    def _plan(self, code: CodeType) -> Plan | None:
        return self._plans.get(code) if get_ident() == self._thread else None

    def _on_start(self, code: CodeType, offset: int) -> None:
        plan = self._plan(code)
        if plan is not None:
            self._watcher.started(sys._getframe(1), plan)

    def _on_line(self, code: CodeType, line: int) -> None:
        plan = self._plan(code)
        if plan is not None:
            self._watcher.line(sys._getframe(1), plan, line)

    def _on_return(self, code: CodeType, offset: int, value: object) -> None:
        plan = self._plan(code)
        if plan is not None:
            self._watcher.left(sys._getframe(1), plan, value, None)

    def _on_yield(self, code: CodeType, offset: int, value: object) -> None:
        plan = self._plan(code)
        if plan is not None:
            self._watcher.paused(sys._getframe(1), plan)

    def _on_unwind(self, code: CodeType, offset: int, raised: BaseException) -> None:
        plan = self._plan(code)
        if plan is not None:
            self._watcher.left(sys._getframe(1), plan, None, raised)


def observer_for(plans: Mapping[CodeType, Plan], watcher: Watcher, monitoring: Any) -> Observer:
    """Return the best way to observe that this Python has.

    Args:
        plans: what is to be observed.
        watcher: is to be told of it.
        monitoring: ``sys.monitoring``; None where Python has none.
    """
    if monitoring is None:
        return SettraceObserver(plans, watcher)
    return MonitoringObserver(plans, watcher, monitoring)
