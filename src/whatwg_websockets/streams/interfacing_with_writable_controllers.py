"""5.5.2 Interfacing with controllers: how a controller changes its writable stream.

Source: https://streams.spec.whatwg.org/#ws-abstract-ops-used-by-controllers
"""

from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.failing_writable_streams import (
    writable_stream_deal_with_rejection,
)
from whatwg_websockets.streams.writable_states import (
    CLOSED,
    ERRORING,
    WRITABLE,
)
from whatwg_websockets.webidl.missing import MISSING
from whatwg_websockets.webidl.promise import (
    Promise,
    a_new_promise,
    reject,
    resolve,
)

if TYPE_CHECKING:
    from whatwg_websockets.streams.writable_stream import WritableStream


@algorithm("writable-stream-add-write-request", "WritableStreamAddWriteRequest")
def writable_stream_add_write_request(stream: "WritableStream[Any]") -> Promise[None]:
    """Add a write request, and return its promise.

    Source: https://streams.spec.whatwg.org/#writable-stream-add-write-request
    """
    # 1. Assert that the stream is locked to a writer, since only a writer adds write requests.
    assert stream._writer is not None
    # 2. Assert that the stream is writable.
    assert stream._state is WRITABLE
    # 3. Let the promise be a new promise, settled when the sink has written the chunk or the stream
    #    failed.
    promise = a_new_promise(stream._agent)
    # 4. Append the promise of the write to the stream's list of write requests.
    stream._write_requests.append(promise)
    # 5. Return the promise of the write.
    return promise


@algorithm("writable-stream-close-queued-or-in-flight", "WritableStreamCloseQueuedOrInFlight")
def writable_stream_close_queued_or_in_flight(stream: "WritableStream[Any]") -> bool:
    """Return whether the stream's close was requested.

    Source: https://streams.spec.whatwg.org/#writable-stream-close-queued-or-in-flight
    """
    # 1. If the stream has no close request, waiting or in flight, return false.
    # 2. If the stream has a close request, waiting or in flight, return true.
    return stream._close_request is not None or stream._in_flight_close_request is not None


@algorithm("writable-stream-finish-in-flight-close", "WritableStreamFinishInFlightClose")
def writable_stream_finish_in_flight_close(stream: "WritableStream[Any]") -> None:
    """Close the stream, since its sink has closed.

    Source: https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-close
    """
    # 1. Assert that the stream's close request is in flight.
    assert stream._in_flight_close_request is not None
    # 2. Resolve the promise of the in-flight close request with undefined.
    resolve(stream._in_flight_close_request)
    # 3. Clear the stream's in-flight close request.
    stream._in_flight_close_request = None
    # 4. Let the state be the stream's state, which shows whether the stream failed while the sink
    #    closed.
    state = stream._state
    # 5. Assert that the stream, whose close was in flight, is writable or erroring.
    assert state is WRITABLE or state is ERRORING
    # 6. If the stream is erroring, withdraw the error, since its sink has closed successfully.
    if state is ERRORING:
        # 6.1. Clear the stream's stored error.
        stream._stored_error = MISSING
        # 6.2. If an abort request is pending on the stream, fulfil its promise, since the sink has
        #      closed.
        if stream._pending_abort_request is not None:
            # 6.2.1. Fulfil the pending abort request's promise, since the sink has closed.
            resolve(stream._pending_abort_request.promise)
            # 6.2.2. Clear the stream's pending abort request.
            stream._pending_abort_request = None
    # 7. Change the stream's state to "closed".
    stream._state = CLOSED
    # 8. Let the writer be the one that the stream is locked to, or undefined.
    writer = stream._writer
    # 9. If the closed stream has a writer, resolve the writer's closed promise with undefined.
    if writer is not None:
        resolve(writer._closed_promise)
    # 10. Assert that the closed stream has no pending abort request.
    assert stream._pending_abort_request is None
    # 11. Assert that the closed stream has no stored error.
    assert stream._stored_error is MISSING


@algorithm(
    "writable-stream-finish-in-flight-close-with-error",
    "WritableStreamFinishInFlightCloseWithError",
)
def writable_stream_finish_in_flight_close_with_error(
    stream: "WritableStream[Any]", error: object
) -> None:
    """Fail the stream, since its sink failed to close.

    Source: https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-close-with-error
    """
    # 1. Assert that the stream's close request is in flight.
    assert stream._in_flight_close_request is not None
    # 2. Reject the promise of the in-flight close request with the sink's error.
    reject(stream._in_flight_close_request, error)
    # 3. Clear the stream's in-flight close request.
    stream._in_flight_close_request = None
    # 4. Assert that the stream, whose close was in flight, is writable or erroring.
    assert stream._state is WRITABLE or stream._state is ERRORING
    # 5. If an abort request is pending on the stream whose close failed, reject its promise.
    if stream._pending_abort_request is not None:
        # 5.1. Reject the pending abort request's promise with the sink's error.
        reject(stream._pending_abort_request.promise, error)
        # 5.2. Clear the stream's pending abort request.
        stream._pending_abort_request = None
    # 6. Deal with the sink's error: start erroring the stream, or finish erroring it.
    writable_stream_deal_with_rejection(stream, error)


