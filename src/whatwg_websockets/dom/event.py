"""The Event interface: something has happened, and listeners are told.

Source: https://dom.spec.whatwg.org/#interface-event
"""

from collections.abc import Mapping
from time import perf_counter
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar, Unpack

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.dom.event_init import EVENT_INIT, EventInit
from whatwg_websockets.webidl.conversions import to_boolean, to_dom_string
from whatwg_websockets.webidl.dictionary import Dictionary
from whatwg_websockets.webidl.missing import MISSING, Missing
from whatwg_websockets.webidl.platform_object import PlatformObject

if TYPE_CHECKING:
    from whatwg_websockets.dom.event_target import EventTarget

E = TypeVar("E", bound="Event")

TIME_ORIGIN: Final = perf_counter()
"""When this module was imported, in seconds: the moment that ``timeStamp`` counts from."""


class Event(PlatformObject):
    """Something that happened.

    Args:
        type: what kind of thing, such as ``"message"``.
        eventInitDict: a mapping that may have ``bubbles``, ``cancelable`` and ``composed``;
            they may also be given as keyword arguments.

    Source: https://dom.spec.whatwg.org/#interface-event
    """

    _interface = "Event"

    __slots__ = (
        "_bubbles",
        "_cancelable",
        "_canceled_flag",
        "_composed",
        "_current_target",
        "_dispatch_flag",
        "_event_phase",
        "_in_passive_listener_flag",
        "_is_trusted",
        "_stop_immediate_propagation_flag",
        "_stop_propagation_flag",
        "_target",
        "_time",
        "_type",
    )

    NONE: Final = 0
    CAPTURING_PHASE: Final = 1
    AT_TARGET: Final = 2
    BUBBLING_PHASE: Final = 3

    _init_dictionary: ClassVar[Dictionary] = EVENT_INIT
    """The dictionary type that the constructor of this interface takes."""

    _type: str
    _target: "EventTarget | None"
    _current_target: "EventTarget | None"
    _event_phase: int
    _stop_propagation_flag: bool
    _stop_immediate_propagation_flag: bool
    _canceled_flag: bool
    _in_passive_listener_flag: bool
    _dispatch_flag: bool
    _bubbles: bool
    _cancelable: bool
    _composed: bool
    _is_trusted: bool
    _time: float

    @algorithm("concept-event-constructor", "constructor of an event")
    def __init__(
        self,
        type: str,  # noqa: A002
        eventInitDict: EventInit | Missing | None = MISSING,
        **members: Unpack[EventInit],
    ) -> None:
        type_string = to_dom_string(type)
        # 1. All but the type comes from the dictionary, or is the same for every event.
        inner_event_creation_steps(self, self._init_dictionary.convert(eventInitDict, members))
        # 2. The type is an argument of its own, as every event has to have one.
        # 3. Python returns the event that is being made.
        self._type = type_string

    @property
    def type(self) -> str:
        """What kind of event this is.

        Source: https://dom.spec.whatwg.org/#dom-event-type
        """
        # § dom-event-type. The type is what the event was initialized with.
        return self._type

    @property
    def target(self) -> "EventTarget | None":
        """The object that the event was dispatched to.

        Source: https://dom.spec.whatwg.org/#dom-event-target
        """
        # § dom-event-target. The target is that of the dispatch.
        return self._target

    @property
    def srcElement(self) -> "EventTarget | None":
        """The old name of ``target``.

        Source: https://dom.spec.whatwg.org/#dom-event-srcelement
        """
        # § dom-event-srcelement. The target is that of the dispatch, by its old name.
        return self._target

    @property
    def currentTarget(self) -> "EventTarget | None":
        """The object whose listener is running, or None while none is.

        Source: https://dom.spec.whatwg.org/#dom-event-currenttarget
        """
        # § dom-event-currenttarget. The current target is what the dispatch has set.
        return self._current_target

    @algorithm("dom-event-composedpath", "composedPath()")
    def composedPath(self) -> "list[EventTarget]":
        """List the objects whose listeners are invoked, while the event is being dispatched.

        Source: https://dom.spec.whatwg.org/#dom-event-composedpath
        """
        # 1. Each caller gets a list of its own to change.
        composed_path: list[EventTarget] = []
        # 2. The targets here have no parents, so a path is one target or nothing.
        # 3. Outside of a dispatch there is no path.
        if not self._dispatch_flag:
            return composed_path
        # 4. The path is seen from the listener that asks,
        current_target = self._current_target
        # 5. and only a listener can ask while the event is dispatched.
        assert current_target is not None
        # 6. It is the path from its own point of view.
        composed_path.append(current_target)
        # 7-16. n/a: only trees have ancestors to add to the path, and shadow trees to leave out.
        # 17. The path that a listener sees is the one target.
        return composed_path

    @property
    def eventPhase(self) -> int:
        """NONE, or AT_TARGET while the event is being dispatched.

        Source: https://dom.spec.whatwg.org/#dom-event-eventphase
        """
        # § dom-event-eventphase. The phase is what the dispatch has set.
        return self._event_phase

    def stopPropagation(self) -> None:
        """Keep the event from other objects. Of these there are none; see ``cancelBubble``.

        Source: https://dom.spec.whatwg.org/#dom-event-stoppropagation
        """
        # § dom-event-stoppropagation. The stop propagation flag is set.
        self._stop_propagation_flag = True

    @property
    def cancelBubble(self) -> bool:
        """Whether propagation was stopped; setting it to true stops it.

        Source: https://dom.spec.whatwg.org/#dom-event-cancelbubble
        """
        # § dom-event-cancelbubble-getter. The getter says whether the stop propagation flag is set.
        return self._stop_propagation_flag

    @cancelBubble.setter
    def cancelBubble(self, value: bool) -> None:
        # § dom-event-cancelbubble-setter. The setter sets the stop propagation flag, and never
        # takes the flag away.
        if to_boolean(value):
            self._stop_propagation_flag = True

    def stopImmediatePropagation(self) -> None:
        """Keep the event from all listeners that have not run yet.

        Source: https://dom.spec.whatwg.org/#dom-event-stopimmediatepropagation
        """
        # § dom-event-stopimmediatepropagation. Both flags are set.
        self._stop_propagation_flag = True
        self._stop_immediate_propagation_flag = True

    @property
    def bubbles(self) -> bool:
        """Whether the event would go up a tree; the targets here are in none.

        Source: https://dom.spec.whatwg.org/#dom-event-bubbles
        """
        # § dom-event-bubbles-cancelable. Whether the event bubbles is what it was initialized with.
        return self._bubbles

    @property
    def cancelable(self) -> bool:
        """Whether ``preventDefault()`` has an effect.

        Source: https://dom.spec.whatwg.org/#dom-event-cancelable
        """
        # § dom-event-bubbles-cancelable. Whether the event can be canceled is what it was
        # initialized with.
        return self._cancelable

    @property
    def returnValue(self) -> bool:
        """The opposite of ``defaultPrevented``; setting it to false cancels the event.

        Source: https://dom.spec.whatwg.org/#dom-event-returnvalue
        """
        # § dom-event-returnvalue-getter. The getter says whether the canceled flag is unset.
        return not self._canceled_flag

    @returnValue.setter
    def returnValue(self, value: bool) -> None:
        # § dom-event-returnvalue-setter. The setter cancels the event for false, and does nothing
        # for true.
        if not to_boolean(value):
            set_the_canceled_flag(self)

    def preventDefault(self) -> None:
        """Cancel the event, if it can be canceled and the listener is not a passive one.

        Source: https://dom.spec.whatwg.org/#dom-event-preventdefault
        """
        # § dom-event-preventdefault. The event is canceled, if it can be.
        set_the_canceled_flag(self)

    @property
    def defaultPrevented(self) -> bool:
        """Whether the event was canceled.

        Source: https://dom.spec.whatwg.org/#dom-event-defaultprevented
        """
        # § dom-event-defaultprevented. The getter says whether the canceled flag is set.
        return self._canceled_flag

    @property
    def composed(self) -> bool:
        """Whether the event would leave a shadow tree; the targets here are in none.

        Source: https://dom.spec.whatwg.org/#dom-event-composed
        """
        # § dom-event-composed. The getter says whether the composed flag is set.
        return self._composed

    @property
    def isTrusted(self) -> bool:
        """Whether this library made the event, not ``dispatchEvent()``.

        Source: https://dom.spec.whatwg.org/#dom-event-istrusted
        """
        # § dom-event-istrusted. The getter says whether this library made the event.
        return self._is_trusted

    @property
    def timeStamp(self) -> float:
        """When the event was made, in milliseconds since the library was imported.

        It is not made coarse: the program that reads it has the clock itself.

        Source: https://dom.spec.whatwg.org/#dom-event-timestamp
        """
        # § dom-event-timestamp. The time is when the event was made, since the library was
        # imported.
        return (self._time - TIME_ORIGIN) * 1000

    def __repr__(self) -> str:
        return f"<{self.__class__.__name__} {self._type!r}>"

    @algorithm("dom-event-initevent", "initEvent(type, bubbles, cancelable)")
    def initEvent(self, type: str, bubbles: bool = False, cancelable: bool = False) -> None:  # noqa: A002
        """Set the event up again, unless it is being dispatched.

        Source: https://dom.spec.whatwg.org/#dom-event-initevent
        """
        type_string = to_dom_string(type)
        does_bubble, can_be_canceled = to_boolean(bubbles), to_boolean(cancelable)
        # 1. Listeners on the way must not see it change.
        if self._dispatch_flag:
            return
        # 2. Old code makes its events in two moves, of which this is the second.
        initialize(self, type_string, does_bubble, can_be_canceled)


