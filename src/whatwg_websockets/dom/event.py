"""The Event interface.

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
"""The time in seconds when this module was imported, which is the zero of ``timeStamp``."""


class Event(PlatformObject):
    """An event, which is dispatched to the listeners of a target.

    Args:
        type: the type of the event, such as ``"message"``.
        eventInitDict: a mapping that may have ``bubbles``, ``cancelable`` and ``composed``. They
            may be given as keyword arguments as well.

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
        # 1. Run the inner event creation steps with the converted dictionary.
        inner_event_creation_steps(self, self._init_dictionary.convert(eventInitDict, members))
        # 2. Set the event's type to the type argument.
        # 3. Python returns the event from the constructor.
        self._type = type_string

    @property
    def type(self) -> str:
        """The type of the event.

        Source: https://dom.spec.whatwg.org/#dom-event-type
        """
        # § dom-event-type. The type attribute returns the type that the event was initialized with.
        return self._type

    @property
    def target(self) -> "EventTarget | None":
        """The object that the event was dispatched to.

        Source: https://dom.spec.whatwg.org/#dom-event-target
        """
        # § dom-event-target. The target attribute returns the event's target.
        return self._target

    @property
    def srcElement(self) -> "EventTarget | None":
        """The old name of ``target``.

        Source: https://dom.spec.whatwg.org/#dom-event-srcelement
        """
        # § dom-event-srcelement. The srcElement attribute returns the event's target.
        return self._target

    @property
    def currentTarget(self) -> "EventTarget | None":
        """The object whose listener is running, or None while no listener is running.

        Source: https://dom.spec.whatwg.org/#dom-event-currenttarget
        """
        # § dom-event-currenttarget. The currentTarget attribute returns the event's current target.
        return self._current_target

    @algorithm("dom-event-composedpath", "composedPath()")
    def composedPath(self) -> "list[EventTarget]":
        """Return the objects whose listeners are invoked, or an empty list outside of a dispatch.

        Source: https://dom.spec.whatwg.org/#dom-event-composedpath
        """
        # 1. Start with an empty composed path.
        composed_path: list[EventTarget] = []
        # 2. The event's path has one item, the target, or is empty outside of a dispatch.
        # 3. If the event is not being dispatched, return the empty composed path.
        if not self._dispatch_flag:
            return composed_path
        # 4. Take the event's current target.
        current_target = self._current_target
        # 5. Assert that the event's current target is not null.
        assert current_target is not None
        # 6. Append the event's current target to the composed path.
        composed_path.append(current_target)
        # 7-16. n/a: a target has no ancestors, so the composed path has no further items.
        # 17. Return the composed path, whose only item is the event's current target.
        return composed_path

    @property
    def eventPhase(self) -> int:
        """NONE, or AT_TARGET while the event is being dispatched.

        Source: https://dom.spec.whatwg.org/#dom-event-eventphase
        """
        # § dom-event-eventphase. The eventPhase attribute returns the event's phase.
        return self._event_phase

    def stopPropagation(self) -> None:
        """Stop the event from reaching listeners without ``capture``, if a capturing one calls it.

        Source: https://dom.spec.whatwg.org/#dom-event-stoppropagation
        """
        # § dom-event-stoppropagation. The method stopPropagation() sets the stop propagation flag.
        self._stop_propagation_flag = True

    @property
    def cancelBubble(self) -> bool:
        """Whether propagation was stopped. Setting the attribute to true stops propagation.

        Source: https://dom.spec.whatwg.org/#dom-event-cancelbubble
        """
        # § dom-event-cancelbubble-getter. The cancelBubble attribute returns whether the stop
        #   propagation flag is set.
        return self._stop_propagation_flag

    @cancelBubble.setter
    def cancelBubble(self, value: bool) -> None:
        # § dom-event-cancelbubble-setter. Setting cancelBubble to true sets the stop propagation
        #   flag, and setting it to false does nothing.
        if to_boolean(value):
            self._stop_propagation_flag = True

    def stopImmediatePropagation(self) -> None:
        """Stop the event from reaching the listeners that have not run yet.

        Source: https://dom.spec.whatwg.org/#dom-event-stopimmediatepropagation
        """
        # § dom-event-stopimmediatepropagation. The method stopImmediatePropagation() sets the stop
        #   propagation flag and the stop immediate propagation flag.
        self._stop_propagation_flag = True
        self._stop_immediate_propagation_flag = True

    @property
    def bubbles(self) -> bool:
        """Whether the event bubbles, which has no effect, since a target here has no ancestors.

        Source: https://dom.spec.whatwg.org/#dom-event-bubbles
        """
        # § dom-event-bubbles-cancelable. The bubbles attribute returns the value that the event was
        #   initialized with.
        return self._bubbles

    @property
    def cancelable(self) -> bool:
        """Whether ``preventDefault()`` has an effect.

        Source: https://dom.spec.whatwg.org/#dom-event-cancelable
        """
        # § dom-event-bubbles-cancelable. The cancelable attribute returns the value that the event
        #   was initialized with.
        return self._cancelable

    @property
    def returnValue(self) -> bool:
        """The opposite of ``defaultPrevented``. Setting the attribute to false cancels the event.

        Source: https://dom.spec.whatwg.org/#dom-event-returnvalue
        """
        # § dom-event-returnvalue-getter. The returnValue attribute returns whether the canceled
        #   flag is unset.
        return not self._canceled_flag

    @returnValue.setter
    def returnValue(self, value: bool) -> None:
        # § dom-event-returnvalue-setter. Setting returnValue to false cancels the event, and
        #   setting it to true does nothing.
        if not to_boolean(value):
            set_the_canceled_flag(self)

    def preventDefault(self) -> None:
        """Cancel the event, if it is cancelable and the listener is not passive.

        Source: https://dom.spec.whatwg.org/#dom-event-preventdefault
        """
        # § dom-event-preventdefault. The method preventDefault() sets the canceled flag of an event
        #   that can be canceled.
        set_the_canceled_flag(self)

    @property
    def defaultPrevented(self) -> bool:
        """Whether the event was canceled.

        Source: https://dom.spec.whatwg.org/#dom-event-defaultprevented
        """
        # § dom-event-defaultprevented. The defaultPrevented attribute returns whether the canceled
        #   flag is set.
        return self._canceled_flag

    @property
    def composed(self) -> bool:
        """Whether the event leaves shadow trees, which has no effect, since a program has none.

        Source: https://dom.spec.whatwg.org/#dom-event-composed
        """
        # § dom-event-composed. The composed attribute returns whether the composed flag is set.
        return self._composed

    @property
    def isTrusted(self) -> bool:
        """Whether this library, and not the program, has dispatched the event.

        Source: https://dom.spec.whatwg.org/#dom-event-istrusted
        """
        # § dom-event-istrusted. The isTrusted attribute is true for an event that this library has
        #   created, and false for one that the program has created.
        return self._is_trusted

    @property
    def timeStamp(self) -> float:
        """The time when the event was created, in milliseconds since the library was imported.

        The time is not coarsened, since the program could read the clock itself.

        Source: https://dom.spec.whatwg.org/#dom-event-timestamp
        """
        # § dom-event-timestamp. The timeStamp attribute returns the time from the import of the
        #   library to the creation of the event.
        return (self._time - TIME_ORIGIN) * 1000

    def __repr__(self) -> str:
        return f"<{self.__class__.__name__} {self._type!r}>"

    @algorithm("dom-event-initevent", "initEvent(type, bubbles, cancelable)")
    def initEvent(self, type: str, bubbles: bool = False, cancelable: bool = False) -> None:  # noqa: A002
        """Initialize the event anew, unless it is being dispatched.

        Source: https://dom.spec.whatwg.org/#dom-event-initevent
        """
        type_string = to_dom_string(type)
        does_bubble, can_be_canceled = to_boolean(bubbles), to_boolean(cancelable)
        # 1. If the event is being dispatched, return.
        if self._dispatch_flag:
            return
        # 2. Initialize the event with the type, bubbles and cancelable.
        initialize(self, type_string, does_bubble, can_be_canceled)


