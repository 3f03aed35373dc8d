"""6.4.2 Default controllers: how the controller of a transform stream is set up and cleared.

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
    """Set up the controller of a transform stream.

    Source: https://streams.spec.whatwg.org/#set-up-transform-stream-default-controller
    """
    # 1. Assert that the stream is a TransformStream; its Python type ensures this.
    # 2. Assert that the transform stream has no controller yet.
    assert not hasattr(stream, "_controller")
    # 3. Set the controller's stream to the transform stream.
    controller._stream = stream
    controller._agent = stream._agent
    controller._finish_promise = None
    # 4. Set the transform stream's controller to the given controller.
    stream._controller = controller
    # 5. Set the controller's transform algorithm to the given one, which takes each written chunk.
    controller._transform_algorithm = transform_algorithm
    # 6. Set the controller's flush algorithm to the given one, which is performed after the last
    #    chunk.
    controller._flush_algorithm = flush_algorithm
    # 7. Set the controller's cancel algorithm to the given one, which is performed if either side
    #    is aborted or cancelled.
    controller._cancel_algorithm = cancel_algorithm


@algorithm(
    "transform-stream-default-controller-clear-algorithms",
    "TransformStreamDefaultControllerClearAlgorithms",
)
def transform_stream_default_controller_clear_algorithms(
    controller: "TransformStreamDefaultController[Any]",
) -> None:
    """Drop the references to the transformer's algorithms, which will not be called any more.

    Source: https://streams.spec.whatwg.org/#transform-stream-default-controller-clear-algorithms
    """
    # 1. Drop the transform stream controller's reference to the transform algorithm.
    controller._transform_algorithm = do_nothing
    # 2. Drop the transform stream controller's reference to the flush algorithm.
    controller._flush_algorithm = do_nothing
    # 3. Drop the transform stream controller's reference to the cancel algorithm.
    controller._cancel_algorithm = do_nothing
