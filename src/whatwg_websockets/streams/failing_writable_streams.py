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
    # 2. A stream that was writable has not failed before.
    if state is WRITABLE:
        # 2.1. The error of the sink becomes the stream's.
        writable_stream_start_erroring(stream, error)
        # 2.2. The stream is errored now, or will be when nothing is in flight.
        return
    # 3. A sink that fails later finds a stream that is failing already.
    assert state is ERRORING
    # 4. The stream waited for the sink, and needs to wait no longer.
    writable_stream_finish_erroring(stream)


@algorithm("writable-stream-finish-erroring", "WritableStreamFinishErroring")
def writable_stream_finish_erroring(stream: "WritableStream[Any]") -> None:
    """Have a stream that is failing be errored: its sink has nothing in flight.

    Source: https://streams.spec.whatwg.org/#writable-stream-finish-erroring
    """
    # 1. Only a stream that is failing comes to be errored.
    assert stream._state is ERRORING
    # 2. The sink neither writes nor closes at this time.
    assert not writable_stream_has_operation_marked_in_flight(stream)
    # 3. The stream is errored before any of the promises is settled.
    stream._state = ERRORED
    # 4. The controller drops the chunks that were not written.
    stream._controller._error_steps()
    # 5. The error is the one with which the stream began to fail.
    stored_error = stream._stored_error
    # 6. The writes that the sink never saw have all failed.
    for write_request in stream._write_requests:
        # 6.1. The promise of each of these writes is rejected with the error of the stream.
        reject(write_request, stored_error)
    # 7. No write waits any more.
    stream._write_requests.clear()
    # 8. A stream that nobody aborts has only its promises to reject.
    if stream._pending_abort_request is None:
        # 8.1. The promises of a close that was asked for and of the closing fail, too.
        writable_stream_reject_close_and_closed_promise_if_needed(stream)
        # 8.2. The sink is not told, since it has failed itself or was asked nothing.
        return
    # 9. The request to abort the stream is processed now.
    abort_request = stream._pending_abort_request
    # 10. The request is pending no longer.
    stream._pending_abort_request = None
    # 11. An abort that came after the stream had begun to fail is not told to the sink.
    if abort_request.was_already_erroring:
        # 11.1. The caller of `abort()` hears of the failure that came before.
        reject(abort_request.promise, stored_error)
        # 11.2. The promises of a close that was asked for and of the closing fail, too.
        writable_stream_reject_close_and_closed_promise_if_needed(stream)
        # 11.3. The sink has failed itself, and needs no abort.
        return
    # 12. The sink is told to abort, and why.
    promise = stream._controller._abort_steps(abort_request.reason)
    # 13. Where the sink has aborted, the abort has succeeded.
    # 14. Where the sink has failed to abort, the abort has failed.
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
    # 13.1. The caller of `abort()` hears that the sink has aborted.
    resolve(aborted.request.promise)
    # 13.2. The promises of a close that was asked for and of the closing fail.
    writable_stream_reject_close_and_closed_promise_if_needed(aborted.stream)


@algorithm(
    "writable-stream-finish-erroring", "WritableStreamFinishErroring: upon rejection of promise"
)
def _abort_has_failed(aborted: _Aborted, reason: object) -> None:
    # 14.1. The caller of `abort()` hears why the sink could not abort.
    reject(aborted.request.promise, reason)
    # 14.2. The promises of a close that was asked for and of the closing fail.
    writable_stream_reject_close_and_closed_promise_if_needed(aborted.stream)


@algorithm(
    "writable-stream-has-operation-marked-in-flight", "WritableStreamHasOperationMarkedInFlight"
)
def writable_stream_has_operation_marked_in_flight(stream: "WritableStream[Any]") -> bool:
    """Tell whether the sink is writing or closing.

    Source: https://streams.spec.whatwg.org/#writable-stream-has-operation-marked-in-flight
    """
    # 1. The sink is at rest if no promise is marked as being in flight.
    # 2. A promise that is marked is that of a write or that of the close.
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
    # 1. Only a stream that is errored never closes.
    assert stream._state is ERRORED
    # 2. A close may have been asked for, and have waited for writes that failed.
    if stream._close_request is not None:
        # 2.1. The sink is not closing, or the promise would be in flight.
        assert stream._in_flight_close_request is None
        # 2.2. The caller of `close()` hears the error of the stream.
        reject(stream._close_request, stream._stored_error)
        # 2.3. The close waits no longer.
        stream._close_request = None
    # 3. The writer, if there still is one, is told.
    writer = stream._writer
    # 4. A stream without a writer has no closed promise.
    if writer is not None:
        # 4.1. Whoever awaits `writer.closed` hears the error of the stream.
        reject(writer._closed_promise, stream._stored_error)
        # 4.2. Nobody has to look at the closed promise, so its rejection counts as handled.
        mark_as_handled(writer._closed_promise)


@algorithm("writable-stream-start-erroring", "WritableStreamStartErroring")
def writable_stream_start_erroring(stream: "WritableStream[Any]", reason: object) -> None:
    """Have the stream begin to fail; it is errored as soon as its sink has nothing in flight.

    Source: https://streams.spec.whatwg.org/#writable-stream-start-erroring
    """
    # 1. A stream that is writable has no error.
    assert stream._stored_error is MISSING
    # 2. A stream fails once.
    assert stream._state is WRITABLE
    # 3. The controller knows whether the sink has started.
    # 4. A stream has its controller from its construction on.
    controller = stream._controller
    # 5. The stream is failing from now on, and takes no chunk.
    stream._state = ERRORING
    # 6. The reason is the error that whoever uses the stream will hear.
    stream._stored_error = reason
    # 7. The writer, if there is one, is told.
    writer = stream._writer
    # 8. Whoever awaits `writer.ready` hears at once that there will be no room.
    if writer is not None:
        writable_stream_default_writer_ensure_ready_promise_rejected(writer, reason)
    # 9. The stream is errored at once if the sink has started and is at rest.
    if not writable_stream_has_operation_marked_in_flight(stream) and controller._started:
        writable_stream_finish_erroring(stream)
