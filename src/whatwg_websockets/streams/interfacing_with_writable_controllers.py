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
    # 1. Only the writer of a stream writes, so the stream is locked.
    assert stream._writer is not None
    # 2. A chunk is accepted only while the stream is writable.
    assert stream._state is WRITABLE
    # 3. The promise is settled when the sink has written the chunk, or will never do so.
    promise = a_new_promise(stream._agent)
    # 4. The promise waits behind those of the chunks before it.
    stream._write_requests.append(promise)
    # 5. The promise goes to the caller of `write()`.
    return promise


@algorithm("writable-stream-close-queued-or-in-flight", "WritableStreamCloseQueuedOrInFlight")
def writable_stream_close_queued_or_in_flight(stream: "WritableStream[Any]") -> bool:
    """Tell whether the stream was asked to close.

    Source: https://streams.spec.whatwg.org/#writable-stream-close-queued-or-in-flight
    """
    # 1. Nobody has asked the stream to close if no promise of a close is there.
    # 2. The promise of a close is there from the request until the sink has closed.
    return stream._close_request is not None or stream._in_flight_close_request is not None


@algorithm("writable-stream-finish-in-flight-close", "WritableStreamFinishInFlightClose")
def writable_stream_finish_in_flight_close(stream: "WritableStream[Any]") -> None:
    """Have the stream be closed, as its sink is.

    Source: https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-close
    """
    # 1. The sink was closing until now.
    assert stream._in_flight_close_request is not None
    # 2. The caller of `close()` hears that the sink has closed.
    resolve(stream._in_flight_close_request)
    # 3. The close is in flight no longer.
    stream._in_flight_close_request = None
    # 4. The state says whether the stream was to fail in the meantime.
    state = stream._state
    # 5. A stream neither closes nor becomes errored while its sink is closing.
    assert state is WRITABLE or state is ERRORING
    # 6. A close that has succeeded goes before a failure that came while the sink was closing.
    if state is ERRORING:
        # 6.1. The failure is forgotten.
        stream._stored_error = MISSING
        # 6.2. An abort that came while the sink was closing has nothing left to do.
        if stream._pending_abort_request is not None:
            # 6.2.1. The caller of `abort()` hears no error.
            resolve(stream._pending_abort_request.promise)
            # 6.2.2. The request to abort is pending no longer.
            stream._pending_abort_request = None
    # 7. The stream is closed from now on.
    stream._state = CLOSED
    # 8. The writer, if there still is one, is told.
    writer = stream._writer
    # 9. Whoever awaits `writer.closed` hears that the stream is closed.
    if writer is not None:
        resolve(writer._closed_promise)
    # 10. No abort waits for a stream that is closed.
    assert stream._pending_abort_request is None
    # 11. A stream that is closed has no error.
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
    # 1. The sink was closing until now.
    assert stream._in_flight_close_request is not None
    # 2. The caller of `close()` hears why the sink could not close.
    reject(stream._in_flight_close_request, error)
    # 3. The close is in flight no longer.
    stream._in_flight_close_request = None
    # 4. A stream neither closes nor becomes errored while its sink is closing.
    assert stream._state is WRITABLE or stream._state is ERRORING
    # 5. An abort that came while the sink was closing fails for the same reason.
    if stream._pending_abort_request is not None:
        # 5.1. The caller of `abort()` hears why the sink could not close.
        reject(stream._pending_abort_request.promise, error)
        # 5.2. The request to abort is pending no longer.
        stream._pending_abort_request = None
    # 6. The stream fails, unless it has before.
    writable_stream_deal_with_rejection(stream, error)


@algorithm("writable-stream-finish-in-flight-write", "WritableStreamFinishInFlightWrite")
def writable_stream_finish_in_flight_write(stream: "WritableStream[Any]") -> None:
    """Have a write have succeeded, as the sink has written its chunk.

    Source: https://streams.spec.whatwg.org/#writable-stream-finish-in-flight-write
    """
    # 1. The sink was writing until now.
    assert stream._in_flight_write_request is not None
    # 2. The caller of `write()` hears that the sink has written the chunk.
    resolve(stream._in_flight_write_request)
    # 3. The write is in flight no longer.
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
    # 1. The sink was writing until now.
    assert stream._in_flight_write_request is not None
    # 2. The caller of `write()` hears why the sink could not write the chunk.
    reject(stream._in_flight_write_request, error)
    # 3. The write is in flight no longer.
    stream._in_flight_write_request = None
    # 4. A stream neither closes nor becomes errored while its sink is writing.
    assert stream._state is WRITABLE or stream._state is ERRORING
    # 5. The stream fails, unless it has before.
    writable_stream_deal_with_rejection(stream, error)


@algorithm("writable-stream-mark-close-request-in-flight", "WritableStreamMarkCloseRequestInFlight")
def writable_stream_mark_close_request_in_flight(stream: "WritableStream[Any]") -> None:
    """Note that the sink is closing.

    Source: https://streams.spec.whatwg.org/#writable-stream-mark-close-request-in-flight
    """
    # 1. The sink closes once.
    assert stream._in_flight_close_request is None
    # 2. Somebody has asked for the close.
    assert stream._close_request is not None
    # 3. The promise of the close is in flight.
    stream._in_flight_close_request = stream._close_request
    # 4. The promise of the close waits no longer.
    stream._close_request = None


@algorithm(
    "writable-stream-mark-first-write-request-in-flight",
    "WritableStreamMarkFirstWriteRequestInFlight",
)
def writable_stream_mark_first_write_request_in_flight(stream: "WritableStream[Any]") -> None:
    """Note that the sink is writing the chunk that has waited longest.

    Source: https://streams.spec.whatwg.org/#writable-stream-mark-first-write-request-in-flight
    """
    # 1. The sink writes one chunk at a time.
    assert stream._in_flight_write_request is None
    # 2. A queue without a promise raises an IndexError in the next statement.
    # 3. The promise of the first write is that of the chunk that has waited longest.
    # 4. The promise waits no longer.
    # 5. The promise is in flight.
    stream._in_flight_write_request = stream._write_requests.popleft()


@algorithm("writable-stream-update-backpressure", "WritableStreamUpdateBackpressure")
def writable_stream_update_backpressure(stream: "WritableStream[Any]", backpressure: bool) -> None:
    """Say whether the stream has room for another chunk.

    The promise of ``writer.ready`` is the same, and settled, for as long as there is room.

    Source: https://streams.spec.whatwg.org/#writable-stream-update-backpressure
    """
    # 1. Only a stream that is writable has room, or has not.
    assert stream._state is WRITABLE
    # 2. A stream that is closing takes no chunk, and tells nobody about room.
    assert not writable_stream_close_queued_or_in_flight(stream)
    # 3. The writer, if there is one, is told.
    writer = stream._writer
    # 4. The ready promise changes only when the backpressure does.
    if writer is not None and backpressure is not stream._backpressure:
        # 4.1. A new promise is pending for as long as there is no room.
        if backpressure:
            writer._ready_promise = a_new_promise(stream._agent)
        else:
            # 4.2. A stream without backpressure has room again.
            # 4.2.1. The backpressure is either true or false.
            # 4.2.2. Whoever awaits `writer.ready` may write again.
            resolve(writer._ready_promise)
    # 5. The stream keeps the backpressure, also for a writer that comes later.
    stream._backpressure = backpressure
