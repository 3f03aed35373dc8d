import asyncio
import inspect
import opcode
import sys
import unittest.mock
from threading import Thread
from types import SimpleNamespace

import pytest

from support.apart import apart
from whatwg_websockets.steps.trace.observe import (
    MonitoringObserver,
    SettraceObserver,
    is_awaiting,
    observer_for,
)
from whatwg_websockets.steps.trace.plan import Plan

PLAN = Plan("toys")


def add(a, b):
    total = a + b
    return total  # noqa: RET504


def divide(a, b):
    return a / b


async def wait():
    await asyncio.sleep(0)
    return "waited"


async def wait_again():
    return await wait()


def unobserved():
    return 1


class Events(list):
    """A watcher that records what the observer reports."""

    def started(self, frame, plan):
        assert plan is PLAN
        self.append(("started", frame.f_code.co_name))

    def line(self, frame, plan, line):
        self.append(("line", line - frame.f_code.co_firstlineno))

    def left(self, frame, plan, value, raised):
        self.append(("left", value, type(raised).__name__))

    def paused(self, frame, plan):
        self.append(("paused",))


PLANS = {each.__code__: PLAN for each in (add, divide, wait, wait_again)}

ADDED = [("started", "add"), ("line", 1), ("line", 2), ("left", 3, "NoneType")]
DIVIDED = [("started", "divide"), ("line", 1), ("left", None, "ZeroDivisionError")]
WAITED = [
    ("started", "wait"),
    ("line", 1),
    ("paused",),
    ("line", 2),
    ("left", "waited", "NoneType"),
]


WAITED_AGAIN = [
    ("started", "wait_again"),
    ("line", 1),
    *WAITED[:2],
    *[("paused",)] * 2,
    *WAITED[3:],
    ("left", "waited", "NoneType"),
]


def run_through(coroutine):
    while True:
        coroutine.send(None)


def run_all():
    add(1, 2)
    with pytest.raises(ZeroDivisionError):
        divide(1, 0)
    unobserved()
    for coroutine in (wait(), wait_again()):
        with pytest.raises(StopIteration):
            run_through(coroutine)


class FakeMonitoring:
    """``sys.monitoring``, as far as the observer calls it."""

    events = SimpleNamespace(PY_START=1, LINE=2, PY_RETURN=4, PY_YIELD=8, PY_UNWIND=16)

    def __init__(self, taken=()):
        self.tools = dict.fromkeys(taken, "another")
        self.callbacks = {}
        self.local = {}
        self.everywhere = 0

    def get_tool(self, tool):
        return self.tools.get(tool)

    def use_tool_id(self, tool, name):
        assert tool not in self.tools
        self.tools[tool] = name

    def free_tool_id(self, tool):
        del self.tools[tool]

    def register_callback(self, tool, event, callback):
        if callback is None:
            del self.callbacks[event]
        else:
            self.callbacks[event] = callback

    def set_events(self, tool, events):
        self.everywhere = events

    def set_local_events(self, tool, code, events):
        if events:
            self.local[code] = events
        else:
            del self.local[code]


def test_settrace_tells_calls_lines_ends_and_pauses():
    events = Events()

    def look_on():
        observer = SettraceObserver(PLANS, events)
        observer.start()
        try:
            run_all()
        finally:
            observer.stop()
        assert sys.gettrace() is None

    apart(look_on)
    assert events == ADDED + DIVIDED + WAITED + WAITED_AGAIN
    add(1, 2)
    assert len(events) == len(ADDED + DIVIDED + WAITED + WAITED_AGAIN)


def place_of(operation):
    """Return where an operation is in the code of `wait`."""
    code = wait.__code__.co_code
    places = range(0, len(code), 2)
    return next(each for each in places if opcode.opname[code[each]].startswith(operation))


