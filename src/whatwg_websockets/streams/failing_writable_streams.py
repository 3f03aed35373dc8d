"""5.5.2 Interfacing with controllers: how a writable stream fails.

A stream begins to fail at once, and is errored as soon as its sink has no operation in flight.

Source: https://streams.spec.whatwg.org/#ws-abstract-ops-used-by-controllers
"""

from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.algorithms import (
    upon_the_end,
)
from whatwg_websockets.streams.writable_states import (
    ERRORED,
    ERRORING,
    WRITABLE,
    PendingAbortRequest,
)
from whatwg_websockets.streams.writer_promises import (
    writable_stream_default_writer_ensure_ready_promise_rejected,
)
from whatwg_websockets.webidl.missing import MISSING
from whatwg_websockets.webidl.promise import (
    mark_as_handled,
    reject,
    resolve,
)

if TYPE_CHECKING:
    from whatwg_websockets.streams.writable_stream import WritableStream


@algorithm("writable-stream-deal-with-rejection", "WritableStreamDealWithRejection")
def writable_stream_deal_with_rejection(stream: "WritableStream[Any]", error: object) -> None:
    """Fail the stream, since its sink has failed.

    Source: https://streams.spec.whatwg.org/#writable-stream-deal-with-rejection
    """
    # 1. Let the state be the stream's state, which shows whether the stream has already begun to
    #    fail.
    state = stream._state
    # 2. If the stream is writable, let it begin to fail.
    if state is WRITABLE:
        # 2.1. Start erroring the stream with the error of its sink.
        writable_stream_start_erroring(stream, error)
        # 2.2. Return; the stream becomes errored at once, or when its sink has no operation in
        #      flight.
        return
    # 3. Assert that the stream is erroring, the state of a failed stream whose sink was still busy.
    assert state is ERRORING
    # 4. Finish erroring the stream, which was waiting for its sink's operation to end.
    writable_stream_finish_erroring(stream)


@algorithm("writable-stream-finish-erroring", "WritableStreamFinishErroring")
def writable_stream_finish_erroring(stream: "WritableStream[Any]") -> None:
    """Change a stream from "erroring" to "errored", since its sink has no operation in flight.

    Source: https://streams.spec.whatwg.org/#writable-stream-finish-erroring
    """
    # 1. Assert that the stream is erroring.
    assert stream._state is ERRORING
    # 2. Assert that the sink has neither a write nor a close in flight.
    assert not writable_stream_has_operation_marked_in_flight(stream)
    # 3. Set the stream's state to "errored", before any promise of the stream is settled.
    stream._state = ERRORED
    # 4. Perform the controller's error steps, which drop the chunks in the queue.
    stream._controller._error_steps()
    # 5. Take the stream's stored error, with which all pending promises will be rejected.
    stored_error = stream._stored_error
    # 6. Reject the promise of each waiting write request, since the sink is not given the chunk.
    for write_request in stream._write_requests:
        # 6.1. Reject the write request's promise with the stream's stored error.
        reject(write_request, stored_error)
    # 7. Set the stream's list of write requests to an empty list.
    stream._write_requests.clear()
    # 8. If no abort request is pending, only the promises of the close are left to reject.
    if stream._pending_abort_request is None:
        # 8.1. Reject the promise of the close request and the writer's closed promise with the
        #      stored error.
        writable_stream_reject_close_and_closed_promise_if_needed(stream)
        # 8.2. Return without performing the sink's abort algorithm, since no abort was requested.
        return
    # 9. Take the stream's pending abort request.
    abort_request = stream._pending_abort_request
    # 10. Clear the stream's pending abort request.
    stream._pending_abort_request = None
    # 11. If the abort was requested while the stream was already erroring, do not abort the sink.
    if abort_request.was_already_erroring:
        # 11.1. Reject the abort request's promise with the stream's stored error.
        reject(abort_request.promise, stored_error)
        # 11.2. Reject the promise of the close request and the writer's closed promise with the
        #       stored error.
        writable_stream_reject_close_and_closed_promise_if_needed(stream)
        # 11.3. Return without performing the sink's abort algorithm, since the stream failed before
        #       the abort.
        return
    # 12. Perform the controller's abort steps, which abort the sink with the abort request's
    #     reason.
    promise = stream._controller._abort_steps(abort_request.reason)
    # 13. When the sink has aborted, fulfil the abort request's promise.
    # 14. When the sink has failed to abort, reject the abort request's promise.
    upon_the_end(promise, _Aborted(stream, abort_request), _sink_has_aborted, _abort_has_failed)


