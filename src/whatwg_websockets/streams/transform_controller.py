"""6.3 The TransformStreamDefaultController class: how a transformer enqueues its chunks.

Source: https://streams.spec.whatwg.org/#ts-default-controller-class
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.streams.default_controllers import (
    readable_stream_default_controller_get_desired_size,
)
from whatwg_websockets.streams.transform_default_controllers import (
    transform_stream_default_controller_enqueue,
    transform_stream_default_controller_error,
    transform_stream_default_controller_terminate,
)
from whatwg_websockets.webidl.missing import MISSING
from whatwg_websockets.webidl.platform_object import PlatformObject
from whatwg_websockets.webidl.promise import Promise

if TYPE_CHECKING:
    from whatwg_websockets.streams.transform_stream import TransformStream

O = TypeVar("O")  # noqa: E741 (the type of a chunk that comes out)


class TransformStreamDefaultController(PlatformObject, Generic[O]):
    """The controller by which a transformer enqueues chunks, ends its stream, or errors it.

    The methods ``start``, ``transform`` and ``flush`` of the transformer are given the controller.

    Raises:
        TypeError: the class is called as a constructor.

    Source: https://streams.spec.whatwg.org/#ts-default-controller-class
    """

    _interface = "TransformStreamDefaultController"

    __slots__ = (
        "_agent",
        "_cancel_algorithm",
        "_finish_promise",
        "_flush_algorithm",
        "_stream",
        "_transform_algorithm",
    )

    _agent: EventLoop
    _cancel_algorithm: Callable[[object], object]
    _finish_promise: Promise[None] | None
    _flush_algorithm: Callable[[], object]
    _stream: "TransformStream[Any, O]"
    _transform_algorithm: Callable[[Any], object]

    def __init__(self) -> None:
        raise TypeError("a controller cannot be constructed; a transformer's methods are given it")

    @property
    @algorithm("ts-default-controller-desired-size", "desiredSize")
    def desiredSize(self) -> float | None:
        """The size that the readable side's queue has room for; None if that side is errored.

        Source: https://streams.spec.whatwg.org/#ts-default-controller-desired-size
        """
        # 1. Let the readable controller be the controller of the transform stream's readable side.
        readable_controller = self._stream._readable._controller
        # 2. Return the desired size of the transform stream's readable side.
        return readable_stream_default_controller_get_desired_size(readable_controller)

    @algorithm("ts-default-controller-enqueue", "enqueue(chunk)")
    def enqueue(self, chunk: O = MISSING) -> None:  # type: ignore[assignment]
        """Enqueue a chunk to the readable side.

        Raises:
            TypeError: the readable side is closed or errored, or its close was requested.
            ValueError: the size of the chunk is negative, infinite or not a number; the stream is
                errored with this exception.
            BaseException: the exception that the size function raises; the stream is errored with
                it.

        Source: https://streams.spec.whatwg.org/#ts-default-controller-enqueue
        """
        self._agent.require_this_thread("a TransformStream")
        # 1. Enqueue the chunk to the transform stream's readable side.
        transform_stream_default_controller_enqueue(self, chunk)

    @algorithm("ts-default-controller-error", "error(e)")
    def error(self, e: object = MISSING) -> None:
        """Error both sides, and drop the chunks in their queues.

        Args:
            e: the error. Python can raise only exceptions, so an error of another type is raised
                as a ``Rejection``.

        Source: https://streams.spec.whatwg.org/#ts-default-controller-error
        """
        self._agent.require_this_thread("a TransformStream")
        # 1. Error both sides of the transform stream with the given error.
        transform_stream_default_controller_error(self, e)

    @algorithm("ts-default-controller-terminate", "terminate()")
    def terminate(self) -> None:
        """Close the readable side after its queued chunks, and error the writable side.

        Source: https://streams.spec.whatwg.org/#ts-default-controller-terminate
        """
        self._agent.require_this_thread("a TransformStream")
        # 1. Terminate the transform stream: close its readable side, and error its writable side.
        transform_stream_default_controller_terminate(self)
