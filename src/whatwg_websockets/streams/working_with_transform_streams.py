"""6.4.1 Working with transform streams: their errors and their backpressure.

Source: https://streams.spec.whatwg.org/#ts-abstract-ops
"""

from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.default_controllers import readable_stream_default_controller_error
from whatwg_websockets.streams.set_up_transform_controller import (
    transform_stream_default_controller_clear_algorithms,
)
from whatwg_websockets.streams.writable_default_controllers import (
    writable_stream_default_controller_error_if_needed,
)
from whatwg_websockets.webidl.promise import a_new_promise, resolve

if TYPE_CHECKING:
    from whatwg_websockets.streams.transform_stream import TransformStream


@algorithm("transform-stream-error", "TransformStreamError")
def transform_stream_error(stream: "TransformStream[Any, Any]", e: object) -> None:
    """Error both sides of a transform stream.

    Source: https://streams.spec.whatwg.org/#transform-stream-error
    """
    # 1. Error the transform stream's readable side with the error.
    readable_stream_default_controller_error(stream._readable._controller, e)
    # 2. Error the transform stream's writable side with the error, and unblock a waiting write.
    transform_stream_error_writable_and_unblock_write(stream, e)


@algorithm(
    "transform-stream-error-writable-and-unblock-write",
    "TransformStreamErrorWritableAndUnblockWrite",
)
def transform_stream_error_writable_and_unblock_write(
    stream: "TransformStream[Any, Any]", e: object
) -> None:
    """Error the writable side, and unblock a write that waits for backpressure to end.

    Source: https://streams.spec.whatwg.org/#transform-stream-error-writable-and-unblock-write
    """
    # 1. Clear the algorithms of the transform stream's controller.
    transform_stream_default_controller_clear_algorithms(stream._controller)
    # 2. Error the transform stream's writable side, unless that side has ended.
    writable_stream_default_controller_error_if_needed(stream._writable._controller, e)
    # 3. Unblock a write that waits for backpressure to end; the write then finds that the writable
    #    side is erroring.
    transform_stream_unblock_write(stream)


@algorithm("transform-stream-set-backpressure", "TransformStreamSetBackpressure")
def transform_stream_set_backpressure(
    stream: "TransformStream[Any, Any]", backpressure: bool
) -> None:
    """Set the backpressure of a transform stream, and fulfil the promise of the change.

    Source: https://streams.spec.whatwg.org/#transform-stream-set-backpressure
    """
    # 1. Assert that the transform stream's backpressure changes.
    assert stream._backpressure is not backpressure
    # 2. If the transform stream has a backpressure change promise, resolve the promise with
    #    undefined.
    if stream._backpressure_change_promise is not None:
        resolve(stream._backpressure_change_promise)
    # 3. Set the transform stream's backpressure change promise to a new one, for the next change.
    stream._backpressure_change_promise = a_new_promise(stream._agent)
    # 4. Set the transform stream's backpressure to the given value.
    stream._backpressure = backpressure


@algorithm("transform-stream-unblock-write", "TransformStreamUnblockWrite")
def transform_stream_unblock_write(stream: "TransformStream[Any, Any]") -> None:
    """Let a write continue that waits for backpressure to end.

    Source: https://streams.spec.whatwg.org/#transform-stream-unblock-write
    """
    # 1. If the transform stream has backpressure, set the backpressure to false, so that a waiting
    #    write continues.
    if stream._backpressure:
        transform_stream_set_backpressure(stream, False)
