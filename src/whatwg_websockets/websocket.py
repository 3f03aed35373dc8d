"""3.1 The WebSocket interface: its members, each handing over to its algorithm.

What is here beside the members is the conversion of arguments that the IDL asks for, and the state
that the standard gives each object.
"""

from asyncio import _get_running_loop
from collections.abc import Callable, Iterable
from threading import get_ident
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from whatwg_websockets.buffered_amount import buffered_amount
from whatwg_websockets.close import close
from whatwg_websockets.close_event import CloseEvent
from whatwg_websockets.constructor import construct
from whatwg_websockets.dom.event import Event
from whatwg_websockets.dom.event_listener import remove_all_event_listeners
from whatwg_websockets.fileapi.blob import Blob
from whatwg_websockets.garbage_collection import Watcher, keep_or_let_go
from whatwg_websockets.html.environment_settings import EnvironmentSettings, current_settings
from whatwg_websockets.html.event_handlers import EventHandlerAttribute
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.html.message_event import MessageEvent
from whatwg_websockets.network.connection import WebSocketConnection
from whatwg_websockets.protocols_or_init import WebSocketInit, to_protocols, to_protocols_or_init
from whatwg_websockets.ready_state import (
    CLOSED,
    CLOSING,
    CONNECTING,
    OPEN,
    READY_STATES,
    ReadyState,
)
from whatwg_websockets.send import send
from whatwg_websockets.url.url_record import UrlRecord
from whatwg_websockets.webidl.buffer_source import BufferSource
from whatwg_websockets.webidl.conversions import (
    is_buffer_source,
    to_bytes,
    to_clamped_unsigned_short,
    to_dom_string,
    to_string,
    to_usv_string,
)
from whatwg_websockets.webidl.missing import MISSING, Missing

# Type checkers are told which event comes with which type. At run time it is EventTarget itself.
if TYPE_CHECKING:
    from whatwg_websockets.websocket_event_map import WebSocketEventTarget as EventTarget
else:
    from whatwg_websockets.dom.event_target import EventTarget

BinaryType: TypeAlias = Literal["blob", "arraybuffer"]
# The types of what need not be converted before it is sent.
_SENT_AS_THEY_ARE: Final = (str, bytes, Blob)
BINARY_TYPES: Final[tuple[BinaryType, ...]] = ("blob", "arraybuffer")


