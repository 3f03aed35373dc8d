"""Dispatching: what listeners see, and how they act on each other."""

import asyncio
import contextlib
import sys

import pytest

from whatwg_websockets.dom.dispatch import dispatch, fire_an_event
from whatwg_websockets.dom.event import Event, create_an_event
from whatwg_websockets.dom.event_target import EventTarget


@pytest.fixture
def target():
    return EventTarget()


@contextlib.contextmanager
def errors_of(loop):
    """Collect the contexts that the loop's exception handler gets."""
    errors = []
    loop.set_exception_handler(lambda loop, context: errors.append(context))
    yield errors
    loop.set_exception_handler(None)


def run(test):
    """Run a test in a loop, with the list of reported errors."""

    async def main():
        with errors_of(asyncio.get_running_loop()) as errors:
            result = test(errors)
            if asyncio.iscoroutine(result):
                await result

    asyncio.run(main())


@pytest.mark.parametrize("capture", [True, False])
def test_what_a_listener_sees(target, capture):
    seen = []

    def look(event):
        seen.append(
            (
                event.target,
                event.srcElement,
                event.currentTarget,
                event.eventPhase,
                event.composedPath(),
            )
        )

    target.addEventListener("foo", look, capture)
    event = Event("foo")
    target.dispatchEvent(event)
    assert seen == [(target, target, target, Event.AT_TARGET, [target])]


@pytest.mark.parametrize("bubbles", [True, False])
def test_what_is_left_afterwards(target, bubbles):
    event = Event("foo", bubbles=bubbles)
    target.dispatchEvent(event)
    assert event.target is target
    assert event.srcElement is target
    assert event.currentTarget is None
    assert event.eventPhase == Event.NONE
    assert event.composedPath() == []
    assert event.cancelBubble is False


def test_the_list_that_composed_path_gives_is_a_new_one(target):
    paths = []

    def look(event):
        event.composedPath().clear()
        paths.append(event.composedPath())

    target.addEventListener("foo", look)
    target.dispatchEvent(Event("foo"))
    assert paths == [[target]]


def test_the_result_says_whether_the_event_was_canceled(target):
    assert dispatch(Event("foo", cancelable=True), target) is True
    target.addEventListener("foo", lambda event: event.preventDefault())
    assert dispatch(Event("foo", cancelable=True), target) is False
    assert dispatch(Event("foo"), target) is True


def test_an_event_stays_canceled(target):
    event = Event("foo", cancelable=True)
    event.preventDefault()
    assert target.dispatchEvent(event) is False
    assert target.dispatchEvent(event) is False


def test_a_listener_that_was_added_meanwhile_does_not_run(target):
    ran = []
    target.addEventListener("foo", lambda event: target.addEventListener("foo", ran.append))
    target.dispatchEvent(Event("foo"))
    assert ran == []
    target.dispatchEvent(Event("foo"))
    assert len(ran) == 1


def test_a_listener_that_was_removed_meanwhile_does_not_run(target):
    ran = []
    target.addEventListener("foo", lambda event: target.removeEventListener("foo", ran.append))
    target.addEventListener("foo", ran.append)
    target.dispatchEvent(Event("foo"))
    assert ran == []


def test_a_listener_that_was_removed_and_added_meanwhile_does_not_run(target):
    ran = []

    def renew(event):
        target.removeEventListener("foo", ran.append)
        target.addEventListener("foo", ran.append)

    target.addEventListener("foo", renew)
    target.addEventListener("foo", ran.append)
    target.dispatchEvent(Event("foo"))
    assert ran == []


def test_each_phase_takes_its_listeners_when_it_begins(target):
    ran = []

    def capturing(event):
        target.addEventListener("foo", lambda event: ran.append("bubbling"))
        target.addEventListener("foo", lambda event: ran.append("capturing"), True)

    target.addEventListener("foo", capturing, True)
    target.dispatchEvent(Event("foo"))
    assert ran == ["bubbling"]


def test_a_listener_may_remove_itself(target):
    ran = []

    def remove(event):
        ran.append(event)
        target.removeEventListener("foo", remove)

    target.addEventListener("foo", remove)
    target.addEventListener("foo", ran.append)
    target.dispatchEvent(Event("foo"))
    target.dispatchEvent(Event("foo"))
    assert len(ran) == 3


def test_stop_immediate_propagation_stops_the_listeners_that_follow(target):
    ran = []
    target.addEventListener("foo", lambda event: event.stopImmediatePropagation(), True)
    target.addEventListener("foo", ran.append, True)
    target.addEventListener("foo", ran.append)
    event = Event("foo")
    target.dispatchEvent(event)
    assert ran == []
    assert event.cancelBubble is False


def test_an_event_that_was_stopped_is_not_stopped_for_ever(target):
    ran = []
    target.addEventListener("foo", lambda event: event.stopImmediatePropagation(), once=True)
    target.addEventListener("foo", ran.append)
    target.addEventListener("foo", lambda event: ran.append(event))
    event = Event("foo")
    target.dispatchEvent(event)
    assert ran == []
    target.dispatchEvent(event)
    assert ran == [event, event]


