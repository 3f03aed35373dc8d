"""6.4.2 Default controllers: how a transform stream is given its controller, and lets go of it.

Source: https://streams.spec.whatwg.org/#ts-default-controller-abstract-ops
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.algorithms import do_nothing

if TYPE_CHECKING:
    from whatwg_websockets.streams.transform_controller import TransformStreamDefaultController
    from whatwg_websockets.streams.transform_stream import TransformStream


@algorithm("set-up-transform-stream-default-controller", "SetUpTransformStreamDefaultController")
def set_up_transform_stream_default_controller(
    stream: "TransformStream[Any, Any]",
    controller: "TransformStreamDefaultController[Any]",
    transform_algorithm: Callable[[Any], object],
    flush_algorithm: Callable[[], object],
    cancel_algorithm: Callable[[object], object],
) -> None:
    """Give a stream its controller.

    Source: https://streams.spec.whatwg.org/#set-up-transform-stream-default-controller
    """
    # 1. The type of the argument says that it is a TransformStream.
    # 2. The stream has no controller yet.
    assert not hasattr(stream, "_controller")
    # 3. The controller refers to its stream.
    controller._stream = stream
    controller._agent = stream._agent
    controller._finish_promise = None
    # 4. The stream refers to its controller.
    stream._controller = controller
    # 5. The transform algorithm takes each chunk that is written.
    controller._transform_algorithm = transform_algorithm
    # 6. The flush algorithm is performed behind the last chunk.
    controller._flush_algorithm = flush_algorithm
    # 7. The cancel algorithm is performed if either side is given up.
    controller._cancel_algorithm = cancel_algorithm


@algorithm(
    "transform-stream-default-controller-clear-algorithms",
    "TransformStreamDefaultControllerClearAlgorithms",
)
def transform_stream_default_controller_clear_algorithms(
    controller: "TransformStreamDefaultController[Any]",
) -> None:
    """Let go of the transformer, which will not be asked any more.

    Source: https://streams.spec.whatwg.org/#transform-stream-default-controller-clear-algorithms
    """
    # 1. The controller does not refer to the transform algorithm any more.
    controller._transform_algorithm = do_nothing
    # 2. The controller does not refer to the flush algorithm any more.
    controller._flush_algorithm = do_nothing
    # 3. The controller does not refer to the cancel algorithm any more.
    controller._cancel_algorithm = do_nothing
