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
    # 2. The controller knows the stream that it belongs to.
    controller._stream = stream
    controller._agent = stream._agent
    # 3. The queue is empty.
    reset_queue(controller)
    # 4. The source has not started, is not to be closed and is not being asked.
    controller._started = controller._close_requested = False
    controller._pull_again = controller._pulling = False
    controller._reaction_is_due = controller._reaction_is_queued = False
    # 5. The strategy says how large a chunk is, and how much the queue holds.
    controller._strategy_size_algorithm = size_algorithm
    controller._strategy_hwm = high_water_mark
    # 6. The pull algorithm asks the source for more.
    controller._pull_algorithm = pull_algorithm
    # 7. The cancel algorithm has the source end.
    controller._cancel_algorithm = cancel_algorithm
    # 8. The stream knows its controller.
    stream._controller = controller
    # 9. The source is started; what the start algorithm raises goes to the caller.
    start_result = start_algorithm()
    # 10. The source may take its time to start; where it does not, there is no promise.
    start_promise = promise_resolved_with_a_result(start_result, stream._agent)
    # 11. When the source has started, it may be asked for chunks.
    # 12. A source that fails to start is the end of the stream.
    # 12.1. The stream is errored with what the start has raised.
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
    # 11.2. The source is not being asked yet.
    assert not controller._pulling
    # 11.3. The source is not to be asked again yet.
    assert not controller._pull_again
    # 11.4. The source is asked, if a chunk is wanted.
    readable_stream_default_controller_call_pull_if_needed(controller)