def test_stop_propagation_stops_the_phase_that_follows(target):
    ran = []
    target.addEventListener("foo", lambda event: event.stopPropagation(), True)
    target.addEventListener("foo", lambda event: ran.append("capturing"), True)
    target.addEventListener("foo", lambda event: ran.append("bubbling"))
    event = Event("foo")
    target.dispatchEvent(event)
    assert ran == ["capturing"]
    assert event.cancelBubble is False


@pytest.mark.parametrize("stop", [Event.stopPropagation, Event.stopImmediatePropagation])
def test_an_event_that_was_stopped_before_reaches_nobody_once(target, stop):
    ran = []
    target.addEventListener("foo", ran.append)
    event = Event("foo")
    stop(event)
    assert target.dispatchEvent(event) is True
    assert ran == []
    assert event.target is target
    target.dispatchEvent(event)
    assert ran == [event]


def test_dispatches_may_be_nested(target):
    ran = []

    def outer(event):
        inner = Event("inner")
        target.dispatchEvent(inner)
        ran.append(("outer", event.currentTarget, event.eventPhase, inner.currentTarget))

    target.addEventListener("outer", outer)
    target.addEventListener("inner", lambda event: ran.append(("inner", event.currentTarget)))
    target.dispatchEvent(Event("outer"))
    assert ran == [("inner", target), ("outer", target, Event.AT_TARGET, None)]


def test_firing_an_event(target):
    events = []
    target.addEventListener("open", events.append)
    event = create_an_event(Event, "open")
    assert fire_an_event(target, event) is True
    assert events == [event]
    assert event.isTrusted is True


def test_firing_an_event_that_nobody_listens_to(target):
    event = create_an_event(Event, "open")
    assert fire_an_event(target, event) is True
    assert (event.target, event.currentTarget, event.eventPhase) == (target, None, 0)


def test_an_exception_is_reported_and_stops_nothing(target):
    def test(errors):
        ran = []

        def fail(event):
            raise ZeroDivisionError("oops")

        target.addEventListener("foo", fail)
        target.addEventListener("foo", ran.append)
        event = Event("foo")
        assert target.dispatchEvent(event) is True
        assert ran == [event]
        (error,) = errors
        assert isinstance(error["exception"], ZeroDivisionError)
        assert error["listener"] is fail
        assert error["message"] == "Exception in event listener"

    run(test)


def test_a_passive_listener_that_raises_leaves_the_next_one_free_to_cancel(target):
    def test(errors):
        def fail(event):
            raise ValueError

        target.addEventListener("foo", fail, passive=True)
        target.addEventListener("foo", lambda event: event.preventDefault())
        assert target.dispatchEvent(Event("foo", cancelable=True)) is False
        assert len(errors) == 1

    run(test)


def test_an_object_without_handle_event_is_reported_at_each_event(target):
    def test(errors):
        nothing = object()
        target.addEventListener("foo", nothing)
        target.dispatchEvent(Event("foo"))
        target.dispatchEvent(Event("foo"))
        assert [type(error["exception"]) for error in errors] == [TypeError, TypeError]
        assert errors[0]["listener"] is nothing

    run(test)


def test_cancelled_error_is_reported_like_any_other(target):
    def test(errors):
        def fail(event):
            raise asyncio.CancelledError

        target.addEventListener("foo", fail)
        target.dispatchEvent(Event("foo"))
        assert isinstance(errors[0]["exception"], asyncio.CancelledError)

    run(test)


@pytest.mark.parametrize("exception", [KeyboardInterrupt, SystemExit])
def test_what_ends_the_program_goes_through(target, exception):
    def test(errors):
        ran = []

        def end(event):
            raise exception

        target.addEventListener("foo", end)
        target.addEventListener("foo", ran.append)
        with pytest.raises(exception):
            target.dispatchEvent(Event("foo"))
        assert ran == []
        assert errors == []

    run(test)


def test_without_a_loop_an_exception_goes_to_the_hook(target, monkeypatch):
    reported = []
    monkeypatch.setattr(sys, "excepthook", lambda *error: reported.append(error))

    def fail(event):
        raise ZeroDivisionError("oops")

    target.addEventListener("foo", fail)
    assert target.dispatchEvent(Event("foo")) is True
    ((kind, exception, traceback),) = reported
    assert kind is ZeroDivisionError
    assert str(exception) == "oops"
    assert traceback is not None


def test_a_coroutine_function_may_listen(target):
    async def test(errors):
        done = asyncio.Event()
        steps = []

        async def listen(event):
            steps.append(event)
            await asyncio.sleep(0)
            done.set()

        target.addEventListener("foo", listen)
        event = Event("foo")
        assert target.dispatchEvent(event) is True
        await done.wait()
        assert steps == [event]
        assert errors == []

    run(test)


def test_other_results_are_ignored(target):
    def test(errors):
        for result in (False, 5, "x", object()):
            target.addEventListener("foo", lambda event, result=result: result)
        assert target.dispatchEvent(Event("foo", cancelable=True)) is True
        assert errors == []

    run(test)