class _Aborted:
    """A stream whose sink is aborting, with its abort request."""

    __slots__ = ("_agent", "request", "stream")

    def __init__(self, stream: "WritableStream[Any]", request: PendingAbortRequest) -> None:
        self._agent = stream._agent
        self.stream = stream
        self.request = request


@algorithm(
    "writable-stream-finish-erroring", "WritableStreamFinishErroring: upon fulfillment of promise"
)
def _sink_has_aborted(aborted: _Aborted) -> None:
    # 13.1. Fulfil the abort request's promise, since the sink has aborted.
    resolve(aborted.request.promise)
    # 13.2. Reject the promise of the close request and the writer's closed promise, after the sink
    #       aborted.
    writable_stream_reject_close_and_closed_promise_if_needed(aborted.stream)


@algorithm(
    "writable-stream-finish-erroring", "WritableStreamFinishErroring: upon rejection of promise"
)
def _abort_has_failed(aborted: _Aborted, reason: object) -> None:
    # 14.1. Reject the abort request's promise with the reason for which the sink failed to abort.
    reject(aborted.request.promise, reason)
    # 14.2. Reject the promise of the close request and the writer's closed promise, after the
    #       failed abort.
    writable_stream_reject_close_and_closed_promise_if_needed(aborted.stream)


@algorithm(
    "writable-stream-has-operation-marked-in-flight", "WritableStreamHasOperationMarkedInFlight"
)
def writable_stream_has_operation_marked_in_flight(stream: "WritableStream[Any]") -> bool:
    """Return whether the sink is writing a chunk or closing.

    Source: https://streams.spec.whatwg.org/#writable-stream-has-operation-marked-in-flight
    """
    # 1. If neither a write request nor a close request is in flight, return false.
    # 2. If a write request or a close request is in flight, return true.
    return (
        stream._in_flight_write_request is not None or stream._in_flight_close_request is not None
    )


@algorithm(
    "writable-stream-reject-close-and-closed-promise-if-needed",
    "WritableStreamRejectCloseAndClosedPromiseIfNeeded",
)
def writable_stream_reject_close_and_closed_promise_if_needed(
    stream: "WritableStream[Any]",
) -> None:
    """Reject the promises of those who wait for the stream to be closed, since it has failed.

    Source: https://streams.spec.whatwg.org/#writable-stream-reject-close-and-closed-promise-if-needed
    """
    # 1. Assert that the stream is errored.
    assert stream._state is ERRORED
    # 2. If the stream has a close request, which waited for earlier writes, reject its promise.
    if stream._close_request is not None:
        # 2.1. Assert that no close request is in flight beside the stream's waiting close request.
        assert stream._in_flight_close_request is None
        # 2.2. Reject the close request's promise with the stream's stored error.
        reject(stream._close_request, stream._stored_error)
        # 2.3. Clear the stream's close request, whose promise is settled.
        stream._close_request = None
    # 3. Let the writer be the one that the stream is locked to, or undefined.
    writer = stream._writer
    # 4. If the stream has a writer, reject the writer's closed promise.
    if writer is not None:
        # 4.1. Reject the writer's closed promise with the stream's stored error.
        reject(writer._closed_promise, stream._stored_error)
        # 4.2. Mark the writer's closed promise as handled, so that its rejection is not reported.
        mark_as_handled(writer._closed_promise)


@algorithm("writable-stream-start-erroring", "WritableStreamStartErroring")
def writable_stream_start_erroring(stream: "WritableStream[Any]", reason: object) -> None:
    """Begin to fail a stream, which is errored as soon as its sink has no operation in flight.

    Source: https://streams.spec.whatwg.org/#writable-stream-start-erroring
    """
    # 1. Assert that the stream has no stored error yet.
    assert stream._stored_error is MISSING
    # 2. Assert that the stream is writable.
    assert stream._state is WRITABLE
    # 3. Take the stream's controller.
    # 4. Assert that the stream has a controller, which it gets when it is constructed.
    controller = stream._controller
    # 5. Set the stream's state to "erroring", in which the stream takes no chunks.
    stream._state = ERRORING
    # 6. Set the stream's stored error to the given reason.
    stream._stored_error = reason
    # 7. Let the writer be the one that the stream is locked to, or undefined.
    writer = stream._writer
    # 8. If the stream has a writer, reject the writer's ready promise with the reason.
    if writer is not None:
        writable_stream_default_writer_ensure_ready_promise_rejected(writer, reason)
    # 9. If the sink has started and has no operation in flight, finish erroring the stream at once.
    if not writable_stream_has_operation_marked_in_flight(stream) and controller._started:
        writable_stream_finish_erroring(stream)
