"""4.9.1 Working with readable streams: new byte streams, and locking them to a reader.

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
    """Make a controller that is still to be set up.

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
    """Make a byte stream of algorithms.

    Args:
        agent: the agent of the stream.
        start_algorithm: starts the source.
        pull_algorithm: asks the source for more.
        cancel_algorithm: has the source end; it takes the reason.

    Source: https://streams.spec.whatwg.org/#abstract-opdef-createreadablebytestream
    """
    # 1. The stream is new.
    stream = a_new_readable_stream(agent)
    # 2. The stream is readable, and has no reader.
    initialize_readable_stream(stream)
    # 3. The controller is made before it has a stream.
    controller = a_new_byte_controller()
    # 4. The controller is set up, and starts the source.
    set_up_readable_byte_stream_controller(
        stream, controller, start_algorithm, pull_algorithm, cancel_algorithm, 0, None
    )
    # 5. The stream is returned.
    return stream


@algorithm("acquire-readable-stream-byob-reader", "AcquireReadableStreamBYOBReader")
def acquire_readable_stream_byob_reader(stream: "ReadableStream[Any]") -> ReadableStreamBYOBReader:
    """Lock a byte stream to a new reader that brings its own buffers.

    Raises:
        TypeError: the stream is locked already, or is no byte stream.

    Source: https://streams.spec.whatwg.org/#acquire-readable-stream-byob-reader
    """
    # 1. The reader is made before it has a stream.
    reader = ReadableStreamBYOBReader.__new__(ReadableStreamBYOBReader)
    # 2. The stream is locked to the reader.
    set_up_readable_stream_byob_reader(reader, stream)
    # 3. The reader has no read-into requests yet.
    return reader
