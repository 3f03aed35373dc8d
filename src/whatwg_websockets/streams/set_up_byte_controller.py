"""4.9.5 Byte stream controllers: how a stream is given its controller, and its source is started.

Source: https://streams.spec.whatwg.org/#set-up-readable-byte-stream-controller
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.algorithms import promise_resolved_with_a_result, upon_the_end
from whatwg_websockets.streams.byte_controllers import (
    readable_byte_stream_controller_call_pull_if_needed,
    readable_byte_stream_controller_error,
)
from whatwg_websockets.streams.queue_with_sizes import reset_queue

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_byte_controller import ReadableByteStreamController
    from whatwg_websockets.streams.readable_stream import ReadableStream


@algorithm("set-up-readable-byte-stream-controller", "SetUpReadableByteStreamController")
def set_up_readable_byte_stream_controller(
    stream: "ReadableStream[Any]",
    controller: "ReadableByteStreamController",
    start_algorithm: Callable[[], object],
    pull_algorithm: Callable[[], object],
    cancel_algorithm: Callable[[object], object],
    high_water_mark: float,
    auto_allocate_chunk_size: int | None,
) -> None:
    """Give a stream its controller, and start its source.

    Raises:
        BaseException: whatever the start algorithm raises.

    Source: https://streams.spec.whatwg.org/#set-up-readable-byte-stream-controller
    """
    # 1. The stream has no controller yet.
    assert not hasattr(stream, "_controller")
    # 2. A source may want a buffer for each read of a default reader.
    # 2.1. The type of the argument says that the size of the buffer is an integer.
    # 2.2. The buffer is not empty.
    assert auto_allocate_chunk_size is None or auto_allocate_chunk_size > 0
    # 3. The controller refers to its stream.
    controller._stream = stream
    controller._agent = stream._agent
    # 4. The source is not being asked for bytes.
    controller._pull_again = controller._pulling = False
    # 5. No BYOB request is shown.
    controller._byob_request = None
    # 6. The queue is empty.
    reset_queue(controller)
    # 7. The source has not started, and the close is not requested.
    controller._close_requested = controller._started = controller._was_cancelled = False
    # 8. The high water mark is that of the strategy.
    controller._strategy_hwm = high_water_mark
    # 9. The pull algorithm asks the source for bytes.
    controller._pull_algorithm = pull_algorithm
    # 10. The cancel algorithm tells the source that the stream is cancelled.
    controller._cancel_algorithm = cancel_algorithm
    # 11. The size of the buffers is that which the source has given.
    controller._auto_allocate_chunk_size = auto_allocate_chunk_size
    # 12. No buffer waits to be filled.
    controller._pending_pull_intos = []
    # 13. The stream refers to its controller.
    stream._controller = controller
    # 14. The start algorithm is performed; an exception goes to the caller.
    start_result = start_algorithm()
    # 15. What the start algorithm returns may be a promise. Without one no promise is made.
    start_promise = promise_resolved_with_a_result(start_result, stream._agent)
    # 16. When the source has started, it may be asked for bytes.
    # 17. When the source has failed to start, the stream is errored.
    # 17.1. The stream is errored with the reason of the start.
    upon_the_end(
        start_promise,
        controller,
        _upon_fulfillment_of_the_start,
        readable_byte_stream_controller_error,
    )


@algorithm(
    "set-up-readable-byte-stream-controller",
    "SetUpReadableByteStreamController: upon fulfillment",
)
def _upon_fulfillment_of_the_start(controller: "ReadableByteStreamController") -> None:
    # 16.1. The source has started.
    controller._started = True
    # 16.2. The source is not being asked for bytes.
    assert not controller._pulling
    # 16.3. The source is not to be asked again.
    assert not controller._pull_again
    # 16.4. The source is asked for bytes, if the queue has room or a request waits.
    readable_byte_stream_controller_call_pull_if_needed(controller)
