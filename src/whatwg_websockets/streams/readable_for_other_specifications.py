"""9.1 Readable streams in other specifications: what another standard may do to a stream.

Source: https://streams.spec.whatwg.org/#other-specs-rs
"""

from collections.abc import Callable
from typing import Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.algorithms import do_nothing
from whatwg_websockets.streams.create_readable_stream import (
    a_new_controller,
    a_new_readable_stream,
)
from whatwg_websockets.streams.default_controllers import (
    readable_stream_default_controller_close,
    readable_stream_default_controller_enqueue,
    readable_stream_default_controller_error,
)
from whatwg_websockets.streams.queuing_strategies import SizeAlgorithm
from whatwg_websockets.streams.readable_stream import ReadableStream
from whatwg_websockets.streams.set_up_default_controller import (
    set_up_readable_stream_default_controller,
)
from whatwg_websockets.streams.working_with_readable_streams import (
    initialize_readable_stream,
)

__all__ = [
    "a_new_readable_stream",
    "close",
    "enqueue",
    "error",
    "set_up_a_readable_stream",
]


@algorithm("readablestream-set-up", "set up a ReadableStream")
def set_up_a_readable_stream(
    stream: ReadableStream[Any],
    *,
    pull_algorithm: Callable[[], object] | None = None,
    cancel_algorithm: Callable[[object], object] | None = None,
    high_water_mark: float = 1,
    size_algorithm: SizeAlgorithm = None,
) -> None:
    """Give a new stream a source that is a standard's.

    The algorithms may return a promise, or another awaitable, and may raise.

    Args:
        stream: what ``a_new_readable_stream`` has returned.
        pull_algorithm: asks the source for more.
        cancel_algorithm: has the source end; it takes the reason.
        high_water_mark: how much the queue holds before the source is not asked any more. It is
            at least 0.
        size_algorithm: takes a chunk and returns its size; each chunk counts 1 if left out.

    Source: https://streams.spec.whatwg.org/#readablestream-set-up
    """
    # 1. The start algorithm does nothing.
    # 2. The pull algorithm may return a promise.
    # 2.1. A pull algorithm that was not given does nothing. An exception of the pull algorithm
    #      becomes a rejection where the controller performs it.
    # 2.2. The controller waits for a promise that the pull algorithm returns.
    # 2.3. If the pull algorithm returns nothing, the pull succeeds.
    # 3. The cancel algorithm may return a promise.
    # 3.1. A cancel algorithm that was not given does nothing. An exception of the cancel algorithm
    #      becomes a rejection where the controller performs it.
    # 3.2. The controller waits for a promise that the cancel algorithm returns.
    # 3.3. If the cancel algorithm returns nothing, cancelling succeeds.
    # 4. None stands for the size algorithm that returns 1.
    # 5. The stream is readable, and has no reader.
    initialize_readable_stream(stream)
    # 6. The controller is made before it has a stream.
    # 7. The controller is set up with the algorithms.
    set_up_readable_stream_default_controller(
        stream,
        a_new_controller(),
        do_nothing,
        do_nothing if pull_algorithm is None else pull_algorithm,
        do_nothing if cancel_algorithm is None else cancel_algorithm,
        high_water_mark,
        size_algorithm,
    )


@algorithm("readablestream-close", "close")
def close(stream: ReadableStream[Any]) -> None:
    """Close a stream as soon as its queue is empty.

    Source: https://streams.spec.whatwg.org/#readablestream-close
    """
    # 1. not built: there is no other kind of controller.
    # 1.1. not built: there is no byte stream controller to be closed.
    # 1.2. not built: there is no pull into a buffer of a reader that could be answered.
    # 2. The controller closes the stream.
    readable_stream_default_controller_close(stream._controller)


@algorithm("readablestream-error", "error")
def error(stream: ReadableStream[Any], e: object) -> None:
    """Have a stream fail.

    Source: https://streams.spec.whatwg.org/#readablestream-error
    """
    # 1. not built: there is no other kind of controller.
    # 2. The controller errors the stream.
    readable_stream_default_controller_error(stream._controller, e)


@algorithm("readablestream-enqueue", "enqueue")
def enqueue(stream: ReadableStream[Any], chunk: object) -> None:
    """Put a chunk into a stream.

    Source: https://streams.spec.whatwg.org/#readablestream-enqueue
    """
    # 1. The controller is a default controller, since there is no other kind.
    # 1.1. The chunk goes to the first read request that waits, or into the queue.
    readable_stream_default_controller_enqueue(stream._controller, chunk)
    # 2. not built: there is no other kind of controller, and none of what is below this step.
    # 2.1-2.5. not built: bytes are not measured against the buffer of a reader.
