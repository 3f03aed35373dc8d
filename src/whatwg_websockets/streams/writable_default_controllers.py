"""5.5.4 Default controllers: the queue of chunks between a writer and a sink.

Source: https://streams.spec.whatwg.org/#ws-default-controller-abstract-ops
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.dom.abort_controller import AbortController
from whatwg_websockets.streams.algorithms import (
    promise_resolved_with_a_result,
    upon_the_end,
)
from whatwg_websockets.streams.failing_writable_streams import (
    writable_stream_deal_with_rejection,
    writable_stream_start_erroring,
)
from whatwg_websockets.streams.interfacing_with_writable_controllers import (
    writable_stream_close_queued_or_in_flight,
    writable_stream_update_backpressure,
)
from whatwg_websockets.streams.queue_with_sizes import (
    enqueue_value_with_size,
    reset_queue,
)
from whatwg_websockets.streams.queuing_strategies import SizeAlgorithm
from whatwg_websockets.streams.writable_queues import (
    CLOSE_SENTINEL,
    writable_stream_default_controller_advance_queue_if_needed,
    writable_stream_default_controller_clear_algorithms,
    writable_stream_default_controller_get_backpressure,
)
from whatwg_websockets.streams.writable_states import (
    ERRORING,
    WRITABLE,
)
from whatwg_websockets.webidl.missing import MISSING

if TYPE_CHECKING:
    from whatwg_websockets.streams.writable_controller import WritableStreamDefaultController
    from whatwg_websockets.streams.writable_stream import WritableStream


@algorithm("set-up-writable-stream-default-controller", "SetUpWritableStreamDefaultController")
def set_up_writable_stream_default_controller(
    stream: "WritableStream[Any]",
    controller: "WritableStreamDefaultController",
    start_algorithm: Callable[[], object],
    write_algorithm: Callable[[Any], object],
    close_algorithm: Callable[[], object],
    abort_algorithm: Callable[[Any], object],
    high_water_mark: float,
    size_algorithm: SizeAlgorithm,
) -> None:
    """Connect a stream with its controller, and start the sink.

    Raises:
        Exception: what the start algorithm raises.

    Source: https://streams.spec.whatwg.org/#set-up-writable-stream-default-controller
    """
    # 1. The type of the argument says that it is a WritableStream.
    # 2. The stream has no controller yet.
    assert stream._controller is None
    # 3. The controller refers to its stream.
    controller._stream = stream
    controller._agent = stream._agent
    # 4. The stream refers to its controller.
    stream._controller = controller
    # 5. The queue of chunks is empty.
    reset_queue(controller)
    # 6. The controller has an abort controller, whose signal tells the sink that the stream is
    #    aborted.
    controller._abort_controller = AbortController()
    # 7. The sink has not started.
    controller._started = False
    # 8. The size algorithm computes the size of a chunk.
    controller._strategy_size_algorithm = size_algorithm
    # 9. The high water mark is that of the queuing strategy.
    controller._strategy_hwm = high_water_mark
    # 10. The write algorithm gives a chunk to the sink.
    controller._write_algorithm = write_algorithm
    # 11. The close algorithm closes the sink.
    controller._close_algorithm = close_algorithm
    # 12. The abort algorithm gives the sink the reason of the abort.
    controller._abort_algorithm = abort_algorithm
    # 13. There is backpressure from the beginning if the high water mark is 0.
    backpressure = writable_stream_default_controller_get_backpressure(controller)
    # 14. The stream keeps the backpressure.
    writable_stream_update_backpressure(stream, backpressure)
    # 15. The start algorithm is performed, and may raise.
    start_result = start_algorithm()
    # 16. What the start algorithm returns may be a promise, which is awaited.
    start_promise = promise_resolved_with_a_result(start_result, stream._agent)
    # 17. When the sink has started, the queue is processed.
    # 18. When the sink has failed to start, the stream is errored.
    upon_the_end(start_promise, controller, _sink_has_started, _start_has_failed)


@algorithm(
    "set-up-writable-stream-default-controller",
    "SetUpWritableStreamDefaultController: upon fulfillment of startPromise",
)
def _sink_has_started(controller: "WritableStreamDefaultController") -> None:
    # 17.1. The stream is writable or erroring, since it stays so until its sink has started.
    assert controller._stream._state is WRITABLE or controller._stream._state is ERRORING
    # 17.2. The sink has started.
    controller._started = True
    # 17.3. The sink is given the first chunk that waits.
    writable_stream_default_controller_advance_queue_if_needed(controller)


@algorithm(
    "set-up-writable-stream-default-controller",
    "SetUpWritableStreamDefaultController: upon rejection of startPromise",
)
def _start_has_failed(controller: "WritableStreamDefaultController", reason: object) -> None:
    # 18.1. The stream is writable or erroring, since it stays so until its sink has started.
    assert controller._stream._state is WRITABLE or controller._stream._state is ERRORING
    # 18.2. The sink counts as started, so that a stream that is erroring does not wait for it.
    controller._started = True
    # 18.3. The stream starts erroring, or becomes errored if it was erroring.
    writable_stream_deal_with_rejection(controller._stream, reason)


@algorithm("writable-stream-default-controller-close", "WritableStreamDefaultControllerClose")
def writable_stream_default_controller_close(
    controller: "WritableStreamDefaultController",
) -> None:
    """Have the sink close once it has written what waits.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-close
    """
    # 1. The close sentinel is put into the queue behind the chunks, with the size 0.
    enqueue_value_with_size(controller, CLOSE_SENTINEL, 0)
    # 2. The sink is closed at once if the queue has no chunk and nothing is in flight.
    writable_stream_default_controller_advance_queue_if_needed(controller)


@algorithm("writable-stream-default-controller-error", "WritableStreamDefaultControllerError")
def writable_stream_default_controller_error(
    controller: "WritableStreamDefaultController", error: object
) -> None:
    """Have the stream fail, without a word to the sink.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-error
    """
    # 1. The stream is that of the controller.
    stream = controller._stream
    # 2. The stream is writable.
    assert stream._state is WRITABLE
    # 3. The algorithms of the sink are cleared.
    writable_stream_default_controller_clear_algorithms(controller)
    # 4. The stream starts erroring.
    writable_stream_start_erroring(stream, error)


@algorithm(
    "writable-stream-default-controller-error-if-needed",
    "WritableStreamDefaultControllerErrorIfNeeded",
)
def writable_stream_default_controller_error_if_needed(
    controller: "WritableStreamDefaultController", error: object
) -> None:
    """Have the stream fail, unless it has failed or closed.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-error-if-needed
    """
    # 1. Only a stream that is writable is errored.
    if controller._stream._state is WRITABLE:
        writable_stream_default_controller_error(controller, error)


@algorithm(
    "writable-stream-default-controller-get-chunk-size",
    "WritableStreamDefaultControllerGetChunkSize",
)
def writable_stream_default_controller_get_chunk_size(
    controller: "WritableStreamDefaultController", chunk: object
) -> float:
    """Ask the queuing strategy how much of the room a chunk takes.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-get-chunk-size
    """
    size_algorithm = controller._strategy_size_algorithm
    # 1. A controller whose algorithms were cleared has no size algorithm any more.
    if size_algorithm is MISSING:
        # 1.1. The caller checks the state of the stream next. The standard asserts here that the
        #      stream is not writable, and leaves out that the sink may be closing.
        assert controller._stream._state is not WRITABLE or (
            writable_stream_close_queued_or_in_flight(controller._stream)
        )
        # 1.2. The size 1 is returned, and is not used.
        return 1
    # 2. The size algorithm may be a function of the program, and may raise. None stands for the
    #    algorithm that returns 1.
    try:
        return_value = 1 if size_algorithm is None else size_algorithm(chunk)
    # 3. A size algorithm that has raised gives no size.
    except Exception as exception:
        # 3.1. The stream is errored with what the size algorithm has raised.
        writable_stream_default_controller_error_if_needed(controller, exception)
        # 3.2. The size 1 is returned, and is not used.
        return 1
    # 4. The size is checked when the chunk is put into the queue.
    return return_value


@algorithm("writable-stream-default-controller-write", "WritableStreamDefaultControllerWrite")
def writable_stream_default_controller_write(
    controller: "WritableStreamDefaultController", chunk: object, chunk_size: float
) -> None:
    """Put a chunk into the queue, and hand it to the sink if the sink is at rest.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-write
    """
    # 1. The chunk is put into the queue behind those that were written before.
    try:
        enqueue_value_with_size(controller, chunk, chunk_size)
    # 2. A chunk whose size is not a number of at least 0 is not put into the queue.
    except ValueError as exception:
        # 2.1. The stream is errored, since its queuing strategy has failed.
        writable_stream_default_controller_error_if_needed(controller, exception)
        # 2.2. The promise of the write is rejected when the stream is errored.
        return
    # 3. The stream is that of the controller.
    stream = controller._stream
    # 4. The chunk may have caused backpressure, if the stream is writable and not closing.
    if stream._state is WRITABLE and not writable_stream_close_queued_or_in_flight(stream):
        # 4.1. There is backpressure if the desired size is not above 0.
        backpressure = writable_stream_default_controller_get_backpressure(controller)
        # 4.2. The stream updates its backpressure.
        writable_stream_update_backpressure(stream, backpressure)
    # 5. The sink is given the chunk at once if nothing is in flight and no other chunk waits.
    writable_stream_default_controller_advance_queue_if_needed(controller)
