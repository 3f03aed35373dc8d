"""The MessageEvent interface: a message has arrived.

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

# The Blob stands on streams, which stand on the event loop of this folder.
if TYPE_CHECKING:
    from whatwg_websockets.fileapi.blob import Blob


def _any(value: object) -> object:
    """Convert to the type "any", which every value has."""
    return value


def _message_event_source(value: object) -> None:
    """Convert to a source: a window, a port or a service worker, of which none exists here."""
    if value is not None:
        raise TypeError(f"source is a window, a port or a service worker, not {shown(value)}")


def _ports(value: object) -> tuple[()]:
    """Convert to a sequence of message ports, of which none exists here."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise TypeError(f"ports is a sequence, not {type(value).__name__}")
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
    """The members of the dictionary, as type checkers know them."""

    data: object
    origin: str
    lastEventId: str
    source: None
    ports: Iterable[NoReturn]


class MessageEvent(Event):
    """A message has arrived.

    Args:
        type: what kind of event; a WebSocket's is ``"message"``.
        eventInitDict: a mapping that may have ``data``, ``origin``, ``lastEventId``, ``source``,
            ``ports`` and the members of every event; also as keyword arguments.

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

        An event that a program makes may have any other value here. The type does not say so, since
        that would leave type checkers without an idea of what a WebSocket's messages are.

        Source: https://html.spec.whatwg.org/multipage/comms.html#dom-messageevent-data
        """
        # § html-messageevent-data. The data is what the event was initialized with.
        return self._data

    @property
    def origin(self) -> str:
        """Where the message comes from, such as ``"wss://example.com"``.

        Source: https://html.spec.whatwg.org/multipage/comms.html#dom-messageevent-origin
        """
        # § html-messageevent-origin. The origin is what the event was initialized with.
        return self._origin

    @property
    def lastEventId(self) -> str:
        """The identifier of a server-sent event; a WebSocket's messages have none.

        Source: https://html.spec.whatwg.org/multipage/comms.html#dom-messageevent-lasteventid
        """
        # § html-messageevent-lasteventid. The identifier is what the event was initialized with.
        return self._lastEventId

    @property
    def source(self) -> None:
        """The window or port that sent the message; always None here.

        Source: https://html.spec.whatwg.org/multipage/comms.html#dom-messageevent-source
        """
        # § html-messageevent-source. The source is what the event was initialized with.
        return self._source

    @property
    def ports(self) -> tuple[()]:
        """The message ports sent along; always empty here.

        Source: https://html.spec.whatwg.org/multipage/comms.html#dom-messageevent-ports
        """
        # § html-messageevent-ports. The ports are what the event was initialized with.
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
        """Set the event up again, unless it is being dispatched.

        Source: https://html.spec.whatwg.org/multipage/comms.html#dom-messageevent-initmessageevent
        """
        # 1. The same as initEvent(), and the attributes of its own.
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
    """Make the event that tells of a WebSocket's message.

    The same as "create an event" with a type of ``message`` and these two attributes, but written
    out, since one is made for each message: it takes 260 ns on CPython 3.11. With the conversion
    of an empty dictionary and the loop over its members it took 3,600 ns.

    Args:
        data: the message.
        origin: the serialization of the origin of the WebSocket's URL.
        time: when it is made, by ``time.perf_counter()``; its task has looked at the clock.

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
