"""9.2 Writable streams in other specifications: operations that other standards use.

Source: https://streams.spec.whatwg.org/#other-specs-ws
"""

from collections.abc import Callable
from typing import Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.streams.algorithms import do_nothing
from whatwg_websockets.streams.queuing_strategies import SizeAlgorithm
from whatwg_websockets.streams.working_with_writable_streams import (
    initialize_writable_stream,
)
from whatwg_websockets.streams.writable_controller import WritableStreamDefaultController
from whatwg_websockets.streams.writable_default_controllers import (
    set_up_writable_stream_default_controller,
    writable_stream_default_controller_error_if_needed,
)
from whatwg_websockets.streams.writable_stream import WritableStream


def a_new_writable_stream(agent: EventLoop) -> WritableStream[Any]:
    """Make a writable stream that is still to be set up."""
    stream: WritableStream[Any] = WritableStream.__new__(WritableStream)
    stream._agent = agent
    return stream


@algorithm("writablestream-set-up", "set up a WritableStream")
def set_up_a_writable_stream(
    stream: WritableStream[Any],
    *,
    write_algorithm: Callable[[Any], object],
    close_algorithm: Callable[[], object] | None = None,
    abort_algorithm: Callable[[Any], object] | None = None,
    high_water_mark: float = 1,
    size_algorithm: SizeAlgorithm = None,
) -> None:
    """Set up a new stream with the algorithms of another standard.

    The algorithms may return None if they have ended, or a promise or another awaitable. An
    exception that they raise has the effect of a rejected promise.

    Args:
        stream: a stream that ``a_new_writable_stream`` has returned.
        write_algorithm: takes a chunk, and writes it.
        close_algorithm: closes the sink after the last chunk.
        abort_algorithm: takes a reason, and aborts the sink.
        high_water_mark: the total size of queued chunks at which the stream has backpressure; at
            least 0.
        size_algorithm: takes a chunk and returns its size; if left out, each chunk counts 1.

    Source: https://streams.spec.whatwg.org/#writablestream-set-up
    """
    # 1. Let the start algorithm be one that does nothing.
    start_algorithm = do_nothing
    # 2. Let the close algorithm wrapper perform the given close algorithm and return a promise.
    # 2.1. Perform the close algorithm, if one was given; its exception becomes a rejection in the
    #      controller.
    # 2.2. If the given close algorithm returns a promise, let the controller wait for the promise.
    # 2.3. If the given close algorithm returns no promise, let the close succeed at once.
    close_algorithm_wrapper = close_algorithm or do_nothing
    # 3. Let the abort algorithm wrapper perform the given abort algorithm and return a promise.
    # 3.1. Perform the abort algorithm, if one was given; its exception becomes a rejection in the
    #      controller.
    # 3.2. If the given abort algorithm returns a promise, let the controller wait for the promise.
    # 3.3. If the given abort algorithm returns no promise, let the abort succeed at once.
    abort_algorithm_wrapper = abort_algorithm or do_nothing
    # 4. If no size algorithm was given, use an algorithm that returns 1, which None represents.
    # 5. Initialize the writable stream, which gives its slots their first values.
    initialize_writable_stream(stream)
    # 6. Create a WritableStreamDefaultController for the stream.
    controller = WritableStreamDefaultController.__new__(WritableStreamDefaultController)
    # 7. Set up the writable stream's controller with the algorithms, the high water mark and the
    #    size algorithm.
    set_up_writable_stream_default_controller(
        stream,
        controller,
        start_algorithm,
        write_algorithm,
        close_algorithm_wrapper,
        abort_algorithm_wrapper,
        high_water_mark,
        size_algorithm,
    )


@algorithm("writablestream-error", "error")
def error(stream: WritableStream[Any], e: object) -> None:
    """Error a stream, unless it has failed or is closed.

    Source: https://streams.spec.whatwg.org/#writablestream-error
    """
    # 1. Error the writable stream by means of its controller, if the stream is writable.
    writable_stream_default_controller_error_if_needed(stream._controller, e)
