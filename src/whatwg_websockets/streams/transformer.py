"""6.2.3 The transformer API: the object with which a program constructs a transform stream.

Source: https://streams.spec.whatwg.org/#transformer-api
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypedDict

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.algorithms import do_nothing, invoked
from whatwg_websockets.streams.set_up_transform_controller import (
    set_up_transform_stream_default_controller,
)
from whatwg_websockets.streams.transform_controller import TransformStreamDefaultController
from whatwg_websockets.streams.transform_default_controllers import (
    transform_stream_default_controller_enqueue,
)
from whatwg_websockets.webidl.callback_function import to_callback_function
from whatwg_websockets.webidl.dictionary import Dictionary, Member

if TYPE_CHECKING:
    from whatwg_websockets.streams.transform_stream import TransformStream

TRANSFORMER: Final = Dictionary(
    "Transformer",
    {
        "start": Member(to_callback_function("start", 1)),
        "transform": Member(to_callback_function("transform", 2)),
        "flush": Member(to_callback_function("flush", 1)),
        "cancel": Member(to_callback_function("cancel", 1)),
        "readableType": Member(lambda value: value),
        "writableType": Member(lambda value: value),
    },
)


class Transformer(TypedDict, total=False):
    """The members of the dictionary Transformer, for type checkers.

    The functions may be coroutine functions, or return any awaitable. A function that takes fewer
    arguments is called with fewer.
    """

    start: Callable[[TransformStreamDefaultController[Any]], Any] | Callable[[], Any]
    transform: Callable[[Any, TransformStreamDefaultController[Any]], Any] | Callable[[Any], Any]
    flush: Callable[[TransformStreamDefaultController[Any]], Any] | Callable[[], Any]
    cancel: Callable[[Any], Any] | Callable[[], Any]
    readableType: Any
    writableType: Any


@algorithm(
    "set-up-transform-stream-default-controller-from-transformer",
    "SetUpTransformStreamDefaultControllerFromTransformer",
)
def set_up_transform_stream_default_controller_from_transformer(
    stream: "TransformStream[Any, Any]", transformer_dict: Mapping[str, Any]
) -> None:
    """Set up a controller that calls the methods of a transformer.

    Args:
        stream: the stream.
        transformer_dict: the converted transformer, whose methods are bound to the transformer.

    Source:
    https://streams.spec.whatwg.org/#set-up-transform-stream-default-controller-from-transformer
    """
    agent = stream._agent
    # 1. Create a TransformStreamDefaultController for the stream.
    controller: TransformStreamDefaultController[Any] = TransformStreamDefaultController.__new__(
        TransformStreamDefaultController
    )
    # 2. Let the transform algorithm be one that enqueues each chunk unchanged.
    # 2.1. Enqueue the chunk to the readable side, and keep the result.
    # 2.2. If the enqueuing has raised an exception, return a promise rejected with the exception.
    # 2.3. Return a promise resolved with undefined, which None represents.
    transform_algorithm: Callable[[Any], object] = partial(
        transform_stream_default_controller_enqueue, controller
    )
    # 3. Let the flush algorithm be one that does nothing, unless the transformer has a `flush`
    #    method.
    flush_algorithm: Callable[[], object] = do_nothing
    # 4. Let the cancel algorithm be one that does nothing, unless the transformer has a `cancel`
    #    method.
    cancel_algorithm: Callable[[object], object] = do_nothing
    # 5. If the transformer has a `transform` method, let the transform algorithm invoke the method.
    if "transform" in transformer_dict:
        transform_algorithm = invoked(transformer_dict["transform"], agent, controller)
    # 6. If the transformer has a `flush` method, let the flush algorithm invoke the method.
    if "flush" in transformer_dict:
        flush_algorithm = invoked(transformer_dict["flush"], agent, controller)
    # 7. If the transformer has a `cancel` method, let the cancel algorithm invoke the method.
    if "cancel" in transformer_dict:
        cancel_algorithm = invoked(transformer_dict["cancel"], agent)
    # 8. Set up the transform stream's controller with the transform, flush and cancel algorithms.
    set_up_transform_stream_default_controller(
        stream, controller, transform_algorithm, flush_algorithm, cancel_algorithm
    )
