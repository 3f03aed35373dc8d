"""4.9.1 Working with readable streams: how byte streams and their BYOB readers are created.

Source: https://streams.spec.whatwg.org/#rs-abstract-ops
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.streams.byob_reader import ReadableStreamBYOBReader
from whatwg_websockets.streams.byob_readers import set_up_readable_stream_byob_reader
from whatwg_websockets.streams.create_readable_stream import a_new_readable_stream
from whatwg_websockets.streams.readable_byte_controller import ReadableByteStreamController
from whatwg_websockets.streams.set_up_byte_controller import set_up_readable_byte_stream_controller
from whatwg_websockets.streams.working_with_readable_streams import initialize_readable_stream

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_stream import ReadableStream


def a_new_byte_controller() -> ReadableByteStreamController:
    """Make a byte stream controller that is still to be set up.

    Source: https://webidl.spec.whatwg.org/#new
    """
    return ReadableByteStreamController.__new__(ReadableByteStreamController)


@algorithm("abstract-opdef-createreadablebytestream", "CreateReadableByteStream")
def create_readable_byte_stream(
    agent: EventLoop,
    start_algorithm: Callable[[], object],
    pull_algorithm: Callable[[], object],
    cancel_algorithm: Callable[[object], object],
) -> "ReadableStream[Any]":
    """Create a byte stream from algorithms.

    Args:
        agent: the agent of the stream.
        start_algorithm: starts the source.
        pull_algorithm: pulls from the source.
        cancel_algorithm: takes a reason, and ends the source.

    Source: https://streams.spec.whatwg.org/#abstract-opdef-createreadablebytestream
    """
    # 1. Create a ReadableStream, which is to become a byte stream.
    stream = a_new_readable_stream(agent)
    # 2. Initialize the byte stream, as readable and not locked.
    initialize_readable_stream(stream)
    # 3. Create a ReadableByteStreamController for the stream.
    controller = a_new_byte_controller()
    # 4. Set up the byte stream controller with the given algorithms, which starts the source.
    set_up_readable_byte_stream_controller(
        stream, controller, start_algorithm, pull_algorithm, cancel_algorithm, 0, None
    )
    # 5. Return the new byte stream.
    return stream


@algorithm("acquire-readable-stream-byob-reader", "AcquireReadableStreamBYOBReader")
def acquire_readable_stream_byob_reader(stream: "ReadableStream[Any]") -> ReadableStreamBYOBReader:
    """Lock a byte stream to a new BYOB reader.

    Raises:
        TypeError: the stream is already locked, or is not a byte stream.

    Source: https://streams.spec.whatwg.org/#acquire-readable-stream-byob-reader
    """
    # 1. Create a ReadableStreamBYOBReader without its constructor, which a program may have
    #    replaced.
    reader = ReadableStreamBYOBReader.__new__(ReadableStreamBYOBReader)
    # 2. Set up the BYOB reader, which locks the stream to the reader or raises a TypeError.
    set_up_readable_stream_byob_reader(reader, stream)
    # 3. Return the new BYOB reader.
    return reader