def test_settrace_by_hand():
    """What runs inside of a trace function is not measured; so each event once more from here."""
    events = Events()
    observer = SettraceObserver(PLANS, events)
    with unittest.mock.patch("sys.settrace") as settrace:
        observer.start()
        settrace.assert_called_once_with(observer.on_call)
        observer.stop()
        settrace.assert_called_with(sys.gettrace())
    coroutine = wait()
    coroutine.send(None)
    waiting = coroutine.cr_frame  # type: ignore[attr-defined]
    assert is_awaiting(waiting)
    assert observer.on_call(inspect.currentframe(), "call", None) is None
    frame = SimpleNamespace(
        f_code=add.__code__, f_trace=None, f_lineno=add.__code__.co_firstlineno + 1, f_lasti=-2
    )
    frame.f_trace = observer.on_call(frame, "call", None)
    assert frame.f_trace == observer.on_event
    observer.on_call(frame, "call", None)
    observer.on_event(frame, "line", None)
    observer.on_event(frame, "exception", (ValueError, ValueError("no"), None))
    observer.on_event(frame, "line", None)
    observer.on_event(frame, "return", 3)
    observer.on_event(frame, "exception", (ValueError, ValueError("no"), None))
    observer.on_event(frame, "return", None)
    observer.on_event(waiting, "return", None)
    observer.on_event(waiting, "exception", (ValueError, ValueError("no"), None))
    observer.on_event(waiting, "return", None)
    returning = SimpleNamespace(f_code=wait.__code__, f_lasti=place_of("RETURN_"))
    observer.on_event(returning, "exception", (StopIteration, StopIteration(), None))
    observer.on_event(returning, "return", "waited")
    assert events == [
        ("started", "add"),
        ("line", 1),
        ("line", 1),
        ("left", 3, "NoneType"),
        ("left", None, "ValueError"),
        ("paused",),
        ("left", None, "ValueError"),
        ("left", "waited", "NoneType"),
    ]
    coroutine.close()


def call(monitoring, event, *arguments):
    """Have a callback called as from the function that is observed."""
    monitoring.callbacks[getattr(FakeMonitoring.events, event)](*arguments)


def test_monitoring_by_hand():
    events, monitoring = Events(), FakeMonitoring(taken=[0, 1])
    observer = MonitoringObserver(PLANS, events, monitoring)
    observer.start()
    assert monitoring.tools[2] == "whatwg-websockets trace"
    assert monitoring.local == dict.fromkeys(PLANS, 15)
    assert monitoring.everywhere == 16
    code, other = add.__code__, unobserved.__code__

    def everything(code):
        call(monitoring, "PY_START", code, 0)
        call(monitoring, "LINE", code, 7)
        call(monitoring, "PY_YIELD", code, 0, None)
        call(monitoring, "PY_RETURN", code, 0, 3)
        call(monitoring, "PY_UNWIND", code, 0, ValueError())

    everything(code)
    assert [each[0] for each in events] == ["started", "line", "paused", "left", "left"]
    everything(other)
    thread = Thread(target=everything, args=[code])
    thread.start()
    thread.join()
    assert len(events) == 5
    observer.stop()
    assert monitoring.tools == dict.fromkeys([0, 1], "another")
    assert (monitoring.callbacks, monitoring.local, monitoring.everywhere) == ({}, {}, 0)


def test_all_tools_are_taken():
    observer = MonitoringObserver(PLANS, Events(), FakeMonitoring(taken=range(6)))
    with pytest.raises(RuntimeError, match="in use"):
        observer.start()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring is new in Python 3.12")
def test_monitoring_tells_calls_lines_ends_and_pauses():
    events = Events()
    monitoring = sys.monitoring  # type: ignore[attr-defined]
    tools = [monitoring.get_tool(tool) for tool in range(6)]
    observer = MonitoringObserver(PLANS, events, monitoring)
    observer.start()
    try:
        run_all()
    finally:
        observer.stop()
    assert events == ADDED + DIVIDED + WAITED + WAITED_AGAIN
    assert [monitoring.get_tool(tool) for tool in range(6)] == tools
    add(1, 2)
    assert len(events) == len(ADDED + DIVIDED + WAITED + WAITED_AGAIN)


def test_the_best_way_is_chosen():
    assert isinstance(observer_for(PLANS, Events(), None), SettraceObserver)
    assert isinstance(observer_for(PLANS, Events(), FakeMonitoring()), MonitoringObserver)
