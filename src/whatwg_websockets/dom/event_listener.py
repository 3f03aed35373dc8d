"""Event listeners, which EventTarget keeps for each callback: adding and removing them."""

from collections.abc import Callable, Mapping
from functools import partial
from types import BuiltinMethodType, MethodType, MethodWrapperType
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, TypedDict, TypeVar
from weakref import ref

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.dom.abort_algorithms import (
    Abortable,
    add_an_abort_algorithm,
    is_aborted,
    remove_an_abort_algorithm,
)
from whatwg_websockets.webidl.callback import call_a_user_objects_operation
from whatwg_websockets.webidl.conversions import is_object, to_boolean
from whatwg_websockets.webidl.dictionary import Dictionary, Member
from whatwg_websockets.webidl.messages import shown
from whatwg_websockets.webidl.missing import MISSING, Missing

if TYPE_CHECKING:
    from whatwg_websockets.dom.abort import AbortSignal
    from whatwg_websockets.dom.event import Event
    from whatwg_websockets.dom.event_target import EventTarget

Taken = TypeVar("Taken", bound="Event", contravariant=True)


class HandlesEvents(Protocol[Taken]):
    """The interface of a listener that is not callable."""

    def handleEvent(self, event: Taken, /) -> object:
        """Handle an event."""


EventListenerCallback: TypeAlias = Callable[[Taken], object] | HandlesEvents[Taken] | None
"""The type of a listener.

A listener is a callable, which may be a coroutine function, or an object with ``handleEvent``. None
stands for no listener. None is part of the alias because mypy would not check a lambda that is
given for ``EventListenerCallback[Event] | None``.

Source: https://dom.spec.whatwg.org/#callbackdef-eventlistener
"""

_BUILT_IN_METHOD_TYPES: Final = (BuiltinMethodType, MethodWrapperType)


def _to_abort_signal(value: object) -> Abortable:
    """Convert a value to an AbortSignal."""
    if not isinstance(value, Abortable):
        raise TypeError(f"signal must be an AbortSignal, not {type(value).__name__}")
    return value


EVENT_LISTENER_OPTIONS: Final = Dictionary(
    "EventListenerOptions", {"capture": Member(to_boolean, False)}
)
ADD_EVENT_LISTENER_OPTIONS: Final = Dictionary(
    "AddEventListenerOptions",
    {
        "passive": Member(to_boolean),
        "once": Member(to_boolean, False),
        "signal": Member(_to_abort_signal),
    },
    inherits=EVENT_LISTENER_OPTIONS,
)


class EventListenerOptions(TypedDict, total=False):
    """The members of the dictionary EventListenerOptions, for type checkers."""

    capture: bool


class AddEventListenerOptions(EventListenerOptions, total=False):
    """The members of the dictionary AddEventListenerOptions, for type checkers."""

    passive: bool
    once: bool
    signal: "AbortSignal"


RemoveOptions: TypeAlias = EventListenerOptions | bool | Missing | None
AddOptions: TypeAlias = AddEventListenerOptions | bool | Missing | None


class EventListener:
    """An event listener of a target.

    Attributes:
        type: the type of the events that the listener is called with.
        callback: a callable, an object with a method ``handleEvent``, or None.
        capture: whether the listener runs in the capturing phase, and not in the bubbling phase.
        passive: whether the listener must not cancel the event; None until the listener is added,
            if the program has not set it.
        once: whether the listener is removed before it runs.
        signal: the AbortSignal that removes the listener, or None.
        removed: whether the listener was removed, so that a running dispatch skips it.
        call: a function that calls the callback with an event and returns the result.

    Source: https://dom.spec.whatwg.org/#concept-event-listener
    """

    __slots__ = (
        "__weakref__",
        "call",
        "callback",
        "capture",
        "once",
        "passive",
        "removed",
        "signal",
        "type",
    )

    def __init__(
        self,
        type: str,  # noqa: A002
        callback: object,
        *,
        capture: bool = False,
        passive: bool | None = None,
        once: bool = False,
        signal: Abortable | None = None,
    ) -> None:
        self.type: str = type
        self.callback: object = callback
        self.capture: bool = capture
        self.passive: bool | None = passive
        self.once: bool = once
        self.signal: Abortable | None = signal
        self.removed: bool = False
        self.call: Callable[[Event], Any] = (
            callback
            if callable(callback)
            else partial(call_a_user_objects_operation, callback, "handleEvent")
        )