# § websockets-idl. The members have the names, the types and the defaults of the IDL.
class WebSocket(EventTarget):
    """A WebSocket, as a browser has it.

    Args:
        url: where to: ws, wss, http or https, without a fragment.
        protocols: a subprotocol or an iterable of them. Where any are given, the server has to
            choose one of them. With settings that say ``experimental_options_bag=True`` this may
            be a mapping instead, or an object with attributes: a WebSocketInit.
        settings: who is asking, and within which limits; by default the settings of the innermost
            ``with settings:``, or else an opaque origin. This argument is not the standard's.

    Raises:
        DOMException: "SyntaxError": the URL or a subprotocol is none.
        RuntimeError: no asyncio loop is running in this thread.

    Source: https://websockets.spec.whatwg.org/#the-websocket-interface
    """

    # § websockets-connecting. 0.
    CONNECTING: Final[ReadyState] = CONNECTING
    # § websockets-open. 1.
    OPEN: Final[ReadyState] = OPEN
    # § websockets-closing. 2.
    CLOSING: Final[ReadyState] = CLOSING
    # § websockets-closed. 3.
    CLOSED: Final[ReadyState] = CLOSED

    _interface = "WebSocket"

    __slots__ = (
        "_binary_type",
        "_connection",
        "_event_loop",
        "_extensions",
        "_is_flagged_as_full",
        "_never_sent",
        "_origin",
        "_protocol",
        "_ready_state",
        "_url",
        "_watcher",
    )

    # The constructor's tenth step makes these.
    # § websockets-internal-url. The URL is kept as a record.
    _url: UrlRecord
    _origin: str
    _connection: WebSocketConnection
    _watcher: Watcher

    def __init__(
        self,
        url: str,
        protocols: str | Iterable[str] | WebSocketInit | Missing = MISSING,
        *,
        settings: EnvironmentSettings | None = None,
    ) -> None:
        super().__init__()
        self._event_loop = the_event_loop()
        self._never_sent = 0
        self._is_flagged_as_full = False
        # § websockets-internal-ready-state. Whether messages can go, as the page sees it.
        # § websockets-initial-ready-state. They cannot yet.
        self._ready_state: ReadyState = CONNECTING
        # § websockets-internal-binary-type. What becomes of binary messages.
        # § websockets-initial-binary-type. They become Blobs.
        self._binary_type: BinaryType = "blob"
        # § websockets-initial-extensions. None is in use yet.
        self._extensions = ""
        # § websockets-initial-protocol. Nor is a subprotocol.
        self._protocol = ""
        client = current_settings() if settings is None else settings
        url, target_address_space = to_usv_string(url), None
        if client.experimental_options_bag:
            protocols, target_address_space = to_protocols_or_init(protocols)
        else:
            protocols = to_protocols(protocols)
        construct(self, url, protocols, client, target_address_space)
        self._event_loop.follow_the_script()

    # The members of the interface.

    # § websockets-event-handlers. Four event handlers, as attributes.
    # § websockets-onopen. For open.
    onopen: EventHandlerAttribute[Event] = EventHandlerAttribute("open")
    # § websockets-onmessage. For message.
    onmessage: EventHandlerAttribute[MessageEvent] = EventHandlerAttribute("message")
    # § websockets-onerror. For error.
    onerror: EventHandlerAttribute[Event] = EventHandlerAttribute("error")
    # § websockets-onclose. For close.
    onclose: EventHandlerAttribute[CloseEvent] = EventHandlerAttribute("close")

    @property
    def url(self) -> str:
        """The URL, serialized.

        Source: https://websockets.spec.whatwg.org/#dom-websocket-url
        """
        # § websockets-url. The record as a string.
        return self._url.serialize()

    @property
    def readyState(self) -> ReadyState:
        """CONNECTING (0), OPEN (1), CLOSING (2) or CLOSED (3).

        Source: https://websockets.spec.whatwg.org/#dom-websocket-readystate
        """
        # § websockets-ready-state. As it is now.
        return self._ready_state

    @property
    def bufferedAmount(self) -> int:
        """Bytes of messages that were sent and had not left at step 1 of the event loop.

        Source: https://websockets.spec.whatwg.org/#dom-websocket-bufferedamount
        """
        self._event_loop.require_this_thread()
        # § websockets-buffered-amount. What was sent and had not left.
        return buffered_amount(self)

    @property
    def extensions(self) -> str:
        """The extensions in use, as the server named them; empty before there are any.

        Source: https://websockets.spec.whatwg.org/#dom-websocket-extensions
        """
        return self._extensions

    @property
    def protocol(self) -> str:
        """The subprotocol in use; empty before there is one.

        Source: https://websockets.spec.whatwg.org/#dom-websocket-protocol
        """
        return self._protocol

    @property
    def binaryType(self) -> BinaryType:
        """How binary messages come, "blob" as a Blob or "arraybuffer" as ``bytes``.

        A value that is neither is ignored.

        Source: https://websockets.spec.whatwg.org/#dom-websocket-binarytype
        """
        # § websockets-binary-type. As it was set.
        return self._binary_type

    @binaryType.setter
    def binaryType(self, value: BinaryType) -> None:
        self._event_loop.require_this_thread()
        string = to_dom_string(value)
        if string in BINARY_TYPES:
            # § websockets-set-binary-type. Messages whose tasks run from now on follow it.
            self._binary_type = string

    def send(self, data: str | BufferSource | Blob) -> None:
        """Transmit a message: at once, unless the connection wrote something a moment ago.

        Args:
            data: ``str``; anything with the buffer protocol, of which a copy is taken now; a Blob.
                Anything else is turned into a string as JavaScript would.

        Raises:
            DOMException: "InvalidStateError": the socket is still CONNECTING.
            RuntimeError: the call comes from another thread than the loop's.

        Source: https://websockets.spec.whatwg.org/#dom-websocket-send
        """
        event_loop = self._event_loop
        # While a listener runs, its thread is known: to ask asyncio takes a call of the system.
        if (
            get_ident() != event_loop.thread_of_tasks
            and _get_running_loop() is not event_loop.asyncio_loop
        ):
            event_loop.require_this_thread()
        send(self, data if isinstance(data, _SENT_AS_THEY_ARE) else _to_send_data(data))

    def close(self, code: int | Missing = MISSING, reason: str | Missing = MISSING) -> None:
        """Close the connection, or stop connecting.

        Args:
            code: 1000, or 3000 to 4999.
            reason: at most 123 bytes of UTF-8.

        Raises:
            DOMException: "InvalidAccessError" for another code; "SyntaxError" for a longer reason.
            RuntimeError: the call comes from another thread than the loop's.

        Source: https://websockets.spec.whatwg.org/#dom-websocket-close
        """
        self._event_loop.require_this_thread()
        close(
            self,
            MISSING if code is MISSING else to_clamped_unsigned_short(code),
            MISSING if reason is MISSING else to_usv_string(reason),
        )

    def __repr__(self) -> str:
        url: UrlRecord | None = getattr(self, "_url", None)
        if url is None:
            return "<WebSocket that was not constructed>"
        return f"<WebSocket {url} {READY_STATES[self._ready_state]}>"

    # Life and death.

    def _change_ready_state(self, ready_state: ReadyState) -> None:
        self._ready_state = ready_state
        keep_or_let_go(self)

    def _leave_with_the_document(self) -> None:
        self._change_ready_state(CLOSED)
        # The task that is running may have more listeners to call, and more events to fire. HTML's
        # "check if we can run script" keeps each listener of a document that is gone from running.
        remove_all_event_listeners(self)
        self._watcher.socket_is_closed()

    def _check_the_caller(self) -> None:
        self._event_loop.require_this_thread()

    def _run_in_its_thread(self, steps: Callable[[], None]) -> None:
        self._event_loop.call_from_any_thread(steps)

    def _listeners_changed(self) -> None:
        keep_or_let_go(self)


def _to_send_data(value: object) -> str | bytes:
    """Convert what is no string and no Blob: of a buffer a copy is taken, the rest is text."""
    if is_buffer_source(value):
        return to_bytes(value)
    return to_string(value)
