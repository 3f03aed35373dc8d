"""The EventTarget interface: adding and removing listeners, dispatching events."""

import weakref
from types import MethodType

import pytest

from support.inside import has_listeners, listeners_of
from whatwg_websockets import Blob, CloseEvent, MessageEvent
from whatwg_websockets.dom.abort import AbortSignal
from whatwg_websockets.dom.abort_controller import AbortController
from whatwg_websockets.dom.event import Event, create_an_event
from whatwg_websockets.dom.event_target import EventTarget
from whatwg_websockets.webidl.dom_exception import DOMException
from whatwg_websockets.webidl.missing import MISSING


class Watched(EventTarget):
    """Counts how often it hears that its listeners changed."""

    def __init__(self):
        super().__init__()
        self.changes = 0

    def _listeners_changed(self):
        self.changes += 1


class Recorder:
    """Writes down the names of the listeners that ran."""

    def __init__(self):
        self.ran = []

    def listener(self, name):
        return lambda event: self.ran.append(name)


@pytest.fixture
def target():
    return EventTarget()


@pytest.fixture
def recorder():
    return Recorder()


def fire(target, event_type="foo"):
    target.dispatchEvent(Event(event_type))


def test_a_listener_gets_the_event(target):
    events = []
    target.addEventListener("foo", events.append)
    event = Event("foo")
    assert target.dispatchEvent(event) is True
    assert events == [event]


def test_listeners_run_in_the_order_in_which_they_were_added(target, recorder):
    for name in "abc":
        target.addEventListener("foo", recorder.listener(name))
    fire(target)
    assert recorder.ran == ["a", "b", "c"]


def test_only_listeners_of_the_type_run(target, recorder):
    target.addEventListener("foo", recorder.listener("foo"))
    target.addEventListener("Foo", recorder.listener("Foo"))
    target.addEventListener(None, recorder.listener("null"))
    fire(target)
    fire(target, "null")
    fire(target, "bar")
    assert recorder.ran == ["foo", "null"]


def test_capturing_listeners_run_first(target, recorder):
    target.addEventListener("foo", recorder.listener("bubbling"))
    target.addEventListener("foo", recorder.listener("capturing"), True)
    target.addEventListener("foo", recorder.listener("capturing, too"), {"capture": True})
    fire(target)
    assert recorder.ran == ["capturing", "capturing, too", "bubbling"]


def test_the_same_listener_is_added_once(target):
    events = []
    target.addEventListener("foo", events.append)
    target.addEventListener("foo", events.append)
    target.addEventListener("foo", events.append, {"once": True})
    fire(target)
    fire(target)
    assert len(events) == 2


def test_a_duplicate_keeps_the_first_place_and_the_first_options(target, recorder):
    a, b = recorder.listener("a"), recorder.listener("b")
    target.addEventListener("foo", a, once=True)
    target.addEventListener("foo", b)
    target.addEventListener("foo", a)
    fire(target)
    fire(target)
    assert recorder.ran == ["a", "b", "b"]


def test_with_and_without_capture_are_two_listeners(target):
    events = []
    target.addEventListener("foo", events.append, True)
    target.addEventListener("foo", events.append, False)
    fire(target)
    assert len(events) == 2


@pytest.mark.parametrize("nothing", [None, MISSING])
def test_no_callback_is_ignored(target, nothing):
    target.addEventListener("foo", nothing)
    target.removeEventListener("foo", nothing)
    assert not has_listeners(target, "foo")


@pytest.mark.parametrize("callback", ["function", 5, 1.5, True])
def test_primitives_are_no_callbacks(target, callback):
    with pytest.raises(TypeError, match="a listener must be a callable or an object"):
        target.addEventListener("foo", callback)
    with pytest.raises(TypeError, match="a listener must be a callable or an object"):
        target.removeEventListener("foo", callback)


def test_a_callback_is_needed(target):
    with pytest.raises(TypeError):
        target.addEventListener("foo")


def test_objects_with_handle_event(target):
    class Handler:
        def __init__(self):
            self.events = []

        def handleEvent(self, event):
            self.events.append(event)

    handler = Handler()
    target.addEventListener("foo", handler)
    target.addEventListener("foo", handler)
    fire(target)
    assert len(handler.events) == 1
    target.removeEventListener("foo", handler)
    fire(target)
    assert len(handler.events) == 1


@pytest.mark.parametrize(
    ("add", "remove", "left"),
    [
        (MISSING, MISSING, False),
        (MISSING, False, False),
        (False, {}, False),
        (False, {"capture": 0}, False),
        ({"once": True, "passive": True}, MISSING, False),
        (True, True, False),
        ({"capture": True}, True, False),
        (1, "yes", False),
        (None, 0, False),
        (True, MISSING, True),
        (MISSING, True, True),
        ({"capture": True}, {"capture": False}, True),
        ("", True, True),
    ],
)
def test_removing_needs_the_same_capture(target, add, remove, left):
    def callback(event):
        raise AssertionError

    target.addEventListener("foo", callback, add)
    target.removeEventListener("foo", callback, remove)
    assert has_listeners(target, "foo") is left


