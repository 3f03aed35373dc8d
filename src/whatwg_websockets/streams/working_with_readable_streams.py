"""4.9.1 Working with readable streams: making them, and locking them to a reader.

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
    """Lock a stream to a new reader.

    Raises:
        TypeError: the stream is locked already.

    Source: https://streams.spec.whatwg.org/#acquire-readable-stream-reader
    """
    # 1. The reader is made before it has a stream.
    reader: ReadableStreamDefaultReader[T] = ReadableStreamDefaultReader.__new__(
        ReadableStreamDefaultReader
    )
    # 2. The stream is locked to the reader.
    set_up_readable_stream_default_reader(reader, stream)
    # 3. The reader has no read requests yet.
    return reader


@algorithm("initialize-readable-stream", "InitializeReadableStream")
def initialize_readable_stream(stream: "ReadableStream[T]") -> None:
    """Give a stream the state with which it begins.

    Source: https://streams.spec.whatwg.org/#initialize-readable-stream
    """
    # 1. The stream is readable.
    stream._state = READABLE
    # 2. The stream is not locked, and has no stored error.
    stream._reader = None
    stream._stored_error = None
    # 3. The stream is not disturbed.
    stream._disturbed = False


@algorithm("is-readable-stream-locked", "IsReadableStreamLocked")
def is_readable_stream_locked(stream: "ReadableStream[T]") -> bool:
    """Tell whether a stream is locked to a reader.

    Source: https://streams.spec.whatwg.org/#is-readable-stream-locked
    """
    # 1. A stream without a reader is not locked.
    # 2. Any other stream is locked.
    return stream._reader is not None
