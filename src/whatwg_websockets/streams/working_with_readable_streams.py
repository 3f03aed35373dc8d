"""4.9.1 Working with readable streams: how streams are initialized and locked.

Source: https://streams.spec.whatwg.org/#rs-abstract-ops
"""

from typing import TYPE_CHECKING, TypeVar

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.default_reader import ReadableStreamDefaultReader
from whatwg_websockets.streams.readable_states import READABLE
from whatwg_websockets.streams.readers import set_up_readable_stream_default_reader

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_stream import ReadableStream

T = TypeVar("T")


@algorithm("acquire-readable-stream-reader", "AcquireReadableStreamDefaultReader")
def acquire_readable_stream_default_reader(
    stream: "ReadableStream[T]",
) -> ReadableStreamDefaultReader[T]:
    """Lock a stream to a new default reader.

    Raises:
        TypeError: the stream is already locked.

    Source: https://streams.spec.whatwg.org/#acquire-readable-stream-reader
    """
    # 1. Create a ReadableStreamDefaultReader without its constructor, which a program may have
    #    replaced.
    reader: ReadableStreamDefaultReader[T] = ReadableStreamDefaultReader.__new__(
        ReadableStreamDefaultReader
    )
    # 2. Set up the default reader, which locks the stream to the reader or raises a TypeError.
    set_up_readable_stream_default_reader(reader, stream)
    # 3. Return the new default reader.
    return reader


@algorithm("initialize-readable-stream", "InitializeReadableStream")
def initialize_readable_stream(stream: "ReadableStream[T]") -> None:
    """Set the slots of a readable stream to their first values.

    Source: https://streams.spec.whatwg.org/#initialize-readable-stream
    """
    # 1. Set the readable stream's state to "readable".
    stream._state = READABLE
    # 2. Set the readable stream's reader and stored error to undefined.
    stream._reader = None
    stream._stored_error = None
    # 3. Set the readable stream's disturbed flag to false.
    stream._disturbed = False


@algorithm("is-readable-stream-locked", "IsReadableStreamLocked")
def is_readable_stream_locked(stream: "ReadableStream[T]") -> bool:
    """Return whether a stream is locked to a reader.

    Source: https://streams.spec.whatwg.org/#is-readable-stream-locked
    """
    # 1. If the readable stream has no reader, return false.
    # 2. If the readable stream has a reader, return true.
    return stream._reader is not None
