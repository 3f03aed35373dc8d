"""5.5.1 Working with writable streams: how a stream is initialized, locked, aborted and closed.

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
    """Set the slots of a writable stream to their first values.

    Source: https://streams.spec.whatwg.org/#initialize-writable-stream
    """
    # 1. Set the writable stream's state to "writable".
    stream._state = WRITABLE
    # 2. Set the writable stream's stored error, writer, controller and requests to undefined.
    stream._stored_error = MISSING
    stream._writer = None
    stream._controller = None  # type: ignore[assignment]
    stream._in_flight_write_request = None
    stream._close_request = None
    stream._in_flight_close_request = None
    stream._pending_abort_request = None
    # 3. Set the writable stream's list of write requests to an empty list.
    stream._write_requests = deque()
    # 4. Set the writable stream's backpressure to false, until its controller is set up.
    stream._backpressure = False


@algorithm("is-writable-stream-locked", "IsWritableStreamLocked")
def is_writable_stream_locked(stream: "WritableStream[Any]") -> bool:
    """Return whether a stream is locked to a writer.

    Source: https://streams.spec.whatwg.org/#is-writable-stream-locked
    """
    # 1. If the writable stream has no writer, return false.
    # 2. If the writable stream has a writer, return true.
    return stream._writer is not None


@algorithm("set-up-writable-stream-default-writer", "SetUpWritableStreamDefaultWriter")
def set_up_writable_stream_default_writer(
    writer: "WritableStreamDefaultWriter[Any]", stream: "WritableStream[Any]"
) -> None:
    """Lock a stream to a new writer.

    Raises:
        TypeError: the stream is locked to another writer.

    Source: https://streams.spec.whatwg.org/#set-up-writable-stream-default-writer
    """
    stream._agent.require_this_thread("a WritableStream")
    # 1. If the writable stream is locked, raise a TypeError, since a stream has one writer at a
    #    time.
    if is_writable_stream_locked(stream):
        raise TypeError("the stream is locked to another writer; release that writer first")
    # 2. Set the writer's stream to the given stream.
    writer._stream = stream
    writer._agent = stream._agent
    # 3. Set the stream's writer to the given writer, which locks the stream.
    stream._writer = writer
    # 4. Let the state be the stream's state, on which the promises of the new writer depend.
    state = stream._state
    # 5. If the stream is writable, the new writer's ready promise depends on the stream's
    #    backpressure.
    if state is WRITABLE:
        # 5.1. If the stream has backpressure and its close is not requested, set the writer's ready
        #      promise to a pending promise.
        if not writable_stream_close_queued_or_in_flight(stream) and stream._backpressure:
            writer._ready_promise = a_new_promise(stream._agent)
        else:
            # 5.2. If the stream has no backpressure, or its close is requested, set the writer's
            #      ready promise to one resolved with undefined.
            writer._ready_promise = a_promise_resolved_with(None, stream._agent)
        # 5.3. Set the new writer's closed promise to a pending promise, since the stream is
        #      writable.
        writer._closed_promise = a_new_promise(stream._agent)
    # 6. If the stream is erroring, the new writer's ready promise is rejected, and its closed
    #    promise is pending.
    elif state is ERRORING:
        # 6.1. Set the new writer's ready promise to one rejected with the erroring stream's stored
        #      error.
        writer._ready_promise = a_promise_rejected_with(stream._stored_error, stream._agent)
        # 6.2. Mark the new writer's ready promise as handled, so that its rejection is not
        #      reported.
        mark_as_handled(writer._ready_promise)
        # 6.3. Set the new writer's closed promise to a pending promise, until the erroring stream
        #      is errored.
        writer._closed_promise = a_new_promise(stream._agent)
    # 7. If the stream is closed, both promises of the new writer are fulfilled.
    elif state is CLOSED:
        # 7.1. Set the new writer's ready promise to one resolved with undefined, since the stream
        #      is closed.
        writer._ready_promise = a_promise_resolved_with(None, stream._agent)
        # 7.2. Set the new writer's closed promise to one resolved with undefined, since the stream
        #      is closed.
        writer._closed_promise = a_promise_resolved_with(None, stream._agent)
    else:
        # 8. If the stream is errored, both promises of the new writer are rejected.
        # 8.1. Assert that the stream is errored, the last of the four states of a writable stream.
        assert state is ERRORED
        # 8.2. Let the stored error be that of the errored stream.
        stored_error = stream._stored_error
        # 8.3. Set the new writer's ready promise to one rejected with the errored stream's stored
        #      error.
        writer._ready_promise = a_promise_rejected_with(stored_error, stream._agent)
        # 8.4. Mark the new writer's ready promise as handled, so that its rejection is not
        #      reported.
        mark_as_handled(writer._ready_promise)
        # 8.5. Set the new writer's closed promise to one rejected with the errored stream's stored
        #      error.
        writer._closed_promise = a_promise_rejected_with(stored_error, stream._agent)
        # 8.6. Mark the new writer's closed promise as handled, so that its rejection is not
        #      reported.
        mark_as_handled(writer._closed_promise)


@algorithm("writable-stream-abort", "WritableStreamAbort")
def writable_stream_abort(stream: "WritableStream[Any]", reason: object) -> Promise[None]:
    """Abort a stream: drop the chunks in its queue, and abort its sink.

    Source: https://streams.spec.whatwg.org/#writable-stream-abort
    """
    # 1. If the stream to abort has already closed or failed, return a fulfilled promise.
    if stream._state is CLOSED or stream._state is ERRORED:
        return a_promise_resolved_with(None, stream._agent)
    # 2. Signal abort on the signal of the stream's controller, so that the sink can stop a write or
    #    close in flight.
    signal_abort(stream._controller._abort_controller.signal, reason)
    # 3. Let the state be the stream's state, which listeners of the signal may have changed.
    state = stream._state
    # 4. If a listener of the signal has closed or errored the stream, return a promise resolved
    #    with undefined.
    if state is CLOSED or state is ERRORED:
        return a_promise_resolved_with(None, stream._agent)
    # 5. If an abort request is already pending, return that request's promise.
    if stream._pending_abort_request is not None:
        return stream._pending_abort_request.promise
    # 6. Assert that the stream to abort is writable or erroring.
    assert state is WRITABLE or state is ERRORING
    # 7. Let the flag "was already erroring" be false.
    was_already_erroring = False
    # 8. If the stream to abort is erroring, the abort has no effect on the sink.
    if state is ERRORING:
        # 8.1. Set the flag "was already erroring" to true, so that the sink is not aborted.
        was_already_erroring = True
        # 8.2. Set the abort reason to undefined, since the erroring stream keeps its stored error.
        reason = MISSING
    # 9. Let the promise of the abort be a new promise, settled when the sink has aborted.
    promise = a_new_promise(stream._agent)
    # 10. Set the stream's pending abort request to a record of the promise, the reason and the flag
    #     "was already erroring".
    stream._pending_abort_request = PendingAbortRequest(promise, reason, was_already_erroring)
    # 11. If the stream was writable, start erroring the stream with the abort reason.
    if not was_already_erroring:
        writable_stream_start_erroring(stream, reason)
    # 12. Return the promise of the abort.
    return promise


@algorithm("writable-stream-close", "WritableStreamClose")
def writable_stream_close(stream: "WritableStream[Any]") -> Promise[None]:
    """Close a stream when its sink has written all chunks in the queue.

    Source: https://streams.spec.whatwg.org/#writable-stream-close
    """
    # 1. Let the state be the state of the stream to close.
    state = stream._state
    # 2. If the stream to close is closed or errored, return a promise rejected with a TypeError.
    if state is CLOSED or state is ERRORED:
        error = TypeError(f"the stream is {state}, so it cannot be closed")
        if isinstance(stream._stored_error, BaseException):
            error.__cause__ = stream._stored_error
        return a_promise_rejected_with(error, stream._agent)
    # 3. Assert that the stream to close is writable or erroring.
    assert state is WRITABLE or state is ERRORING
    # 4. Assert that the stream's close was not requested before.
    assert not writable_stream_close_queued_or_in_flight(stream)
    # 5. Let the promise of the close be a new promise, settled when the sink has closed or the
    #    stream has failed.
    promise = a_new_promise(stream._agent)
    # 6. Set the stream's close request to the promise of the close.
    stream._close_request = promise
    # 7. Let the writer be the one that the stream is locked to, or undefined.
    writer = stream._writer
    # 8. If the stream is writable with backpressure, resolve the ready promise of its writer, if
    #    any, since a closing stream takes no chunks.
    if writer is not None and stream._backpressure and state is WRITABLE:
        resolve(writer._ready_promise)
    # 9. Close the stream's controller, which appends the close sentinel to its queue.
    writable_stream_default_controller_close(stream._controller)
    # 10. Return the promise of the close.
    return promise
