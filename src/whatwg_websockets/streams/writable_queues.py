"""5.5.4 Default controllers: how the queue is passed to the sink, chunk by chunk, up to the close.

Source: https://streams.spec.whatwg.org/#ws-default-controller-abstract-ops
"""

from typing import TYPE_CHECKING, Final

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.algorithms import (
    the_promise_of,
    upon_the_end,
)
from whatwg_websockets.streams.failing_writable_streams import (
    writable_stream_finish_erroring,
)
from whatwg_websockets.streams.interfacing_with_writable_controllers import (
    writable_stream_close_queued_or_in_flight,
    writable_stream_finish_in_flight_close,
    writable_stream_finish_in_flight_close_with_error,
    writable_stream_finish_in_flight_write,
    writable_stream_finish_in_flight_write_with_error,
    writable_stream_mark_close_request_in_flight,
    writable_stream_mark_first_write_request_in_flight,
    writable_stream_update_backpressure,
)
from whatwg_websockets.streams.queue_with_sizes import (
    dequeue_value,
    peek_queue_value,
)
from whatwg_websockets.streams.writable_states import (
    ERRORING,
    WRITABLE,
)
from whatwg_websockets.webidl.missing import MISSING

if TYPE_CHECKING:
    from whatwg_websockets.streams.writable_controller import WritableStreamDefaultController

CLOSE_SENTINEL: Final = object()
"""The close sentinel: the value in the queue, after all chunks, that stands for the close.

Source: https://streams.spec.whatwg.org/#close-sentinel
"""


@algorithm(
    "writable-stream-default-controller-advance-queue-if-needed",
    "WritableStreamDefaultControllerAdvanceQueueIfNeeded",
)
def writable_stream_default_controller_advance_queue_if_needed(
    controller: "WritableStreamDefaultController",
) -> None:
    """Give the sink the next chunk, or close it, if it has nothing to do.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-advance-queue-if-needed
    """
    # 1. Let the stream be the controller's stream.
    stream = controller._stream
    # 2. If the sink has not started, return, since the queue waits for the start.
    if not controller._started:
        return
    # 3. If a write is in flight, return, since the queue advances when that write has ended.
    if stream._in_flight_write_request is not None:
        return
    # 4. Let the state be the state of the controller's stream.
    # 5. Assert that the stream whose queue advances is neither closed nor errored.
    state = stream._state
    assert state is WRITABLE or state is ERRORING
    # 6. If the stream whose queue advances is erroring, do not write its chunks.
    if state is ERRORING:
        # 6.1. Finish erroring the stream, since the sink has no operation in flight.
        writable_stream_finish_erroring(stream)
        # 6.2. Return without giving a chunk to the sink, since the stream was erroring.
        return
    # 7. If the queue of the writable stream is empty, return.
    if not controller._queue:
        return
    # 8. Let the value be the first of the queue, which stays in the queue until the sink has
    #    written the chunk.
    value = peek_queue_value(controller)
    # 9. If the first value of the queue is the close sentinel, close the sink.
    if value is CLOSE_SENTINEL:
        writable_stream_default_controller_process_close(controller)
    else:
        # 10. If the first value of the queue is a chunk, give the chunk to the sink.
        writable_stream_default_controller_process_write(controller, value)


@algorithm(
    "writable-stream-default-controller-clear-algorithms",
    "WritableStreamDefaultControllerClearAlgorithms",
)
def writable_stream_default_controller_clear_algorithms(
    controller: "WritableStreamDefaultController",
) -> None:
    """Drop the references to the sink's algorithms, which will not be called any more.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-clear-algorithms
    """
    # 1. Drop the controller's reference to the write algorithm.
    controller._write_algorithm = None
    # 2. Drop the controller's reference to the close algorithm.
    controller._close_algorithm = None
    # 3. Drop the controller's reference to the abort algorithm.
    controller._abort_algorithm = None
    # 4. Drop the controller's reference to the size algorithm.
    controller._strategy_size_algorithm = MISSING


@algorithm(
    "writable-stream-default-controller-get-backpressure",
    "WritableStreamDefaultControllerGetBackpressure",
)
def writable_stream_default_controller_get_backpressure(
    controller: "WritableStreamDefaultController",
) -> bool:
    """Return whether the queue is full.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-get-backpressure
    """
    # 1. Let the desired size be that of the writable stream's controller.
    desired_size = writable_stream_default_controller_get_desired_size(controller)
    # 2. Return true if the desired size of the writable stream is 0 or negative, else false.
    return desired_size <= 0


@algorithm(
    "writable-stream-default-controller-get-desired-size",
    "WritableStreamDefaultControllerGetDesiredSize",
)
def writable_stream_default_controller_get_desired_size(
    controller: "WritableStreamDefaultController",
) -> float:
    """Return the size that the queue has room for, which is negative if the queue is overfull.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-get-desired-size
    """
    # 1. Return the high water mark less the total size of the queue, which may be negative.
    return controller._strategy_hwm - controller._queue_total_size


