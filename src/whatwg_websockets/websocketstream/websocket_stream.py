"""4 The WebSocketStream interface: its members, each of which calls its algorithm.

This module also has the conversion of arguments that the IDL defines, the state that the draft
gives each object, and ``async with``.
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


# § websocketstream-idl. WebSocketStream has the members of the IDL, with their names, types and
#   defaults.
class WebSocketStream(PlatformObject):
    """A WebSocket connection as a readable and a writable stream, with backpressure both ways.

    A server that sends faster than the program reads has to wait, and a program that writes faster
    than the server reads has to wait, too::

        async with WebSocketStream("ws://localhost:8000/") as opened:
            writer = opened.writable.getWriter()
            async for message in opened.readable:
                await writer.write(message)

    The interface is a draft, which may still change.

    Args:
        url: the URL to connect to: ws, wss, http or https, without a fragment.
        options: a mapping with the members ``protocols``, the subprotocols to offer, of which the
            server has to choose one if any are given, and ``signal``, an AbortSignal that aborts
            the handshake; both may be left out, or given as keyword arguments.
        settings: the settings object, with the origin and the limits of the connection; by default
            that of the innermost ``with settings:``, or else an opaque origin. This argument is not
            part of the draft.

    Raises:
        DOMException: "SyntaxError": the URL cannot be used, or a subprotocol is not a token or is
            given twice.
        TypeError: ``protocols`` is not a list, or ``signal`` is not an AbortSignal.
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

    # The constructor sets these attributes.
    _url: UrlRecord
    _opened: Promise[WebSocketOpenInfo]
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
        # § websocketstream-initial-was-ever-connected. Begin with the flag "was ever connected"
        #   unset.
        self._was_ever_connected = False
        # § websocketstream-initial-handshake-aborted. Begin with the flag "handshake aborted"
        #   unset.
        self._handshake_aborted = False
        # § websocketstream-internal-ready-state. WebSocketStream has a ready state, which says
        #   whether messages can be sent and received.
        # § websocketstream-initial-ready-state. Begin with CONNECTING as the ready state of a
        #   WebSocketStream.
        # § websocketstream-ready-state-hidden. No member of WebSocketStream returns the ready
        #   state.
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
        # § websocketstream-url. The url attribute returns the URL record, serialized.
        return self._url.serialize()

    @property
    def opened(self) -> Promise[WebSocketOpenInfo]:
        """A promise for the streams of the connection; rejected if it is not established.

        Source: https://whatpr.org/websockets/48.html#dom-websocketstream-opened
        """
        # § websocketstream-opened. The opened attribute returns the promise `opened`, which is the
        #   same object each time.
        return self._opened

    @property
    def closed(self) -> Promise[WebSocketCloseInfo]:
        """A promise for the end of the connection; rejected if it is not closed cleanly.

        Source: https://whatpr.org/websockets/48.html#dom-websocketstream-closed
        """
        # § websocketstream-closed. The closed attribute returns the promise `closed`, which is the
        #   same object each time.
        return self._closed

    def close(
        self,
        closeInfo: CloseInfoMembers | WebSocketCloseInfo | Missing | None = MISSING,
        **members: Unpack[CloseInfoMembers],
    ) -> None:
        """Close the connection, or stop connecting. Messages that were not read are dropped.

        Args:
            closeInfo: a mapping, or the object that ``closed`` was resolved with, with the members
                ``closeCode``, which is 1000 or 3000 to 4999, and ``reason``, of at most 123 bytes
                in UTF-8; both may be left out, or given as keyword arguments. If a reason is given
                without a code, the code is 1000.

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

    # The asynchronous context manager of Python.

    async def __aenter__(self) -> WebSocketOpenInfo:
        """Wait for the connection, and return the object that ``opened`` is resolved with.

        Raises:
            WebSocketError: the connection could not be established.
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
        """Close the connection, and wait until it is closed, cleanly or not."""
        self.close()
        with suppress(WebSocketError):
            await self._closed

    # Changes of state.

    def _change_ready_state(self, ready_state: ReadyState) -> None:
        self._ready_state = ready_state
        if ready_state == CLOSED:
            # A stream whose document is gone may still hold messages, which are dropped.
            self._backpressure.end_backpressure()

    def _leave_with_the_document(self) -> None:
        self._change_ready_state(CLOSED)

    def _forget_the_signal(self) -> None:
        """Remove the abort steps of the stream from the signal."""
        signal, steps = self._signal, self._abort_steps
        self._signal = self._abort_steps = None
        if signal is not None and steps is not None:
            remove_an_abort_algorithm(steps, signal)
