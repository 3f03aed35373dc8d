"""4.9.5 Byte stream controllers: how a controller is set up, and its source started.

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
    """Set up the controller of a byte stream, and start its source.

    Raises:
        BaseException: the exception that the start algorithm raises.

    Source: https://streams.spec.whatwg.org/#set-up-readable-byte-stream-controller
    """
    # 1. Assert that the byte stream has no controller yet.
    assert not hasattr(stream, "_controller")
    # 2. If an auto-allocate chunk size was given, check the size.
    # 2.1. Assert that the auto-allocate chunk size is an integer; its Python type ensures this.
    # 2.2. Assert that the auto-allocate chunk size is positive.
    assert auto_allocate_chunk_size is None or auto_allocate_chunk_size > 0
    # 3. Set the controller's stream to the byte stream.
    controller._stream = stream
    controller._agent = stream._agent
    # 4. Set the byte stream controller's flags "pull again" and "pulling" to false.
    controller._pull_again = controller._pulling = False
    # 5. Set the byte stream controller's BYOB request to null, since no pull-into is pending.
    controller._byob_request = None
    # 6. Reset the queue of the new byte stream controller, which makes it empty.
    reset_queue(controller)
    # 7. Set the byte stream controller's flags "close requested" and "started" to false.
    controller._close_requested = controller._started = controller._was_cancelled = False
    # 8. Set the byte stream controller's high water mark to the given one.
    controller._strategy_hwm = high_water_mark
    # 9. Set the byte stream controller's pull algorithm to the given one.
    controller._pull_algorithm = pull_algorithm
    # 10. Set the byte stream controller's cancel algorithm to the given one.
    controller._cancel_algorithm = cancel_algorithm
    # 11. Set the controller's auto-allocate chunk size to the given one.
    controller._auto_allocate_chunk_size = auto_allocate_chunk_size
    # 12. Set the controller's list of pending pull-intos to an empty list.
    controller._pending_pull_intos = []
    # 13. Set the byte stream's controller to the given controller.
    stream._controller = controller
    # 14. Perform the start algorithm of the byte source, and pass its exception, if any, to the
    #     caller.
    start_result = start_algorithm()
    # 15. Let the start promise be one resolved with the start result, or None if the result is
    #     undefined.
    start_promise = promise_resolved_with_a_result(start_result, stream._agent)
    # 16. When the underlying source has started, the byte stream may pull from it.
    # 17. When the underlying source has failed to start, error the byte stream.
    # 17.1. Error the byte stream with the reason for which the source failed to start.
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
    # 16.1. Set the byte stream controller's flag "started" to true.
    controller._started = True
    # 16.2. Assert that no pull of the byte stream is running yet.
    assert not controller._pulling
    # 16.3. Assert that no further pull of the byte stream is recorded yet.
    assert not controller._pull_again
    # 16.4. Pull from the underlying source for the first time, if the byte stream wants bytes.
    readable_byte_stream_controller_call_pull_if_needed(controller)
