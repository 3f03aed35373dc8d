"""4.1 Feedback to WebSocketStream from the protocol, as tasks on the WebSocket task source.

**No message that has arrived is lost.** In the draft a stream learns of the end of its connection
in one task. Here the ready state and the end of the readable stream, which matter to the reader,
change after the messages that have not been read yet. ``closed`` is settled, and the writable
stream ends, at once.
"""

import weakref
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.network.connection import BOOKKEEPING
from whatwg_websockets.network.held_tasks import HeldTasks, Steps
from whatwg_websockets.ready_state import CLOSED, CLOSING, CONNECTING, OPEN
from whatwg_websockets.rfc6455.close_code import ABNORMAL
from whatwg_websockets.rfc6455.receive import Message
from whatwg_websockets.streams import (
    readable_for_other_specifications as readable_streams,
)
from whatwg_websockets.streams import (
    writable_for_other_specifications as writable_streams,
)
from whatwg_websockets.webidl.dom_exception import DOMException
from whatwg_websockets.webidl.promise import reject, resolve
from whatwg_websockets.websocketstream.close_the_writable import close
from whatwg_websockets.websocketstream.close_using_reason import abort, cancel
from whatwg_websockets.websocketstream.dictionaries import WebSocketCloseInfo, WebSocketOpenInfo
from whatwg_websockets.websocketstream.pull_bytes import pull_bytes
from whatwg_websockets.websocketstream.websocket_error import a_new_websocket_error
from whatwg_websockets.websocketstream.write import write

if TYPE_CHECKING:
    from whatwg_websockets.websocketstream.websocket_stream import WebSocketStream


NEVER_CONNECTED: Final = "the connection could not be established"
NOT_CLEAN: Final = "the connection was not closed cleanly"


class StreamFeedback:
    """Turns each event of a connection into a task that is queued for its stream.

    The reference to the stream is weak. The event loop keeps the stream until the connection is
    closed.
    """

    def __init__(self, stream: "WebSocketStream", tasks: HeldTasks, event_loop: EventLoop) -> None:
        self._stream = weakref.ref(stream)
        self._tasks = tasks
        self._event_loop = event_loop

    def the_connection_is_established(self, extensions: str, protocol: str) -> None:
        """Queue a task that opens the stream."""
        self._queue(handle_websocketstream_connection_establishment, (extensions, protocol))

    def messages_have_been_received(self, messages: list[Message]) -> None:
        """Queue a task for each message, in order; the connection then has the tasks run."""
        stream = self._stream()
        if stream is not None:
            queue = self._tasks.tasks.append
            for message in messages:
                queue((handle_a_websocketstream_message, stream, message))

    def the_closing_handshake_is_started(self) -> None:
        """Queue a task that sets the ready state to CLOSING."""
        self._queue(handle_the_start_of_the_closing_handshake_of_a_websocketstream, None)

    def the_connection_is_closed(
        self, *, has_failed: bool, was_clean: bool, code: int, reason: str
    ) -> None:
        """Queue a task that closes the stream, without waiting for messages that are held back."""
        how = (was_clean, code, reason)
        stream = self._stream()
        if stream is not None and self._tasks.holds_something:
            self._event_loop.queue_a_task(handle_websocketstream_connection_close, stream, how)
        else:
            self._queue(handle_websocketstream_connection_close, how)

    def nothing_leaves_any_more(self) -> None:
        """Queue a task that ends the writable stream, since the reader may need longer."""
        stream = self._stream()
        if stream is not None:
            self._event_loop.queue_a_task(_lose_the_writable, stream)

    def data_is_queued(self, is_queued: bool) -> None:
        """Do nothing: a stream is kept until its connection is closed, even if no data waits."""

    def _queue(self, steps: "Callable[[WebSocketStream, Any], None]", argument: object) -> None:
        stream = self._stream()
        if stream is not None:
            self._tasks.queue_a_task(steps, stream, argument)


