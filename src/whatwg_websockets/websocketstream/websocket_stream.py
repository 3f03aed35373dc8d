"""4 The WebSocketStream interface: its members, each handing over to its algorithm.

What is here beside the members is the conversion of arguments that the IDL asks for, the state that
the draft gives each object, and ``async with``.
"""

from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Unpack

from whatwg_websockets.dom.abort import AbortSignal
from whatwg_websockets.dom.abort_algorithms import remove_an_abort_algorithm
from whatwg_websockets.garbage_collection import Watcher
from whatwg_websockets.html.environment_settings import EnvironmentSettings, current_settings
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.network.connection import WebSocketConnection
from whatwg_websockets.network.held_tasks import HeldTasks
from whatwg_websockets.ready_state import CLOSED, CONNECTING, READY_STATES, ReadyState
from whatwg_websockets.streams.readable_stream import ReadableStream
from whatwg_websockets.streams.writable_stream import WritableStream
from whatwg_websockets.url.url_record import UrlRecord
from whatwg_websockets.webidl.buffer_source import BufferSource
from whatwg_websockets.webidl.conversions import to_usv_string
from whatwg_websockets.webidl.missing import MISSING, Missing
from whatwg_websockets.webidl.platform_object import PlatformObject
from whatwg_websockets.webidl.promise import Promise
from whatwg_websockets.websocketstream.close import close
from whatwg_websockets.websocketstream.constructor import construct
from whatwg_websockets.websocketstream.dictionaries import (
    CLOSE_INFO,
    OPTIONS,
    CloseInfoMembers,
    WebSocketCloseInfo,
    WebSocketOpenInfo,
    WebSocketStreamOptions,
)
from whatwg_websockets.websocketstream.websocket_error import WebSocketError