def to_event_listener_callback(callback: object) -> object:
    """Convert a value to an EventListener callback: None or an object.

    Raises:
        TypeError: the value is a string, a number or a boolean.

    Source: https://webidl.spec.whatwg.org/#js-callback-interface
    """
    if callback is None or callback is MISSING:
        return None
    if not is_object(callback):
        raise TypeError(f"a listener must be a callable or an object, not {shown(callback)}")
    return callback


def is_same_callback(one: object, other: object) -> bool:
    """Return whether two callbacks are the same object, and not only equal.

    Python creates a new object each time that a method is read from its instance. Two such objects
    are the same callback if they are the same method of the same instance.
    """
    if isinstance(one, MethodType) and isinstance(other, MethodType):
        same_instance = one.__self__ is other.__self__
        return same_instance and is_same_callback(one.__func__, other.__func__)
    # Two objects of these types are equal if both their instance and their method are the same.
    return one is other or (
        type(one) is type(other) and isinstance(one, _BUILT_IN_METHOD_TYPES) and one == other
    )


def convert_options(
    options: object, keywords: Mapping[str, object], dictionary: Dictionary
) -> bool | dict[str, Any]:
    """Convert the options of a method to the type "(dictionary or boolean)" of Web IDL.

    If there are keyword arguments, a boolean becomes the ``capture`` of a dictionary.
    """
    if options is None or options is MISSING or is_object(options):
        return dictionary.convert(options, keywords)
    capture = to_boolean(options)
    return dictionary.convert({"capture": capture}, keywords) if keywords else capture


@algorithm("concept-flatten-options", "flatten options")
def flatten(options: bool | dict[str, Any]) -> bool:
    """Return the value of ``capture`` in the options of a method.

    Source: https://dom.spec.whatwg.org/#concept-flatten-options
    """
    # 1. If the options are a boolean, return the boolean as the value of capture.
    if isinstance(options, bool):
        return options
    # 2. If the options are a dictionary, return its member capture, whose default is false.
    capture: bool = options["capture"]
    return capture


@algorithm("event-flatten-more", "flatten more options")
def flatten_more(
    options: bool | dict[str, Any],
) -> tuple[bool, bool | None, bool, Abortable | None]:
    """Return ``capture``, ``passive``, ``once`` and ``signal`` of addEventListener()'s options.

    Source: https://dom.spec.whatwg.org/#event-flatten-more
    """
    # 1. Take the value of capture by flattening the options.
    capture = flatten(options)
    # 2. Set once to false, which is the default.
    once = False
    # 3. Set passive and signal to null, which are their defaults.
    passive: bool | None = None
    signal: Abortable | None = None
    # 4. If the options are a dictionary, take `once`, `passive` and `signal` from the dictionary.
    if not isinstance(options, bool):
        # 4.1. Take the value of `once` from the dictionary.
        once = options["once"]
        # 4.2. Take the value of passive from the dictionary, if the member is present.
        passive = options.get("passive")
        # 4.3. Take the value of signal from the dictionary, if the member is present.
        signal = options.get("signal")
    # 5. Return the four values capture, passive, once and signal.
    return capture, passive, once, signal


