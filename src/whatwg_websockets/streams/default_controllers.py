"""4.9.4 Default controllers: the queue of a stream, and when its source is asked for more.

Most of these operations run once for each chunk, so small questions that the standard asks by an
operation of its own (is the stream locked, how many read requests wait) are answered in place.

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
    """Ask the source for more, if more is wanted and the source is not at it already.

    Source:
    https://streams.spec.whatwg.org/#readable-stream-default-controller-call-pull-if-needed
    """
    # 1. The source is to be asked for a chunk if a read request waits, or the queue has room.
    # 2. Without such a need the source is not asked.
    if not readable_stream_default_controller_should_call_pull(controller):
        return
    # 3. A source that is being asked for a chunk is not asked a second time meanwhile.
    if controller._pulling:
        # 3.1. The source is asked again when the present pull is done.
        controller._pull_again = True
        # 3.2. The present pull goes on.
        return
    # 4. A source that is not being asked has no second request.
    assert not controller._pull_again
    # 5. The source is being asked for a chunk from now on.
    controller._pulling = True
    # 6. The pull algorithm is performed. If it returns no promise, none is made.
    pull_promise = the_promise_of(controller._pull_algorithm, controller._agent)
    if pull_promise is None:
        # The reaction is a microtask. An ``async for`` may carry it out before and pull once more:
        # one microtask is enough for both.
        controller._reaction_is_due = True
        if not controller._reaction_is_queued:
            controller._reaction_is_queued = True
            controller._agent.queue_a_microtask(_react_to_the_pull, controller)
        return
    # 7. When the pull is done, the source may be asked again.
    # 8. When the pull has failed, the stream is errored.
    # 8.1. The stream is errored with the reason of the pull.
    upon_the_end(
        pull_promise,
        controller,
        _upon_fulfillment_of_the_pull,
        readable_stream_default_controller_error,
    )


def anticipate_the_reaction(controller: "ReadableStreamDefaultController[Any]") -> None:
    """Count a pull as done whose reaction is due, since the source is about to be asked again.

    The microtask of the reaction then finds nothing to do.
    """
    controller._reaction_is_due = controller._pulling = controller._pull_again = False


def _react_to_the_pull(controller: "ReadableStreamDefaultController[Any]") -> None:
    controller._reaction_is_queued = False
    carry_out_the_reaction(controller)


def carry_out_the_reaction(controller: "ReadableStreamDefaultController[Any]") -> None:
    """Carry out the reaction to a pull that is done, unless that has happened."""
    if controller._reaction_is_due:
        controller._reaction_is_due = False
        _upon_fulfillment_of_the_pull(controller)


@algorithm(
    "readable-stream-default-controller-call-pull-if-needed",
    "ReadableStreamDefaultControllerCallPullIfNeeded: upon fulfillment",
)
def _upon_fulfillment_of_the_pull(controller: "ReadableStreamDefaultController[Any]") -> None:
    # 7.1. The source is not being asked any more.
    controller._pulling = False
    # 7.2. The source may have to be asked again.
    if controller._pull_again:
        # 7.2.1. The request to ask again is removed.
        controller._pull_again = False
        # 7.2.2. The source is asked again, if the queue has room or a read request waits.
        readable_stream_default_controller_call_pull_if_needed(controller)


@algorithm(
    "readable-stream-default-controller-should-call-pull",
    "ReadableStreamDefaultControllerShouldCallPull",
)
def readable_stream_default_controller_should_call_pull(
    controller: "ReadableStreamDefaultController[Any]",
) -> bool:
    """Tell whether a stream wants a chunk from its source.

    Source: https://streams.spec.whatwg.org/#readable-stream-default-controller-should-call-pull
    """
    # 1. The stream is the one that the controller belongs to.
    stream = controller._stream
    # 2. A stream that is closed, errored or about to be closed needs no chunk.
    if controller._close_requested or stream._state != READABLE:
        return False
    # 3. A source that has not started is not asked.
    if not controller._started:
        return False
    # 4. A read request that waits needs a chunk, whatever the queue has.
    reader = stream._reader
    if reader is not None and reader._read_requests:
        return True
    # 5. The desired size is the high water mark less the total size of the queue.
    # 6. The desired size is a number, since the stream is readable.
    # 7. A queue with a desired size above 0 needs a chunk.
    # 8. A queue with a desired size of 0 or less needs no chunk.
    return controller._strategy_hwm - controller._queue_total_size > 0


@algorithm(
    "readable-stream-default-controller-clear-algorithms",
    "ReadableStreamDefaultControllerClearAlgorithms",
)
def readable_stream_default_controller_clear_algorithms(
    controller: "ReadableStreamDefaultController[Any]",
) -> None:
    """Let go of the source, which will not be asked any more.

    Source: https://streams.spec.whatwg.org/#readable-stream-default-controller-clear-algorithms
    """
    # 1. The controller does not refer to the pull algorithm any more.
    controller._pull_algorithm = do_nothing
    # 2. The controller does not refer to the cancel algorithm any more.
    controller._cancel_algorithm = do_nothing
    # 3. The controller does not refer to the size algorithm any more.
    controller._strategy_size_algorithm = None


@algorithm("readable-stream-default-controller-close", "ReadableStreamDefaultControllerClose")
def readable_stream_default_controller_close(
    controller: "ReadableStreamDefaultController[Any]",
) -> None:
    """Close a stream as soon as its queue is empty.

    Source: https://streams.spec.whatwg.org/#readable-stream-default-controller-close
    """
    # 1. A stream that is closed, errored or about to be closed stays as it is.
    if not readable_stream_default_controller_can_close_or_enqueue(controller):
        return
    # 2. The stream is the one that the controller belongs to.
    stream = controller._stream
    # 3. The stream is closed as soon as its queue is empty.
    controller._close_requested = True
    # 4. A stream whose queue is empty is closed at once.
    if not controller._queue:
        # 4.1. The algorithms of the source are cleared.
        readable_stream_default_controller_clear_algorithms(controller)
        # 4.2. The stream becomes closed.
        readable_stream_close(stream)


@algorithm("readable-stream-default-controller-enqueue", "ReadableStreamDefaultControllerEnqueue")
def readable_stream_default_controller_enqueue(
    controller: "ReadableStreamDefaultController[Any]", chunk: Any
) -> None:
    """Give a chunk to the read request that has waited longest, or else to the queue.

    Raises:
        ValueError: the size of the chunk is negative, infinite or no number.
        BaseException: whatever the size function of the program raises.

    Source: https://streams.spec.whatwg.org/#readable-stream-default-controller-enqueue
    """
    # 1. A stream that is closed, errored or about to be closed takes no chunk.
    # 2. The stream is the one that the controller belongs to.
    stream = controller._stream
    if controller._close_requested or stream._state != READABLE:
        return
    # 3. The first read request that waits gets the chunk, whose size is not asked for then.
    reader = stream._reader
    if reader is not None and reader._read_requests:
        readable_stream_fulfill_read_request(stream, chunk, False)
    # 4. Without a read request that waits the chunk goes into the queue.
    elif controller._strategy_size_algorithm is None:
        controller._queue.append((chunk, 1))
        controller._queue_total_size += 1
        # Nobody waits for a chunk. A queue that is full has no room for more (the rule for speed).
        if controller._queue_total_size >= controller._strategy_hwm:
            return
    else:
        _measure_and_queue(controller, chunk)
    # 5. The source is asked for another chunk, if the queue has room.
    readable_stream_default_controller_call_pull_if_needed(controller)


@algorithm(
    "readable-stream-default-controller-enqueue",
    "ReadableStreamDefaultControllerEnqueue: otherwise",
)
def _measure_and_queue(controller: "ReadableStreamDefaultController[Any]", chunk: Any) -> None:
    size_algorithm = controller._strategy_size_algorithm
    assert size_algorithm is not None
    # 4.1. The size algorithm is performed with the chunk.
    try:
        chunk_size = size_algorithm(chunk)
    # 4.2. A size algorithm that raises errors the stream.
    except Exception as exception:
        # 4.2.1. The stream is errored with the exception.
        readable_stream_default_controller_error(controller, exception)
        # 4.2.2. The exception is raised for the caller as well.
        raise
    # 4.3. The size of the chunk is what the size algorithm has returned.
    # 4.4. The chunk goes to the end of the queue with its size.
    try:
        enqueue_value_with_size(controller, chunk, chunk_size)
    # 4.5. A size that is negative, infinite or NaN errors the stream.
    except ValueError as exception:
        # 4.5.1. The stream is errored with the exception.
        readable_stream_default_controller_error(controller, exception)
        # 4.5.2. The exception is raised for the caller as well.
        raise
    # Where the size algorithm has closed the stream, nobody can read the chunk, which is dropped.
    if controller._stream._state != READABLE:
        reset_queue(controller)


@algorithm("readable-stream-default-controller-error", "ReadableStreamDefaultControllerError")
def readable_stream_default_controller_error(
    controller: "ReadableStreamDefaultController[Any]", e: object
) -> None:
    """Have a stream fail at once; what is queued is dropped.

    Source: https://streams.spec.whatwg.org/#readable-stream-default-controller-error
    """
    # 1. The stream is the one that the controller belongs to.
    stream = controller._stream
    # 2. A stream that is not readable stays as it is.
    if stream._state != READABLE:
        return
    # 3. The queue is emptied.
    reset_queue(controller)
    # 4. The algorithms of the source are cleared.
    readable_stream_default_controller_clear_algorithms(controller)
    # 5. The stream becomes errored.
    readable_stream_error(stream, e)


@algorithm(
    "readable-stream-default-controller-get-desired-size",
    "ReadableStreamDefaultControllerGetDesiredSize",
)
def readable_stream_default_controller_get_desired_size(
    controller: "ReadableStreamDefaultController[Any]",
) -> float | None:
    """Return how much the queue has room for; None if the stream is errored.

    Source: https://streams.spec.whatwg.org/#readable-stream-default-controller-get-desired-size
    """
    # 1. The state is that of the stream.
    state = controller._stream._state
    # 2. A stream that is errored has no desired size.
    if state == ERRORED:
        return None
    # 3. A stream that is closed has the desired size 0.
    if state == CLOSED:
        return 0
    # 4. The desired size is the high water mark less the total size of the queue, and may be
    #    negative.
    return controller._strategy_hwm - controller._queue_total_size


@algorithm(
    "rs-default-controller-has-backpressure", "ReadableStreamDefaultControllerHasBackpressure"
)
def readable_stream_default_controller_has_backpressure(
    controller: "ReadableStreamDefaultController[Any]",
) -> bool:
    """Tell whether a stream wants no chunk from its source; a transform stream asks that.

    Source: https://streams.spec.whatwg.org/#rs-default-controller-has-backpressure
    """
    # 1. A stream that wants a chunk has no backpressure.
    # 2. Any other stream has backpressure.
    return not readable_stream_default_controller_should_call_pull(controller)


@algorithm(
    "readable-stream-default-controller-can-close-or-enqueue",
    "ReadableStreamDefaultControllerCanCloseOrEnqueue",
)
def readable_stream_default_controller_can_close_or_enqueue(
    controller: "ReadableStreamDefaultController[Any]",
) -> bool:
    """Tell whether a stream takes further chunks.

    Source: https://streams.spec.whatwg.org/#readable-stream-default-controller-can-close-or-enqueue
    """
    # 1. The state is that of the stream.
    # 2. A stream that is readable takes chunks until its close is requested.
    # 3. A stream in any other state takes no chunk.
    return not controller._close_requested and controller._stream._state == READABLE