def test_removing_needs_the_same_type_and_callback(target, recorder):
    a = recorder.listener("a")
    target.addEventListener("foo", a)
    target.removeEventListener("bar", a)
    target.removeEventListener("foo", recorder.listener("a"))
    fire(target)
    assert recorder.ran == ["a"]


def test_a_removed_listener_that_is_added_again_goes_to_the_end(target, recorder):
    a, b = recorder.listener("a"), recorder.listener("b")
    target.addEventListener("foo", a)
    target.addEventListener("foo", b)
    target.removeEventListener("foo", a)
    target.addEventListener("foo", a)
    fire(target)
    assert recorder.ran == ["b", "a"]


def test_options_as_keyword_arguments(target, recorder):
    a = recorder.listener("a")
    target.addEventListener("foo", a, capture=True, once=True)
    assert listeners_of(target, "foo", capture=True)
    target.removeEventListener("foo", a, capture=True)
    target.addEventListener("foo", a, True, once=True)
    assert listeners_of(target, "foo", capture=True)
    fire(target)
    fire(target)
    assert recorder.ran == ["a"]


def test_unknown_keyword_arguments_are_an_error(target):
    with pytest.raises(TypeError, match="no member 'twice'"):
        target.addEventListener("foo", print, twice=True)
    with pytest.raises(TypeError, match="no member 'once'"):
        target.removeEventListener("foo", print, once=True)


def test_members_of_a_mapping_that_are_not_known_are_ignored(target):
    target.addEventListener("foo", print, {"twice": True})
    target.removeEventListener("foo", print, {"once": True})
    assert not has_listeners(target, "foo")


def test_methods_of_the_same_object_are_the_same_callback(target):
    class Page:
        def __init__(self):
            self.events = []

        def on_foo(self, event):
            self.events.append(event)

    page, other = Page(), Page()
    target.addEventListener("foo", page.on_foo)
    target.addEventListener("foo", page.on_foo)
    target.addEventListener("foo", other.on_foo)
    fire(target)
    assert (len(page.events), len(other.events)) == (1, 1)
    target.removeEventListener("foo", page.on_foo)
    fire(target)
    assert (len(page.events), len(other.events)) == (1, 2)


def test_builtin_methods_of_equal_objects_are_not_the_same_callback(target):
    one, other = [], []
    target.addEventListener("foo", one.append)
    target.addEventListener("foo", other.append)
    fire(target)
    assert (len(one), len(other)) == (1, 1)


def test_equal_callables_are_not_the_same_callback(target):
    class Equal:
        count = 0

        def __call__(self, event):
            Equal.count += 1

        def __eq__(self, other):
            return True

        __hash__ = None

    target.addEventListener("foo", Equal())
    target.addEventListener("foo", Equal())
    fire(target)
    assert Equal.count == 2


def test_once(target, recorder):
    target.addEventListener("foo", recorder.listener("once"), {"once": True})
    target.addEventListener("foo", recorder.listener("always"))
    fire(target)
    fire(target)
    assert recorder.ran == ["once", "always", "always"]


def test_once_is_removed_before_it_runs(target):
    depth = []

    def again(event):
        depth.append(event)
        assert not has_listeners(target, "foo")
        fire(target)

    target.addEventListener("foo", again, once=True)
    fire(target)
    assert len(depth) == 1


def test_passive_listeners_cannot_cancel(target):
    def cancel(event):
        event.preventDefault()
        event.returnValue = False

    target.addEventListener("foo", cancel, {"passive": True})
    event = Event("foo", cancelable=True)
    assert target.dispatchEvent(event) is True
    assert event.defaultPrevented is False


@pytest.mark.parametrize("options", [MISSING, {"passive": False}, {"passive": MISSING}])
def test_other_listeners_can_cancel(target, options):
    target.addEventListener("foo", lambda event: None, {"passive": True})
    target.addEventListener("foo", lambda event: event.preventDefault(), options)
    event = Event("foo", cancelable=True)
    assert target.dispatchEvent(event) is False
    assert event.defaultPrevented is True


def test_a_signal_removes_the_listener(target):
    controller = AbortController()
    events = []
    target.addEventListener("foo", events.append, {"signal": controller.signal})
    target.addEventListener("bar", events.append, signal=controller.signal, capture=True)
    fire(target)
    fire(target, "bar")
    controller.abort()
    fire(target)
    fire(target, "bar")
    assert len(events) == 2


def test_a_signal_removes_the_listener_during_a_dispatch(target, recorder):
    controller = AbortController()
    target.addEventListener("foo", lambda event: controller.abort())
    target.addEventListener("foo", recorder.listener("late"), signal=controller.signal)
    fire(target)
    assert recorder.ran == []


def test_a_signal_that_is_aborted_already(target):
    target.addEventListener("foo", print, signal=AbortSignal.abort())
    assert not has_listeners(target, "foo")


