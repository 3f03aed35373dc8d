"""Coroutine functions as listeners."""

import asyncio
import gc
import sys
import weakref

import pytest
import uvloop

from support.loops import DEADLINE
from whatwg_websockets.dom.event import Event
from whatwg_websockets.dom.event_target import EventTarget
from whatwg_websockets.html import listener_coroutines
from whatwg_websockets.html.event_handlers import EventHandlerAttribute


def run(main, loop_factory=asyncio.new_event_loop):
    """Run a coroutine function with the list of contexts that the exception handler gets."""

    async def wrapped():
        errors = []
        asyncio.get_running_loop().set_exception_handler(lambda loop, error: errors.append(error))
        await main(errors)
        gc.collect()
        await asyncio.sleep(0)

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(wrapped())


def running():
    """Return the set of tasks that the running loop holds for its listeners."""
    return listener_coroutines.running(asyncio.get_running_loop())


def dispatch_to(listener):
    target = EventTarget()
    target.addEventListener("foo", listener)
    target.dispatchEvent(Event("foo"))


class Target(EventTarget):
    onfoo = EventHandlerAttribute("foo")


def add_a_listener(target, listener):
    target.addEventListener("foo", listener)


def set_a_handler(target, listener):
    target.onfoo = listener


loops = pytest.mark.parametrize("loop_factory", [asyncio.new_event_loop, uvloop.new_event_loop])


@loops
def test_it_starts_at_once(loop_factory):
    async def main(errors):
        steps = []

        async def listener(event):
            steps.append(1)
            await asyncio.sleep(0)
            steps.append(2)

        dispatch_to(listener)
        assert steps == [1]
        await asyncio.sleep(0)
        assert steps == [1, 2]
        assert errors == []

    run(main, loop_factory)


@loops
@pytest.mark.parametrize("add", [add_a_listener, set_a_handler])
def test_it_belongs_to_the_dispatch_up_to_its_first_await(loop_factory, add):
    async def main(errors):
        target, heard = Target(), []

        async def listener(event):
            heard.append(("before", event.currentTarget is target, event.eventPhase))
            assert event.composedPath() == [target]
            event.preventDefault()
            await asyncio.sleep(0)
            heard.append(("after", event.currentTarget, event.eventPhase))

        add(target, listener)
        target.addEventListener("foo", lambda event: heard.append("the next listener"))
        assert target.dispatchEvent(Event("foo", cancelable=True)) is False
        assert heard == [("before", True, 2), "the next listener"]
        await asyncio.sleep(0)
        assert heard[2:] == [("after", None, 0)]
        assert errors == []

    run(main, loop_factory)


@loops
@pytest.mark.parametrize("exception", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("add", [add_a_listener, set_a_handler])
def test_what_ends_the_program_comes_out_of_the_dispatch(loop_factory, exception, add):
    async def main(errors):
        target = Target()

        async def listener(event):
            raise exception

        add(target, listener)
        with pytest.raises(exception):
            target.dispatchEvent(Event("foo"))
        assert errors == []

    run(main, loop_factory)


@loops
def test_it_is_held_until_it_is_done(loop_factory):
    async def main(errors):
        goes_on, done = asyncio.Event(), asyncio.Event()

        async def listener(event):
            await goes_on.wait()
            done.set()

        dispatch_to(listener)
        gc.collect()
        assert len(running()) == 1
        goes_on.set()
        await asyncio.wait_for(done.wait(), DEADLINE)
        await asyncio.sleep(0)
        assert not running()
        assert errors == []

    run(main, loop_factory)


@loops
@pytest.mark.parametrize("waits", [True, False])
def test_its_exception_is_reported(loop_factory, waits):
    async def main(errors):
        async def listener(event):
            if waits:
                await asyncio.sleep(0)
            raise ZeroDivisionError

        dispatch_to(listener)
        for _ in range(4):
            await asyncio.sleep(0)
        (error,) = errors
        assert isinstance(error["exception"], ZeroDivisionError)
        assert error["listener"] is listener
        assert not running()

    run(main, loop_factory)


@loops
def test_it_is_silent_when_it_is_cancelled(loop_factory):
    async def main(errors):
        async def listener(event):
            await asyncio.Event().wait()

        dispatch_to(listener)
        await asyncio.sleep(0)
        (task,) = running()
        task.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not running()
        assert errors == []

    run(main, loop_factory)


@loops
def test_it_is_cancelled_with_the_loop(loop_factory):
    ended, held = [], []

    async def main(errors):
        async def listener(event):
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(True)

        held.append(running())
        dispatch_to(listener)
        await asyncio.sleep(0)

    run(main, loop_factory)
    assert ended == [True]
    assert held == [set()]


@loops
@pytest.mark.parametrize("exception", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("waits", [True, False])
def test_what_ends_the_program_ends_it(loop_factory, exception, waits):
    told, held = [], []

    async def main(errors):
        async def listener(event):
            if waits:
                await asyncio.sleep(0)
            raise exception

        told.append(errors)
        held.append(running())
        dispatch_to(listener)
        await asyncio.Event().wait()

    with pytest.raises(exception):
        run(main, loop_factory)
    gc.collect()
    assert told == [[]]
    assert held == [set()]


def test_a_plain_function_that_returns_a_coroutine_is_the_same():
    async def main(errors):
        events = []

        async def work(event):
            events.append(event)

        dispatch_to(lambda event: work(event))
        await asyncio.sleep(0)
        assert len(events) == 1

    run(main)


def test_a_task_that_a_listener_returns_is_the_programs_own():
    async def main(errors):
        tasks = []

        def listener(event):
            task = asyncio.ensure_future(asyncio.sleep(0))
            tasks.append(task)
            return task

        dispatch_to(listener)
        assert not running()
        await tasks[0]

    run(main)


def test_without_a_loop_it_cannot_run(monkeypatch):
    reported = []
    monkeypatch.setattr(sys, "excepthook", lambda *error: reported.append(error))

    async def listener(event):
        raise AssertionError

    dispatch_to(listener)
    ((kind, exception, _),) = reported
    assert kind is RuntimeError
    assert "needs a running event loop" in str(exception)


def test_a_generator_is_no_coroutine():
    """As in a browser, where a generator function as listener runs nothing."""

    async def main(errors):
        def listener(event):
            yield errors.append("it ran")

        dispatch_to(listener)
        await asyncio.sleep(0)
        assert errors == []

    run(main)


@loops
def test_a_loop_that_is_closed_before_it_is_done_goes_with_it(loop_factory):
    async def listener(event):
        await asyncio.Event().wait()

    async def main():
        dispatch_to(listener)

    loop = loop_factory()
    loop.set_exception_handler(lambda loop, context: None)
    loop.run_until_complete(main())
    loop.close()
    gone = weakref.ref(loop)
    del loop
    gc.collect()
    assert gone() is None
