"""The MessageEvent interface.

Source: https://html.spec.whatwg.org/multipage/comms.html#the-messageevent-interface
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Final, NoReturn, Unpack

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.dom.event import Event, initialize
from whatwg_websockets.dom.event_init import EVENT_INIT, EventInit
from whatwg_websockets.webidl.conversions import to_dom_string, to_usv_string
from whatwg_websockets.webidl.dictionary import Dictionary, Member
from whatwg_websockets.webidl.messages import shown
from whatwg_websockets.webidl.missing import MISSING, Missing

# At run time, Blob cannot be imported here: it uses streams, which use the event loop of this room.
if TYPE_CHECKING:
    from whatwg_websockets.fileapi.blob import Blob


def _any(value: object) -> object:
    """Convert to the type "any", which changes no value."""
    return value


def _message_event_source(value: object) -> None:
    """Convert to a source, which is None here: a program has no window, port or service worker."""
    if value is not None:
        raise TypeError(f"source must be a window, a port or a service worker, not {shown(value)}")


def _ports(value: object) -> tuple[()]:
    """Convert to a sequence of message ports, which is empty, since a program has no ports."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise TypeError(f"ports must be a sequence, not {type(value).__name__}")
    for port in value:
        raise TypeError(f"{shown(port)} is not a MessagePort")
    return ()


MESSAGE_EVENT_INIT: Final = Dictionary(
    "MessageEventInit",
    {
        "data": Member(_any, None),
        "origin": Member(to_usv_string, ""),
        "lastEventId": Member(to_dom_string, ""),
        "source": Member(_message_event_source, None),
        "ports": Member(_ports, ()),
    },
    inherits=EVENT_INIT,
)


class MessageEventInit(EventInit, total=False):
    """The members of the dictionary MessageEventInit, for type checkers."""

    data: object
    origin: str
    lastEventId: str
    source: None
    ports: Iterable[NoReturn]


class MessageEvent(Event):
    """The event that reports that a message has arrived.

    Args:
        type: the type of the event; a WebSocket fires it as ``"message"``.
        eventInitDict: a mapping that may have ``data``, ``origin``, ``lastEventId``, ``source``,
            ``ports`` and the members of every event. They may be given as keyword arguments as
            well.

    Source: https://html.spec.whatwg.org/multipage/comms.html#messageevent
    """

    _interface = "MessageEvent"

    __slots__ = ("_data", "_lastEventId", "_origin", "_ports", "_source")

    _init_dictionary: ClassVar[Dictionary] = MESSAGE_EVENT_INIT

    _data: "str | bytes | Blob"
    _origin: str
    _lastEventId: str
    _source: None
    _ports: tuple[()]

    if TYPE_CHECKING:

        def __init__(
            self,
            type: str,  # noqa: A002
            eventInitDict: MessageEventInit | Missing | None = MISSING,
            **members: Unpack[MessageEventInit],
        ) -> None: ...

    @property
    def data(self) -> "str | bytes | Blob":
        """The message, which is a ``str``, ``bytes`` or a ``Blob``.

        An event that a program creates may have any other value as its data. The annotation does
        not allow for it, so that type checkers know the type of a WebSocket's messages.

        Source: https://html.spec.whatwg.org/multipage/comms.html#dom-messageevent-data
        """
        # § html-messageevent-data. The data attribute returns the value that the event was
        #   initialized with.
        return self._data

    @property
    def origin(self) -> str:
        """The origin of the server that sent the message, such as ``"wss://example.com"``.

        Source: https://html.spec.whatwg.org/multipage/comms.html#dom-messageevent-origin
        """
        # § html-messageevent-origin. The origin attribute returns the value that the event was
        #   initialized with.
        return self._origin

    @property
    def lastEventId(self) -> str:
        """The identifier of a server-sent event, which is empty for a WebSocket's message.

        Source: https://html.spec.whatwg.org/multipage/comms.html#dom-messageevent-lasteventid
        """
        # § html-messageevent-lasteventid. The lastEventId attribute returns the value that the
        #   event was initialized with.
        return self._lastEventId

    @property
    def source(self) -> None:
        """The window or port that sent the message, which is always None here.

        Source: https://html.spec.whatwg.org/multipage/comms.html#dom-messageevent-source
        """
        # § html-messageevent-source. The source attribute returns the value that the event was
        #   initialized with.
        return self._source

    @property
    def ports(self) -> tuple[()]:
        """The message ports that were sent with the message, which are always empty here.

        Source: https://html.spec.whatwg.org/multipage/comms.html#dom-messageevent-ports
        """
        # § html-messageevent-ports. The ports attribute returns the value that the event was
        #   initialized with.
        return self._ports

    @algorithm("dom-messageevent-initmessageevent", "initMessageEvent()")
    def initMessageEvent(
        self,
        type: str,  # noqa: A002
        bubbles: bool = False,
        cancelable: bool = False,
        data: object = None,
        origin: str = "",
        lastEventId: str = "",
        source: None = None,
        ports: Iterable[NoReturn] = (),
    ) -> None:
        """Initialize the event anew, unless it is being dispatched.

        Source: https://html.spec.whatwg.org/multipage/comms.html#dom-messageevent-initmessageevent
        """
        # 1. Initialize the attributes of Event, as initEvent() does, and those of MessageEvent.
        members = {
            "bubbles": bubbles,
            "cancelable": cancelable,
            "data": data,
            "origin": origin,
            "lastEventId": lastEventId,
            "source": source,
            "ports": ports,
        }
        type_string = to_dom_string(type)
        dictionary = MESSAGE_EVENT_INIT.convert(members, {})
        if self._dispatch_flag:
            return
        initialize(self, type_string, dictionary["bubbles"], dictionary["cancelable"])
        self._data = dictionary["data"]
        self._origin = dictionary["origin"]
        self._lastEventId = dictionary["lastEventId"]
        self._source = dictionary["source"]
        self._ports = dictionary["ports"]


def create_a_message_event(data: "str | bytes | Blob", origin: str, time: float) -> MessageEvent:
    """Create the event that reports a WebSocket's message.

    The result is that of "create an event" with the type ``message`` and the two attributes. The
    function sets each attribute itself, since an event is created for each message: it takes 260 ns
    on CPython 3.11. Converting an empty dictionary and looping over its members took 3,600 ns.

    Args:
        data: the message.
        origin: the serialization of the origin of the WebSocket's URL.
        time: the time of the event by ``time.perf_counter()``, which is that of its task.

    Source: https://dom.spec.whatwg.org/#concept-event-create
    """
    event = _new(MessageEvent)
    event._type = "message"
    event._time = time
    event._data = data
    event._origin = origin
    event._lastEventId = ""
    event._ports = ()
    event._target = event._current_target = event._source = None
    event._event_phase = 0
    event._is_trusted = True
    event._bubbles = event._cancelable = event._composed = False
    event._stop_propagation_flag = event._stop_immediate_propagation_flag = False
    event._canceled_flag = event._in_passive_listener_flag = event._dispatch_flag = False
    return event


_new: Final = object.__new__
