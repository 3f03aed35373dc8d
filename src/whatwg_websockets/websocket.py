"""Section 3.1 of the WebSockets Standard: the WebSocket interface.

Each member converts its arguments as the IDL requires, and calls its algorithm in another module.
The class also holds the state that the standard gives each WebSocket object.
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

# Type checkers see which class of event belongs to which type. At run time, the base class is
# EventTarget.
if TYPE_CHECKING:
    from whatwg_websockets.websocket_event_map import WebSocketEventTarget as EventTarget
else:
    from whatwg_websockets.dom.event_target import EventTarget

BinaryType: TypeAlias = Literal["blob", "arraybuffer"]
# The types of data that are sent without a conversion.
_SENT_AS_THEY_ARE: Final = (str, bytes, Blob)
BINARY_TYPES: Final[tuple[BinaryType, ...]] = ("blob", "arraybuffer")


# § websockets-idl. WebSocket has the members, types, defaults and constants of its IDL.
class WebSocket(EventTarget):
    """A WebSocket, as in a browser.

    Args:
        url: the URL to connect to, with the scheme ws, wss, http or https, without a fragment.
        protocols: a subprotocol, or an iterable of subprotocols. If any are given, the server must
            choose one of them. If the settings have ``experimental_options_bag=True``, the argument
            may also be a WebSocketInit: a mapping, or an object with attributes.
        settings: the environment settings object, with the origin and the limits of the socket; by
            default that of the innermost ``with settings:``, or one with an opaque origin. The
            standard has no such argument.

    Raises:
        DOMException: "SyntaxError" if the URL or a subprotocol is not valid.
        RuntimeError: no asyncio loop is running in this thread.

    Source: https://websockets.spec.whatwg.org/#the-websocket-interface
    """

    # § websockets-connecting. The constant CONNECTING is 0: the connection is not established yet.
    CONNECTING: Final[ReadyState] = CONNECTING
    # § websockets-open. The constant OPEN is 1: the connection is established.
    OPEN: Final[ReadyState] = OPEN
    # § websockets-closing. The constant CLOSING is 2: the closing handshake is under way, or
    #   close() was called.
    CLOSING: Final[ReadyState] = CLOSING
    # § websockets-closed. The constant CLOSED is 3: the connection is closed or was never opened.
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

    # Step 10 of the constructor sets these attributes.
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
        # § websockets-internal-ready-state. A socket has a ready state, one of four numbers.
        # § websockets-initial-ready-state. The ready state of a new socket is CONNECTING.
        self._ready_state: ReadyState = CONNECTING
        # § websockets-internal-binary-type. A socket has a binary type, "blob" or "arraybuffer".
        # § websockets-initial-binary-type. The binary type of a new socket is "blob".
        self._binary_type: BinaryType = "blob"
        # § websockets-initial-extensions. The extensions attribute of a new socket is empty.
        self._extensions = ""
        # § websockets-initial-protocol. The protocol attribute of a new socket is empty.
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

    # § websockets-event-handlers. A socket has an event handler attribute for each of its events.
    # § websockets-onopen. The event handler attribute onopen handles the open event.
    onopen: EventHandlerAttribute[Event] = EventHandlerAttribute("open")
    # § websockets-onmessage. The event handler attribute onmessage handles the message event.
    onmessage: EventHandlerAttribute[MessageEvent] = EventHandlerAttribute("message")
    # § websockets-onerror. The event handler attribute onerror handles the error event.
    onerror: EventHandlerAttribute[Event] = EventHandlerAttribute("error")
    # § websockets-onclose. The event handler attribute onclose handles the close event.
    onclose: EventHandlerAttribute[CloseEvent] = EventHandlerAttribute("close")

    @property
    def url(self) -> str:
        """The URL, serialized.

        Source: https://websockets.spec.whatwg.org/#dom-websocket-url
        """
        # § websockets-url. The url attribute returns the socket's URL record, serialized.
        return self._url.serialize()

    @property
    def readyState(self) -> ReadyState:
        """The ready state, which is CONNECTING (0), OPEN (1), CLOSING (2) or CLOSED (3).

        Source: https://websockets.spec.whatwg.org/#dom-websocket-readystate
        """
        # § websockets-ready-state. The readyState attribute returns the socket's ready state.
        return self._ready_state

    @property
    def bufferedAmount(self) -> int:
        """The bytes of messages that were sent and had not left at step 1 of the event loop.

        Source: https://websockets.spec.whatwg.org/#dom-websocket-bufferedamount
        """
        self._event_loop.require_this_thread()
        # § websockets-buffered-amount. The bufferedAmount attribute returns the bytes of messages
        #   that were sent and had not been transmitted when the event loop last reached step 1.
        return buffered_amount(self)

    @property
    def extensions(self) -> str:
        """The extensions in use, as the server named them, or an empty string.

        Source: https://websockets.spec.whatwg.org/#dom-websocket-extensions
        """
        return self._extensions

    @property
    def protocol(self) -> str:
        """The subprotocol in use, or an empty string.

        Source: https://websockets.spec.whatwg.org/#dom-websocket-protocol
        """
        return self._protocol

    @property
    def binaryType(self) -> BinaryType:
        """The type of binary messages' data, "blob" for a Blob or "arraybuffer" for ``bytes``.

        Setting another value has no effect.

        Source: https://websockets.spec.whatwg.org/#dom-websocket-binarytype
        """
        # § websockets-binary-type. The binaryType attribute returns the socket's binary type.
        return self._binary_type

    @binaryType.setter
    def binaryType(self, value: BinaryType) -> None:
        self._event_loop.require_this_thread()
        string = to_dom_string(value)
        if string in BINARY_TYPES:
            # § websockets-set-binary-type. Setting the binaryType attribute sets the binary type,
            #   which applies to each message whose task runs later.
            self._binary_type = string

    def send(self, data: str | BufferSource | Blob) -> None:
        """Send a message, which is written at once unless the connection wrote a moment ago.

        Args:
            data: a ``str``, a Blob, or an object with the buffer protocol, whose bytes are copied
                before the call returns. Any other value is converted to a string as in JavaScript.

        Raises:
            DOMException: "InvalidStateError" if the socket is still CONNECTING.
            RuntimeError: the caller runs in another thread than the event loop of the socket.

        Source: https://websockets.spec.whatwg.org/#dom-websocket-send
        """
        event_loop = self._event_loop
        # While a listener runs, the event loop knows its thread. Asking asyncio would take a system
        # call.
        if (
            get_ident() != event_loop.thread_of_tasks
            and _get_running_loop() is not event_loop.asyncio_loop
        ):
            event_loop.require_this_thread()
        send(self, data if isinstance(data, _SENT_AS_THEY_ARE) else _to_send_data(data))

    def close(self, code: int | Missing = MISSING, reason: str | Missing = MISSING) -> None:
        """Close the connection, or stop connecting.

        Args:
            code: the close code, which is 1000 or from 3000 to 4999.
            reason: the close reason, of at most 123 bytes in UTF-8.

        Raises:
            DOMException: "InvalidAccessError" for another code; "SyntaxError" for a longer reason.
            RuntimeError: the caller runs in another thread than the event loop of the socket.

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

    # The methods that the package calls.

    def _change_ready_state(self, ready_state: ReadyState) -> None:
        self._ready_state = ready_state
        keep_or_let_go(self)

    def _leave_with_the_document(self) -> None:
        self._change_ready_state(CLOSED)
        # The current task may have more listeners to call, and more events to fire. In HTML, "check
        # if we can run script" prevents each listener of a document that is gone from running.
        remove_all_event_listeners(self)
        self._watcher.socket_is_closed()

    def _check_the_caller(self) -> None:
        self._event_loop.require_this_thread()

    def _run_in_its_thread(self, steps: Callable[[], None]) -> None:
        self._event_loop.call_from_any_thread(steps)

    def _listeners_changed(self) -> None:
        keep_or_let_go(self)


def _to_send_data(value: object) -> str | bytes:
    """Copy the bytes of a buffer, and convert any other value to a string."""
    if is_buffer_source(value):
        return to_bytes(value)
    return to_string(value)