@algorithm(
    "writable-stream-default-controller-process-close",
    "WritableStreamDefaultControllerProcessClose",
)
def writable_stream_default_controller_process_close(
    controller: "WritableStreamDefaultController",
) -> None:
    """Close the sink, since it has written all chunks.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-process-close
    """
    # 1. Let the stream be the controller's stream.
    stream = controller._stream
    # 2. Mark the stream's close request as in flight.
    writable_stream_mark_close_request_in_flight(stream)
    # 3. Remove the close sentinel from the queue.
    dequeue_value(controller)
    # 4. Assert that the queue is empty, since the close sentinel was its last value.
    assert not controller._queue
    assert controller._close_algorithm is not None
    # 5. Perform the controller's close algorithm, which closes the sink.
    sink_close_promise = the_promise_of(controller._close_algorithm, controller._agent)
    # 6. Clear the algorithms of the writable stream's controller after the close algorithm was
    #    called.
    writable_stream_default_controller_clear_algorithms(controller)
    # 7. When the sink has closed, close the writable stream.
    # 8. When the sink has failed to close, fail the writable stream.
    upon_the_end(sink_close_promise, controller, _sink_has_closed, _close_has_failed)


@algorithm(
    "writable-stream-default-controller-process-close",
    "WritableStreamDefaultControllerProcessClose: upon fulfillment of sinkClosePromise",
)
def _sink_has_closed(controller: "WritableStreamDefaultController") -> None:
    # 7.1. Finish the in-flight close, which closes the writable stream.
    writable_stream_finish_in_flight_close(controller._stream)


@algorithm(
    "writable-stream-default-controller-process-close",
    "WritableStreamDefaultControllerProcessClose: upon rejection of sinkClosePromise",
)
def _close_has_failed(controller: "WritableStreamDefaultController", reason: object) -> None:
    # 8.1. Finish the in-flight close with the reason for which the sink failed to close.
    writable_stream_finish_in_flight_close_with_error(controller._stream, reason)


@algorithm(
    "writable-stream-default-controller-process-write",
    "WritableStreamDefaultControllerProcessWrite",
)
def writable_stream_default_controller_process_write(
    controller: "WritableStreamDefaultController", chunk: object
) -> None:
    """Give a chunk to the sink.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-process-write
    """
    # 1. Let the stream be the controller's stream.
    # 2. Mark the stream's first write request as in flight.
    writable_stream_mark_first_write_request_in_flight(controller._stream)
    assert controller._write_algorithm is not None
    # 3. Perform the controller's write algorithm with the chunk, which gives the chunk to the sink.
    sink_write_promise = the_promise_of(controller._write_algorithm, controller._agent, chunk)
    # 4. When the sink has written the chunk, fulfil the write request and advance the queue.
    # 5. When the sink has failed to write the chunk, fail the writable stream.
    upon_the_end(sink_write_promise, controller, _sink_has_written, _write_has_failed)


@algorithm(
    "writable-stream-default-controller-process-write",
    "WritableStreamDefaultControllerProcessWrite: upon fulfillment of sinkWritePromise",
)
def _sink_has_written(controller: "WritableStreamDefaultController") -> None:
    stream = controller._stream
    # 4.1. Finish the in-flight write, which fulfils the promise of the write request.
    writable_stream_finish_in_flight_write(stream)
    # 4.2. Let the state be the stream's state, which shows whether the stream failed while the sink
    #      was writing.
    # 4.3. Assert that the stream, whose write was in flight, is writable or erroring.
    state = stream._state
    assert state is WRITABLE or state is ERRORING
    # 4.4. Remove the chunk that the sink has written from the queue.
    dequeue_value(controller)
    # 4.5. If the stream is writable and its close is not requested, update its backpressure after
    #      the write.
    if state is WRITABLE and not writable_stream_close_queued_or_in_flight(stream):
        # 4.5.1. Let the backpressure be that of the controller after the written chunk was removed.
        backpressure = writable_stream_default_controller_get_backpressure(controller)
        # 4.5.2. Update the stream's backpressure, which may fulfil its writer's ready promise.
        writable_stream_update_backpressure(stream, backpressure)
    # 4.6. Advance the queue, which gives the next value to the sink.
    writable_stream_default_controller_advance_queue_if_needed(controller)


@algorithm(
    "writable-stream-default-controller-process-write",
    "WritableStreamDefaultControllerProcessWrite: upon rejection of sinkWritePromise",
)
def _write_has_failed(controller: "WritableStreamDefaultController", reason: object) -> None:
    # 5.1. If the stream was writable when the write failed, clear the algorithms of its controller.
    if controller._stream._state is WRITABLE:
        writable_stream_default_controller_clear_algorithms(controller)
    # 5.2. Finish the in-flight write with the reason for which the sink failed to write the chunk.
    writable_stream_finish_in_flight_write_with_error(controller._stream, reason)
