"""5.5.2 Interfacing with controllers: how a writable stream fails.

A stream begins to fail at once, and is errored as soon as its sink has nothing in flight.

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
    """Have the stream fail because its sink has.

    Source: https://streams.spec.whatwg.org/#writable-stream-deal-with-rejection
    """
    # 1. The state says whether the stream had failed before.
    state = stream._state
    # 2. A stream that is writable starts erroring.
    if state is WRITABLE:
        # 2.1. The stream starts erroring with the error of the sink.
        writable_stream_start_erroring(stream, error)
        # 2.2. The erroring is finished by other steps, at once or when nothing is in flight.
        return
    # 3. Any other stream is erroring, since it stays in that state until its sink has nothing in
    #    flight.
    assert state is ERRORING
    # 4. The stream was waiting for this operation of the sink, and becomes errored now.
    writable_stream_finish_erroring(stream)


@algorithm("writable-stream-finish-erroring", "WritableStreamFinishErroring")
def writable_stream_finish_erroring(stream: "WritableStream[Any]") -> None:
    """Have a stream that is failing be errored: its sink has nothing in flight.

    Source: https://streams.spec.whatwg.org/#writable-stream-finish-erroring
    """
    # 1. The stream is erroring.
    assert stream._state is ERRORING
    # 2. The sink has no write and no close in flight.
    assert not writable_stream_has_operation_marked_in_flight(stream)
    # 3. The stream is errored before any of its promises is settled.
    stream._state = ERRORED
    # 4. The error steps of the controller empty the queue of chunks.
    stream._controller._error_steps()
    # 5. The stored error is the one with which the stream started erroring.
    stored_error = stream._stored_error
    # 6. The write requests are those of the chunks that the sink was never given.
    for write_request in stream._write_requests:
        # 6.1. The promise of each write request is rejected with the stored error.
        reject(write_request, stored_error)
    # 7. The list of write requests is emptied.
    stream._write_requests.clear()
    # 8. A stream without a pending abort request has only its promises to reject.
    if stream._pending_abort_request is None:
        # 8.1. The promise of a close request and the closed promise of the writer are rejected.
        writable_stream_reject_close_and_closed_promise_if_needed(stream)
        # 8.2. The abort algorithm of the sink is not performed.
        return
    # 9. The abort request is the one that was pending.
    abort_request = stream._pending_abort_request
    # 10. No abort request is pending any more.
    stream._pending_abort_request = None
    # 11. An abort that was requested while the stream was erroring does not reach the sink.
    if abort_request.was_already_erroring:
        # 11.1. The promise of the abort is rejected with the stored error.
        reject(abort_request.promise, stored_error)
        # 11.2. The promise of a close request and the closed promise of the writer are rejected.
        writable_stream_reject_close_and_closed_promise_if_needed(stream)
        # 11.3. The abort algorithm of the sink is not performed.
        return
    # 12. The abort steps of the controller give the sink the reason.
    promise = stream._controller._abort_steps(abort_request.reason)
    # 13. When the sink has aborted, the abort has succeeded.
    # 14. When the sink has failed to abort, the abort has failed.
    upon_the_end(promise, _Aborted(stream, abort_request), _sink_has_aborted, _abort_has_failed)


class _Aborted:
    """A stream that the sink is told to abort, with the request for it."""

    __slots__ = ("_agent", "request", "stream")

    def __init__(self, stream: "WritableStream[Any]", request: PendingAbortRequest) -> None:
        self._agent = stream._agent
        self.stream = stream
        self.request = request


@algorithm(
    "writable-stream-finish-erroring", "WritableStreamFinishErroring: upon fulfillment of promise"
)
def _sink_has_aborted(aborted: _Aborted) -> None:
    # 13.1. The promise of the abort is fulfilled.
    resolve(aborted.request.promise)
    # 13.2. The promise of a close request and the closed promise of the writer are rejected.
    writable_stream_reject_close_and_closed_promise_if_needed(aborted.stream)


@algorithm(
    "writable-stream-finish-erroring", "WritableStreamFinishErroring: upon rejection of promise"
)
def _abort_has_failed(aborted: _Aborted, reason: object) -> None:
    # 14.1. The promise of the abort is rejected with the error of the sink.
    reject(aborted.request.promise, reason)
    # 14.2. The promise of a close request and the closed promise of the writer are rejected.
    writable_stream_reject_close_and_closed_promise_if_needed(aborted.stream)


@algorithm(
    "writable-stream-has-operation-marked-in-flight", "WritableStreamHasOperationMarkedInFlight"
)
def writable_stream_has_operation_marked_in_flight(stream: "WritableStream[Any]") -> bool:
    """Tell whether the sink is writing or closing.

    Source: https://streams.spec.whatwg.org/#writable-stream-has-operation-marked-in-flight
    """
    # 1. Without a promise of a write or of a close in flight, the sink has nothing in flight.
    # 2. A promise in flight is that of a write or that of the close.
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
    """Tell those who wait for the stream to close that it never will.

    Source: https://streams.spec.whatwg.org/#writable-stream-reject-close-and-closed-promise-if-needed
    """
    # 1. The stream is errored.
    assert stream._state is ERRORED
    # 2. A close request may have waited behind the writes.
    if stream._close_request is not None:
        # 2.1. The close request is not in flight, since a close in flight has a slot of its own.
        assert stream._in_flight_close_request is None
        # 2.2. The promise of the close request is rejected with the stored error.
        reject(stream._close_request, stream._stored_error)
        # 2.3. The stream has no close request any more.
        stream._close_request = None
    # 3. The writer is the one that the stream is locked to, if there is one.
    writer = stream._writer
    # 4. A stream without a writer has no closed promise.
    if writer is not None:
        # 4.1. The closed promise of the writer is rejected with the stored error.
        reject(writer._closed_promise, stream._stored_error)
        # 4.2. The rejection of the closed promise counts as handled.
        mark_as_handled(writer._closed_promise)


@algorithm("writable-stream-start-erroring", "WritableStreamStartErroring")
def writable_stream_start_erroring(stream: "WritableStream[Any]", reason: object) -> None:
    """Have the stream begin to fail; it is errored as soon as its sink has nothing in flight.

    Source: https://streams.spec.whatwg.org/#writable-stream-start-erroring
    """
    # 1. The stream has no stored error yet.
    assert stream._stored_error is MISSING
    # 2. The stream is writable.
    assert stream._state is WRITABLE
    # 3. The controller has a flag that says whether the sink has started.
    # 4. A stream has its controller from its construction on.
    controller = stream._controller
    # 5. The stream is erroring, and takes no chunk any more.
    stream._state = ERRORING
    # 6. The stored error is the reason.
    stream._stored_error = reason
    # 7. The writer is the one that the stream is locked to, if there is one.
    writer = stream._writer
    # 8. The ready promise of the writer is rejected at once.
    if writer is not None:
        writable_stream_default_writer_ensure_ready_promise_rejected(writer, reason)
    # 9. The stream is errored at once if the sink has started and has nothing in flight.
    if not writable_stream_has_operation_marked_in_flight(stream) and controller._started:
        writable_stream_finish_erroring(stream)
