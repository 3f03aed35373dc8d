"""The EventTarget interface: an object that events are dispatched to.

Source: https://dom.spec.whatwg.org/#interface-eventtarget
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self, TypeAlias, Unpack

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.dom.dispatch import dispatch
from whatwg_websockets.dom.event import Event
from whatwg_websockets.dom.event_listener import (
    ADD_EVENT_LISTENER_OPTIONS,
    EVENT_LISTENER_OPTIONS,
    AddEventListenerOptions,
    AddOptions,
    EventListener,
    EventListenerCallback,
    EventListenerOptions,
    RemoveOptions,
    add_an_event_listener,
    convert_options,
    find_listener,
    flatten,
    flatten_more,
    remove_an_event_listener,
    to_event_listener_callback,
)
from whatwg_websockets.webidl.conversions import to_dom_string
from whatwg_websockets.webidl.dom_exception import DOMException
from whatwg_websockets.webidl.missing import MISSING
from whatwg_websockets.webidl.platform_object import PlatformObject

if TYPE_CHECKING:
    from whatwg_websockets.html.event_handlers import EventHandler

ListenerLists: TypeAlias = dict[str, tuple[EventListener, ...]]
"""The listeners of one phase: for each event type, in the order in which they were added."""


class EventTarget(PlatformObject):
    """An object to which events are dispatched.

    In the standard, a target has one list of listeners, of which those of the event's phase and
    type run. Here, the listeners are kept by phase and type, so the listeners that run have the
    same order. The lists are tuples, and a change creates a new one, so a running dispatch keeps
    the tuple that it began with.

    Source: https://dom.spec.whatwg.org/#interface-eventtarget
    """

    _interface = "EventTarget"

    __slots__ = ("_bubbling_listeners", "_capturing_listeners", "_event_handler_map")

    _bubbling_listeners: ListenerLists
    _capturing_listeners: ListenerLists
    _event_handler_map: "dict[str, EventHandler]"

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Create a target without listeners, even if a subclass omits ``super().__init__()``."""
        # § dom-eventtarget-constructor. The constructor creates an EventTarget without listeners.
        self = super().__new__(cls)
        self._bubbling_listeners = {}
        self._capturing_listeners = {}
        self._event_handler_map = {}
        return self

    @algorithm("dom-eventtarget-addeventlistener", "addEventListener(type, callback, options)")
    def addEventListener(
        self,
        type: str,  # noqa: A002
        callback: EventListenerCallback[Event],
        options: AddOptions = MISSING,
        **members: Unpack[AddEventListenerOptions],
    ) -> None:
        """Call a listener with each event of a type, until it is removed.

        Args:
            type: the events' type, such as ``"message"``.
            callback: a callable that takes the event, which may be a coroutine function; or an
                object with a method ``handleEvent`` that takes the event. None has no effect.
            options: ``capture`` as a boolean; or a mapping, or an object with attributes, of
                ``capture``, ``once`` (the listener is removed before it runs), ``passive`` (the
                listener cannot cancel the event) and ``signal`` (an AbortSignal that removes the
                listener).
            **members: the same options as keyword arguments.

        Raises:
            TypeError: the callback is a string, a number or a boolean; ``signal`` is not an
                AbortSignal; or an option is unknown.

        Source: https://dom.spec.whatwg.org/#dom-eventtarget-addeventlistener
        """
        self._check_the_caller()
        type_string = to_dom_string(type)
        listener_callback = to_event_listener_callback(callback)
        # 1. Flatten the options into capture, passive, once and signal.
        capture, passive, once, signal = flatten_more(
            convert_options(options, members, ADD_EVENT_LISTENER_OPTIONS)
        )
        # 2. Add an event listener with the type, the callback and the options.
        add_an_event_listener(
            self,
            EventListener(
                type_string,
                listener_callback,
                capture=capture,
                passive=passive,
                once=once,
                signal=signal,
            ),
        )

    @algorithm(
        "dom-eventtarget-removeeventlistener", "removeEventListener(type, callback, options)"
    )
    def removeEventListener(
        self,
        type: str,  # noqa: A002
        callback: EventListenerCallback[Event],
        options: RemoveOptions = MISSING,
        **members: Unpack[EventListenerOptions],
    ) -> None:
        """Remove the listener that was added with the same type, callback and capture.

        Args:
            type: the events' type.
            callback: the callback that was given to ``addEventListener()``. A method that is read
                again from the same object is the same callback.
            options: ``capture``, as a boolean or in a mapping.
            **members: ``capture`` as a keyword argument.

        Raises:
            TypeError: the callback is a string, a number or a boolean, or an option is unknown.

        Source: https://dom.spec.whatwg.org/#dom-eventtarget-removeeventlistener
        """
        self._check_the_caller()
        type_string = to_dom_string(type)
        listener_callback = to_event_listener_callback(callback)
        # 1. Take the value of capture from the options.
        capture = flatten(convert_options(options, members, EVENT_LISTENER_OPTIONS))
        # 2. If the target has a listener with the type, callback and capture, remove the listener.
        listener = find_listener(self, type_string, listener_callback, capture)
        if listener is not None:
            remove_an_event_listener(self, listener)

    @algorithm("dom-eventtarget-dispatchevent", "dispatchEvent(event)")
    def dispatchEvent(self, event: Event) -> bool:
        """Call the listeners with an event that the program has created.

        Returns:
            False if the event was canceled with ``preventDefault()``, or else True.

        Raises:
            DOMException: ``InvalidStateError`` if the event is being dispatched already.
            TypeError: the argument is not an Event.

        Source: https://dom.spec.whatwg.org/#dom-eventtarget-dispatchevent
        """
        self._check_the_caller()
        if not isinstance(event, Event):
            raise TypeError(f"dispatchEvent() takes an Event, not {type(event).__name__}")
        # 1. If the event is being dispatched already, raise an InvalidStateError.
        if event._dispatch_flag:
            raise DOMException("the event is being dispatched already", "InvalidStateError")
        # 2. Set isTrusted to false, since the program dispatches the event.
        event._is_trusted = False
        # 3. Dispatch the event at the target at once, and return whether it was not canceled.
        return dispatch(event, self)

    def _has_listeners(self, type: str) -> bool:  # noqa: A002
        """Return whether the target has a listener for events of a type."""
        return type in self._bubbling_listeners or type in self._capturing_listeners

    def _check_the_caller(self) -> None:
        """Allow every caller. Subclasses that belong to a thread override this."""

    def _run_in_its_thread(self, steps: Callable[[], None]) -> None:
        """Run steps at once. Subclasses that belong to a thread override this."""
        steps()

    def _listeners_changed(self) -> None:
        """Do nothing when a listener is added or removed. Subclasses may override this."""

    def _listeners_of_phase(self, capture: bool) -> ListenerLists:
        """Return the listeners of the capturing phase, or those of the bubbling phase, by type."""
        return self._capturing_listeners if capture else self._bubbling_listeners
