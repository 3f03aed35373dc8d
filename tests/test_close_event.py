"""6. The CloseEvent interface."""

import pytest

from whatwg_websockets.close_event import CloseEvent, create_a_close_event
from whatwg_websockets.dom.event import Event


def test_a_new_event():
    event = CloseEvent("foo")
    assert isinstance(event, Event)
    assert event.type == "foo"
    assert event.wasClean is False
    assert event.code == 0
    assert event.reason == ""
    assert (event.bubbles, event.cancelable, event.isTrusted) == (False, False, False)


def test_the_init_dictionary():
    members = {"wasClean": 1, "code": 7000.9, "reason": "b\ud800", "cancelable": True}
    for event in (CloseEvent("foo", members), CloseEvent("foo", **members)):
        assert event.wasClean is True
        assert event.code == 7000
        assert event.reason == "b\ufffd"
        assert (event.bubbles, event.cancelable) == (False, True)


@pytest.mark.parametrize(
    ("value", "code"), [(65535, 65535), (65536, 0), (-1, 65535), ("1000", 1000), (None, 0)]
)
def test_the_code_wraps_around(value, code):
    assert CloseEvent("foo", code=value).code == code


def test_the_reason_is_a_string():
    assert CloseEvent("foo", {"reason": None}).reason == "null"


def test_bad_init_dictionaries():
    with pytest.raises(TypeError):
        CloseEvent("foo", "wasClean")
    with pytest.raises(TypeError, match="no member 'data'"):
        CloseEvent("foo", data=1)


@pytest.mark.parametrize("attribute", ["wasClean", "code", "reason"])
def test_attributes_are_read_only(attribute):
    with pytest.raises(AttributeError):
        setattr(CloseEvent("foo"), attribute, 1)


def test_the_event_of_a_websocket():
    event = create_a_close_event(True, 1000, "bye")
    assert type(event) is CloseEvent
    assert (event.type, event.isTrusted) == ("close", True)
    assert (event.wasClean, event.code, event.reason) == (True, 1000, "bye")
    assert (event.bubbles, event.cancelable, event.composed) == (False, False, False)


def test_it_shows_how_the_connection_was_closed():
    assert (
        repr(create_a_close_event(True, 1000, "bye")) == "<CloseEvent 'close': 1000 'bye', clean>"
    )
    assert repr(CloseEvent("foo", code=1006)) == "<CloseEvent 'foo': 1006 '', not clean>"
