"""Section 4 of the WebSockets Standard: the tasks by which a page learns of its connection."""

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
    """The path from a connection to its socket, which queues a task for each event of the protocol.

    The reference to the socket is weak, so that the garbage collector decides whether the socket
    lives. If the socket is gone, no task is queued.
    """

    def __init__(self, socket: "WebSocket", event_loop: EventLoop) -> None:
        self._socket = weakref.ref(socket)
        self._event_loop = event_loop
        self._holds: WebSocket | None = None

    def the_connection_is_established(self, extensions: str, protocol: str) -> None:
        """Queue a task to open the socket."""
        # § websockets-feedback-established. When the connection is established, queue a task that
        #   opens the socket.
        self._queue(handle_connection_establishment, (extensions, protocol))

    def messages_have_been_received(self, messages: list[Message]) -> None:
        """Queue a task for each message, in order; the connection then has the tasks run."""
        socket = self._socket()
        if socket is not None:
            # § websockets-feedback-message. When a message has been received, queue a task that
            #   fires a message event.
            queue = self._event_loop.tasks.append
            for message in messages:
                queue((handle_a_websocket_message, socket, message))

    def the_closing_handshake_is_started(self) -> None:
        """Queue a task to set the ready state to CLOSING."""
        # § websockets-feedback-closing. When the closing handshake is started, queue a task that
        #   sets the ready state, behind the tasks of messages that were received before.
        self._queue(handle_the_start_of_the_closing_handshake, None)

    def the_connection_is_closed(
        self, *, has_failed: bool, was_clean: bool, code: int, reason: str
    ) -> None:
        """Queue a task to close the socket."""
        # § websockets-feedback-closed. When the connection is closed, queue a task that closes the
        #   socket, behind the tasks of everything that was received before.
        self._queue(handle_connection_close, (has_failed, was_clean, code, reason))
        self._holds = None

    def nothing_leaves_any_more(self) -> None:
        """Do nothing, since what is still to be read is read soon, and the socket closes then."""

    def data_is_queued(self, is_queued: bool) -> None:
        """Keep the socket while data waits to be transmitted.

        Source: https://websockets.spec.whatwg.org/#garbage-collection
        """
        # § websockets-gc-data. Data that is queued for transmission keeps the socket alive until
        #   the data has been transmitted.
        self._holds = self._socket() if is_queued else None

    def _queue(self, steps: "Callable[[WebSocket, Any], None]", argument: object) -> None:
        socket = self._socket()
        if socket is not None:
            # § websockets-task-source. One queue holds all tasks of the WebSocket task source.
            self._event_loop.queue_a_task(steps, socket, argument)


@algorithm("feedback-from-the-protocol", "handle connection establishment")
def handle_connection_establishment(socket: "WebSocket", in_use: tuple[str, str]) -> None:
    """Open the socket, and fire the open event.

    Source: https://websockets.spec.whatwg.org/#feedback-from-the-protocol
    """
    extensions, protocol = in_use
    # 1. Set the ready state to OPEN. A socket that became CLOSING after the handshake succeeded
    #   stays CLOSING, which the standard does not say.
    if socket._ready_state != CONNECTING:
        return
    socket._change_ready_state(OPEN)
    # 2. Set the extensions attribute to the extensions that the server accepted.
    socket._extensions = extensions
    # 3. Set the protocol attribute to the subprotocol that the server chose.
    socket._protocol = protocol
    # 4. Fire the open event at the socket.
    fire_an_event(socket, create_an_event(Event, "open"))


@algorithm("feedback-from-the-protocol", "handle a WebSocket message")
def handle_a_websocket_message(socket: "WebSocket", data: Message) -> None:
    """Fire a message event with a received message.

    Args:
        socket: the socket.
        data: the message, as ``str`` if it is text and as ``bytes`` if it is binary.

    Source: https://websockets.spec.whatwg.org/#feedback-from-the-protocol
    """
    # 1. If the ready state is not OPEN, drop the message.
    if socket._ready_state != OPEN:
        return
    # 2. The event's data depends on the type of the message and on the current binary type.
    binary_type = socket._binary_type
    if isinstance(data, str):
        # 2a. (text) The event's data is the message's text.
        data_for_event: str | bytes | Blob = data
    elif binary_type == "blob":
        # 2b. (binary, "blob") The event's data is a Blob of the message's bytes.
        data_for_event = create_a_blob(data)
    else:
        # 2c. (binary, "arraybuffer") The event's data is the message's bytes.
        data_for_event = data
    # 3. Fire a message event with the data and the server's origin at the socket.
    time = socket._event_loop.task_began
    fire_an_event(socket, create_a_message_event(data_for_event, socket._origin, time))


@algorithm("feedback-from-the-protocol", "handle the start of the closing handshake")
def handle_the_start_of_the_closing_handshake(socket: "WebSocket", _: None) -> None:
    """Set the ready state to CLOSING, which fires no event.

    Source: https://websockets.spec.whatwg.org/#feedback-from-the-protocol
    """
    # 1. Set the ready state to CLOSING. A socket whose document is gone stays CLOSED.
    if socket._ready_state != CLOSED:
        socket._change_ready_state(CLOSING)


@algorithm("closeWebSocket", "handle connection close")
def handle_connection_close(socket: "WebSocket", how: tuple[bool, bool, int, str]) -> None:
    """Close the socket, and fire the close event.

    Args:
        socket: the socket.
        how: whether the connection was failed, whether it closed cleanly, the close code and the
            close reason.

    Source: https://websockets.spec.whatwg.org/#closeWebSocket
    """
    has_failed, was_clean, code, reason = how
    # 1. Set the ready state to CLOSED. If the document is gone, the socket is CLOSED already, and
    #   fires no event.
    if socket._ready_state == CLOSED:
        return
    socket._change_ready_state(CLOSED)
    # 2. If the connection was failed, or its send buffer was full, fire an error event.
    if has_failed or socket._is_flagged_as_full:
        # § websockets-no-failure-information. The error event does not reveal what failed.
        fire_an_event(socket, create_an_event(Event, "error"))
    # 3. Fire a close event with wasClean, the close code and the close reason.
    fire_an_event(socket, create_a_close_event(was_clean, code, reason))
    # The socket is watched until now, since a listener may have made the document go away.
    socket._watcher.socket_is_closed()
