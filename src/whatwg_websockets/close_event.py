"""Section 6 of the WebSockets Standard: the CloseEvent interface.

Source: https://websockets.spec.whatwg.org/#the-closeevent-interface
"""

from typing import TYPE_CHECKING, ClassVar, Final, Unpack

from whatwg_websockets.dom.event import Event, create_an_event
from whatwg_websockets.dom.event_init import EVENT_INIT, EventInit
from whatwg_websockets.webidl.conversions import to_boolean, to_unsigned_short, to_usv_string
from whatwg_websockets.webidl.dictionary import Dictionary, Member
from whatwg_websockets.webidl.missing import MISSING, Missing

CLOSE_EVENT_INIT: Final = Dictionary(
    "CloseEventInit",
    {
        "wasClean": Member(to_boolean, False),
        "code": Member(to_unsigned_short, 0),
        "reason": Member(to_usv_string, ""),
    },
    inherits=EVENT_INIT,
)


class CloseEventInit(EventInit, total=False):
    """The members of the dictionary CloseEventInit, for type checkers."""

    wasClean: bool
    code: int
    reason: str


# § websockets-idl-close-event. CloseEvent has the members, types and defaults of its IDL.
class CloseEvent(Event):
    """The event that reports that a WebSocket connection is closed.

    Args:
        type: the type of the event; a WebSocket fires it as ``"close"``.
        eventInitDict: a mapping that may have ``wasClean``, ``code``, ``reason`` and the members
            of every event. They may be given as keyword arguments as well.

    Source: https://websockets.spec.whatwg.org/#closeevent
    """

    _interface = "CloseEvent"

    __slots__ = ("_code", "_reason", "_wasClean")

    _init_dictionary: ClassVar[Dictionary] = CLOSE_EVENT_INIT

    _wasClean: bool
    _code: int
    _reason: str

    if TYPE_CHECKING:

        def __init__(
            self,
            type: str,  # noqa: A002
            eventInitDict: CloseEventInit | Missing | None = MISSING,
            **members: Unpack[CloseEventInit],
        ) -> None: ...

    @property
    def wasClean(self) -> bool:
        """Whether the connection was closed with a closing handshake.

        Source: https://websockets.spec.whatwg.org/#dom-closeevent-wasclean
        """
        # § websockets-was-clean. The wasClean attribute returns the value that the event was
        #   created with.
        return self._wasClean

    @property
    def code(self) -> int:
        """The WebSocket connection close code, the server's, or 1005 or 1006 if it sent no code.

        Source: https://websockets.spec.whatwg.org/#dom-closeevent-code
        """
        # § websockets-code. The code attribute returns the value that the event was created with.
        return self._code

    @property
    def reason(self) -> str:
        """The WebSocket connection close reason, which is the server's or an empty string.

        Source: https://websockets.spec.whatwg.org/#dom-closeevent-reason
        """
        # § websockets-reason. The reason attribute returns the value that the event was created
        #   with.
        return self._reason

    def __repr__(self) -> str:
        how = "clean" if self._wasClean else "not clean"
        return f"<CloseEvent {self._type!r}: {self._code} {self._reason!r}, {how}>"


def create_a_close_event(was_clean: bool, code: int, reason: str) -> CloseEvent:
    """Create the event that reports the end of a WebSocket's connection.

    Args:
        was_clean: whether the connection was closed with a closing handshake.
        code: the WebSocket connection close code.
        reason: the WebSocket connection close reason.

    Source: https://dom.spec.whatwg.org/#concept-event-create
    """
    # § websockets-close-events. When a connection has closed, the WebSocket object fires a close
    #   event with wasClean, the code and the reason.
    event = create_an_event(CloseEvent, "close")
    event._wasClean = was_clean
    event._code = code
    event._reason = reason
    return event
