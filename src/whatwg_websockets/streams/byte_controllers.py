"""4.9.5 Byte stream controllers: when the source is asked for more, and how a stream ends.

Source: https://streams.spec.whatwg.org/#rbs-controller-abstract-ops
"""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.algorithms import do_nothing, the_promise_of, upon_the_end
from whatwg_websockets.streams.implements import is_a_byob_reader, is_a_default_reader
from whatwg_websockets.streams.interfacing_with_byob_readers import (
    readable_stream_get_num_read_into_requests,
)
from whatwg_websockets.streams.interfacing_with_readable_controllers import (
    readable_stream_close,
    readable_stream_error,
    readable_stream_get_num_read_requests,
)
from whatwg_websockets.streams.queue_with_sizes import reset_queue
from whatwg_websockets.streams.readable_states import CLOSED, ERRORED, READABLE

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_byte_controller import ReadableByteStreamController


@algorithm(
    "readable-byte-stream-controller-call-pull-if-needed",
    "ReadableByteStreamControllerCallPullIfNeeded",
)
def readable_byte_stream_controller_call_pull_if_needed(
    controller: "ReadableByteStreamController",
) -> None:
    """Ask the source for more, if more is wanted and the source is not at it already.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-call-pull-if-needed
    """
    # 1. The source is to be asked for bytes if a request waits, or the queue has room.
    should_pull = readable_byte_stream_controller_should_call_pull(controller)
    # 2. Without such a need the source is not asked.
    if not should_pull:
        return
    # 3. A source that is being asked for bytes is not asked a second time meanwhile.
    if controller._pulling:
        # 3.1. The source is asked again when the present pull is done.
        controller._pull_again = True
        # 3.2. The present pull goes on.
        return
    # 4. A source that is not being asked has no second request.
    assert not controller._pull_again
    # 5. The source is being asked for bytes from now on.
    controller._pulling = True
    # 6. The pull algorithm is performed. If it returns no promise, none is made.
    pull_promise = the_promise_of(controller._pull_algorithm, controller._agent)
    # 7. When the pull is done, the source may be asked again.
    # 8. When the pull has failed, the stream is errored.
    # 8.1. The stream is errored with the reason of the pull.
    upon_the_end(
        pull_promise,
        controller,
        _upon_fulfillment_of_the_pull,
        readable_byte_stream_controller_error,
    )


@algorithm(
    "readable-byte-stream-controller-call-pull-if-needed",
    "ReadableByteStreamControllerCallPullIfNeeded: upon fulfillment",
)
def _upon_fulfillment_of_the_pull(controller: "ReadableByteStreamController") -> None:
    # 7.1. The source is not being asked any more.
    controller._pulling = False
    # 7.2. The source may have to be asked again.
    if controller._pull_again:
        # 7.2.1. The request to ask again is removed.
        controller._pull_again = False
        # 7.2.2. The source is asked again, if the queue has room or a request waits.
        readable_byte_stream_controller_call_pull_if_needed(controller)


@algorithm(
    "readable-byte-stream-controller-should-call-pull",
    "ReadableByteStreamControllerShouldCallPull",
)
def readable_byte_stream_controller_should_call_pull(
    controller: "ReadableByteStreamController",
) -> bool:
    """Tell whether a stream wants bytes from its source.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-should-call-pull
    """
    # 1. The stream is the one that the controller belongs to.
    stream = controller._stream
    # 2. A stream that is closed or errored needs no bytes.
    if stream._state != READABLE:
        return False
    # 3. A stream that is about to be closed needs no bytes.
    if controller._close_requested:
        return False
    # 4. A source that has not started is not asked.
    if not controller._started:
        return False
    # 5. A read request that waits needs bytes, whatever the queue has.
    reader = stream._reader
    if is_a_default_reader(reader) and readable_stream_get_num_read_requests(stream) > 0:
        return True
    # 6. A read-into request that waits needs bytes, whatever the queue has.
    if is_a_byob_reader(reader) and readable_stream_get_num_read_into_requests(stream) > 0:
        return True
    # 7. The desired size is the high water mark less the total size of the queue.
    desired_size = readable_byte_stream_controller_get_desired_size(controller)
    # 8. The desired size is a number, since the stream is readable.
    assert desired_size is not None
    # 9. A queue with a desired size above 0 needs bytes.
    # 10. A queue with a desired size of 0 or less needs none.
    return desired_size > 0


@algorithm(
    "readable-byte-stream-controller-clear-algorithms",
    "ReadableByteStreamControllerClearAlgorithms",
)
def readable_byte_stream_controller_clear_algorithms(
    controller: "ReadableByteStreamController",
) -> None:
    """Let go of the source, which will not be asked any more.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-clear-algorithms
    """
    # 1. The controller does not refer to the pull algorithm any more.
    controller._pull_algorithm = do_nothing
    # 2. The controller does not refer to the cancel algorithm any more.
    controller._cancel_algorithm = do_nothing


