"""Event listeners: what EventTarget keeps for each callback, and how they come and go."""

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
    """An object that can be a listener though it is not callable."""

    def handleEvent(self, event: Taken, /) -> object:
        """Take an event."""


EventListenerCallback: TypeAlias = Callable[[Taken], object] | HandlesEvents[Taken] | None
"""What can be a listener of an event.

A listener is a callable, which may be a coroutine function, or an object that handles events.
None stands for no listener. It belongs to this alias because mypy would not look into a lambda that
is given for ``EventListenerCallback[Event] | None``.

Source: https://dom.spec.whatwg.org/#callbackdef-eventlistener
"""

_BUILT_IN_METHOD_TYPES: Final = (BuiltinMethodType, MethodWrapperType)


def _to_abort_signal(value: object) -> Abortable:
    """Convert a value to an AbortSignal, which is to say: refuse anything else."""
    if not isinstance(value, Abortable):
        raise TypeError(f"signal is an AbortSignal, not {type(value).__name__}")
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
    """The members of the dictionary, as type checkers know them."""

    capture: bool


class AddEventListenerOptions(EventListenerOptions, total=False):
    """The members of the dictionary, as type checkers know them."""

    passive: bool
    once: bool
    signal: "AbortSignal"


RemoveOptions: TypeAlias = EventListenerOptions | bool | Missing | None
AddOptions: TypeAlias = AddEventListenerOptions | bool | Missing | None


