"""4.9.1 Working with readable streams: new ones.

Source: https://streams.spec.whatwg.org/#create-readable-stream
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.streams.queue_with_sizes import is_non_negative_number
from whatwg_websockets.streams.queuing_strategies import SizeAlgorithm
from whatwg_websockets.streams.readable_controller import ReadableStreamDefaultController
from whatwg_websockets.streams.set_up_default_controller import (
    set_up_readable_stream_default_controller,
)
from whatwg_websockets.streams.working_with_readable_streams import initialize_readable_stream

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_stream import ReadableStream


def a_new_readable_stream(agent: EventLoop) -> "ReadableStream[Any]":
    """Make a stream that is still to be set up.

    Source: https://webidl.spec.whatwg.org/#new
    """
    # The class has members that make streams, so its module imports this one.
    from whatwg_websockets.streams.readable_stream import ReadableStream

    stream: ReadableStream[Any] = ReadableStream.__new__(ReadableStream)
    stream._agent = agent
    return stream


def a_new_controller() -> ReadableStreamDefaultController[Any]:
    """Make a controller that is still to be set up.

    Source: https://webidl.spec.whatwg.org/#new
    """
    return ReadableStreamDefaultController.__new__(ReadableStreamDefaultController)


@algorithm("create-readable-stream", "CreateReadableStream")
def create_readable_stream(
    agent: EventLoop,
    start_algorithm: Callable[[], object],
    pull_algorithm: Callable[[], object],
    cancel_algorithm: Callable[[object], object],
    high_water_mark: float = 1,
    size_algorithm: SizeAlgorithm = None,
) -> "ReadableStream[Any]":
    """Make a stream of algorithms.

    Args:
        agent: the agent of the stream.
        start_algorithm: starts the source.
        pull_algorithm: asks the source for more.
        cancel_algorithm: has the source end; it takes the reason.
        high_water_mark: how much the queue holds before the source is not asked any more.
        size_algorithm: takes a chunk and returns its size.

    Source: https://streams.spec.whatwg.org/#create-readable-stream
    """
    # 1. A high water mark that was not passed is 1.
    # 2. None stands for the size algorithm that returns 1.
    # 3. The high water mark is at least 0.
    assert is_non_negative_number(high_water_mark)
    # 4. The stream is new.
    stream = a_new_readable_stream(agent)
    # 5. The stream is readable, and has no reader.
    initialize_readable_stream(stream)
    # 6. The controller is made before it has a stream.
    controller = a_new_controller()
    # 7. The controller is set up, and starts the source.
    set_up_readable_stream_default_controller(
        stream,
        controller,
        start_algorithm,
        pull_algorithm,
        cancel_algorithm,
        high_water_mark,
        size_algorithm,
    )
    # 8. The stream is returned.
    return stream