@algorithm("set-the-canceled-flag", "set the canceled flag")
def set_the_canceled_flag(event: Event) -> None:
    """Cancel an event, if it can be canceled and the listener that asks is not a passive one.

    Source: https://dom.spec.whatwg.org/#set-the-canceled-flag
    """
    # 1. Neither what cannot be canceled nor who promised not to cancel is told so.
    if event._cancelable and not event._in_passive_listener_flag:
        event._canceled_flag = True


@algorithm("concept-event-initialize", "initialize an event")
def initialize(event: Event, type: str, bubbles: bool, cancelable: bool) -> None:  # noqa: A002
    """Give an event a new type, and forget what it went through.

    Source: https://dom.spec.whatwg.org/#concept-event-initialize
    """
    # 1. Every event is initialized from the start, so no flag has to say it.
    # 2. What listeners did to the event before is forgotten.
    event._stop_propagation_flag = False
    event._stop_immediate_propagation_flag = False
    event._canceled_flag = False
    # 3. The program has taken the event over, so the event is no longer trusted.
    event._is_trusted = False
    # 4. It has not been dispatched yet, as this event.
    event._target = None
    # 5. The three that its new owner chooses are the type,
    event._type = type
    # 6. whether it would go up a tree,
    event._bubbles = bubbles
    # 7. and whether a listener may cancel it.
    event._cancelable = cancelable


