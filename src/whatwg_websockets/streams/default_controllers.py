"""4.9.4 Default controllers: the queue of a stream, and when its source is pulled from.

Most of these operations run once for each chunk. For speed, short operations of the standard (is
the stream locked, how many read requests are pending) are therefore written out where needed.

Source: https://streams.spec.whatwg.org/#rs-default-controller-abstract-ops
"""

from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.algorithms import do_nothing, the_promise_of, upon_the_end
from whatwg_websockets.streams.interfacing_with_readable_controllers import (
    readable_stream_close,
    readable_stream_error,
    readable_stream_fulfill_read_request,
)
from whatwg_websockets.streams.queue_with_sizes import enqueue_value_with_size, reset_queue
from whatwg_websockets.streams.readable_states import CLOSED, ERRORED, READABLE

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_controller import ReadableStreamDefaultController


@algorithm(
    "readable-stream-default-controller-call-pull-if-needed",
    "ReadableStreamDefaultControllerCallPullIfNeeded",
)
def readable_stream_default_controller_call_pull_if_needed(
    controller: "ReadableStreamDefaultController[Any]",
) -> None:
    """Pull from the source, if the stream wants a chunk and no pull is running.

    Source:
    https://streams.spec.whatwg.org/#readable-stream-default-controller-call-pull-if-needed
    """
    # 1. Determine whether the stream wants a chunk from its underlying source.
    # 2. If the stream does not want a chunk from its underlying source, return.
    if not readable_stream_default_controller_should_call_pull(controller):
        return
    # 3. If a pull of the stream is running, do not start a second pull.
    if controller._pulling:
        # 3.1. Record that the pull algorithm is to be called again when the running pull has ended.
        controller._pull_again = True
        # 3.2. Return, since the running pull has to end before the next pull begins.
        return
    # 4. Assert that no further pull is recorded while no pull is running.
    assert not controller._pull_again
    # 5. Set the controller's pulling flag to true.
    controller._pulling = True
    # 6. Perform the pull algorithm; if it returns undefined, no promise is made for the pull.
    pull_promise = the_promise_of(controller._pull_algorithm, controller._agent)
    if pull_promise is None:
        # The reaction to the pull is a microtask. An ``async for`` may carry out the reaction
        # before that microtask runs, and pull again: one microtask serves both reactions.
        controller._reaction_is_due = True
        if not controller._reaction_is_queued:
            controller._reaction_is_queued = True
            controller._agent.queue_a_microtask(_react_to_the_pull, controller)
        return
    # 7. When the pull has succeeded, clear the pulling flag, and start a further pull if one was
    #    recorded.
    # 8. When the pull has failed with a reason, error the stream.
    # 8.1. Error the controller with the reason for which the pull failed.
    upon_the_end(
        pull_promise,
        controller,
        _upon_fulfillment_of_the_pull,
        readable_stream_default_controller_error,
    )


def anticipate_the_reaction(controller: "ReadableStreamDefaultController[Any]") -> None:
    """Count a pull as ended before its reaction has run, since the next pull is about to begin.

    The microtask of the reaction will then do nothing.
    """
    controller._reaction_is_due = controller._pulling = controller._pull_again = False


def _react_to_the_pull(controller: "ReadableStreamDefaultController[Any]") -> None:
    controller._reaction_is_queued = False
    carry_out_the_reaction(controller)


def carry_out_the_reaction(controller: "ReadableStreamDefaultController[Any]") -> None:
    """Carry out the reaction to a pull that has ended, unless it was carried out before."""
    if controller._reaction_is_due:
        controller._reaction_is_due = False
        _upon_fulfillment_of_the_pull(controller)


@algorithm(
    "readable-stream-default-controller-call-pull-if-needed",
    "ReadableStreamDefaultControllerCallPullIfNeeded: upon fulfillment",
)
def _upon_fulfillment_of_the_pull(controller: "ReadableStreamDefaultController[Any]") -> None:
    # 7.1. Set the controller's pulling flag to false, since the pull has ended.
    controller._pulling = False
    # 7.2. If a further pull was recorded while the pull was running, start that pull.
    if controller._pull_again:
        # 7.2.1. Clear the record that the pull algorithm is to be called again.
        controller._pull_again = False
        # 7.2.2. Call the pull algorithm again, if the stream still wants a chunk.
        readable_stream_default_controller_call_pull_if_needed(controller)


