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
    # 1. The stream has what is in flight.
    stream = controller._stream
    # 2. A sink that has not started is given nothing.
    if not controller._started:
        return
    # 3. A sink that is writing is given the next chunk when it has written.
    if stream._in_flight_write_request is not None:
        return
    # 4. The state says whether the stream is failing.
    # 5. Nothing asks for the next chunk once the stream is closed or errored.
    state = stream._state
    assert state is WRITABLE or state is ERRORING
    # 6. A stream that is failing has waited for the sink to be at rest.
    if state is ERRORING:
        # 6.1. The stream becomes errored.
        writable_stream_finish_erroring(stream)
        # 6.2. The chunks that wait are never written.
        return
    # 7. An empty queue has nothing for the sink.
    if not controller._queue:
        return
    # 8. The value stays in the queue while the sink writes it, and takes up room.
    value = peek_queue_value(controller)
    # 9. The sentinel is behind all chunks, so the sink has them all.
    if value is CLOSE_SENTINEL:
        writable_stream_default_controller_process_close(controller)
    else:
        # 10. Any other value is a chunk.
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
    # 1. The sink is given no chunk any more.
    controller._write_algorithm = None
    # 2. The sink is not told to close any more.
    controller._close_algorithm = None
    # 3. The sink is not told to abort any more.
    controller._abort_algorithm = None
    # 4. The sizes of chunks matter no longer.
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
    # 1. The desired size says how much room the queue has.
    desired_size = writable_stream_default_controller_get_desired_size(controller)
    # 2. A queue that is full, or fuller than it should be, has no room.
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
    # 1. The room is the high water mark less what waits.
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
    # 1. The stream has the promise of the close.
    stream = controller._stream
    # 2. The sink is closing from now on.
    writable_stream_mark_close_request_in_flight(stream)
    # 3. The sentinel leaves the queue.
    dequeue_value(controller)
    # 4. Nothing is behind the sentinel.
    assert not controller._queue
    # 5. The sink is told to close.
    assert controller._close_algorithm is not None
    sink_close_promise = the_promise_of(controller._close_algorithm, controller._agent)
    # 6. The sink will be told nothing more.
    writable_stream_default_controller_clear_algorithms(controller)
    # 7. Where the sink has closed, the stream is closed.
    # 8. Where the sink has failed to close, the stream fails.
    upon_the_end(sink_close_promise, controller, _sink_has_closed, _close_has_failed)


@algorithm(
    "writable-stream-default-controller-process-close",
    "WritableStreamDefaultControllerProcessClose: upon fulfillment of sinkClosePromise",
)
def _sink_has_closed(controller: "WritableStreamDefaultController") -> None:
    # 7.1. The stream is closed, as its sink is.
    writable_stream_finish_in_flight_close(controller._stream)


@algorithm(
    "writable-stream-default-controller-process-close",
    "WritableStreamDefaultControllerProcessClose: upon rejection of sinkClosePromise",
)
def _close_has_failed(controller: "WritableStreamDefaultController", reason: object) -> None:
    # 8.1. The stream fails for the reason for which the sink could not close.
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
    # 1. The stream has the promise of the write.
    # 2. The sink is writing from now on.
    writable_stream_mark_first_write_request_in_flight(controller._stream)
    # 3. The sink is given the chunk.
    assert controller._write_algorithm is not None
    sink_write_promise = the_promise_of(controller._write_algorithm, controller._agent, chunk)
    # 4. Where the sink has written the chunk, the next one follows.
    # 5. Where the sink has failed to write the chunk, the stream fails.
    upon_the_end(sink_write_promise, controller, _sink_has_written, _write_has_failed)


@algorithm(
    "writable-stream-default-controller-process-write",
    "WritableStreamDefaultControllerProcessWrite: upon fulfillment of sinkWritePromise",
)
def _sink_has_written(controller: "WritableStreamDefaultController") -> None:
    stream = controller._stream
    # 4.1. The caller of `write()` hears that the sink has written the chunk.
    writable_stream_finish_in_flight_write(stream)
    # 4.2. The state says whether the stream was to fail in the meantime.
    # 4.3. A stream neither closes nor becomes errored while its sink is writing.
    state = stream._state
    assert state is WRITABLE or state is ERRORING
    # 4.4. The chunk leaves the queue only now, and makes room.
    dequeue_value(controller)
    # 4.5. Nobody may write to a stream that is closing or failing, whatever room it has.
    if state is WRITABLE and not writable_stream_close_queued_or_in_flight(stream):
        # 4.5.1. The room depends on what else waits in the queue.
        backpressure = writable_stream_default_controller_get_backpressure(controller)
        # 4.5.2. The writer is told where there is room again.
        writable_stream_update_backpressure(stream, backpressure)
    # 4.6. The sink is given what waits next.
    writable_stream_default_controller_advance_queue_if_needed(controller)


@algorithm(
    "writable-stream-default-controller-process-write",
    "WritableStreamDefaultControllerProcessWrite: upon rejection of sinkWritePromise",
)
def _write_has_failed(controller: "WritableStreamDefaultController", reason: object) -> None:
    # 5.1. A sink that has failed is told nothing more, unless an abort waits for it.
    if controller._stream._state is WRITABLE:
        writable_stream_default_controller_clear_algorithms(controller)
    # 5.2. The stream fails for the reason for which the sink could not write.
    writable_stream_finish_in_flight_write_with_error(controller._stream, reason)
