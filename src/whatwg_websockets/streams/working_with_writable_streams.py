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
    # 1. A new stream is writable.
    stream._state = WRITABLE
    # 2. A new stream has no stored error, no writer and nothing in flight.
    stream._stored_error = MISSING
    stream._writer = None
    stream._controller = None  # type: ignore[assignment]
    stream._in_flight_write_request = None
    stream._close_request = None
    stream._in_flight_close_request = None
    stream._pending_abort_request = None
    # 3. The list of write requests is empty.
    stream._write_requests = deque()
    # 4. There is no backpressure before the controller is set up.
    stream._backpressure = False


@algorithm("is-writable-stream-locked", "IsWritableStreamLocked")
def is_writable_stream_locked(stream: "WritableStream[Any]") -> bool:
    """Tell whether the stream has a writer.

    Source: https://streams.spec.whatwg.org/#is-writable-stream-locked
    """
    # 1. A stream without a writer is not locked.
    # 2. A stream with a writer is locked to that writer.
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
    # 2. The writer refers to its stream.
    writer._stream = stream
    writer._agent = stream._agent
    # 3. The stream is locked to the writer.
    stream._writer = writer
    # 4. The promises of the writer depend on the state of the stream.
    state = stream._state
    # 5. A stream that is writable has a ready promise that depends on the backpressure.
    if state is WRITABLE:
        # 5.1. The ready promise is pending while there is backpressure and the stream is not
        #      closing.
        if not writable_stream_close_queued_or_in_flight(stream) and stream._backpressure:
            writer._ready_promise = a_new_promise(stream._agent)
        else:
            # 5.2. The ready promise is fulfilled in every other case.
            writer._ready_promise = a_promise_resolved_with(None, stream._agent)
        # 5.3. The closed promise is pending.
        writer._closed_promise = a_new_promise(stream._agent)
    # 6. A stream that is erroring has a ready promise that is rejected and a closed promise that is
    #    pending.
    elif state is ERRORING:
        # 6.1. The ready promise is rejected with the stored error.
        writer._ready_promise = a_promise_rejected_with(stream._stored_error, stream._agent)
        # 6.2. The rejection of the ready promise counts as handled.
        mark_as_handled(writer._ready_promise)
        # 6.3. The closed promise is pending until the stream is errored.
        writer._closed_promise = a_new_promise(stream._agent)
    # 7. A stream that is closed has two promises that are fulfilled.
    elif state is CLOSED:
        # 7.1. The ready promise is fulfilled.
        writer._ready_promise = a_promise_resolved_with(None, stream._agent)
        # 7.2. The closed promise is fulfilled.
        writer._closed_promise = a_promise_resolved_with(None, stream._agent)
    else:
        # 8. Any other stream is errored, and has two promises that are rejected.
        # 8.1. The state is errored, which is the last of the four.
        assert state is ERRORED
        # 8.2. The stored error is that of the stream.
        stored_error = stream._stored_error
        # 8.3. The ready promise is rejected with the stored error.
        writer._ready_promise = a_promise_rejected_with(stored_error, stream._agent)
        # 8.4. The rejection of the ready promise counts as handled.
        mark_as_handled(writer._ready_promise)
        # 8.5. The closed promise is rejected with the stored error.
        writer._closed_promise = a_promise_rejected_with(stored_error, stream._agent)
        # 8.6. The rejection of the closed promise counts as handled.
        mark_as_handled(writer._closed_promise)


@algorithm("writable-stream-abort", "WritableStreamAbort")
def writable_stream_abort(stream: "WritableStream[Any]", reason: object) -> Promise[None]:
    """Give the stream up: what waits is not written any more, and the sink is told.

    Source: https://streams.spec.whatwg.org/#writable-stream-abort
    """
    # 1. A stream that is closed or errored cannot be aborted.
    if stream._state is CLOSED or stream._state is ERRORED:
        return a_promise_resolved_with(None, stream._agent)
    # 2. The signal of the controller is aborted at once, so that the sink can stop a write or a
    #    close that is in flight.
    signal_abort(stream._controller._abort_controller.signal, reason)
    # 3. The listeners of the signal may have changed the state.
    state = stream._state
    # 4. A listener of the signal may have closed or errored the stream.
    if state is CLOSED or state is ERRORED:
        return a_promise_resolved_with(None, stream._agent)
    # 5. A second abort gets the promise of the first abort.
    if stream._pending_abort_request is not None:
        return stream._pending_abort_request.promise
    # 6. The stream is writable or erroring.
    assert state is WRITABLE or state is ERRORING
    # 7. The request says at first that the stream was not erroring.
    was_already_erroring = False
    # 8. A stream that is erroring has a stored error already.
    if state is ERRORING:
        # 8.1. The request says that the stream was erroring, so that the sink is not asked to
        #      abort.
        was_already_erroring = True
        # 8.2. The reason of the abort is not used, since the stream has a stored error.
        reason = MISSING
    # 9. The promise is settled when the sink has aborted.
    promise = a_new_promise(stream._agent)
    # 10. The request is pending until the sink has nothing in flight.
    stream._pending_abort_request = PendingAbortRequest(promise, reason, was_already_erroring)
    # 11. A stream that was writable starts erroring with the reason of the abort.
    if not was_already_erroring:
        writable_stream_start_erroring(stream, reason)
    # 12. The promise goes to the caller of `abort()`.
    return promise


@algorithm("writable-stream-close", "WritableStreamClose")
def writable_stream_close(stream: "WritableStream[Any]") -> Promise[None]:
    """Close the stream once its sink has written what waits.

    Source: https://streams.spec.whatwg.org/#writable-stream-close
    """
    # 1. The state says whether the stream can be closed.
    state = stream._state
    # 2. A stream that is closed or errored cannot be closed.
    if state is CLOSED or state is ERRORED:
        error = TypeError(f"the stream is {state} and cannot be closed")
        if isinstance(stream._stored_error, BaseException):
            error.__cause__ = stream._stored_error
        return a_promise_rejected_with(error, stream._agent)
    # 3. The stream is writable or erroring.
    assert state is WRITABLE or state is ERRORING
    # 4. A stream is closed only once.
    assert not writable_stream_close_queued_or_in_flight(stream)
    # 5. The promise is settled when the sink has closed, or will never do so.
    promise = a_new_promise(stream._agent)
    # 6. The close request waits behind the chunks in the queue.
    stream._close_request = promise
    # 7. The writer is the one that the stream is locked to, if there is one.
    writer = stream._writer
    # 8. The ready promise is fulfilled, since there is no backpressure in a stream that is closing.
    if writer is not None and stream._backpressure and state is WRITABLE:
        resolve(writer._ready_promise)
    # 9. The controller puts the close sentinel into the queue.
    writable_stream_default_controller_close(stream._controller)
    # 10. The promise goes to the caller of `close()`.
    return promise