class EventListener:
    """An event listener, as a target keeps it.

    Attributes:
        type: the type of the events that it hears of.
        callback: a callable, an object with a method ``handleEvent``, or None.
        capture: whether it runs in the capturing phase rather than in the bubbling phase.
        passive: whether it promises not to cancel the event; None until it is added.
        once: whether it is removed before it runs.
        signal: the AbortSignal that removes it, or None.
        removed: whether it was removed; a dispatch on its way passes it over.
        call: calls the callback with an event and returns what it returned.

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
        raise TypeError(f"a listener is a callable or an object, not {shown(callback)}")
    return callback


def is_same_callback(one: object, other: object) -> bool:
    """Tell whether two callbacks are the same object; that they are equal means nothing.

    Python makes a new object each time a method is taken from its instance. Two such objects are
    the same callback if they are the same method of the same instance.
    """
    if isinstance(one, MethodType) and isinstance(other, MethodType):
        same_instance = one.__self__ is other.__self__
        return same_instance and is_same_callback(one.__func__, other.__func__)
    # Of these two types, objects are equal where instance and method are the same.
    return one is other or (
        type(one) is type(other) and isinstance(one, _BUILT_IN_METHOD_TYPES) and one == other
    )


def convert_options(
    options: object, keywords: Mapping[str, object], dictionary: Dictionary
) -> bool | dict[str, Any]:
    """Convert the options of a method to what Web IDL calls "(dictionary or boolean)".

    Keyword arguments make a dictionary of a boolean, which then is its ``capture``.
    """
    if options is None or options is MISSING or is_object(options):
        return dictionary.convert(options, keywords)
    capture = to_boolean(options)
    return dictionary.convert({"capture": capture}, keywords) if keywords else capture


@algorithm("concept-flatten-options", "flatten options")
def flatten(options: bool | dict[str, Any]) -> bool:
    """Find the value of ``capture`` in the options of a method.

    Source: https://dom.spec.whatwg.org/#concept-flatten-options
    """
    # 1. A boolean is all that the method took once, and it meant "capture".
    if isinstance(options, bool):
        return options
    # 2. A dictionary has it always, by default as false.
    capture: bool = options["capture"]
    return capture


@algorithm("event-flatten-more", "flatten more options")
def flatten_more(
    options: bool | dict[str, Any],
) -> tuple[bool, bool | None, bool, Abortable | None]:
    """Find ``capture``, ``passive``, ``once`` and ``signal`` in the options of addEventListener().

    Source: https://dom.spec.whatwg.org/#event-flatten-more
    """
    # 1. Both methods read it in the same way.
    capture = flatten(options)
    # 2. What is said nowhere is not so:
    once = False
    # 3. no promise about canceling, and nothing that would remove the listener.
    passive: bool | None = None
    signal: Abortable | None = None
    # 4. A boolean says no more than that.
    if not isinstance(options, bool):
        # 4.1. This has a default,
        once = options["once"]
        # 4.2. this has one that depends on the target, and is left open here,
        passive = options.get("passive")
        # 4.3. and a signal is there or is not.
        signal = options.get("signal")
    # 5. What is left is to make a listener of them.
    return capture, passive, once, signal


@algorithm("default-passive-value", "default passive value")
def default_passive_value() -> bool:
    """Say whether a listener that does not say so is passive.

    Source: https://dom.spec.whatwg.org/#default-passive-value
    """
    # 1. n/a: only a window or a document has events that are passive by default.
    # 2. A listener may cancel unless it promises not to.
    return False


@algorithm("add-an-event-listener", "add an event listener")
def add_an_event_listener(event_target: "EventTarget", listener: EventListener) -> None:
    """Have a target call a listener, unless it has the same one already.

    Source: https://dom.spec.whatwg.org/#add-an-event-listener
    """
    # 1. n/a: only a service worker has to have its listeners early.
    # 2. A signal that is aborted would have removed the listener already.
    if listener.signal is not None and is_aborted(listener.signal):
        return
    # 3. Nothing could be called; a page may write this to find out which options are known.
    if listener.callback is None:
        return
    # 4. From here on it is a plain yes or no.
    if listener.passive is None:
        listener.passive = default_passive_value()
    # 5. Type, callback and capture make a listener the same.
    if not _contains(event_target, listener):
        _append(event_target, listener)
    # 6. The signal holds on to neither target nor listener: one for the whole program does not keep
    #    alive every target that ever had a listener with it.
    if listener.signal is not None:
        signal = listener.signal
        target_reference = ref(event_target)
        listener_reference = ref(listener, lambda _: remove_an_abort_algorithm(abort_step, signal))

        def abort_step() -> None:
            target = target_reference()
            listener = listener_reference()
            if target is not None and listener is not None:
                # 6.1. The listener is not called any more, from now on and whichever thread this
                #      is. The target's own thread takes it from the list.
                listener.removed = True
                target._run_in_its_thread(partial(remove_an_event_listener, target, listener))

        add_an_abort_algorithm(abort_step, signal)


def _append(event_target: "EventTarget", listener: EventListener) -> None:
    """Put a listener at the end of the list that its phase reads."""
    listeners = event_target._listeners_of_phase(listener.capture)
    listeners[listener.type] = (*listeners.get(listener.type, ()), listener)
    event_target._listeners_changed()


def find_listener(
    event_target: "EventTarget",
    type: str,  # noqa: A002
    callback: object,
    capture: bool,
) -> EventListener | None:
    """Find the listener of a target that has this type, callback and capture."""
    for listener in event_target._listeners_of_phase(capture).get(type, ()):
        if not listener.removed and is_same_callback(listener.callback, callback):
            return listener
    return None


def _contains(event_target: "EventTarget", listener: EventListener) -> bool:
    """Tell whether a target has a listener of the same type, callback and capture."""
    found = find_listener(event_target, listener.type, listener.callback, listener.capture)
    return found is not None


@algorithm("remove-an-event-listener", "remove an event listener")
def remove_an_event_listener(event_target: "EventTarget", listener: EventListener) -> None:
    """Have a target no longer call a listener, not even in a dispatch that is on its way.

    Source: https://dom.spec.whatwg.org/#remove-an-event-listener
    """
    # 1. n/a: only a service worker has to keep its listeners.
    # 2. The flag is for a dispatch that is going through the old tuple.
    listener.removed = True
    listeners = event_target._listeners_of_phase(listener.capture)
    rest = tuple(other for other in listeners.get(listener.type, ()) if other is not listener)
    if rest:
        listeners[listener.type] = rest
    else:
        listeners.pop(listener.type, None)
    event_target._listeners_changed()


def remove_all_event_listeners(event_target: "EventTarget") -> None:
    """Have a target no longer call any of its listeners.

    Source: https://dom.spec.whatwg.org/#remove-all-event-listeners
    """
    for capture in (True, False):
        for listeners in tuple(event_target._listeners_of_phase(capture).values()):
            for listener in listeners:
                remove_an_event_listener(event_target, listener)
