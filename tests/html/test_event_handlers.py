"""Event handler IDL attributes: the slot rule, return values, odd values."""

import asyncio
import gc
import sys
import weakref

import pytest

from support.inside import has_listeners
from whatwg_websockets.dom.event import Event
from whatwg_websockets.dom.event_target import EventTarget
from whatwg_websockets.html.event_handlers import EventHandlerAttribute


class Target(EventTarget):
    onfoo = EventHandlerAttribute("foo")
    onbar = EventHandlerAttribute("bar")

    changes = 0

    def _listeners_changed(self):
        self.changes += 1


@pytest.fixture
def target():
    return Target()


@pytest.fixture
def ran():
    return []


def fire(target, **members):
    return target.dispatchEvent(Event("foo", **members))


def test_at_first_there_is_no_handler(target):
    assert target.onfoo is None
    assert target.onbar is None


def test_a_handler_gets_the_event(target, ran):
    target.onfoo = ran.append
    target.onbar = lambda event: ran.append("bar")
    event = Event("foo")
    target.dispatchEvent(event)
    assert ran == [event]
    assert target.onfoo == ran.append


def test_each_target_has_its_own(target, ran):
    other = Target()
    target.onfoo = ran.append
    assert other.onfoo is None
    fire(other)
    assert ran == []


def test_the_class_has_the_attribute_itself():
    assert isinstance(Target.onfoo, EventHandlerAttribute)
    assert Target.onfoo.__doc__ == "The event handler for events of type ``foo``."


def test_a_handler_takes_its_place_when_it_is_first_set(target, ran):
    target.addEventListener("foo", lambda event: ran.append("a"))
    target.onfoo = lambda event: ran.append("handler")
    target.addEventListener("foo", lambda event: ran.append("b"))
    fire(target)
    assert ran == ["a", "handler", "b"]


def test_another_handler_takes_over_the_place(target, ran):
    target.onfoo = lambda event: ran.append("old")
    target.addEventListener("foo", lambda event: ran.append("a"))
    target.onfoo = lambda event: ran.append("new")
    fire(target)
    assert ran == ["new", "a"]


def test_a_handler_that_was_taken_away_loses_its_place(target, ran):
    target.onfoo = lambda event: ran.append("old")
    target.addEventListener("foo", lambda event: ran.append("a"))
    target.onfoo = None
    assert target.onfoo is None
    fire(target)
    assert ran == ["a"]
    target.onfoo = lambda event: ran.append("new")
    fire(target)
    assert ran == ["a", "a", "new"]


def test_taking_away_what_is_not_there(target):
    target.onfoo = None
    target.onfoo = print
    target.onfoo = None
    target.onfoo = None
    assert target.onfoo is None
    assert not has_listeners(target, "foo")


@pytest.mark.parametrize("value", ["function", "", 5, 0, 1.5, True, False])
def test_primitives_are_the_same_as_none(target, value):
    target.onfoo = print
    target.onfoo = value
    assert target.onfoo is None
    assert not has_listeners(target, "foo")


@pytest.mark.parametrize("value", [{}, object(), [1]])
def test_objects_that_cannot_be_called_are_kept_and_do_nothing(target, ran, value, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", lambda *error: ran.append(error))
    target.onfoo = value
    target.addEventListener("foo", lambda event: ran.append("a"))
    assert target.onfoo is value
    assert has_listeners(target, "foo")
    assert fire(target) is True
    target.onfoo = lambda event: ran.append("handler")
    fire(target)
    assert ran == ["a", "handler", "a"]


def test_handle_event_of_an_object_is_not_called(target, ran):
    class Handler:
        def handleEvent(self, event):
            ran.append(event)

    target.onfoo = Handler()
    fire(target)
    assert ran == []


def test_a_handler_and_the_same_function_as_a_listener_are_two(target, ran):
    target.onfoo = ran.append
    target.addEventListener("foo", ran.append)
    fire(target)
    assert len(ran) == 2
    target.removeEventListener("foo", ran.append)
    fire(target)
    assert len(ran) == 3


def test_a_handler_that_is_replaced_meanwhile(target, ran):
    def replace(event):
        target.onfoo = lambda event: ran.append("new")

    target.addEventListener("foo", replace)
    target.onfoo = lambda event: ran.append("old")
    fire(target)
    assert ran == ["new"]


def test_a_handler_that_is_taken_away_meanwhile(target, ran):
    def take_away(event):
        target.onfoo = None

    target.addEventListener("foo", take_away)
    target.onfoo = ran.append
    fire(target)
    assert ran == []


def test_a_handler_that_is_renewed_meanwhile_has_to_wait(target, ran):
    def renew(event):
        target.onfoo = None
        target.onfoo = ran.append

    target.addEventListener("foo", renew)
    target.onfoo = ran.append
    fire(target)
    assert ran == []


def test_a_handler_may_take_itself_away(target, ran):
    def handler(event):
        ran.append(event)
        target.onfoo = None

    target.onfoo = handler
    fire(target)
    fire(target)
    assert len(ran) == 1


def test_false_cancels_the_event(target):
    target.onfoo = lambda event: False
    event = Event("foo", cancelable=True)
    assert target.dispatchEvent(event) is False
    assert event.defaultPrevented is True


@pytest.mark.parametrize("result", [None, True, 0, "", [], 5])
def test_other_results_do_not(target, result):
    target.onfoo = lambda event: result
    assert fire(target, cancelable=True) is True


def test_an_event_that_cannot_be_canceled_is_not(target):
    target.onfoo = lambda event: False
    event = Event("foo")
    assert target.dispatchEvent(event) is True
    assert event.defaultPrevented is False


def test_a_listener_that_returns_false_does_not_cancel(target):
    target.addEventListener("foo", lambda event: False)
    assert fire(target, cancelable=True) is True


def test_an_exception_is_reported_with_the_handler(target, ran):
    async def main():
        errors = []
        asyncio.get_running_loop().set_exception_handler(lambda loop, error: errors.append(error))

        def fail(event):
            raise ZeroDivisionError

        target.onfoo = fail
        target.addEventListener("foo", ran.append)
        assert fire(target, cancelable=True) is True
        (error,) = errors
        assert isinstance(error["exception"], ZeroDivisionError)
        assert error["listener"] is fail
        assert len(ran) == 1

    asyncio.run(main())


@pytest.mark.parametrize("exception", [KeyboardInterrupt, SystemExit])
def test_what_ends_the_program_goes_through(target, exception):
    def end(event):
        raise exception

    target.onfoo = end
    with pytest.raises(exception):
        fire(target)


def test_a_coroutine_function_as_handler(target, ran):
    async def main():
        done = asyncio.Event()

        async def handler(event):
            ran.append(event)
            await asyncio.sleep(0)
            done.set()
            return False

        target.onfoo = handler
        assert fire(target, cancelable=True) is True
        await done.wait()
        assert len(ran) == 1

    asyncio.run(main())


def test_changes_are_heard_of(target):
    target.onfoo = print
    assert target.changes == 1
    target.onfoo = repr
    assert target.changes == 1
    target.onfoo = None
    assert target.changes == 2


def test_a_handler_makes_no_circle_of_references():
    target = Target()
    target.onfoo = print
    fire(target)
    reference = weakref.ref(target)
    gc.disable()
    try:
        del target
        assert reference() is None
    finally:
        gc.enable()