@algorithm(
    "feedback-to-websocket-stream-from-the-protocol",
    "handle WebSocketStream connection establishment",
)
def handle_websocketstream_connection_establishment(
    stream: "WebSocketStream", in_use: tuple[str, str]
) -> None:
    """Open the stream.

    Source: https://whatpr.org/websockets/48.html#feedback-to-websocket-stream-from-the-protocol
    """
    event_loop = stream._event_loop
    # 1. Set the ready state to OPEN if it is CONNECTING. The draft does not require CONNECTING;
    #    thus a stream that was closed before this task would become OPEN.
    if stream._ready_state != CONNECTING:
        return
    stream._change_ready_state(OPEN)
    # 2. Set the flag "was ever connected" of the stream.
    stream._was_ever_connected = True
    stream._forget_the_signal()
    # 3. Take the extensions in use, which the server has chosen.
    # 4. Take the subprotocol in use, which the server has chosen.
    extensions, protocol = in_use
    # 5. Make a pull algorithm that pulls bytes for the stream.
    pull_algorithm = partial(pull_bytes, stream)
    # 6. Make a cancel algorithm that closes the connection with the reason of the cancellation.
    cancel_algorithm = partial(cancel, stream)
    # 7. Make a new readable stream.
    readable = readable_streams.a_new_readable_stream(event_loop)
    # 8. Set up the readable stream with the pull algorithm and the cancel algorithm.
    readable_streams.set_up_a_readable_stream(
        readable, pull_algorithm=pull_algorithm, cancel_algorithm=cancel_algorithm
    )
    # 9. Make a write algorithm that sends each chunk as a message.
    write_algorithm = partial(write, stream)
    # 10. Make a close algorithm that closes the connection.
    close_algorithm = partial(close, stream)
    # 11. Make an abort algorithm that closes the connection with the reason of the abort.
    abort_algorithm = partial(abort, stream)
    # 12. Make a new writable stream.
    writable = writable_streams.a_new_writable_stream(event_loop)
    # 13. Set up the writable stream with the write algorithm, the close algorithm and the abort
    #     algorithm.
    writable_streams.set_up_a_writable_stream(
        writable,
        write_algorithm=write_algorithm,
        close_algorithm=close_algorithm,
        abort_algorithm=abort_algorithm,
    )
    # 14. Store the readable stream in the WebSocketStream.
    # § websocketstream-internal-readable. The WebSocketStream has no readable stream before the
    #   connection is established.
    stream._readable = readable
    # 15. Store the writable stream in the WebSocketStream.
    # § websocketstream-internal-writable. The WebSocketStream has no writable stream before the
    #   connection is established.
    stream._writable = writable
    # 16. Resolve the promise `opened` with the two streams, the extensions and the subprotocol.
    resolve(stream._opened, WebSocketOpenInfo(readable, writable, extensions, protocol))


@algorithm("feedback-to-websocket-stream-from-the-protocol", "handle a WebSocketStream message")
def handle_a_websocketstream_message(stream: "WebSocketStream", data: Message) -> None:
    """Enqueue a message for the reader.

    Args:
        stream: the stream.
        data: the message, text as ``str``, binary as ``bytes``.

    Source: https://whatpr.org/websockets/48.html#handle-a-websocketstream-message
    """
    # 1. Return without handling the message if the ready state is not OPEN.
    if stream._ready_state != OPEN:
        return
    # 2. Make a chunk from the message, depending on its type.
    # 2a. (text) Use a `str` as the chunk.
    # 2b. (binary) Use `bytes` as the chunk, which stand for a Uint8Array.
    # 3. Enqueue the chunk in the readable stream.
    # 4. Apply backpressure before the chunk is enqueued, not after it as in the draft. While the
    #    chunk is enqueued, a second pending read releases the backpressure. If the backpressure
    #    were applied later, the read would wait for ever.
    stream._backpressure.apply()
    assert stream._readable is not None
    readable_streams.enqueue(stream._readable, data)


@algorithm(
    "feedback-to-websocket-stream-from-the-protocol",
    "handle the start of the closing handshake of a WebSocketStream",
)
def handle_the_start_of_the_closing_handshake_of_a_websocketstream(
    stream: "WebSocketStream", _: None
) -> None:
    """Set the ready state to CLOSING, in which no message is sent.

    Source: https://whatpr.org/websockets/48.html#feedback-to-websocket-stream-from-the-protocol
    """
    # 1. Set the ready state to CLOSING, unless it is CLOSED because the stream's document is gone.
    if stream._ready_state != CLOSED:
        stream._change_ready_state(CLOSING)