def test_a_signal_of_a_duplicate_does_nothing(target):
    controller = AbortController()
    target.addEventListener("foo", print)
    target.addEventListener("foo", print, signal=controller.signal)
    controller.abort()
    assert has_listeners(target, "foo")


def test_a_signal_does_not_remove_a_listener_that_was_added_anew(target):
    controller = AbortController()
    target.addEventListener("foo", print, signal=controller.signal)
    target.removeEventListener("foo", print)
    target.addEventListener("foo", print)
    controller.abort()
    assert has_listeners(target, "foo")


@pytest.mark.parametrize("signal", [None, "x", 5, AbortController()])
def test_a_signal_has_to_be_one(target, signal):
    with pytest.raises(TypeError, match="signal must be an AbortSignal"):
        target.addEventListener("foo", print, {"signal": signal})


def test_options_are_read_even_if_there_is_no_callback(target):
    with pytest.raises(TypeError, match="signal must be an AbortSignal"):
        target.addEventListener("foo", None, {"signal": None})


def test_dispatch_event_needs_an_event(target):
    for value in ("foo", None, {"type": "foo"}):
        with pytest.raises(TypeError, match=r"dispatchEvent\(\) takes an Event"):
            target.dispatchEvent(value)


def test_an_event_cannot_be_dispatched_within_its_own_dispatch(target):
    caught = []

    def again(event):
        with pytest.raises(DOMException) as info:
            EventTarget().dispatchEvent(event)
        caught.append(info.value.name)

    target.addEventListener("foo", again)
    fire(target)
    assert caught == ["InvalidStateError"]


def test_an_event_can_be_dispatched_again_afterwards(target):
    events = []
    target.addEventListener("foo", events.append)
    event = Event("foo")
    target.dispatchEvent(event)
    target.dispatchEvent(event)
    assert events == [event, event]


def test_a_dispatched_event_is_not_trusted(target):
    event = create_an_event(Event, "foo")
    assert event.isTrusted is True
    target.dispatchEvent(event)
    assert event.isTrusted is False


def test_has_listeners(target):
    assert not has_listeners(target, "foo")
    target.addEventListener("foo", print)
    assert has_listeners(target, "foo")
    target.addEventListener("foo", print, capture=True)
    target.removeEventListener("foo", print)
    assert has_listeners(target, "foo")
    target.removeEventListener("foo", print, capture=True)
    assert not has_listeners(target, "foo")


def test_changes_of_listeners_are_heard_of():
    target = Watched()
    target.addEventListener("foo", print)
    assert target.changes == 1
    target.addEventListener("foo", print)
    target.addEventListener("foo", None)
    assert target.changes == 1
    target.removeEventListener("bar", print)
    assert target.changes == 1
    target.removeEventListener("foo", print)
    assert target.changes == 2
    target.addEventListener("foo", lambda event: None, once=True)
    fire(target)
    assert target.changes == 4
    controller = AbortController()
    target.addEventListener("foo", print, signal=controller.signal)
    controller.abort()
    assert target.changes == 6


def test_a_subclass_may_forget_to_call_init():
    class Forgetful(EventTarget):
        def __init__(self, name, *, size):
            self.name = name

    target = Forgetful("x", size=1)
    events = []
    target.addEventListener("foo", events.append)
    fire(target)
    assert len(events) == 1


class AlwaysEqual:
    """A callable whose instances are all equal."""

    def __eq__(self, other):
        return True

    __hash__ = None

    def __call__(self, *arguments):
        """Be called."""

    def method(self, event):
        """A method that is a listener."""


def test_listeners_are_told_apart_by_identity(target):
    one, other = AlwaysEqual(), AlwaysEqual()
    for callback in (one, other, one.method, other.method, one.method):
        target.addEventListener("foo", callback)
    assert len(listeners_of(target, "foo")) == 4
    target.removeEventListener("foo", other.method)
    target.removeEventListener("foo", AlwaysEqual())
    callbacks = listeners_of(target, "foo")
    assert [id(callback) for callback in callbacks[:2]] == [id(one), id(other)]
    assert callbacks[2].__self__ is one


def test_methods_made_of_equal_callables_are_not_the_same_callback(target):
    instance = object()
    one, other = AlwaysEqual(), AlwaysEqual()
    target.addEventListener("foo", MethodType(one, instance))
    target.addEventListener("foo", MethodType(other, instance))
    target.addEventListener("foo", MethodType(one, instance))
    assert len(listeners_of(target, "foo")) == 2


@pytest.mark.parametrize(
    "make",
    [
        EventTarget,
        AbortController,
        lambda: AbortController().signal,
        lambda: Event("foo"),
        lambda: MessageEvent("foo"),
        lambda: CloseEvent("foo"),
        lambda: Blob([]),
        DOMException,
    ],
)
def test_a_platform_object_may_carry_properties_of_the_programs_own(make):
    platform_object = make()
    platform_object.mine = 5
    assert (platform_object.mine, vars(platform_object)["mine"]) == (5, 5)
    assert weakref.ref(platform_object)() is platform_object