@algorithm(
    "readable-stream-default-controller-should-call-pull",
    "ReadableStreamDefaultControllerShouldCallPull",
)
def readable_stream_default_controller_should_call_pull(
    controller: "ReadableStreamDefaultController[Any]",
) -> bool:
    """Return whether a stream wants a chunk from its source.

    Source: https://streams.spec.whatwg.org/#readable-stream-default-controller-should-call-pull
    """
    # 1. Let the stream be the controller's stream.
    stream = controller._stream
    # 2. If the stream is not readable, or its close was requested, return false.
    if controller._close_requested or stream._state != READABLE:
        return False
    # 3. If the underlying source has not finished starting, return false.
    if not controller._started:
        return False
    # 4. If the stream has pending read requests, return true, whatever the queue has.
    reader = stream._reader
    if reader is not None and reader._read_requests:
        return True
    # 5. Let the desired size be the high water mark less the total size of the queue.
    # 6. Assert that the desired size is a number, since a readable stream has one.
    # 7. If the desired size is above 0, return true, since the queue has room for a chunk.
    # 8. If the desired size is 0 or less, return false, since the queue is full.
    return controller._strategy_hwm - controller._queue_total_size > 0


@algorithm(
    "readable-stream-default-controller-clear-algorithms",
    "ReadableStreamDefaultControllerClearAlgorithms",
)
def readable_stream_default_controller_clear_algorithms(
    controller: "ReadableStreamDefaultController[Any]",
) -> None:
    """Drop the references to the source's algorithms, which will not be called any more.

    Source: https://streams.spec.whatwg.org/#readable-stream-default-controller-clear-algorithms
    """
    # 1. Drop the controller's reference to the pull algorithm.
    controller._pull_algorithm = do_nothing
    # 2. Drop the controller's reference to the cancel algorithm.
    controller._cancel_algorithm = do_nothing
    # 3. Drop the controller's reference to the size algorithm.
    controller._strategy_size_algorithm = None


@algorithm("readable-stream-default-controller-close", "ReadableStreamDefaultControllerClose")
def readable_stream_default_controller_close(
    controller: "ReadableStreamDefaultController[Any]",
) -> None:
    """Close a stream as soon as its queue is empty.

    Source: https://streams.spec.whatwg.org/#readable-stream-default-controller-close
    """
    # 1. If the stream can neither close nor enqueue, return.
    if not readable_stream_default_controller_can_close_or_enqueue(controller):
        return
    # 2. Let the stream be the controller's stream.
    stream = controller._stream
    # 3. Record that the close is requested, so that the stream is closed when its queue is empty.
    controller._close_requested = True
    # 4. If the queue is already empty, close the stream at once.
    if not controller._queue:
        # 4.1. Clear the algorithms of the stream's controller.
        readable_stream_default_controller_clear_algorithms(controller)
        # 4.2. Close the readable stream.
        readable_stream_close(stream)


@algorithm("readable-stream-default-controller-enqueue", "ReadableStreamDefaultControllerEnqueue")
def readable_stream_default_controller_enqueue(
    controller: "ReadableStreamDefaultController[Any]", chunk: Any
) -> None:
    """Give a chunk to the first pending read request, or else to the queue.

    Raises:
        ValueError: the size of the chunk is negative, infinite or not a number.
        BaseException: the exception that the program's size function raises.

    Source: https://streams.spec.whatwg.org/#readable-stream-default-controller-enqueue
    """
    # 1. If the stream can neither close nor enqueue, return and ignore the chunk.
    # 2. Let the stream be the controller's stream.
    stream = controller._stream
    if controller._close_requested or stream._state != READABLE:
        return
    # 3. If a read request is pending, give the chunk to the first one, without determining its
    #    size.
    reader = stream._reader
    if reader is not None and reader._read_requests:
        readable_stream_fulfill_read_request(stream, chunk, False)
    # 4. If no read request is pending, determine the chunk's size and append the chunk to the
    #    queue.
    elif controller._strategy_size_algorithm is None:
        controller._queue.append((chunk, 1))
        controller._queue_total_size += 1
        # No read request is pending, so a full queue means that no pull is needed. Returning here
        # saves a call for each chunk.
        if controller._queue_total_size >= controller._strategy_hwm:
            return
    else:
        _measure_and_queue(controller, chunk)
    # 5. Pull from the underlying source, if the stream wants another chunk.
    readable_stream_default_controller_call_pull_if_needed(controller)


