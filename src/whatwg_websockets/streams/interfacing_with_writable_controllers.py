"""5.5.2 Interfacing with controllers: what a controller does to its writable stream.

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
    """Make the promise of a write, which waits for the sink.

    Source: https://streams.spec.whatwg.org/#writable-stream-add-write-request
    """
    # 1. The stream is locked, since only its writer adds write requests.
    assert stream._writer is not None
    # 2. The stream is writable.
    assert stream._state is WRITABLE
    # 3. The promise is settled when the sink has written the chunk, or will never do so.
    promise = a_new_promise(stream._agent)
    # 4. The promise is the last of the write requests.
    stream._write_requests.append(promise)
    # 5. The promise goes to the caller of `write()`.
    return promise


@algorithm("writable-stream-close-queued-or-in-flight", "WritableStreamCloseQueuedOrInFlight")
def writable_stream_close_queued_or_in_flight(stream: "WritableStream[Any]") -> bool:
    """Tell whether the stream was asked to close.

    Source: https://streams.spec.whatwg.org/#writable-stream-close-queued-or-in-flight
    """
    # 1. A stream without a close request, and without one in flight, has not been asked to close.
    # 2. A stream with a close request, or with one in flight, is closing.
    return stream._close_request is not None or stream._in_flight_close_request is not None


@algorithm("writable-stream-finish-in-flight-close", "WritableStreamFinishInFlightClose")
def writable_stream_finish_in_flight_close(stream: "WritableStream[Any]") -> None:
    """Have the stream be closed, as its sink is.

    Source: https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-close
    """
    # 1. The close request is in flight.
    assert stream._in_flight_close_request is not None
    # 2. The promise of `close()` is fulfilled.
    resolve(stream._in_flight_close_request)
    # 3. No close request is in flight any more.
    stream._in_flight_close_request = None
    # 4. The state says whether the stream started erroring while its sink was closing.
    state = stream._state
    # 5. The stream is writable or erroring, since the close was in flight until now.
    assert state is WRITABLE or state is ERRORING
    # 6. A sink that has closed successfully closes the stream even if that was erroring.
    if state is ERRORING:
        # 6.1. The stored error is removed.
        stream._stored_error = MISSING
        # 6.2. A pending abort request has succeeded, since the sink is closed.
        if stream._pending_abort_request is not None:
            # 6.2.1. The promise of the abort is fulfilled.
            resolve(stream._pending_abort_request.promise)
            # 6.2.2. No abort request is pending any more.
            stream._pending_abort_request = None
    # 7. The stream is closed.
    stream._state = CLOSED
    # 8. The writer is the one that the stream is locked to, if there is one.
    writer = stream._writer
    # 9. The closed promise of the writer is fulfilled.
    if writer is not None:
        resolve(writer._closed_promise)
    # 10. A stream that is closed has no pending abort request.
    assert stream._pending_abort_request is None
    # 11. A stream that is closed has no stored error.
    assert stream._stored_error is MISSING


@algorithm(
    "writable-stream-finish-in-flight-close-with-error",
    "WritableStreamFinishInFlightCloseWithError",
)
def writable_stream_finish_in_flight_close_with_error(
    stream: "WritableStream[Any]", error: object
) -> None:
    """Have the stream fail, as its sink could not close.

    Source: https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-close-with-error
    """
    # 1. The close request is in flight.
    assert stream._in_flight_close_request is not None
    # 2. The promise of `close()` is rejected with the error of the sink.
    reject(stream._in_flight_close_request, error)
    # 3. No close request is in flight any more.
    stream._in_flight_close_request = None
    # 4. The stream is writable or erroring, since the close was in flight until now.
    assert stream._state is WRITABLE or stream._state is ERRORING
    # 5. A pending abort request fails as well.
    if stream._pending_abort_request is not None:
        # 5.1. The promise of the abort is rejected with the error of the sink.
        reject(stream._pending_abort_request.promise, error)
        # 5.2. No abort request is pending any more.
        stream._pending_abort_request = None
    # 6. The stream starts erroring, or becomes errored if it was erroring.
    writable_stream_deal_with_rejection(stream, error)


@algorithm("writable-stream-finish-in-flight-write", "WritableStreamFinishInFlightWrite")
def writable_stream_finish_in_flight_write(stream: "WritableStream[Any]") -> None:
    """Have a write have succeeded, as the sink has written its chunk.

    Source: https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-write
    """
    # 1. A write request is in flight.
    assert stream._in_flight_write_request is not None
    # 2. The promise of `write()` is fulfilled.
    resolve(stream._in_flight_write_request)
    # 3. No write request is in flight any more.
    stream._in_flight_write_request = None


@algorithm(
    "writable-stream-finish-in-flight-write-with-error",
    "WritableStreamFinishInFlightWriteWithError",
)
def writable_stream_finish_in_flight_write_with_error(
    stream: "WritableStream[Any]", error: object
) -> None:
    """Have the stream fail, as its sink could not write a chunk.

    Source: https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-write-with-error
    """
    # 1. A write request is in flight.
    assert stream._in_flight_write_request is not None
    # 2. The promise of `write()` is rejected with the error of the sink.
    reject(stream._in_flight_write_request, error)
    # 3. No write request is in flight any more.
    stream._in_flight_write_request = None
    # 4. The stream is writable or erroring, since the write was in flight until now.
    assert stream._state is WRITABLE or stream._state is ERRORING
    # 5. The stream starts erroring, or becomes errored if it was erroring.
    writable_stream_deal_with_rejection(stream, error)


@algorithm("writable-stream-mark-close-request-in-flight", "WritableStreamMarkCloseRequestInFlight")
def writable_stream_mark_close_request_in_flight(stream: "WritableStream[Any]") -> None:
    """Note that the sink is closing.

    Source: https://streams.spec.whatwg.org/#writable-stream-mark-close-request-in-flight
    """
    # 1. No close request is in flight yet.
    assert stream._in_flight_close_request is None
    # 2. The stream has a close request.
    assert stream._close_request is not None
    # 3. The close request is in flight from now on.
    stream._in_flight_close_request = stream._close_request
    # 4. The stream has no close request that waits any more.
    stream._close_request = None


@algorithm(
    "writable-stream-mark-first-write-request-in-flight",
    "WritableStreamMarkFirstWriteRequestInFlight",
)
def writable_stream_mark_first_write_request_in_flight(stream: "WritableStream[Any]") -> None:
    """Note that the sink is writing the chunk that has waited longest.

    Source: https://streams.spec.whatwg.org/#writable-stream-mark-first-write-request-in-flight
    """
    # 1. No write request is in flight yet.
    assert stream._in_flight_write_request is None
    # 2. An empty list of write requests raises an IndexError in the next statement.
    # 3. The first write request is that of the chunk that has waited longest.
    # 4. The write request leaves the list.
    # 5. The write request is in flight from now on.
    stream._in_flight_write_request = stream._write_requests.popleft()


@algorithm("writable-stream-update-backpressure", "WritableStreamUpdateBackpressure")
def writable_stream_update_backpressure(stream: "WritableStream[Any]", backpressure: bool) -> None:
    """Say whether the stream has room for another chunk.

    The promise of ``writer.ready`` is the same, and settled, for as long as there is room.

    Source: https://streams.spec.whatwg.org/#writable-stream-update-backpressure
    """
    # 1. The stream is writable, since only then the backpressure matters.
    assert stream._state is WRITABLE
    # 2. The stream is not closing, since the ready promise does not change then.
    assert not writable_stream_close_queued_or_in_flight(stream)
    # 3. The writer is the one that the stream is locked to, if there is one.
    writer = stream._writer
    # 4. The ready promise changes only when the backpressure does.
    if writer is not None and backpressure is not stream._backpressure:
        # 4.1. The ready promise becomes a pending one if there is backpressure.
        if backpressure:
            writer._ready_promise = a_new_promise(stream._agent)
        else:
            # 4.2. The ready promise is fulfilled if there is no backpressure.
            # 4.2.1. The backpressure is either true or false.
            # 4.2.2. The ready promise of the writer is fulfilled.
            resolve(writer._ready_promise)
    # 5. The stream keeps the backpressure, also for a later writer.
    stream._backpressure = backpressure
