"""6.2.3 The transformer API: what a program hands in to have a transform stream made of it.

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
    """The members of the dictionary, as type checkers know them.

    The functions may be coroutine functions, or return any awaitable. One that takes fewer
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
    """Give a stream a controller that calls the methods of a transformer.

    Args:
        stream: the stream.
        transformer_dict: the converted transformer. Its methods are bound to it already.

    Source:
    https://streams.spec.whatwg.org/#set-up-transform-stream-default-controller-from-transformer
    """
    agent = stream._agent
    # 1. The controller is made before it has a stream.
    controller: TransformStreamDefaultController[Any] = TransformStreamDefaultController.__new__(
        TransformStreamDefaultController
    )
    # 2. Without a `transform` method, each chunk comes out as it was written.
    # 2.1. The chunk is enqueued.
    # 2.2. An exception becomes a rejection where the controller performs the algorithm.
    # 2.3. The algorithm returns nothing, and so it is done.
    transform_algorithm: Callable[[Any], object] = partial(
        transform_stream_default_controller_enqueue, controller
    )
    # 3. Without a `flush` method, there is nothing to do at the end.
    flush_algorithm: Callable[[], object] = do_nothing
    # 4. Without a `cancel` method, cancelling succeeds at once.
    cancel_algorithm: Callable[[object], object] = do_nothing
    # 5. The `transform` method is given each chunk, and the controller.
    if "transform" in transformer_dict:
        transform_algorithm = invoked(transformer_dict["transform"], agent, controller)
    # 6. The `flush` method is given the controller.
    if "flush" in transformer_dict:
        flush_algorithm = invoked(transformer_dict["flush"], agent, controller)
    # 7. The `cancel` method is given the reason.
    if "cancel" in transformer_dict:
        cancel_algorithm = invoked(transformer_dict["cancel"], agent)
    # 8. The stream is given its controller.
    set_up_transform_stream_default_controller(
        stream, controller, transform_algorithm, flush_algorithm, cancel_algorithm
    )
