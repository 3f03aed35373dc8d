"""9.2 Writable streams in other specifications: what another standard may do to a stream.

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
    """Make a WritableStream without its constructor; it has to be set up before it is used."""
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
    """Set up a stream that another standard writes from.

    The algorithms may return None, where they are done, or a promise or another awaitable. They may
    raise, which is as good as a promise that is rejected.

    Args:
        stream: what ``a_new_writable_stream`` has returned.
        write_algorithm: takes a chunk.
        close_algorithm: called after the last chunk.
        abort_algorithm: takes the reason for which the stream is given up.
        high_water_mark: how much may wait, not negative.
        size_algorithm: takes a chunk and returns its size; each is 1 without it.

    Source: https://streams.spec.whatwg.org/#writablestream-set-up
    """
    # 1. The start algorithm does nothing.
    start_algorithm = do_nothing
    # 2. Without a close algorithm, closing succeeds.
    # 2.1. What the close algorithm raises rejects the promise of the close.
    # 2.2. A promise that the close algorithm returns is the promise of the close.
    # 2.3. If the close algorithm returns nothing, closing succeeds.
    close_algorithm_wrapper = close_algorithm or do_nothing
    # 3. Without an abort algorithm, aborting succeeds.
    # 3.1. What the abort algorithm raises rejects the promise of the abort.
    # 3.2. A promise that the abort algorithm returns is the promise of the abort.
    # 3.3. If the abort algorithm returns nothing, aborting succeeds.
    abort_algorithm_wrapper = abort_algorithm or do_nothing
    # 4. None stands for the size algorithm that returns 1.
    # 5. The stream has its slots.
    initialize_writable_stream(stream)
    # 6. The controller is made without its constructor, which refuses every caller.
    controller = WritableStreamDefaultController.__new__(WritableStreamDefaultController)
    # 7. The controller is set up with the algorithms.
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
    """Have a stream fail, unless it has failed or closed.

    Source: https://streams.spec.whatwg.org/#writablestream-error
    """
    # 1. A stream that is not writable stays as it is.
    writable_stream_default_controller_error_if_needed(stream._controller, e)
