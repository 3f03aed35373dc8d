"""5.5.1 Working with writable streams: how writable streams are created.

Source: https://streams.spec.whatwg.org/#create-writable-stream
"""

from collections.abc import Callable
from typing import Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.streams.queue_with_sizes import is_non_negative_number
from whatwg_websockets.streams.queuing_strategies import SizeAlgorithm
from whatwg_websockets.streams.working_with_writable_streams import initialize_writable_stream
from whatwg_websockets.streams.writable_controller import WritableStreamDefaultController
from whatwg_websockets.streams.writable_default_controllers import (
    set_up_writable_stream_default_controller,
)
from whatwg_websockets.streams.writable_for_other_specifications import a_new_writable_stream
from whatwg_websockets.streams.writable_stream import WritableStream


@algorithm("create-writable-stream", "CreateWritableStream")
def create_writable_stream(
    agent: EventLoop,
    start_algorithm: Callable[[], object],
    write_algorithm: Callable[[Any], object],
    close_algorithm: Callable[[], object],
    abort_algorithm: Callable[[Any], object],
    high_water_mark: float,
    size_algorithm: SizeAlgorithm,
) -> WritableStream[Any]:
    """Create a writable stream from algorithms.

    Args:
        agent: the agent of the stream.
        start_algorithm: starts the sink.
        write_algorithm: takes a chunk, and writes it.
        close_algorithm: closes the sink after the last chunk.
        abort_algorithm: takes a reason, and aborts the sink.
        high_water_mark: the total size of queued chunks at which the stream has backpressure.
        size_algorithm: takes a chunk and returns its size.

    Source: https://streams.spec.whatwg.org/#create-writable-stream
    """
    # 1. Assert that the writable stream's high water mark is a non-negative number.
    assert is_non_negative_number(high_water_mark)
    # 2. Create a WritableStream without its constructor, which a program may have replaced.
    stream = a_new_writable_stream(agent)
    # 3. Initialize the writable stream, which gives its slots their first values.
    initialize_writable_stream(stream)
    # 4. Create a WritableStreamDefaultController for the stream.
    controller = WritableStreamDefaultController.__new__(WritableStreamDefaultController)
    # 5. Set up the default controller with the given algorithms, which starts the sink.
    set_up_writable_stream_default_controller(
        stream,
        controller,
        start_algorithm,
        write_algorithm,
        close_algorithm,
        abort_algorithm,
        high_water_mark,
        size_algorithm,
    )
    # 6. Return the new writable stream.
    return stream
