"""The MessageEvent interface."""

import pytest

from whatwg_websockets.dom.dispatch import fire_an_event
from whatwg_websockets.dom.event import Event
from whatwg_websockets.dom.event_target import EventTarget
from whatwg_websockets.html.message_event import MessageEvent, create_a_message_event


def test_a_new_event():
    event = MessageEvent("test")
    assert isinstance(event, Event)
    assert event.type == "test"
    assert event.data is None
    assert event.origin == ""
    assert event.lastEventId == ""
    assert event.source is None
    assert event.ports == ()
    assert (event.bubbles, event.cancelable, event.isTrusted) == (False, False, False)


def test_the_init_dictionary():
    data = object()
    members = {
        "data": data,
        "origin": "wss://h\ud800",
        "lastEventId": 7.0,
        "source": None,
        "ports": [],
        "bubbles": True,
        "cancelable": True,
    }
    for event in (MessageEvent("test", members), MessageEvent("test", **members)):
        assert event.data is data
        assert event.origin == "wss://h\ufffd"
        assert event.lastEventId == "7"
        assert event.source is None
        assert event.ports == ()
        assert (event.bubbles, event.cancelable) == (True, True)


@pytest.mark.parametrize(
    "members",
    [
        {"source": "window"},
        {"source": EventTarget()},
        {"ports": None},
        {"ports": ""},
        {"ports": "ports"},
        {"ports": 5},
        {"ports": [1]},
        {"ports": [EventTarget()]},
    ],
)
def test_there_are_no_windows_and_no_ports(members):
    with pytest.raises(TypeError):
        MessageEvent("test", members)


def test_unknown_members():
    MessageEvent("test", {"code": 1})
    with pytest.raises(TypeError, match="no member 'code'"):
        MessageEvent("test", code=1)


@pytest.mark.parametrize("attribute", ["data", "origin", "lastEventId", "source", "ports"])
def test_attributes_are_read_only(attribute):
    for event in (MessageEvent("test"), create_a_message_event("x", "ws://h", 1.5)):
        with pytest.raises(AttributeError):
            setattr(event, attribute, 1)


def test_init_message_event():
    event = MessageEvent("test", data=1, bubbles=True, origin="x", lastEventId="y")
    event.initMessageEvent("other", False, True, "data", None, 5)
    assert event.type == "other"
    assert (event.bubbles, event.cancelable) == (False, True)
    assert (event.data, event.origin, event.lastEventId) == ("data", "null", "5")
    assert (event.source, event.ports) == (None, ())
    event.initMessageEvent("again")
    assert (event.type, event.bubbles, event.cancelable) == ("again", False, False)
    assert (event.data, event.origin, event.lastEventId) == (None, "", "")


def test_init_message_event_refuses_what_the_constructor_refuses():
    event = MessageEvent("test", data="kept")
    with pytest.raises(TypeError):
        event.initMessageEvent("other", data="lost", ports=[1])
    assert (event.type, event.data) == ("test", "kept")


def test_init_message_event_does_nothing_during_dispatch():
    target = EventTarget()
    target.addEventListener("test", lambda event: event.initMessageEvent("other", data="lost"))  # type: ignore[attr-defined]
    event = MessageEvent("test", data="kept")
    target.dispatchEvent(event)
    assert (event.type, event.data) == ("test", "kept")


def test_the_event_of_a_websocket():
    event = create_a_message_event(b"x", "wss://h:8443", 1.5)
    like = MessageEvent("message", data=b"x", origin="wss://h:8443")
    assert type(event) is MessageEvent
    assert event.isTrusted is True
    assert event.timeStamp <= like.timeStamp
    names = [name for name in dir(MessageEvent) if not name.startswith("_")]
    for name in set(names) - {"isTrusted", "timeStamp"}:
        if not callable(getattr(event, name)):
            assert getattr(event, name) == getattr(like, name), name
    assert event.composedPath() == []


def test_the_event_of_a_websocket_is_dispatched_like_any_other():
    target = EventTarget()
    seen = []
    target.addEventListener(
        "message",
        lambda event: seen.append((event.data, event.currentTarget, event.eventPhase)),  # type: ignore[attr-defined]
    )
    event = create_a_message_event("x", "ws://h", 1.5)
    assert fire_an_event(target, event) is True
    assert seen == [("x", target, Event.AT_TARGET)]
    event.initMessageEvent("other")
    assert event.isTrusted is False


def test_it_shows_interface_and_type():
    assert repr(create_a_message_event("long" * 1000, "ws://h", 1.5)) == "<MessageEvent 'message'>"
