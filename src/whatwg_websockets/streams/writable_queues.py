"""5.5.4 Default controllers: the sink is given one chunk after the other, and the close.

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
"""What stands in the queue, behind the chunks, for the close of the stream.

Source: https://streams.spec.whatwg.org/#close-sentinel
"""


@algorithm(
    "writable-stream-default-controller-advance-queue-if-needed",
    "WritableStreamDefaultControllerAdvanceQueueIfNeeded",
)
def writable_stream_default_controller_advance_queue_if_needed(
    controller: "WritableStreamDefaultController",
) -> None:
    """Hand the next chunk, or the close, to the sink, if the sink is at rest.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-advance-queue-if-needed
    """
    # 1. The stream is that of the controller.
    stream = controller._stream
    # 2. A sink that has not started is not given a chunk.
    if not controller._started:
        return
    # 3. A sink with a write in flight is given the next chunk when that write is finished.
    if stream._in_flight_write_request is not None:
        return
    # 4. The state says whether the stream is erroring.
    # 5. The stream is neither closed nor errored, since nothing asks for the next chunk then.
    state = stream._state
    assert state is WRITABLE or state is ERRORING
    # 6. A stream that is erroring becomes errored instead of giving the sink a chunk.
    if state is ERRORING:
        # 6.1. The erroring of the stream is finished.
        writable_stream_finish_erroring(stream)
        # 6.2. The chunks in the queue are not written.
        return
    # 7. An empty queue has nothing to process.
    if not controller._queue:
        return
    # 8. The value stays in the queue while the sink writes the chunk, and counts for the desired
    #    size.
    value = peek_queue_value(controller)
    # 9. The close sentinel comes behind all chunks, so the sink is closed.
    if value is CLOSE_SENTINEL:
        writable_stream_default_controller_process_close(controller)
    else:
        # 10. Any other value is a chunk, which the sink is asked to write.
        writable_stream_default_controller_process_write(controller, value)


@algorithm(
    "writable-stream-default-controller-clear-algorithms",
    "WritableStreamDefaultControllerClearAlgorithms",
)
def writable_stream_default_controller_clear_algorithms(
    controller: "WritableStreamDefaultController",
) -> None:
    """Let go of the sink, which will be told nothing more.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-clear-algorithms
    """
    # 1. The controller does not refer to the write algorithm any more.
    controller._write_algorithm = None
    # 2. The controller does not refer to the close algorithm any more.
    controller._close_algorithm = None
    # 3. The controller does not refer to the abort algorithm any more.
    controller._abort_algorithm = None
    # 4. The controller does not refer to the size algorithm any more.
    controller._strategy_size_algorithm = MISSING


@algorithm(
    "writable-stream-default-controller-get-backpressure",
    "WritableStreamDefaultControllerGetBackpressure",
)
def writable_stream_default_controller_get_backpressure(
    controller: "WritableStreamDefaultController",
) -> bool:
    """Tell whether the queue has no room for another chunk.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-get-backpressure
    """
    # 1. The desired size is computed from the high water mark and the queue.
    desired_size = writable_stream_default_controller_get_desired_size(controller)
    # 2. There is backpressure if the desired size is 0 or less.
    return desired_size <= 0


@algorithm(
    "writable-stream-default-controller-get-desired-size",
    "WritableStreamDefaultControllerGetDesiredSize",
)
def writable_stream_default_controller_get_desired_size(
    controller: "WritableStreamDefaultController",
) -> float:
    """Tell how much room the queue has; a negative number where it is fuller than it should be.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-get-desired-size
    """
    # 1. The desired size is the high water mark less the total size of the queue.
    return controller._strategy_hwm - controller._queue_total_size


@algorithm(
    "writable-stream-default-controller-process-close",
    "WritableStreamDefaultControllerProcessClose",
)
def writable_stream_default_controller_process_close(
    controller: "WritableStreamDefaultController",
) -> None:
    """Have the sink close: it has written all chunks.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-process-close
    """
    # 1. The stream is that of the controller.
    stream = controller._stream
    # 2. The close request of the stream is in flight from now on.
    writable_stream_mark_close_request_in_flight(stream)
    # 3. The close sentinel is removed from the queue.
    dequeue_value(controller)
    # 4. The queue is empty, since nothing follows the close sentinel.
    assert not controller._queue
    # 5. The close algorithm is performed.
    assert controller._close_algorithm is not None
    sink_close_promise = the_promise_of(controller._close_algorithm, controller._agent)
    # 6. The algorithms of the sink are cleared.
    writable_stream_default_controller_clear_algorithms(controller)
    # 7. When the sink has closed, the stream is closed.
    # 8. When the sink has failed to close, the stream is errored.
    upon_the_end(sink_close_promise, controller, _sink_has_closed, _close_has_failed)


@algorithm(
    "writable-stream-default-controller-process-close",
    "WritableStreamDefaultControllerProcessClose: upon fulfillment of sinkClosePromise",
)
def _sink_has_closed(controller: "WritableStreamDefaultController") -> None:
    # 7.1. The stream becomes closed.
    writable_stream_finish_in_flight_close(controller._stream)


@algorithm(
    "writable-stream-default-controller-process-close",
    "WritableStreamDefaultControllerProcessClose: upon rejection of sinkClosePromise",
)
def _close_has_failed(controller: "WritableStreamDefaultController", reason: object) -> None:
    # 8.1. The stream starts erroring, or becomes errored if it was erroring.
    writable_stream_finish_in_flight_close_with_error(controller._stream, reason)


@algorithm(
    "writable-stream-default-controller-process-write",
    "WritableStreamDefaultControllerProcessWrite",
)
def writable_stream_default_controller_process_write(
    controller: "WritableStreamDefaultController", chunk: object
) -> None:
    """Hand a chunk to the sink.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-process-write
    """
    # 1. The stream is that of the controller.
    # 2. The first write request is in flight from now on.
    writable_stream_mark_first_write_request_in_flight(controller._stream)
    # 3. The write algorithm is performed with the chunk.
    assert controller._write_algorithm is not None
    sink_write_promise = the_promise_of(controller._write_algorithm, controller._agent, chunk)
    # 4. When the sink has written the chunk, the next chunk follows.
    # 5. When the sink has failed to write the chunk, the stream is errored.
    upon_the_end(sink_write_promise, controller, _sink_has_written, _write_has_failed)


@algorithm(
    "writable-stream-default-controller-process-write",
    "WritableStreamDefaultControllerProcessWrite: upon fulfillment of sinkWritePromise",
)
def _sink_has_written(controller: "WritableStreamDefaultController") -> None:
    stream = controller._stream
    # 4.1. The promise of the write is fulfilled.
    writable_stream_finish_in_flight_write(stream)
    # 4.2. The state says whether the stream started erroring while its sink was writing.
    # 4.3. The stream is writable or erroring, since the write was in flight until now.
    state = stream._state
    assert state is WRITABLE or state is ERRORING
    # 4.4. The chunk is removed from the queue.
    dequeue_value(controller)
    # 4.5. The backpressure is updated only while the stream is writable and not closing.
    if state is WRITABLE and not writable_stream_close_queued_or_in_flight(stream):
        # 4.5.1. There is backpressure if the desired size is not above 0.
        backpressure = writable_stream_default_controller_get_backpressure(controller)
        # 4.5.2. The stream updates its backpressure.
        writable_stream_update_backpressure(stream, backpressure)
    # 4.6. The sink is given the next value of the queue.
    writable_stream_default_controller_advance_queue_if_needed(controller)


@algorithm(
    "writable-stream-default-controller-process-write",
    "WritableStreamDefaultControllerProcessWrite: upon rejection of sinkWritePromise",
)
def _write_has_failed(controller: "WritableStreamDefaultController", reason: object) -> None:
    # 5.1. The algorithms of the sink are cleared if the stream was writable.
    if controller._stream._state is WRITABLE:
        writable_stream_default_controller_clear_algorithms(controller)
    # 5.2. The stream starts erroring, or becomes errored if it was erroring.
    writable_stream_finish_in_flight_write_with_error(controller._stream, reason)