@algorithm(
    "feedback-to-websocket-stream-from-the-protocol", "handle WebSocketStream connection close"
)
def handle_websocketstream_connection_close(
    stream: "WebSocketStream", how: tuple[bool, int, str]
) -> None:
    """Close the stream, and settle ``closed`` with the way in which the connection ended.

    Args:
        stream: the stream.
        how: whether the connection was closed cleanly, the close code, and the close reason.

    Source: https://whatpr.org/websockets/48.html#feedback-to-websocket-stream-from-the-protocol
    """
    was_clean, code, reason = how
    _end_the_life(stream)
    # 1. Set the ready state to CLOSED as soon as all messages that arrived before the close have
    #   been read.
    _behind_the_messages(stream, _become_closed)
    # 2. Return if the handshake was aborted, since the promises `opened` and `closed` are settled
    #    already.
    if stream._handshake_aborted:
        return
    # 3. Reject the promise `opened` if the stream was never connected.
    if not stream._was_ever_connected:
        reject(stream._opened, a_new_websocket_error(NEVER_CONNECTED))
    # 4. Take the close code: that of the server's Close frame, or 1005 or 1006.
    # 5. Take the close reason, which was decoded when the Close frame was read.
    # 6. Close the streams of a connection that was closed cleanly.
    if was_clean:
        # 6.1. Close the readable stream, once the messages that arrived before the close have been
        #   read.
        _behind_the_messages(stream, _end_the_readable)
        # 6.2. Error the writable stream with an InvalidStateError. The server has read the data
        #      that was written before the close.
        _end_the_writable(stream, DOMException("the connection is closed", "InvalidStateError"))
        _settle_what_is_written(stream)
        # 6.3. Resolve the promise `closed` with the close code and the close reason.
        resolve(stream._closed, WebSocketCloseInfo(code, reason))
    else:
        # 7. Error the streams of a connection that was not closed cleanly.
        # 7.1. Make a WebSocketError with the close code and the close reason. Its message does not
        #      disclose why the connection failed.
        message = NOT_CLEAN if stream._was_ever_connected else NEVER_CONNECTED
        error = a_new_websocket_error(message, code, reason)
        # 7.2. Error the readable stream, once the messages that arrived before the close have been
        #   read.
        _behind_the_messages(stream, _end_the_readable, error)
        # 7.3. Error the writable stream. The server may have read less than was written.
        _end_the_writable(stream, error)
        _settle_what_is_written(stream, error)
        # 7.4. Reject the promise `closed` with the WebSocketError.
        reject(stream._closed, error)


def _end_the_life(stream: "WebSocketStream") -> None:
    """Let the event loop keep the stream no longer, since only its reader can still use it."""
    stream._event_loop.kept_alive.pop(id(stream), None)
    stream._forget_the_signal()
    if stream._watcher is not None:
        stream._watcher.socket_is_closed()


def _behind_the_messages(stream: "WebSocketStream", steps: Steps, argument: object = None) -> None:
    """Call ``steps(stream, argument)`` at once, or as soon as every message has been read."""
    backpressure, readable = stream._backpressure, stream._readable
    has_a_chunk = readable is not None and len(readable._controller._queue) > 0
    if has_a_chunk:
        # A chunk left over by a cancelled read does not count as read, so the end waits for it.
        backpressure.apply()
    if backpressure.holds_something or (backpressure.is_applied and has_a_chunk):
        backpressure.queue_a_task(steps, stream, argument)
    else:
        steps(stream, argument)


def _become_closed(stream: "WebSocketStream", _: object) -> None:
    stream._change_ready_state(CLOSED)


def _end_the_readable(stream: "WebSocketStream", error: object) -> None:
    """Close the readable stream, or error it."""
    if stream._readable is None:
        return
    if error is None:
        readable_streams.close(stream._readable)
    else:
        readable_streams.error(stream._readable, error)


def _end_the_writable(stream: "WebSocketStream", error: object) -> None:
    if stream._writable is not None:
        writable_streams.error(stream._writable, error)


def _lose_the_writable(stream: "WebSocketStream", _: object) -> None:
    """End the writable stream of a connection that is lost, while it is still being read."""
    error = a_new_websocket_error(NOT_CLEAN, ABNORMAL)
    _end_the_writable(stream, error)
    _settle_what_is_written(stream, error)


def _settle_what_is_written(stream: "WebSocketStream", error: object = None) -> None:
    """Settle the promise of a message that waits for room, and that of the writable's close."""
    for promise in (stream._unsent, stream._writable_is_closed):
        if promise is not None and error is None:
            resolve(promise)
        elif promise is not None:
            reject(promise, error)
    stream._unsent = stream._writable_is_closed = None


_HELD: Final = frozenset({handle_a_websocketstream_message, _become_closed, _end_the_readable})


def a_queue_of_tasks(event_loop: EventLoop) -> HeldTasks:
    """Make the queue of a stream's tasks, which holds messages and the end until they are read."""
    return HeldTasks(event_loop, _HELD, _HELD | BOOKKEEPING)
