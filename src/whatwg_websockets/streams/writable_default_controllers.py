"""5.5.4 Default controllers: how a controller is set up, written to, closed and errored.

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
    """Set up the controller of a writable stream, and start its sink.

    Raises:
        Exception: the exception that the start algorithm raises.

    Source: https://streams.spec.whatwg.org/#set-up-writable-stream-default-controller
    """
    # 1. Assert that the stream is a WritableStream; its Python type ensures this.
    # 2. Assert that the writable stream has no controller yet.
    assert stream._controller is None
    # 3. Set the controller's stream to the writable stream.
    controller._stream = stream
    controller._agent = stream._agent
    # 4. Set the writable stream's controller to the given controller.
    stream._controller = controller
    # 5. Reset the queue of the writable stream's controller, which makes it empty.
    reset_queue(controller)
    # 6. Set the controller's abort controller to a new one, whose signal shows the sink an abort of
    #    the stream.
    controller._abort_controller = AbortController()
    # 7. Set the writable stream controller's flag "started" to false.
    controller._started = False
    # 8. Set the writable stream controller's size algorithm to the given one.
    controller._strategy_size_algorithm = size_algorithm
    # 9. Set the writable stream controller's high water mark to the given one.
    controller._strategy_hwm = high_water_mark
    # 10. Set the controller's write algorithm to the given one, which gives a chunk to the sink.
    controller._write_algorithm = write_algorithm
    # 11. Set the controller's close algorithm to the given one, which closes the sink.
    controller._close_algorithm = close_algorithm
    # 12. Set the controller's abort algorithm to the given one, which aborts the sink with a
    #     reason.
    controller._abort_algorithm = abort_algorithm
    # 13. Let the backpressure be that of the new controller, which is true if the high water mark
    #     is 0.
    backpressure = writable_stream_default_controller_get_backpressure(controller)
    # 14. Update the writable stream's backpressure to that of its new controller.
    writable_stream_update_backpressure(stream, backpressure)
    # 15. Perform the start algorithm of the sink, and pass its exception, if any, to the caller.
    start_result = start_algorithm()
    # 16. Let the start promise be one resolved with the start result, or None if the result is
    #     undefined.
    start_promise = promise_resolved_with_a_result(start_result, stream._agent)
    # 17. When the sink has started, give the sink the first value of the queue.
    # 18. When the sink has failed to start, fail the writable stream.
    upon_the_end(start_promise, controller, _sink_has_started, _start_has_failed)


@algorithm(
    "set-up-writable-stream-default-controller",
    "SetUpWritableStreamDefaultController: upon fulfillment of startPromise",
)
def _sink_has_started(controller: "WritableStreamDefaultController") -> None:
    # 17.1. Assert that the stream, whose sink has just started, is writable or erroring.
    assert controller._stream._state is WRITABLE or controller._stream._state is ERRORING
    # 17.2. Set the writable stream controller's flag "started" to true.
    controller._started = True
    # 17.3. Give the sink the first value of the queue, now that the sink has started.
    writable_stream_default_controller_advance_queue_if_needed(controller)


@algorithm(
    "set-up-writable-stream-default-controller",
    "SetUpWritableStreamDefaultController: upon rejection of startPromise",
)
def _start_has_failed(controller: "WritableStreamDefaultController", reason: object) -> None:
    # 18.1. Assert that the stream, whose sink has just failed to start, is writable or erroring.
    assert controller._stream._state is WRITABLE or controller._stream._state is ERRORING
    # 18.2. Set the writable stream controller's flag "started" to true, so that an erroring stream
    #       does not wait for the start.
    controller._started = True
    # 18.3. Deal with the failure of the sink's start: start erroring the stream, or finish erroring
    #       it.
    writable_stream_deal_with_rejection(controller._stream, reason)


@algorithm("writable-stream-default-controller-close", "WritableStreamDefaultControllerClose")
def writable_stream_default_controller_close(
    controller: "WritableStreamDefaultController",
) -> None:
    """Close the sink when it has written all chunks in the queue.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-close
    """
    # 1. Append the close sentinel to the queue, with the size 0.
    enqueue_value_with_size(controller, CLOSE_SENTINEL, 0)
    # 2. Advance the queue, which closes the sink at once if no chunk is queued or in flight.
    writable_stream_default_controller_advance_queue_if_needed(controller)


@algorithm("writable-stream-default-controller-error", "WritableStreamDefaultControllerError")
def writable_stream_default_controller_error(
    controller: "WritableStreamDefaultController", error: object
) -> None:
    """Error the stream, without calling the sink.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-error
    """
    # 1. Let the stream be the controller's stream.
    stream = controller._stream
    # 2. Assert that the writable stream to error is writable.
    assert stream._state is WRITABLE
    # 3. Clear the algorithms of the writable stream's controller.
    writable_stream_default_controller_clear_algorithms(controller)
    # 4. Start erroring the writable stream with the error.
    writable_stream_start_erroring(stream, error)


@algorithm(
    "writable-stream-default-controller-error-if-needed",
    "WritableStreamDefaultControllerErrorIfNeeded",
)
def writable_stream_default_controller_error_if_needed(
    controller: "WritableStreamDefaultController", error: object
) -> None:
    """Error the stream, unless it has failed or is closed.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-error-if-needed
    """
    # 1. If the controller's stream is writable, error the stream; in any other state, do nothing.
    if controller._stream._state is WRITABLE:
        writable_stream_default_controller_error(controller, error)


@algorithm(
    "writable-stream-default-controller-get-chunk-size",
    "WritableStreamDefaultControllerGetChunkSize",
)
def writable_stream_default_controller_get_chunk_size(
    controller: "WritableStreamDefaultController", chunk: object
) -> float:
    """Return the size of a chunk, according to the queuing strategy.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-get-chunk-size
    """
    size_algorithm = controller._strategy_size_algorithm
    # 1. If the controller has no size algorithm, since its algorithms were cleared, return a size
    #    that is not used.
    if size_algorithm is MISSING:
        # 1.1. Assert that the stream is not writable, or that its close is requested, a case that
        #      the standard's assertion omits.
        assert controller._stream._state is not WRITABLE or (
            writable_stream_close_queued_or_in_flight(controller._stream)
        )
        # 1.2. Return 1 as the chunk's size, which the caller does not use.
        return 1
    # 2. Perform the size algorithm with the chunk; None stands for an algorithm that returns 1.
    try:
        return_value = 1 if size_algorithm is None else size_algorithm(chunk)
    # 3. If the size algorithm has raised an exception, error the writable stream.
    except Exception as exception:
        # 3.1. Error the writable stream with the exception that the size algorithm has raised, if
        #      the stream is writable.
        writable_stream_default_controller_error_if_needed(controller, exception)
        # 3.2. Return 1 as the chunk's size, which is not used, since the stream has failed.
        return 1
    # 4. Return the chunk's size, which is checked when the chunk is appended to the queue.
    return return_value


@algorithm("writable-stream-default-controller-write", "WritableStreamDefaultControllerWrite")
def writable_stream_default_controller_write(
    controller: "WritableStreamDefaultController", chunk: object, chunk_size: float
) -> None:
    """Append a chunk to the queue, and give it to the sink if the sink has nothing to do.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-controller-write
    """
    # 1. Append the chunk with its size to the queue of the writable stream.
    try:
        enqueue_value_with_size(controller, chunk, chunk_size)
    # 2. If the size of the chunk is not a non-negative finite number, error the writable stream.
    except ValueError as exception:
        # 2.1. Error the writable stream with the ValueError about the chunk's size, if the stream
        #      is writable.
        writable_stream_default_controller_error_if_needed(controller, exception)
        # 2.2. Return, since the promise of the write is rejected when the stream is errored.
        return
    # 3. Let the stream be the controller's stream.
    stream = controller._stream
    # 4. If the stream is writable and its close is not requested, update its backpressure after the
    #    new chunk.
    if stream._state is WRITABLE and not writable_stream_close_queued_or_in_flight(stream):
        # 4.1. Let the backpressure be that of the controller after the chunk was appended.
        backpressure = writable_stream_default_controller_get_backpressure(controller)
        # 4.2. Update the stream's backpressure, which may replace its writer's ready promise.
        writable_stream_update_backpressure(stream, backpressure)
    # 5. Advance the queue, which gives the chunk to the sink at once if the sink has nothing to do.
    writable_stream_default_controller_advance_queue_if_needed(controller)