@algorithm("set-the-canceled-flag", "set the canceled flag")
def set_the_canceled_flag(event: Event) -> None:
    """Cancel an event, if it is cancelable and the running listener is not passive.

    Source: https://dom.spec.whatwg.org/#set-the-canceled-flag
    """
    # 1. If the event is cancelable and no passive listener is running, set the canceled flag.
    if event._cancelable and not event._in_passive_listener_flag:
        event._canceled_flag = True


@algorithm("concept-event-initialize", "initialize an event")
def initialize(event: Event, type: str, bubbles: bool, cancelable: bool) -> None:  # noqa: A002
    """Give an event a new type, and reset its flags.

    Source: https://dom.spec.whatwg.org/#concept-event-initialize
    """
    # 1. Every event is initialized when it is created, so the initialized flag is not stored.
    # 2. Unset both stop propagation flags and the canceled flag.
    event._stop_propagation_flag = False
    event._stop_immediate_propagation_flag = False
    event._canceled_flag = False
    # 3. Set isTrusted to false, since the program has initialized the event.
    event._is_trusted = False
    # 4. Set the event's target to null.
    event._target = None
    # 5. Set the event's type to the given type.
    event._type = type
    # 6. Set the event's bubbles attribute to the given value.
    event._bubbles = bubbles
    # 7. Set the event's cancelable attribute to the given value.
    event._cancelable = cancelable


@algorithm("inner-event-creation-steps", "inner event creation steps")
def inner_event_creation_steps(event: Event, dictionary: Mapping[str, object]) -> None:
    """Set the initial state of a new event.

    Source: https://dom.spec.whatwg.org/#inner-event-creation-steps
    """
    # 1. Set the state of the event, which Python has created, to its initial values.
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
    # 2. Every event is initialized when it is created, so the initialized flag is not stored.
    # 3. Set the event's time stamp to the current time, which is not coarsened.
    event._time = perf_counter()
    # 4. Set the attributes of the event to the members of the dictionary.
    # 5. The event interfaces of this library have no event constructing steps to run.
    # 6. The caller has a reference to the event, so the event is not returned.
    for member, value in dictionary.items():
        setattr(event, f"_{member}", value)


@algorithm("concept-event-create", "create an event")
def create_an_event(event_interface: type[E], type: str) -> E:  # noqa: A002
    """Create an event that this library, and not the program, dispatches.

    Args:
        event_interface: Event or an interface that inherits from it.
        type: the type of the event, which the standard sets later, in "fire an event".

    Source: https://dom.spec.whatwg.org/#concept-event-create
    """
    # 1. The event has no realm, since Python has no realms.
    event = event_interface.__new__(event_interface)
    # 2. Take the default value of each member of the interface's dictionary.
    dictionary = event_interface._init_dictionary.defaults
    # 3. Run the inner event creation steps with the default values and the current time.
    inner_event_creation_steps(event, dictionary)
    event._type = type
    # 4. Set isTrusted to true, since this library has created the event.
    event._is_trusted = True
    # 5. Return the event, whose attributes the caller may change before the dispatch.
    return event
