"""5.5.1 Working with writable streams: a stream, its writer, its close and its abort.

Source: https://streams.spec.whatwg.org/#ws-abstract-ops
"""

from collections import deque
from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.dom.abort import signal_abort
from whatwg_websockets.streams.failing_writable_streams import (
    writable_stream_start_erroring,
)
from whatwg_websockets.streams.interfacing_with_writable_controllers import (
    writable_stream_close_queued_or_in_flight,
)
from whatwg_websockets.streams.writable_default_controllers import (
    writable_stream_default_controller_close,
)
from whatwg_websockets.streams.writable_states import (
    CLOSED,
    ERRORED,
    ERRORING,
    WRITABLE,
    PendingAbortRequest,
)
from whatwg_websockets.webidl.missing import MISSING
from whatwg_websockets.webidl.promise import (
    Promise,
    a_new_promise,
    a_promise_rejected_with,
    a_promise_resolved_with,
    mark_as_handled,
    resolve,
)

if TYPE_CHECKING:
    from whatwg_websockets.streams.default_writer import WritableStreamDefaultWriter
    from whatwg_websockets.streams.writable_stream import WritableStream


@algorithm("initialize-writable-stream", "InitializeWritableStream")
def initialize_writable_stream(stream: "WritableStream[Any]") -> None:
    """Give a stream the slots that it begins with.

    Source: https://streams.spec.whatwg.org/#initialize-writable-stream
    """
    # 1. A stream takes chunks from the beginning.
    stream._state = WRITABLE
    # 2. Nothing is known yet: neither an error, nor a writer, nor anything in flight.
    stream._stored_error = MISSING
    stream._writer = None
    stream._controller = None  # type: ignore[assignment]
    stream._in_flight_write_request = None
    stream._close_request = None
    stream._in_flight_close_request = None
    stream._pending_abort_request = None
    # 3. No write waits.
    stream._write_requests = deque()
    # 4. The controller says whether there is backpressure when it is set up.
    stream._backpressure = False


@algorithm("is-writable-stream-locked", "IsWritableStreamLocked")
def is_writable_stream_locked(stream: "WritableStream[Any]") -> bool:
    """Tell whether the stream has a writer.

    Source: https://streams.spec.whatwg.org/#is-writable-stream-locked
    """
    # 1. A stream without a writer is not locked.
    # 2. A stream with a writer is locked, and only that writer writes.
    return stream._writer is not None


@algorithm("set-up-writable-stream-default-writer", "SetUpWritableStreamDefaultWriter")
def set_up_writable_stream_default_writer(
    writer: "WritableStreamDefaultWriter[Any]", stream: "WritableStream[Any]"
) -> None:
    """Connect a writer with its stream.

    Raises:
        TypeError: the stream has another writer.

    Source: https://streams.spec.whatwg.org/#set-up-writable-stream-default-writer
    """
    stream._agent.require_this_thread("a WritableStream")
    # 1. A stream has one writer at a time.
    if is_writable_stream_locked(stream):
        raise TypeError("the stream is locked to another writer; release that one first")
    # 2. The writer knows its stream.
    writer._stream = stream
    writer._agent = stream._agent
    # 3. The stream is locked to the writer from now on.
    stream._writer = writer
    # 4. The promises of the writer depend on the state of the stream.
    state = stream._state
    # 5. A stream that is writable may have room.
    if state is WRITABLE:
        # 5.1. A stream with backpressure has no room yet.
        if not writable_stream_close_queued_or_in_flight(stream) and stream._backpressure:
            writer._ready_promise = a_new_promise(stream._agent)
        else:
            # 5.2. Nobody has to wait for room in any other stream.
            writer._ready_promise = a_promise_resolved_with(None, stream._agent)
        # 5.3. The stream may close later.
        writer._closed_promise = a_new_promise(stream._agent)
    # 6. A stream that is failing has no room, and has not come to its end.
    elif state is ERRORING:
        # 6.1. Whoever awaits room hears the error of the stream.
        writer._ready_promise = a_promise_rejected_with(stream._stored_error, stream._agent)
        # 6.2. Nobody has to look at the ready promise, so its rejection counts as handled.
        mark_as_handled(writer._ready_promise)
        # 6.3. The end of the stream comes when its sink is at rest.
        writer._closed_promise = a_new_promise(stream._agent)
    # 7. A stream that is closed has closed well.
    elif state is CLOSED:
        # 7.1. Nobody has to wait for room in a closed stream.
        writer._ready_promise = a_promise_resolved_with(None, stream._agent)
        # 7.2. Nobody has to wait for its end either.
        writer._closed_promise = a_promise_resolved_with(None, stream._agent)
    else:
        # 8. Any other stream has failed.
        # 8.1. The state is the last of the four.
        assert state is ERRORED
        # 8.2. Both promises have the error of the stream.
        stored_error = stream._stored_error
        # 8.3. Whoever awaits room hears the error.
        writer._ready_promise = a_promise_rejected_with(stored_error, stream._agent)
        # 8.4. Nobody has to look at the ready promise, so its rejection counts as handled.
        mark_as_handled(writer._ready_promise)
        # 8.5. Whoever awaits the end hears the error.
        writer._closed_promise = a_promise_rejected_with(stored_error, stream._agent)
        # 8.6. Nobody has to look at the closed promise, so its rejection counts as handled.
        mark_as_handled(writer._closed_promise)


