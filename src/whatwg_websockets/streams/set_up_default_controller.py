"""4.9.4 Default controllers: how a controller is set up, and its source started.

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
    """Set up the controller of a stream, and start its source.

    Raises:
        BaseException: the exception that the start algorithm raises.

    Source: https://streams.spec.whatwg.org/#set-up-readable-stream-default-controller
    """
    # 1. Assert that the stream has no controller yet.
    assert not hasattr(stream, "_controller")
    # 2. Set the controller's stream to the given stream.
    controller._stream = stream
    controller._agent = stream._agent
    # 3. Reset the queue of the new controller, which makes it empty.
    reset_queue(controller)
    # 4. Set the controller's flags "started", "close requested", "pull again" and "pulling" to
    #    false.
    controller._started = controller._close_requested = False
    controller._pull_again = controller._pulling = False
    controller._reaction_is_due = controller._reaction_is_queued = False
    # 5. Set the controller's size algorithm and high water mark to the given ones.
    controller._strategy_size_algorithm = size_algorithm
    controller._strategy_hwm = high_water_mark
    # 6. Set the controller's pull algorithm to the given one.
    controller._pull_algorithm = pull_algorithm
    # 7. Set the controller's cancel algorithm to the given one.
    controller._cancel_algorithm = cancel_algorithm
    # 8. Set the stream's controller to the given controller.
    stream._controller = controller
    # 9. Perform the start algorithm of the source, and pass its exception, if any, to the caller.
    start_result = start_algorithm()
    # 10. Let the start promise be one resolved with the start result, or None if the result is
    #     undefined.
    start_promise = promise_resolved_with_a_result(start_result, stream._agent)
    # 11. When the underlying source has started, the stream may pull from it.
    # 12. When the underlying source has failed to start, error the stream.
    # 12.1. Error the stream with the reason for which the source failed to start.
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
    # 11.1. Set the controller's flag "started" to true.
    controller._started = True
    # 11.2. Assert that no pull of the stream is running yet.
    assert not controller._pulling
    # 11.3. Assert that no further pull of the stream is recorded yet.
    assert not controller._pull_again
    # 11.4. Pull from the underlying source for the first time, if the stream wants a chunk.
    readable_stream_default_controller_call_pull_if_needed(controller)
