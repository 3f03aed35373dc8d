"""Calling what the program handed in."""

import pytest

from whatwg_websockets.webidl.callback import call_a_user_objects_operation


class Handler:
    def handleEvent(self, event):
        return (self, event)


def test_a_callable_is_called():
    assert call_a_user_objects_operation(lambda *args: args, "handleEvent", 1, 2) == (1, 2)


def test_the_operation_of_an_object_is_called():
    handler = Handler()
    assert call_a_user_objects_operation(handler, "handleEvent", "event") == (handler, "event")


def test_a_callable_is_preferred_to_its_operation():
    class Both(Handler):
        def __call__(self, event):
            return "called"

    assert call_a_user_objects_operation(Both(), "handleEvent", "event") == "called"


def test_the_operation_is_looked_up_at_each_call():
    handler = Handler()
    handler.handleEvent = lambda event: "first"
    assert call_a_user_objects_operation(handler, "handleEvent", "event") == "first"
    handler.handleEvent = lambda event: "second"
    assert call_a_user_objects_operation(handler, "handleEvent", "event") == "second"


@pytest.mark.parametrize("value", [{}, object(), type("T", (), {"handleEvent": 5})()])
def test_without_an_operation_there_is_an_error(value):
    with pytest.raises(TypeError, match=r"is not callable and has no method handleEvent\(\)"):
        call_a_user_objects_operation(value, "handleEvent", "event")


def test_what_the_look_up_raises_goes_through():
    class Moody:
        @property
        def handleEvent(self):
            raise LookupError("not today")

    with pytest.raises(LookupError, match="not today"):
        call_a_user_objects_operation(Moody(), "handleEvent", "event")


def test_what_the_call_raises_goes_through():
    def fail(event):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        call_a_user_objects_operation(fail, "handleEvent", "event")
