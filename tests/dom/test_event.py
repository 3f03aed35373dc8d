"""The Event interface."""

import time

import pytest

from whatwg_websockets.dom.dispatch import dispatch
from whatwg_websockets.dom.event import TIME_ORIGIN, Event, create_an_event
from whatwg_websockets.dom.event_target import EventTarget
from whatwg_websockets.webidl.missing import MISSING


def test_a_new_event():
    event = Event("foo")
    assert event.type == "foo"
    assert event.target is None
    assert event.srcElement is None
    assert event.currentTarget is None
    assert event.composedPath() == []
    assert event.eventPhase == Event.NONE
    assert event.bubbles is False
    assert event.cancelable is False
    assert event.composed is False
    assert event.defaultPrevented is False
    assert event.returnValue is True
    assert event.cancelBubble is False
    assert event.isTrusted is False


def test_a_type_is_needed():
    with pytest.raises(TypeError):
        Event()


@pytest.mark.parametrize(("value", "expected"), [(None, "null"), (1.0, "1"), ("", "")])
def test_the_type_is_a_string(value, expected):
    assert Event(value).type == expected


@pytest.mark.parametrize("member", ["bubbles", "cancelable", "composed"])
def test_the_init_dictionary(member):
    assert getattr(Event("foo", {member: True}), member) is True
    assert getattr(Event("foo", {member: "yes"}), member) is True
    assert getattr(Event("foo", {member: 0}), member) is False
    assert getattr(Event("foo", **{member: True}), member) is True
    others = {"bubbles", "cancelable", "composed"} - {member}
    assert not any(getattr(Event("foo", {member: True}), other) for other in others)


@pytest.mark.parametrize("dictionary", [MISSING, None, {}, {"unknown": 1}, {"isTrusted": True}])
def test_an_init_dictionary_that_says_nothing(dictionary):
    event = Event("foo", dictionary)
    flags = (event.bubbles, event.cancelable, event.composed, event.isTrusted)
    assert flags == (False, False, False, False)


def test_bad_init_dictionaries():
    with pytest.raises(TypeError):
        Event("foo", True)
    with pytest.raises(TypeError, match="no member 'detail'"):
        Event("foo", detail=1)


def test_the_phases_are_constants_of_class_and_instance():
    for holder in (Event, Event("foo")):
        assert holder.NONE == 0
        assert holder.CAPTURING_PHASE == 1
        assert holder.AT_TARGET == 2
        assert holder.BUBBLING_PHASE == 3


@pytest.mark.parametrize(
    "attribute",
    [
        "type",
        "target",
        "srcElement",
        "currentTarget",
        "eventPhase",
        "bubbles",
        "cancelable",
        "composed",
        "defaultPrevented",
        "isTrusted",
        "timeStamp",
    ],
)
def test_attributes_are_read_only(attribute):
    with pytest.raises(AttributeError):
        setattr(Event("foo"), attribute, 1)


def test_time_stamps_are_milliseconds_at_creation():
    before = time.perf_counter()
    events = [Event("foo"), create_an_event(Event, "foo")]
    after = time.perf_counter()
    stamps = [event.timeStamp for event in events]
    first, last = ((at - TIME_ORIGIN) * 1_000 for at in (before, after))
    assert first <= stamps[0] <= stamps[1] <= last
    for event in events:
        EventTarget().dispatchEvent(event)
    assert [event.timeStamp for event in events] == stamps


def test_stop_propagation_is_seen_in_cancel_bubble():
    event = Event("foo")
    event.stopPropagation()
    assert event.cancelBubble is True


def test_stop_immediate_propagation_is_seen_in_cancel_bubble():
    event = Event("foo")
    event.stopImmediatePropagation()
    assert event.cancelBubble is True


def test_cancel_bubble_can_be_set_but_not_unset():
    event = Event("foo")
    event.cancelBubble = False
    assert event.cancelBubble is False
    event.cancelBubble = "yes"
    assert event.cancelBubble is True
    event.cancelBubble = False
    assert event.cancelBubble is True


def test_prevent_default():
    event = Event("foo", cancelable=True)
    event.preventDefault()
    assert event.defaultPrevented is True
    assert event.returnValue is False


def test_prevent_default_needs_a_cancelable_event():
    event = Event("foo")
    event.preventDefault()
    assert event.defaultPrevented is False
    event.returnValue = False
    assert event.returnValue is True


def test_return_value_can_be_set_to_false_but_not_back():
    event = Event("foo", cancelable=True)
    event.returnValue = True
    assert event.defaultPrevented is False
    event.returnValue = 0
    assert event.defaultPrevented is True
    event.returnValue = True
    assert event.defaultPrevented is True


def test_init_event_starts_the_event_over():
    event = create_an_event(Event, "foo")
    dispatch(event, EventTarget())
    assert event.isTrusted is True
    event.initEvent("bar", True, True)
    event.preventDefault()
    event.stopImmediatePropagation()
    event.initEvent("baz", cancelable=True)
    assert event.type == "baz"
    assert event.bubbles is False
    assert event.cancelable is True
    assert event.defaultPrevented is False
    assert event.cancelBubble is False
    assert event.isTrusted is False
    assert event.target is None
    event.initEvent(None)
    assert event.type == "null"
    assert event.cancelable is False


def test_init_event_lets_listeners_run_that_had_been_stopped():
    ran = []
    target = EventTarget()
    target.addEventListener("foo", ran.append)
    target.addEventListener("foo", lambda event: ran.append(event))
    event = Event("foo")
    event.stopImmediatePropagation()
    event.initEvent("foo")
    target.dispatchEvent(event)
    assert ran == [event, event]


def test_init_event_does_nothing_during_dispatch():
    target = EventTarget()
    target.addEventListener("foo", lambda event: event.initEvent("bar", True, True))
    event = Event("foo")
    target.dispatchEvent(event)
    assert event.type == "foo"
    assert event.bubbles is False
    assert event.target is target


def test_an_event_that_the_library_made():
    event = create_an_event(Event, "open")
    assert type(event) is Event
    assert event.type == "open"
    assert event.isTrusted is True
    assert (event.bubbles, event.cancelable, event.composed) == (False, False, False)
    assert (event.target, event.currentTarget, event.eventPhase) == (None, None, 0)


def test_subclasses_may_have_attributes_of_their_own():
    class Ping(Event):
        def __init__(self, payload):
            super().__init__("ping", cancelable=True)
            self.payload = payload

    event = Ping(b"x")
    assert (event.type, event.payload, event.cancelable) == ("ping", b"x", True)


def test_it_shows_interface_and_type():
    assert repr(Event("foo")) == "<Event 'foo'>"


def test_init_event_converts_its_arguments_also_while_the_event_is_dispatched():
    class Unconvertible:
        def __str__(self):
            raise ZeroDivisionError

    seen = []
    target = EventTarget()

    def listener(event):
        event.initEvent("bar")
        with pytest.raises(ZeroDivisionError):
            event.initEvent(Unconvertible())
        seen.append(event.type)

    target.addEventListener("foo", listener)
    target.dispatchEvent(Event("foo"))
    assert seen == ["foo"]