@algorithm("writable-stream-abort", "WritableStreamAbort")
def writable_stream_abort(stream: "WritableStream[Any]", reason: object) -> Promise[None]:
    """Give the stream up: what waits is not written any more, and the sink is told.

    Source: https://streams.spec.whatwg.org/#writable-stream-abort
    """
    # 1. A stream that has come to its end cannot be given up.
    if stream._state is CLOSED or stream._state is ERRORED:
        return a_promise_resolved_with(None, stream._agent)
    # 2. The sink hears at once, so that it can end a write or a close that is in flight.
    signal_abort(stream._controller._abort_controller.signal, reason)
    # 3. The listeners of the signal may have changed the state.
    state = stream._state
    # 4. A listener may have brought the stream to its end.
    if state is CLOSED or state is ERRORED:
        return a_promise_resolved_with(None, stream._agent)
    # 5. A second abort has the promise of the first.
    if stream._pending_abort_request is not None:
        return stream._pending_abort_request.promise
    # 6. The stream has not come to its end.
    assert state is WRITABLE or state is ERRORING
    # 7. A stream that is writable has not failed before.
    was_already_erroring = False
    # 8. A stream that is failing already has another reason to fail.
    if state is ERRORING:
        # 8.1. The sink need not be told to abort.
        was_already_erroring = True
        # 8.2. The reason will not be told to anybody.
        reason = MISSING
    # 9. The promise is settled when the sink has aborted.
    promise = a_new_promise(stream._agent)
    # 10. The request waits until the sink has nothing in flight.
    stream._pending_abort_request = PendingAbortRequest(promise, reason, was_already_erroring)
    # 11. The reason of the abort becomes the error of the stream.
    if not was_already_erroring:
        writable_stream_start_erroring(stream, reason)
    # 12. The promise goes to the caller of `abort()`.
    return promise


@algorithm("writable-stream-close", "WritableStreamClose")
def writable_stream_close(stream: "WritableStream[Any]") -> Promise[None]:
    """Close the stream once its sink has written what waits.

    Source: https://streams.spec.whatwg.org/#writable-stream-close
    """
    # 1. The state says whether the stream can close.
    state = stream._state
    # 2. A stream that has come to its end cannot close.
    if state is CLOSED or state is ERRORED:
        error = TypeError(f"the stream is {state} and cannot be closed")
        if isinstance(stream._stored_error, BaseException):
            error.__cause__ = stream._stored_error
        return a_promise_rejected_with(error, stream._agent)
    # 3. The stream has not come to its end.
    assert state is WRITABLE or state is ERRORING
    # 4. A stream closes once.
    assert not writable_stream_close_queued_or_in_flight(stream)
    # 5. The promise is settled when the sink has closed, or will never do so.
    promise = a_new_promise(stream._agent)
    # 6. The close waits for the chunks that are in the queue.
    stream._close_request = promise
    # 7. The writer, if there is one, is told.
    writer = stream._writer
    # 8. Nobody needs to wait for room in a stream that is closing.
    if writer is not None and stream._backpressure and state is WRITABLE:
        resolve(writer._ready_promise)
    # 9. The controller has the queue.
    writable_stream_default_controller_close(stream._controller)
    # 10. The promise goes to the caller of `close()`.
    return promise
