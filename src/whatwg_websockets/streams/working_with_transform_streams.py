"""6.4.1 Working with transform streams: how they fail, and their backpressure.

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
    """Have both sides fail.

    Source: https://streams.spec.whatwg.org/#transform-stream-error
    """
    # 1. The readable side is errored.
    readable_stream_default_controller_error(stream._readable._controller, e)
    # 2. The writable side is errored.
    transform_stream_error_writable_and_unblock_write(stream, e)


@algorithm(
    "transform-stream-error-writable-and-unblock-write",
    "TransformStreamErrorWritableAndUnblockWrite",
)
def transform_stream_error_writable_and_unblock_write(
    stream: "TransformStream[Any, Any]", e: object
) -> None:
    """Have the writable side fail, and a write go on that waits for the readable side.

    Source: https://streams.spec.whatwg.org/#transform-stream-error-writable-and-unblock-write
    """
    # 1. The algorithms of the transformer are cleared.
    transform_stream_default_controller_clear_algorithms(stream._controller)
    # 2. The writable side is errored, unless it has ended.
    writable_stream_default_controller_error_if_needed(stream._writable._controller, e)
    # 3. A write that waits goes on, and finds that the writable side is erroring.
    transform_stream_unblock_write(stream)


@algorithm("transform-stream-set-backpressure", "TransformStreamSetBackpressure")
def transform_stream_set_backpressure(
    stream: "TransformStream[Any, Any]", backpressure: bool
) -> None:
    """Note whether the readable side has room, and tell whoever waits for that.

    Source: https://streams.spec.whatwg.org/#transform-stream-set-backpressure
    """
    # 1. The backpressure changes.
    assert stream._backpressure is not backpressure
    # 2. Whoever waits for the change goes on.
    if stream._backpressure_change_promise is not None:
        resolve(stream._backpressure_change_promise)
    # 3. The next change has a promise of its own.
    stream._backpressure_change_promise = a_new_promise(stream._agent)
    # 4. The backpressure is noted.
    stream._backpressure = backpressure


@algorithm("transform-stream-unblock-write", "TransformStreamUnblockWrite")
def transform_stream_unblock_write(stream: "TransformStream[Any, Any]") -> None:
    """Have a write go on that waits for the readable side.

    Source: https://streams.spec.whatwg.org/#transform-stream-unblock-write
    """
    # 1. A write waits for nothing where there is no backpressure.
    if stream._backpressure:
        transform_stream_set_backpressure(stream, False)