@algorithm(
    "readable-byte-stream-controller-clear-pending-pull-intos",
    "ReadableByteStreamControllerClearPendingPullIntos",
)
def readable_byte_stream_controller_clear_pending_pull_intos(
    controller: "ReadableByteStreamController",
) -> None:
    """Let go of all buffers that wait to be filled.

    Source:
    https://streams.spec.whatwg.org/#readable-byte-stream-controller-clear-pending-pull-intos
    """
    # 1. The present BYOB request, if there is one, cannot be answered any more.
    readable_byte_stream_controller_invalidate_byob_request(controller)
    for pull_into in controller._pending_pull_intos:
        pull_into.buffer.drop()
    # 2. No pull-into descriptor is pending any more.
    controller._pending_pull_intos = []


@algorithm("readable-byte-stream-controller-close", "ReadableByteStreamControllerClose")
def readable_byte_stream_controller_close(controller: "ReadableByteStreamController") -> None:
    """Close a stream as soon as its queue is empty.

    Raises:
        TypeError: the first buffer that waits has the beginning of an element; the stream is
            errored with it.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-close
    """
    # 1. The stream is the one that the controller belongs to.
    stream = controller._stream
    # 2. A stream that is closed, errored or about to be closed stays as it is.
    if controller._close_requested or stream._state != READABLE:
        return
    # 3. A queue that has bytes has to be read first.
    if controller._queue_total_size > 0:
        # 3.1. The stream is closed as soon as its queue is empty.
        controller._close_requested = True
        # 3.2. The stream is still readable.
        return
    # 4. A buffer may be filled in part.
    if controller._pending_pull_intos:
        # 4.1. The first pull-into descriptor is the one that is being filled.
        first_pending_pull_into = controller._pending_pull_intos[0]
        # 4.2. An element of which only a part has come can neither be returned nor dropped.
        if first_pending_pull_into.bytes_filled % first_pending_pull_into.element_size != 0:
            # 4.2.1. The error says that an element is incomplete.
            e = TypeError("the stream is closed in the middle of an element that is being read")
            # 4.2.2. The stream is errored with the error.
            readable_byte_stream_controller_error(controller, e)
            # 4.2.3. The error goes to the caller as well.
            raise e
    # 5. The algorithms of the source are cleared.
    readable_byte_stream_controller_clear_algorithms(controller)
    # 6. The stream becomes closed.
    readable_stream_close(stream)


@algorithm("readable-byte-stream-controller-error", "ReadableByteStreamControllerError")
def readable_byte_stream_controller_error(
    controller: "ReadableByteStreamController", e: object
) -> None:
    """Have a stream fail at once; what is queued is dropped.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-error
    """
    # 1. The stream is the one that the controller belongs to.
    stream = controller._stream
    # 2. A stream that is not readable stays as it is.
    if stream._state != READABLE:
        return
    # 3. The buffers that wait to be filled are let go of.
    readable_byte_stream_controller_clear_pending_pull_intos(controller)
    # 4. The queue is emptied.
    reset_queue(controller)
    # 5. The algorithms of the source are cleared.
    readable_byte_stream_controller_clear_algorithms(controller)
    # 6. The stream becomes errored.
    readable_stream_error(stream, e)


@algorithm(
    "readable-byte-stream-controller-get-desired-size",
    "ReadableByteStreamControllerGetDesiredSize",
)
def readable_byte_stream_controller_get_desired_size(
    controller: "ReadableByteStreamController",
) -> float | None:
    """Return how many bytes the queue has room for; None if the stream is errored.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-get-desired-size
    """
    # 1. The state is that of the stream.
    state = controller._stream._state
    # 2. A stream that is errored has no desired size.
    if state == ERRORED:
        return None
    # 3. A stream that is closed has the desired size 0.
    if state == CLOSED:
        return 0
    # 4. The desired size is the high water mark less the bytes in the queue, and may be negative.
    return controller._strategy_hwm - controller._queue_total_size


@algorithm(
    "readable-byte-stream-controller-handle-queue-drain",
    "ReadableByteStreamControllerHandleQueueDrain",
)
def readable_byte_stream_controller_handle_queue_drain(
    controller: "ReadableByteStreamController",
) -> None:
    """Close a stream whose queue is empty and whose close was requested, or else ask for more.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-handle-queue-drain
    """
    # 1. The stream is readable.
    assert controller._stream._state == READABLE
    # 2. A stream whose close was requested is closed when its queue is empty.
    if controller._queue_total_size == 0 and controller._close_requested:
        # 2.1. The algorithms of the source are cleared.
        readable_byte_stream_controller_clear_algorithms(controller)
        # 2.2. The stream becomes closed.
        readable_stream_close(controller._stream)
    else:
        # 3. Otherwise the queue may have room.
        # 3.1. The source is asked for more, if the queue has room.
        readable_byte_stream_controller_call_pull_if_needed(controller)


@algorithm(
    "readable-byte-stream-controller-invalidate-byob-request",
    "ReadableByteStreamControllerInvalidateBYOBRequest",
)
def readable_byte_stream_controller_invalidate_byob_request(
    controller: "ReadableByteStreamController",
) -> None:
    """Make the present BYOB request one that cannot be answered any more.

    Source:
    https://streams.spec.whatwg.org/#readable-byte-stream-controller-invalidate-byob-request
    """
    # 1. Nothing is done where there is no BYOB request.
    byob_request = controller._byob_request
    if byob_request is None:
        return
    # 2. The request has no controller any more.
    byob_request._controller = None
    # 3. The request has no view any more.
    byob_request._view = None
    # 4. The controller has no request any more.
    controller._byob_request = None
