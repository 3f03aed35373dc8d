"""6. The CloseEvent interface: a connection is closed.

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
    """The members of the dictionary, as type checkers know them."""

    wasClean: bool
    code: int
    reason: str


# § websockets-idl-close-event. The members have the names, the types and the defaults of the IDL.
class CloseEvent(Event):
    """A connection is closed.

    Args:
        type: what kind of event; a WebSocket's is ``"close"``.
        eventInitDict: a mapping that may have ``wasClean``, ``code``, ``reason`` and the members
            of every event; also as keyword arguments.

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
        # § websockets-was-clean. As the event was made.
        return self._wasClean

    @property
    def code(self) -> int:
        """The WebSocket connection close code, the server's, or 1005 or 1006 if it sent none.

        Source: https://websockets.spec.whatwg.org/#dom-closeevent-code
        """
        # § websockets-code. As the event was made.
        return self._code

    @property
    def reason(self) -> str:
        """The WebSocket connection close reason, the server's, or empty.

        Source: https://websockets.spec.whatwg.org/#dom-closeevent-reason
        """
        # § websockets-reason. As the event was made.
        return self._reason

    def __repr__(self) -> str:
        how = "clean" if self._wasClean else "not clean"
        return f"<CloseEvent {self._type!r}: {self._code} {self._reason!r}, {how}>"


def create_a_close_event(was_clean: bool, code: int, reason: str) -> CloseEvent:
    """Make the event that tells of the end of a WebSocket's connection.

    Args:
        was_clean: whether there was a closing handshake.
        code: the WebSocket connection close code.
        reason: the WebSocket connection close reason.

    Source: https://dom.spec.whatwg.org/#concept-event-create
    """
    # § websockets-close-events. A socket's close event has the end of its connection to tell.
    event = create_an_event(CloseEvent, "close")
    event._wasClean = was_clean
    event._code = code
    event._reason = reason
    return event