# § websocketstream-idl. The members have the names, the types and the defaults of the IDL.
class WebSocketStream(PlatformObject):
    """A WebSocket connection as a readable and a writable stream, with backpressure both ways.

    A server that sends faster than the program reads has to wait, and so has a program that writes
    faster than the server reads::

        async with WebSocketStream("ws://localhost:8000/") as opened:
            writer = opened.writable.getWriter()
            async for message in opened.readable:
                await writer.write(message)

    The interface is a draft, which may still change.

    Args:
        url: where to: ws, wss, http or https, without a fragment.
        options: a mapping that may have ``protocols``, the subprotocols to ask for, of which the
            server has to choose one where any are given, and ``signal``, an AbortSignal that ends
            the handshake; also as keyword arguments.
        settings: who is asking, and within which limits; by default the settings of the innermost
            ``with settings:``, or else an opaque origin. This argument is not the draft's.

    Raises:
        DOMException: "SyntaxError": the URL or a subprotocol is none.
        TypeError: ``protocols`` is no list, or ``signal`` is no AbortSignal.
        RuntimeError: no asyncio loop is running in this thread.

    Source: https://whatpr.org/websockets/48.html#the-websocketstream-interface
    """

    _interface = "WebSocketStream"

    __slots__ = (
        "_abort_steps",
        "_backpressure",
        "_closed",
        "_connection",
        "_event_loop",
        "_handshake_aborted",
        "_opened",
        "_readable",
        "_ready_state",
        "_signal",
        "_unsent",
        "_url",
        "_was_ever_connected",
        "_watcher",
        "_writable",
        "_writable_is_closed",
    )

    # The constructor's steps make these.
    # § websocketstream-internal-url. The URL record is kept.
    _url: UrlRecord
    # § websocketstream-internal-opened. The promise is settled when the handshake is over.
    _opened: Promise[WebSocketOpenInfo]
    # § websocketstream-internal-closed. The promise is settled when the connection is closed.
    _closed: Promise[WebSocketCloseInfo]
    _backpressure: HeldTasks
    _connection: WebSocketConnection

    def __init__(
        self,
        url: str,
        options: WebSocketStreamOptions | Missing | None = MISSING,
        *,
        settings: EnvironmentSettings | None = None,
        **members: Unpack[WebSocketStreamOptions],
    ) -> None:
        self._event_loop = the_event_loop("a WebSocketStream")
        self._readable: ReadableStream[str | bytes] | None = None
        self._writable: WritableStream[str | BufferSource] | None = None
        # § websocketstream-initial-was-ever-connected. There has been no connection yet.
        self._was_ever_connected = False
        # § websocketstream-initial-handshake-aborted. The handshake has not been aborted yet.
        self._handshake_aborted = False
        # § websocketstream-internal-ready-state. The ready state says whether messages can be sent
        #   and received.
        # § websocketstream-initial-ready-state. A new stream is connecting.
        # § websocketstream-ready-state-hidden. No member of the interface shows the ready state.
        self._ready_state: ReadyState = CONNECTING
        self._signal: AbortSignal | None = None
        self._abort_steps: Callable[[], None] | None = None
        self._watcher: Watcher | None = None
        self._unsent: Promise[None] | None = None
        self._writable_is_closed: Promise[None] | None = None
        construct(
            self,
            to_usv_string(url),
            OPTIONS.convert(options, members),
            current_settings() if settings is None else settings,
        )
        self._event_loop.follow_the_script()

    # The members of the interface.

    @property
    def url(self) -> str:
        """The URL, serialized.

        Source: https://whatpr.org/websockets/48.html#dom-websocketstream-url
        """
        # § websocketstream-url. The URL record is serialized.
        return self._url.serialize()

    @property
    def opened(self) -> Promise[WebSocketOpenInfo]:
        """A promise for the streams of the connection; it is rejected if there is none.

        Source: https://whatpr.org/websockets/48.html#dom-websocketstream-opened
        """
        # § websocketstream-opened. The promise is the same each time.
        return self._opened

    @property
    def closed(self) -> Promise[WebSocketCloseInfo]:
        """A promise for the end of the connection; it is rejected if that is not clean.

        Source: https://whatpr.org/websockets/48.html#dom-websocketstream-closed
        """
        # § websocketstream-closed. The promise is the same each time.
        return self._closed

    def close(
        self,
        closeInfo: CloseInfoMembers | WebSocketCloseInfo | Missing | None = MISSING,
        **members: Unpack[CloseInfoMembers],
    ) -> None:
        """Close the connection, or stop connecting. Messages that were not read are dropped.

        Args:
            closeInfo: a mapping, or what ``closed`` was resolved with, that may have ``closeCode``,
                which is 1000 or 3000 to 4999, and ``reason``, which has at most 123 bytes of UTF-8;
                also as keyword arguments. A reason without a code has 1000.

        Raises:
            DOMException: "InvalidAccessError" for another code; "SyntaxError" for a longer reason.
            TypeError: ``closeCode`` is not a number from 0 to 65535.
            RuntimeError: the call comes from another thread than the loop's.

        Source: https://whatpr.org/websockets/48.html#dom-websocketstream-close
        """
        self._event_loop.require_this_thread()
        close(self, CLOSE_INFO.convert(closeInfo, members))

    def __repr__(self) -> str:
        url: UrlRecord | None = getattr(self, "_url", None)
        if url is None:
            return "<WebSocketStream that was not constructed>"
        return f"<WebSocketStream {url} {READY_STATES[self._ready_state]}>"

    # As Python has it.

    async def __aenter__(self) -> WebSocketOpenInfo:
        """Wait for the connection, and return what ``opened`` is resolved with.

        Raises:
            WebSocketError: there is none.
        """
        try:
            return await self._opened
        except BaseException:
            self.close()
            raise

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the connection, and wait until it is closed, however it ends."""
        self.close()
        with suppress(WebSocketError):
            await self._closed

    # Life and death.

    def _change_ready_state(self, ready_state: ReadyState) -> None:
        self._ready_state = ready_state
        if ready_state == CLOSED:
            # Where the document is gone, there may still be messages, which are dropped.
            self._backpressure.end_backpressure()

    def _leave_with_the_document(self) -> None:
        self._change_ready_state(CLOSED)

    def _forget_the_signal(self) -> None:
        """Have the signal know nothing of the stream any more."""
        signal, steps = self._signal, self._abort_steps
        self._signal = self._abort_steps = None
        if signal is not None and steps is not None:
            remove_an_abort_algorithm(steps, signal)