@algorithm("default-passive-value", "default passive value")
def default_passive_value() -> bool:
    """Return whether a listener is passive by default.

    Source: https://dom.spec.whatwg.org/#default-passive-value
    """
    # 1. n/a: a program has no window or document, so no listener is passive by default.
    # 2. Return false: a listener is not passive by default, so the listener may cancel the event.
    return False


@algorithm("add-an-event-listener", "add an event listener")
def add_an_event_listener(event_target: "EventTarget", listener: EventListener) -> None:
    """Add a listener to a target, unless the target has the same listener already.

    Source: https://dom.spec.whatwg.org/#add-an-event-listener
    """
    # 1. n/a: a program has no service worker, so no warning about late listeners is reported.
    # 2. If the listener has a signal that is aborted, return.
    if listener.signal is not None and is_aborted(listener.signal):
        return
    # 3. If the listener's callback is null, return.
    if listener.callback is None:
        return
    # 4. If the listener's passive is null, set it to the default passive value.
    if listener.passive is None:
        listener.passive = default_passive_value()
    # 5. Append the listener to the target's list, unless the list has a listener with the same
    #    type, callback and capture.
    if not _contains(event_target, listener):
        _append(event_target, listener)
    # 6. If the listener has a signal, add an abort algorithm to the signal. The algorithm refers to
    #   target and listener weakly, so that a long-lived signal does not keep them alive.
    if listener.signal is not None:
        signal = listener.signal
        target_reference = ref(event_target)
        listener_reference = ref(listener, lambda _: remove_an_abort_algorithm(abort_step, signal))

        def abort_step() -> None:
            target = target_reference()
            listener = listener_reference()
            if target is not None and listener is not None:
                # 6.1. Remove the listener from the target, in the target's thread. From now on, the
                #   listener is not called, whichever thread has aborted the signal.
                listener.removed = True
                target._run_in_its_thread(partial(remove_an_event_listener, target, listener))

        add_an_abort_algorithm(abort_step, signal)


def _append(event_target: "EventTarget", listener: EventListener) -> None:
    """Append a listener to the list of its phase and type."""
    listeners = event_target._listeners_of_phase(listener.capture)
    listeners[listener.type] = (*listeners.get(listener.type, ()), listener)
    event_target._listeners_changed()


def find_listener(
    event_target: "EventTarget",
    type: str,  # noqa: A002
    callback: object,
    capture: bool,
) -> EventListener | None:
    """Return the listener of a target with a type, callback and capture, or None."""
    for listener in event_target._listeners_of_phase(capture).get(type, ()):
        if not listener.removed and is_same_callback(listener.callback, callback):
            return listener
    return None


def _contains(event_target: "EventTarget", listener: EventListener) -> bool:
    """Return whether a target has a listener with the same type, callback and capture."""
    found = find_listener(event_target, listener.type, listener.callback, listener.capture)
    return found is not None


@algorithm("remove-an-event-listener", "remove an event listener")
def remove_an_event_listener(event_target: "EventTarget", listener: EventListener) -> None:
    """Remove a listener from a target, even from a dispatch that is running.

    Source: https://dom.spec.whatwg.org/#remove-an-event-listener
    """
    # 1. n/a: a program has no service worker, so no warning about late listeners is reported.
    # 2. Set the listener's removed flag, which a running dispatch checks, and remove the listener
    #   from the target.
    listener.removed = True
    listeners = event_target._listeners_of_phase(listener.capture)
    rest = tuple(other for other in listeners.get(listener.type, ()) if other is not listener)
    if rest:
        listeners[listener.type] = rest
    else:
        listeners.pop(listener.type, None)
    event_target._listeners_changed()


def remove_all_event_listeners(event_target: "EventTarget") -> None:
    """Remove all listeners from a target.

    Source: https://dom.spec.whatwg.org/#remove-all-event-listeners
    """
    for capture in (True, False):
        for listeners in tuple(event_target._listeners_of_phase(capture).values()):
            for listener in listeners:
                remove_an_event_listener(event_target, listener)
