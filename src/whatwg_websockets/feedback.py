"""4 Feedback from the protocol: what the page is told, as tasks on the WebSocket task source."""

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.close_event import create_a_close_event
from whatwg_websockets.dom.dispatch import fire_an_event
from whatwg_websockets.dom.event import Event, create_an_event
from whatwg_websockets.fileapi.blob import Blob, create_a_blob
from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.html.message_event import create_a_message_event
from whatwg_websockets.ready_state import CLOSED, CLOSING, CONNECTING, OPEN

if TYPE_CHECKING:
    from whatwg_websockets.websocket import WebSocket

Message = str | bytes


class Feedback:
    """The door from the connection to its socket: each piece of news becomes a task.

    The socket is only referred to weakly: whether it lives is the garbage collection's to say.
    A socket that is gone is told nothing.
    """

    def __init__(self, socket: "WebSocket", event_loop: EventLoop) -> None:
        self._socket = weakref.ref(socket)
        self._event_loop = event_loop
        self._holds: WebSocket | None = None

    def the_connection_is_established(self, extensions: str, protocol: str) -> None:
        """Queue a task for it."""
        # § websockets-feedback-established. The page's side opens in its turn.
        self._queue(handle_connection_establishment, (extensions, protocol))

    def messages_have_been_received(self, messages: list[Message]) -> None:
        """Queue a task for each, in order; the connection has them run."""
        socket = self._socket()
        if socket is not None:
            # § websockets-feedback-message. A task for each message.
            queue = self._event_loop.tasks.append
            for message in messages:
                queue((handle_a_websocket_message, socket, message))

    def the_closing_handshake_is_started(self) -> None:
        """Queue a task for it."""
        # § websockets-feedback-closing. Messages that came before still find the socket open.
        self._queue(handle_the_start_of_the_closing_handshake, None)

    def the_connection_is_closed(
        self, *, has_failed: bool, was_clean: bool, code: int, reason: str
    ) -> None:
        """Queue a task for it."""
        # § websockets-feedback-closed. Everything that came before is told first.
        self._queue(handle_connection_close, (has_failed, was_clean, code, reason))
        self._holds = None

    def nothing_leaves_any_more(self) -> None:
        """Do nothing: what is still to be read is read soon, and then the page hears of the end."""

    def data_is_queued(self, is_queued: bool) -> None:
        """Keep the socket while data waits to be transmitted.

        Source: https://websockets.spec.whatwg.org/#garbage-collection
        """
        # § websockets-gc-data. What is on its way out keeps the socket until it has left.
        self._holds = self._socket() if is_queued else None

    def _queue(self, steps: "Callable[[WebSocket, Any], None]", argument: object) -> None:
        socket = self._socket()
        if socket is not None:
            # § websockets-task-source. There is but one queue.
            self._event_loop.queue_a_task(steps, socket, argument)


@algorithm("feedback-from-the-protocol", "handle connection establishment")
def handle_connection_establishment(socket: "WebSocket", in_use: tuple[str, str]) -> None:
    """Open the socket, and say so.

    Source: https://websockets.spec.whatwg.org/#feedback-from-the-protocol
    """
    extensions, protocol = in_use
    # 1. The socket is open. The text has no guard here; a page that called close() after the
    #    handshake had succeeded, but before this task, must not see CLOSING turn into OPEN.
    if socket._ready_state != CONNECTING:
        return
    socket._change_ready_state(OPEN)
    # 2. What the server chose of the extensions,
    socket._extensions = extensions
    # 3. and of the subprotocols.
    socket._protocol = protocol
    # 4. Tell the page.
    fire_an_event(socket, create_an_event(Event, "open"))


@algorithm("feedback-from-the-protocol", "handle a WebSocket message")
def handle_a_websocket_message(socket: "WebSocket", data: Message) -> None:
    """Give the page a message.

    Args:
        socket: the socket.
        data: the message, text as ``str``, binary as ``bytes``.

    Source: https://websockets.spec.whatwg.org/#feedback-from-the-protocol
    """
    # 1. A page that has closed its socket hears no more.
    if socket._ready_state != OPEN:
        return
    # 2. What the event carries depends on the message and on the binary type as it is now.
    binary_type = socket._binary_type
    if isinstance(data, str):
        # 2a. (text) The text.
        data_for_event: str | bytes | Blob = data
    elif binary_type == "blob":
        # 2b. (binary, "blob") A Blob of the bytes.
        data_for_event = create_a_blob(data)
    else:
        # 2c. (binary, "arraybuffer") The bytes.
        data_for_event = data
    # 3. Tell the page.
    time = socket._event_loop.task_began
    fire_an_event(socket, create_a_message_event(data_for_event, socket._origin, time))


@algorithm("feedback-from-the-protocol", "handle the start of the closing handshake")
def handle_the_start_of_the_closing_handshake(socket: "WebSocket", _: None) -> None:
    """Let the page see that the connection is closing; no event says so.

    Source: https://websockets.spec.whatwg.org/#feedback-from-the-protocol
    """
    # 1. Where close() was called the socket is CLOSING already. A socket whose document is gone is
    #    CLOSED, and stays so.
    if socket._ready_state != CLOSED:
        socket._change_ready_state(CLOSING)


@algorithm("closeWebSocket", "handle connection close")
def handle_connection_close(socket: "WebSocket", how: tuple[bool, bool, int, str]) -> None:
    """Close the socket, and say so.

    Args:
        socket: the socket.
        how: whether the connection was failed, whether it closed cleanly, code and reason.

    Source: https://websockets.spec.whatwg.org/#closeWebSocket
    """
    has_failed, was_clean, code, reason = how
    # 1. The socket is CLOSED. Where its document is gone it has been so, and no event follows.
    if socket._ready_state == CLOSED:
        return
    socket._change_ready_state(CLOSED)
    # 2. A failure has an event of its own, which says nothing about the cause.
    if has_failed or socket._is_flagged_as_full:
        # § websockets-no-failure-information. The event is the same whatever happened.
        fire_an_event(socket, create_an_event(Event, "error"))
    # 3. Every socket ends with this event.
    fire_an_event(socket, create_a_close_event(was_clean, code, reason))
    # No event follows. Until here a listener may have let the document go away.
    socket._watcher.socket_is_closed()