@algorithm(
    "readable-stream-default-controller-enqueue",
    "ReadableStreamDefaultControllerEnqueue: otherwise",
)
def _measure_and_queue(controller: "ReadableStreamDefaultController[Any]", chunk: Any) -> None:
    size_algorithm = controller._strategy_size_algorithm
    assert size_algorithm is not None
    # 4.1. Perform the size algorithm with the chunk.
    try:
        chunk_size = size_algorithm(chunk)
    # 4.2. If the size algorithm has raised an exception, error the stream.
    except Exception as exception:
        # 4.2.1. Error the controller with the exception that the size algorithm has raised.
        readable_stream_default_controller_error(controller, exception)
        # 4.2.2. Raise the exception of the size algorithm for the caller of enqueue.
        raise
    # 4.3. Let the chunk size be the value that the size algorithm has returned.
    # 4.4. Append the chunk with its size to the queue.
    try:
        enqueue_value_with_size(controller, chunk, chunk_size)
    # 4.5. If the chunk's size is not a non-negative finite number, error the stream.
    except ValueError as exception:
        # 4.5.1. Error the controller with the ValueError about the chunk's size.
        readable_stream_default_controller_error(controller, exception)
        # 4.5.2. Raise the ValueError about the chunk's size for the caller of enqueue.
        raise
    # If the size algorithm has closed the stream, the chunk cannot be read any more, so drop it.
    if controller._stream._state != READABLE:
        reset_queue(controller)


@algorithm("readable-stream-default-controller-error", "ReadableStreamDefaultControllerError")
def readable_stream_default_controller_error(
    controller: "ReadableStreamDefaultController[Any]", e: object
) -> None:
    """Error a stream at once, and drop the chunks in its queue.

    Source: https://streams.spec.whatwg.org/#readable-stream-default-controller-error
    """
    # 1. Let the stream be the controller's stream.
    stream = controller._stream
    # 2. If the stream is not readable, return, since it cannot be errored any more.
    if stream._state != READABLE:
        return
    # 3. Reset the queue of the controller, which drops all queued chunks.
    reset_queue(controller)
    # 4. Clear the algorithms of the stream's controller.
    readable_stream_default_controller_clear_algorithms(controller)
    # 5. Error the readable stream with the given error.
    readable_stream_error(stream, e)


@algorithm(
    "readable-stream-default-controller-get-desired-size",
    "ReadableStreamDefaultControllerGetDesiredSize",
)
def readable_stream_default_controller_get_desired_size(
    controller: "ReadableStreamDefaultController[Any]",
) -> float | None:
    """Return the size that the queue has room for; None if the stream is errored.

    Source: https://streams.spec.whatwg.org/#readable-stream-default-controller-get-desired-size
    """
    # 1. Let the state be the state of the controller's stream.
    state = controller._stream._state
    # 2. If the stream is errored, return null, since an errored stream has no desired size.
    if state == ERRORED:
        return None
    # 3. If the stream is closed, return 0.
    if state == CLOSED:
        return 0
    # 4. Return the high water mark less the total size of the queue, which may be negative.
    return controller._strategy_hwm - controller._queue_total_size


@algorithm(
    "rs-default-controller-has-backpressure", "ReadableStreamDefaultControllerHasBackpressure"
)
def readable_stream_default_controller_has_backpressure(
    controller: "ReadableStreamDefaultController[Any]",
) -> bool:
    """Return whether a stream does not want a chunk from its source, for transform streams.

    Source: https://streams.spec.whatwg.org/#rs-default-controller-has-backpressure
    """
    # 1. If the readable stream wants a chunk from its source, return false.
    # 2. If the readable stream does not want a chunk from its source, return true.
    return not readable_stream_default_controller_should_call_pull(controller)


@algorithm(
    "readable-stream-default-controller-can-close-or-enqueue",
    "ReadableStreamDefaultControllerCanCloseOrEnqueue",
)
def readable_stream_default_controller_can_close_or_enqueue(
    controller: "ReadableStreamDefaultController[Any]",
) -> bool:
    """Return whether a stream can be closed, and takes further chunks.

    Source: https://streams.spec.whatwg.org/#readable-stream-default-controller-can-close-or-enqueue
    """
    # 1. Let the state be the state of the controller's stream.
    # 2. If the stream is readable and its close was not requested, return true.
    # 3. If the stream is not readable, or its close was requested, return false.
    return not controller._close_requested and controller._stream._state == READABLE