@algorithm("inner-event-creation-steps", "inner event creation steps")
def inner_event_creation_steps(event: Event, dictionary: Mapping[str, object]) -> None:
    """Give a new event its initial state.

    Source: https://dom.spec.whatwg.org/#inner-event-creation-steps
    """
    # 1. Python has made the object; its state starts out empty.
    event._type = ""
    event._target = None
    event._current_target = None
    event._event_phase = Event.NONE
    event._stop_propagation_flag = False
    event._stop_immediate_propagation_flag = False
    event._canceled_flag = False
    event._in_passive_listener_flag = False
    event._dispatch_flag = False
    event._is_trusted = False
    # 2. Every event is initialized from the start, so no flag has to say it.
    # 3. The time stamp is not made coarse, since the program has the clock itself.
    event._time = perf_counter()
    # 4. The members come converted, with a default for each that was not given.
    # 5. The event interfaces of this library have no constructing steps of their own.
    # 6. The caller has the event already.
    for member, value in dictionary.items():
        setattr(event, f"_{member}", value)


@algorithm("concept-event-create", "create an event")
def create_an_event(event_interface: type[E], type: str) -> E:  # noqa: A002
    """Make an event that this library, not the program, has reason to dispatch.

    Args:
        event_interface: Event or an interface that inherits from it.
        type: what kind of event. The standard sets it afterwards, in "fire an event".

    Source: https://dom.spec.whatwg.org/#concept-event-create
    """
    # 1. Python's objects belong to no realm.
    event = event_interface.__new__(event_interface)
    # 2. All members have their default values.
    dictionary = event_interface._init_dictionary.defaults
    # 3. The time is now: what the event tells of has just happened.
    inner_event_creation_steps(event, dictionary)
    event._type = type
    # 4. This sets it apart from what a program dispatches.
    event._is_trusted = True
    # 5. The caller may set more attributes before it dispatches it.
    return event