@algorithm("writable-stream-finish-in-flight-write", "WritableStreamFinishInFlightWrite")
def writable_stream_finish_in_flight_write(stream: "WritableStream[Any]") -> None:
    """Fulfil the promise of a write, since the sink has written its chunk.

    Source: https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-write
    """
    # 1. Assert that a write request of the stream is in flight.
    assert stream._in_flight_write_request is not None
    # 2. Resolve the promise of the in-flight write request with undefined.
    resolve(stream._in_flight_write_request)
    # 3. Clear the stream's in-flight write request.
    stream._in_flight_write_request = None


@algorithm(
    "writable-stream-finish-in-flight-write-with-error",
    "WritableStreamFinishInFlightWriteWithError",
)
def writable_stream_finish_in_flight_write_with_error(
    stream: "WritableStream[Any]", error: object
) -> None:
    """Fail the stream, since its sink failed to write a chunk.

    Source: https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-write-with-error
    """
    # 1. Assert that a write request of the stream is in flight.
    assert stream._in_flight_write_request is not None
    # 2. Reject the promise of the in-flight write request with the sink's error.
    reject(stream._in_flight_write_request, error)
    # 3. Clear the stream's in-flight write request.
    stream._in_flight_write_request = None
    # 4. Assert that the stream, whose write was in flight, is writable or erroring.
    assert stream._state is WRITABLE or stream._state is ERRORING
    # 5. Deal with the sink's error: start erroring the stream, or finish erroring it.
    writable_stream_deal_with_rejection(stream, error)


@algorithm("writable-stream-mark-close-request-in-flight", "WritableStreamMarkCloseRequestInFlight")
def writable_stream_mark_close_request_in_flight(stream: "WritableStream[Any]") -> None:
    """Mark the stream's close request as in flight.

    Source: https://streams.spec.whatwg.org/#writable-stream-mark-close-request-in-flight
    """
    # 1. Assert that no close request of the stream is in flight yet.
    assert stream._in_flight_close_request is None
    # 2. Assert that the stream has a close request.
    assert stream._close_request is not None
    # 3. Set the in-flight close request to the stream's close request.
    stream._in_flight_close_request = stream._close_request
    # 4. Clear the stream's waiting close request, which is now in flight.
    stream._close_request = None


@algorithm(
    "writable-stream-mark-first-write-request-in-flight",
    "WritableStreamMarkFirstWriteRequestInFlight",
)
def writable_stream_mark_first_write_request_in_flight(stream: "WritableStream[Any]") -> None:
    """Mark the stream's first write request as in flight.

    Source: https://streams.spec.whatwg.org/#writable-stream-mark-first-write-request-in-flight
    """
    # 1. Assert that no write request of the stream is in flight yet.
    assert stream._in_flight_write_request is None
    # 2. Assert that the stream has a write request; an IndexError is raised if it has
    #    none.
    # 3. Let the write request be the first of the stream's write requests.
    # 4. Remove the first write request from the stream's list.
    # 5. Set the stream's in-flight write request to the removed write request.
    stream._in_flight_write_request = stream._write_requests.popleft()


@algorithm("writable-stream-update-backpressure", "WritableStreamUpdateBackpressure")
def writable_stream_update_backpressure(stream: "WritableStream[Any]", backpressure: bool) -> None:
    """Update whether the stream has backpressure, and the ready promise of its writer with it.

    While the stream has no backpressure, ``writer.ready`` stays the same fulfilled promise.

    Source: https://streams.spec.whatwg.org/#writable-stream-update-backpressure
    """
    # 1. Assert that the stream is writable, since only a writable stream has backpressure.
    assert stream._state is WRITABLE
    # 2. Assert that the stream's close is not requested, since its backpressure does not change
    #    then.
    assert not writable_stream_close_queued_or_in_flight(stream)
    # 3. Let the writer be the one that the stream is locked to, or undefined.
    writer = stream._writer
    # 4. If the stream has a writer and the backpressure has changed, change the writer's ready
    #    promise.
    if writer is not None and backpressure is not stream._backpressure:
        # 4.1. If the stream now has backpressure, set the writer's ready promise to a new pending
        #      promise.
        if backpressure:
            writer._ready_promise = a_new_promise(stream._agent)
        else:
            # 4.2. If the stream no longer has backpressure, fulfil the writer's ready promise.
            # 4.2.1. Assert that the backpressure is false.
            # 4.2.2. Fulfil the writer's ready promise, since its stream has room for chunks again.
            resolve(writer._ready_promise)
    # 5. Set the stream's backpressure to the given value, which later writers rely on.
    stream._backpressure = backpressure
