"""4.9.1 Working with readable streams: how readable streams are created.

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
    """Make a readable stream that is still to be set up.

    Source: https://webidl.spec.whatwg.org/#new
    """
    # The module of ReadableStream imports this one, so the class is imported only here.
    from whatwg_websockets.streams.readable_stream import ReadableStream

    stream: ReadableStream[Any] = ReadableStream.__new__(ReadableStream)
    stream._agent = agent
    return stream


def a_new_controller() -> ReadableStreamDefaultController[Any]:
    """Make a default controller that is still to be set up.

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
    """Create a readable stream from algorithms.

    Args:
        agent: the agent of the stream.
        start_algorithm: starts the source.
        pull_algorithm: pulls from the source.
        cancel_algorithm: takes a reason, and ends the source.
        high_water_mark: the total size of queued chunks at which pulling from the source stops.
        size_algorithm: takes a chunk and returns its size.

    Source: https://streams.spec.whatwg.org/#create-readable-stream
    """
    # 1. If no high water mark was passed for the readable stream, use 1.
    # 2. If no size algorithm was passed, use an algorithm that returns 1, which None represents.
    # 3. Assert that the readable stream's high water mark is a non-negative number.
    assert is_non_negative_number(high_water_mark)
    # 4. Create a ReadableStream without its constructor, which a program may have replaced.
    stream = a_new_readable_stream(agent)
    # 5. Initialize the readable stream, as readable and not locked.
    initialize_readable_stream(stream)
    # 6. Create a ReadableStreamDefaultController for the stream.
    controller = a_new_controller()
    # 7. Set up the default controller with the given algorithms, which starts the source.
    set_up_readable_stream_default_controller(
        stream,
        controller,
        start_algorithm,
        pull_algorithm,
        cancel_algorithm,
        high_water_mark,
        size_algorithm,
    )
    # 8. Return the new readable stream.
    return stream
