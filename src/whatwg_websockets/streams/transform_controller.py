"""6.3 The TransformStreamDefaultController class: how a transformer gives its chunks.

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
    """What a transformer has of its stream: it puts chunks in, ends the stream, or has it fail.

    The methods ``start``, ``transform`` and ``flush`` of the transformer are given it.

    Raises:
        TypeError: it is called as a constructor.

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
        raise TypeError("a controller is given to the methods of a transformer")

    @property
    @algorithm("ts-default-controller-desired-size", "desiredSize")
    def desiredSize(self) -> float | None:
        """How much the queue of the readable side has room for; None if it is errored.

        Source: https://streams.spec.whatwg.org/#ts-default-controller-desired-size
        """
        # 1. The queue is that of the readable side.
        readable_controller = self._stream._readable._controller
        # 2. The desired size is the high water mark less the total size of the queue.
        return readable_stream_default_controller_get_desired_size(readable_controller)

    @algorithm("ts-default-controller-enqueue", "enqueue(chunk)")
    def enqueue(self, chunk: O = MISSING) -> None:  # type: ignore[assignment]
        """Put a chunk into the readable side.

        Raises:
            TypeError: the readable side is closed, errored or about to be closed.
            ValueError: the size of the chunk is negative, infinite or no number; the stream is
                errored with it.
            BaseException: whatever the size function raises; the stream is errored with it.

        Source: https://streams.spec.whatwg.org/#ts-default-controller-enqueue
        """
        self._agent.require_this_thread("a TransformStream")
        # 1. The chunk goes to the first read request that waits, or into the queue.
        transform_stream_default_controller_enqueue(self, chunk)

    @algorithm("ts-default-controller-error", "error(e)")
    def error(self, e: object = MISSING) -> None:
        """Have both sides fail: what is queued is dropped.

        Args:
            e: the error. Python raises nothing but exceptions: an error of another kind is raised
                as a ``Rejection``.

        Source: https://streams.spec.whatwg.org/#ts-default-controller-error
        """
        self._agent.require_this_thread("a TransformStream")
        # 1. Both sides are errored.
        transform_stream_default_controller_error(self, e)

    @algorithm("ts-default-controller-terminate", "terminate()")
    def terminate(self) -> None:
        """Close the readable side behind what is queued, and have the writable side fail.

        Source: https://streams.spec.whatwg.org/#ts-default-controller-terminate
        """
        self._agent.require_this_thread("a TransformStream")
        # 1. The transformer wants no further chunk.
        transform_stream_default_controller_terminate(self)
