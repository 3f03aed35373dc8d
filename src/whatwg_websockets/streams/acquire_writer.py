"""5.5.1 Working with writable streams: a new writer for a stream.

Source: https://streams.spec.whatwg.org/#ws-abstract-ops
"""

from typing import TYPE_CHECKING, TypeVar

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.default_writer import WritableStreamDefaultWriter
from whatwg_websockets.streams.working_with_writable_streams import (
    set_up_writable_stream_default_writer,
)

if TYPE_CHECKING:
    from whatwg_websockets.streams.writable_stream import WritableStream

T = TypeVar("T")


@algorithm("acquire-writable-stream-default-writer", "AcquireWritableStreamDefaultWriter")
def acquire_writable_stream_default_writer(
    stream: "WritableStream[T]",
) -> WritableStreamDefaultWriter[T]:
    """Make a writer for a stream.

    Raises:
        TypeError: the stream is locked to another writer.

    Source: https://streams.spec.whatwg.org/#acquire-writable-stream-default-writer
    """
    # 1. Create a WritableStreamDefaultWriter without its constructor, which a program may have
    #    replaced.
    writer: WritableStreamDefaultWriter[T] = WritableStreamDefaultWriter.__new__(
        WritableStreamDefaultWriter
    )
    # 2. Set up the new writer, which locks the stream to the writer.
    set_up_writable_stream_default_writer(writer, stream)
    # 3. Return the new writer.
    return writer
