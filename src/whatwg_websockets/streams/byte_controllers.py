"""4.9.5 Byte stream controllers: when the source is pulled from, and how a stream ends.

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
    """Pull from the source, if the stream wants bytes and no pull is running.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-call-pull-if-needed
    """
    # 1. Determine whether the byte stream wants bytes from its underlying source.
    should_pull = readable_byte_stream_controller_should_call_pull(controller)
    # 2. If the byte stream does not want bytes from its underlying source, return.
    if not should_pull:
        return
    # 3. If a pull of the byte stream is running, do not start a second pull.
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
    # 7. When the pull has succeeded, clear the pulling flag, and start a further pull if one was
    #    recorded.
    # 8. When the pull has failed with a reason, error the byte stream.
    # 8.1. Error the byte stream controller with the reason for which the pull failed.
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
    # 7.1. Set the controller's pulling flag to false, since the pull has ended.
    controller._pulling = False
    # 7.2. If a further pull was recorded while the pull was running, start that pull.
    if controller._pull_again:
        # 7.2.1. Clear the record that the pull algorithm is to be called again.
        controller._pull_again = False
        # 7.2.2. Call the pull algorithm again, if the byte stream still wants bytes.
        readable_byte_stream_controller_call_pull_if_needed(controller)


@algorithm(
    "readable-byte-stream-controller-should-call-pull",
    "ReadableByteStreamControllerShouldCallPull",
)
def readable_byte_stream_controller_should_call_pull(
    controller: "ReadableByteStreamController",
) -> bool:
    """Return whether a stream wants bytes from its source.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-should-call-pull
    """
    # 1. Let the stream be the controller's stream.
    stream = controller._stream
    # 2. If the byte stream is closed or errored, return false, since it takes no more bytes.
    if stream._state != READABLE:
        return False
    # 3. If the controller's close was requested, return false, since no more bytes will be
    #    enqueued.
    if controller._close_requested:
        return False
    # 4. If the underlying source has not finished starting, return false.
    if not controller._started:
        return False
    # 5. If the stream has a default reader with pending read requests, return true, whatever the
    #    queue has.
    reader = stream._reader
    if is_a_default_reader(reader) and readable_stream_get_num_read_requests(stream) > 0:
        return True
    # 6. If the stream has a BYOB reader with pending read-into requests, return true, whatever the
    #    queue has.
    if is_a_byob_reader(reader) and readable_stream_get_num_read_into_requests(stream) > 0:
        return True
    # 7. Let the desired size be the high water mark less the total size of the queue.
    desired_size = readable_byte_stream_controller_get_desired_size(controller)
    # 8. Assert that the desired size is a number, since a readable stream has one.
    assert desired_size is not None
    # 9. If the desired size is above 0, return true, since the queue has room for bytes.
    # 10. If the desired size is 0 or less, return false, since the queue is full.
    return desired_size > 0


@algorithm(
    "readable-byte-stream-controller-clear-algorithms",
    "ReadableByteStreamControllerClearAlgorithms",
)
def readable_byte_stream_controller_clear_algorithms(
    controller: "ReadableByteStreamController",
) -> None:
    """Drop the references to the source's algorithms, which will not be called any more.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-clear-algorithms
    """
    # 1. Drop the controller's reference to the pull algorithm.
    controller._pull_algorithm = do_nothing
    # 2. Drop the controller's reference to the cancel algorithm.
    controller._cancel_algorithm = do_nothing


@algorithm(
    "readable-byte-stream-controller-clear-pending-pull-intos",
    "ReadableByteStreamControllerClearPendingPullIntos",
)
def readable_byte_stream_controller_clear_pending_pull_intos(
    controller: "ReadableByteStreamController",
) -> None:
    """Drop all pending pull-intos and their buffers.

    Source:
    https://streams.spec.whatwg.org/#readable-byte-stream-controller-clear-pending-pull-intos
    """
    # 1. Invalidate the controller's BYOB request, if it has one.
    readable_byte_stream_controller_invalidate_byob_request(controller)
    for pull_into in controller._pending_pull_intos:
        pull_into.buffer.drop()
    # 2. Set the controller's list of pending pull-intos to an empty list.
    controller._pending_pull_intos = []


@algorithm("readable-byte-stream-controller-close", "ReadableByteStreamControllerClose")
def readable_byte_stream_controller_close(controller: "ReadableByteStreamController") -> None:
    """Close a stream as soon as its queue is empty.

    Raises:
        TypeError: the buffer of the first pending pull-into ends with an incomplete element; the
            stream is errored with this exception.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-close
    """
    # 1. Let the stream be the controller's stream.
    stream = controller._stream
    # 2. If the byte stream is not readable, or its close was requested before, return.
    if controller._close_requested or stream._state != READABLE:
        return
    # 3. If the queue still has bytes, postpone the close until they are read.
    if controller._queue_total_size > 0:
        # 3.1. Record that the close is requested, so that the stream is closed when its queue is
        #      empty.
        controller._close_requested = True
        # 3.2. Return, and leave the stream readable until the bytes in the queue are read.
        return
    # 4. If a pull-into is pending, test whether its buffer ends with an incomplete element.
    if controller._pending_pull_intos:
        # 4.1. Let the first pending pull-into be the one whose buffer the source is filling.
        first_pending_pull_into = controller._pending_pull_intos[0]
        # 4.2. If the buffer of the first pending pull-into ends with an incomplete element, fail.
        if first_pending_pull_into.bytes_filled % first_pending_pull_into.element_size != 0:
            # 4.2.1. Create a TypeError for a stream that is closed in the middle of an element.
            e = TypeError("the stream was closed in the middle of an element of the view")
            # 4.2.2. Error the byte stream with the TypeError about the incomplete element.
            readable_byte_stream_controller_error(controller, e)
            # 4.2.3. Raise the TypeError about the incomplete element for the caller of close.
            raise e
    # 5. Clear the algorithms of the byte stream controller.
    readable_byte_stream_controller_clear_algorithms(controller)
    # 6. Close the byte stream.
    readable_stream_close(stream)


@algorithm("readable-byte-stream-controller-error", "ReadableByteStreamControllerError")
def readable_byte_stream_controller_error(
    controller: "ReadableByteStreamController", e: object
) -> None:
    """Error a stream at once, and drop the bytes in its queue.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-error
    """
    # 1. Let the stream be the controller's stream.
    stream = controller._stream
    # 2. If the byte stream is not readable, return, since it cannot be errored any more.
    if stream._state != READABLE:
        return
    # 3. Drop all pending pull-intos of the controller.
    readable_byte_stream_controller_clear_pending_pull_intos(controller)
    # 4. Reset the queue of the byte stream controller, which drops all queued bytes.
    reset_queue(controller)
    # 5. Clear the algorithms of the byte stream controller.
    readable_byte_stream_controller_clear_algorithms(controller)
    # 6. Error the byte stream with the given error.
    readable_stream_error(stream, e)


@algorithm(
    "readable-byte-stream-controller-get-desired-size",
    "ReadableByteStreamControllerGetDesiredSize",
)
def readable_byte_stream_controller_get_desired_size(
    controller: "ReadableByteStreamController",
) -> float | None:
    """Return the number of bytes that the queue has room for; None if the stream is errored.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-get-desired-size
    """
    # 1. Let the state be the state of the controller's stream.
    state = controller._stream._state
    # 2. If the byte stream is errored, return null, since an errored stream has no desired size.
    if state == ERRORED:
        return None
    # 3. If the byte stream is closed, return 0.
    if state == CLOSED:
        return 0
    # 4. Return the high water mark less the number of bytes in the queue, which may be negative.
    return controller._strategy_hwm - controller._queue_total_size


@algorithm(
    "readable-byte-stream-controller-handle-queue-drain",
    "ReadableByteStreamControllerHandleQueueDrain",
)
def readable_byte_stream_controller_handle_queue_drain(
    controller: "ReadableByteStreamController",
) -> None:
    """Close the stream if its close was requested and its queue is empty; else pull if needed.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-handle-queue-drain
    """
    # 1. Assert that the byte stream is readable.
    assert controller._stream._state == READABLE
    # 2. If the queue is empty and the close was requested, close the byte stream now.
    if controller._queue_total_size == 0 and controller._close_requested:
        # 2.1. Clear the algorithms of the byte stream controller.
        readable_byte_stream_controller_clear_algorithms(controller)
        # 2.2. Close the byte stream, whose queue is empty.
        readable_stream_close(controller._stream)
    else:
        # 3. If the queue has bytes, or no close was requested, keep the stream readable.
        # 3.1. Pull from the underlying source, if the byte stream wants bytes.
        readable_byte_stream_controller_call_pull_if_needed(controller)


@algorithm(
    "readable-byte-stream-controller-invalidate-byob-request",
    "ReadableByteStreamControllerInvalidateBYOBRequest",
)
def readable_byte_stream_controller_invalidate_byob_request(
    controller: "ReadableByteStreamController",
) -> None:
    """Invalidate the controller's BYOB request, so that the source cannot respond to it any more.

    Source:
    https://streams.spec.whatwg.org/#readable-byte-stream-controller-invalidate-byob-request
    """
    # 1. If the controller has no BYOB request, return.
    byob_request = controller._byob_request
    if byob_request is None:
        return
    # 2. Set the BYOB request's controller to undefined, so that the source cannot respond to the
    #    request.
    byob_request._controller = None
    # 3. Clear the BYOB request's view.
    byob_request._view = None
    # 4. Clear the controller's BYOB request.
    controller._byob_request = None
