"""4.9.4 Default controllers: how a stream is given its controller, and its source is started.

Source: https://streams.spec.whatwg.org/#set-up-readable-stream-default-controller
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.algorithms import promise_resolved_with_a_result, upon_the_end
from whatwg_websockets.streams.default_controllers import (
    readable_stream_default_controller_call_pull_if_needed,
    readable_stream_default_controller_error,
)
from whatwg_websockets.streams.queue_with_sizes import reset_queue
from whatwg_websockets.streams.queuing_strategies import SizeAlgorithm

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_controller import ReadableStreamDefaultController
    from whatwg_websockets.streams.readable_stream import ReadableStream


@algorithm("set-up-readable-stream-default-controller", "SetUpReadableStreamDefaultController")
def set_up_readable_stream_default_controller(
    stream: "ReadableStream[Any]",
    controller: "ReadableStreamDefaultController[Any]",
    start_algorithm: Callable[[], object],
    pull_algorithm: Callable[[], object],
    cancel_algorithm: Callable[[object], object],
    high_water_mark: float,
    size_algorithm: SizeAlgorithm,
) -> None:
    """Give a stream its controller, and start its source.

    Raises:
        BaseException: whatever the start algorithm raises.

    Source: https://streams.spec.whatwg.org/#set-up-readable-stream-default-controller
    """
    # 1. The stream has no controller yet.
    assert not hasattr(stream, "_controller")
    # 2. The controller refers to its stream.
    controller._stream = stream
    controller._agent = stream._agent
    # 3. The queue is empty.
    reset_queue(controller)
    # 4. The four flags of the controller are false.
    controller._started = controller._close_requested = False
    controller._pull_again = controller._pulling = False
    controller._reaction_is_due = controller._reaction_is_queued = False
    # 5. The size algorithm and the high water mark are those of the strategy.
    controller._strategy_size_algorithm = size_algorithm
    controller._strategy_hwm = high_water_mark
    # 6. The pull algorithm asks the source for chunks.
    controller._pull_algorithm = pull_algorithm
    # 7. The cancel algorithm tells the source that the stream is cancelled.
    controller._cancel_algorithm = cancel_algorithm
    # 8. The stream refers to its controller.
    stream._controller = controller
    # 9. The start algorithm is performed; an exception goes to the caller.
    start_result = start_algorithm()
    # 10. What the start algorithm returns may be a promise. Without one no promise is made.
    start_promise = promise_resolved_with_a_result(start_result, stream._agent)
    # 11. When the source has started, it may be asked for chunks.
    # 12. When the source has failed to start, the stream is errored.
    # 12.1. The stream is errored with the reason of the start.
    upon_the_end(
        start_promise,
        controller,
        _upon_fulfillment_of_the_start,
        readable_stream_default_controller_error,
    )


@algorithm(
    "set-up-readable-stream-default-controller",
    "SetUpReadableStreamDefaultController: upon fulfillment",
)
def _upon_fulfillment_of_the_start(controller: "ReadableStreamDefaultController[Any]") -> None:
    # 11.1. The source has started.
    controller._started = True
    # 11.2. The source is not being asked for a chunk.
    assert not controller._pulling
    # 11.3. The source is not to be asked again.
    assert not controller._pull_again
    # 11.4. The source is asked for a chunk, if the queue has room or a read request waits.
    readable_stream_default_controller_call_pull_if_needed(controller)
