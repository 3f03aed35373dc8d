"""4.1 Feedback to WebSocketStream from the protocol, as tasks on the WebSocket task source.

**Nothing that has arrived is lost.** The draft tells a stream of the end of its connection in one
task. Here what concerns the reader, the ready state and the end of the readable stream, comes
behind the messages that nobody has read yet. ``closed`` is settled, and the writable stream ends,
at once.
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
    """The door from the connection to its stream: each piece of news becomes a task.

    The stream is only referred to weakly. The event loop keeps it until the connection is closed.
    """

    def __init__(self, stream: "WebSocketStream", tasks: HeldTasks, event_loop: EventLoop) -> None:
        self._stream = weakref.ref(stream)
        self._tasks = tasks
        self._event_loop = event_loop

    def the_connection_is_established(self, extensions: str, protocol: str) -> None:
        """Queue a task for it."""
        self._queue(handle_websocketstream_connection_establishment, (extensions, protocol))

    def messages_have_been_received(self, messages: list[Message]) -> None:
        """Queue a task for each, in order; the connection has them run."""
        stream = self._stream()
        if stream is not None:
            queue = self._tasks.tasks.append
            for message in messages:
                queue((handle_a_websocketstream_message, stream, message))

    def the_closing_handshake_is_started(self) -> None:
        """Queue a task for it."""
        self._queue(handle_the_start_of_the_closing_handshake_of_a_websocketstream, None)

    def the_connection_is_closed(
        self, *, has_failed: bool, was_clean: bool, code: int, reason: str
    ) -> None:
        """Queue a task for it, which does not wait for messages that are held back."""
        how = (was_clean, code, reason)
        stream = self._stream()
        if stream is not None and self._tasks.holds_something:
            self._event_loop.queue_a_task(handle_websocketstream_connection_close, stream, how)
        else:
            self._queue(handle_websocketstream_connection_close, how)

    def nothing_leaves_any_more(self) -> None:
        """Queue a task that ends the writable stream: a reader may take its time for the rest."""
        stream = self._stream()
        if stream is not None:
            self._event_loop.queue_a_task(_lose_the_writable, stream)

    def data_is_queued(self, is_queued: bool) -> None:
        """Do nothing: a stream is kept until its connection is closed, whatever waits."""

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
    # 1. The ready state is OPEN. The text has no guard here: if close() was called between the
    #    handshake and this task, CLOSING must not become OPEN.
    if stream._ready_state != CONNECTING:
        return
    stream._change_ready_state(OPEN)
    # 2. The flag says that there was a connection.
    stream._was_ever_connected = True
    stream._forget_the_signal()
    # 3. The extensions are those that the server has chosen.
    # 4. The subprotocol is the one that the server has chosen.
    extensions, protocol = in_use
    # 5. The pull algorithm releases the backpressure.
    pull_algorithm = partial(pull_bytes, stream)
    # 6. The cancel algorithm closes the connection.
    cancel_algorithm = partial(cancel, stream)
    # 7. The readable stream is created.
    readable = readable_streams.a_new_readable_stream(event_loop)
    # 8. The readable stream is set up with the pull algorithm and the cancel algorithm.
    readable_streams.set_up_a_readable_stream(
        readable, pull_algorithm=pull_algorithm, cancel_algorithm=cancel_algorithm
    )
    # 9. The write algorithm sends each chunk as a message.
    write_algorithm = partial(write, stream)
    # 10. The close algorithm closes the connection.
    close_algorithm = partial(close, stream)
    # 11. The abort algorithm closes the connection as well.
    abort_algorithm = partial(abort, stream)
    # 12. The writable stream is created.
    writable = writable_streams.a_new_writable_stream(event_loop)
    # 13. The writable stream is set up with the write, close and abort algorithms.
    writable_streams.set_up_a_writable_stream(
        writable,
        write_algorithm=write_algorithm,
        close_algorithm=close_algorithm,
        abort_algorithm=abort_algorithm,
    )
    # 14. The readable stream is kept.
    # § websocketstream-internal-readable. The stream has no readable stream before the connection
    #   is established.
    stream._readable = readable
    # 15. The writable stream is kept.
    # § websocketstream-internal-writable. The stream has no writable stream before the connection
    #   is established.
    stream._writable = writable
    # 16. The promise `opened` is resolved with both streams, the extensions and the subprotocol.
    resolve(stream._opened, WebSocketOpenInfo(readable, writable, extensions, protocol))


@algorithm("feedback-to-websocket-stream-from-the-protocol", "handle a WebSocketStream message")
def handle_a_websocketstream_message(stream: "WebSocketStream", data: Message) -> None:
    """Give the reader a message.

    Args:
        stream: the stream.
        data: the message, text as ``str``, binary as ``bytes``.

    Source: https://whatpr.org/websockets/48.html#handle-a-websocketstream-message
    """
    # 1. A message is dropped unless the ready state is OPEN.
    if stream._ready_state != OPEN:
        return
    # 2. The chunk depends on the type of the message.
    # 2a. (text) The chunk is a `str`.
    # 2b. (binary) The chunk is `bytes`, which stand for the Uint8Array.
    # 3. The chunk is enqueued in the readable stream.
    # 4. Backpressure is applied. Here that is done before the chunk is enqueued, since a second
    #    read that waits releases it within that step; by the text that read would wait for ever.
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
    """Let nothing be sent any more.

    Source: https://whatpr.org/websockets/48.html#feedback-to-websocket-stream-from-the-protocol
    """
    # 1. The ready state is CLOSING. If the document of the stream is gone, the ready state is
    #    CLOSED and stays so.
    if stream._ready_state != CLOSED:
        stream._change_ready_state(CLOSING)


@algorithm(
    "feedback-to-websocket-stream-from-the-protocol", "handle WebSocketStream connection close"
)
def handle_websocketstream_connection_close(
    stream: "WebSocketStream", how: tuple[bool, int, str]
) -> None:
    """Close the stream, and say how the connection ended.

    Args:
        stream: the stream.
        how: whether the connection was closed cleanly, the code and the reason.

    Source: https://whatpr.org/websockets/48.html#feedback-to-websocket-stream-from-the-protocol
    """
    was_clean, code, reason = how
    _end_the_life(stream)
    # 1. The ready state is CLOSED as soon as all messages before have been read.
    _behind_the_messages(stream, _become_closed)
    # 2. After an abort of the handshake the promises are settled already.
    if stream._handshake_aborted:
        return
    # 3. If the stream was never connected, the promise `opened` is rejected.
    if not stream._was_ever_connected:
        reject(stream._opened, a_new_websocket_error(NEVER_CONNECTED))
    # 4. The code is that of the server's Close frame, or 1005 or 1006 without one.
    # 5. The reason was decoded when the Close frame was read.
    # 6. A connection that was closed cleanly closes the streams.
    if was_clean:
        # 6.1. The readable stream is closed as soon as all messages before have been read.
        _behind_the_messages(stream, _end_the_readable)
        # 6.2. The writable stream is errored with an InvalidStateError. What was written before has
        #      been read by the server.
        _end_the_writable(stream, DOMException("the connection is closed", "InvalidStateError"))
        _settle_what_is_written(stream)
        # 6.3. The promise `closed` is resolved with the code and the reason.
        resolve(stream._closed, WebSocketCloseInfo(code, reason))
    else:
        # 7. A connection that was not closed cleanly errors the streams.
        # 7.1. The error has the code and the reason of the connection, and does not say what
        #      happened.
        message = NOT_CLEAN if stream._was_ever_connected else NEVER_CONNECTED
        error = a_new_websocket_error(message, code, reason)
        # 7.2. The readable stream is errored as soon as all messages before have been read.
        _behind_the_messages(stream, _end_the_readable, error)
        # 7.3. The writable stream is errored. Nobody knows how much of what was written the server
        #      has read.
        _end_the_writable(stream, error)
        _settle_what_is_written(stream, error)
        # 7.4. The promise `closed` is rejected with the error.
        reject(stream._closed, error)


def _end_the_life(stream: "WebSocketStream") -> None:
    """Keep the stream no longer: nothing happens to it any more, but for who reads."""
    stream._event_loop.kept_alive.pop(id(stream), None)
    stream._forget_the_signal()
    if stream._watcher is not None:
        stream._watcher.socket_is_closed()


def _behind_the_messages(stream: "WebSocketStream", steps: Steps, argument: object = None) -> None:
    """Call ``steps(stream, argument)`` at once, or as soon as every message has been read."""
    backpressure, readable = stream._backpressure, stream._readable
    has_a_chunk = readable is not None and len(readable._controller._queue) > 0
    if has_a_chunk:
        # A chunk that a cancelled read has left behind was asked for, and waits all the same.
        backpressure.apply()
    if backpressure.holds_something or (backpressure.is_applied and has_a_chunk):
        backpressure.queue_a_task(steps, stream, argument)
    else:
        steps(stream, argument)


def _become_closed(stream: "WebSocketStream", _: object) -> None:
    stream._change_ready_state(CLOSED)


def _end_the_readable(stream: "WebSocketStream", error: object) -> None:
    """Close the readable stream, or have it be errored."""
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
    """Settle the promises of a message that had no room, and of the end of the writable stream."""
    for promise in (stream._unsent, stream._writable_is_closed):
        if promise is not None and error is None:
            resolve(promise)
        elif promise is not None:
            reject(promise, error)
    stream._unsent = stream._writable_is_closed = None


_HELD: Final = frozenset({handle_a_websocketstream_message, _become_closed, _end_the_readable})


def a_queue_of_tasks(event_loop: EventLoop) -> HeldTasks:
    """Make the queue of a stream's tasks, in which messages and the end wait to be asked for."""
    return HeldTasks(event_loop, _HELD, _HELD | BOOKKEEPING)
