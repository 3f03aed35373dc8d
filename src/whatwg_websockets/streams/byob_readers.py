"""4.9.3 Readers: the operations of ReadableStreamBYOBReader.

Source: https://streams.spec.whatwg.org/#rs-reader-abstract-ops
"""

from collections import deque
from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.implements import is_a_byte_controller
from whatwg_websockets.streams.pull_into import readable_byte_stream_controller_pull_into
from whatwg_websockets.streams.readable_states import ERRORED
from whatwg_websockets.streams.readers import (
    readable_stream_byob_reader_error_read_into_requests,
    readable_stream_reader_generic_initialize,
    readable_stream_reader_generic_release,
)
from whatwg_websockets.webidl.array_buffer import ArrayBufferView

if TYPE_CHECKING:
    from whatwg_websockets.streams.byob_reader import ReadableStreamBYOBReader, ReadIntoRequest
    from whatwg_websockets.streams.readable_stream import ReadableStream


@algorithm("readable-stream-byob-reader-read", "ReadableStreamBYOBReaderRead")
def readable_stream_byob_reader_read(
    reader: "ReadableStreamBYOBReader",
    view: ArrayBufferView,
    min_: int,
    read_into_request: "ReadIntoRequest",
) -> None:
    """Read bytes into a view, and answer the read-into request at once or when bytes arrive.

    Source: https://streams.spec.whatwg.org/#readable-stream-byob-reader-read
    """
    # 1. Let the stream be the reader's stream.
    stream = reader._stream
    # 2. Assert that the BYOB reader has a stream.
    assert stream is not None
    # 3. Set the stream's disturbed flag to true.
    stream._disturbed = True
    # 4. If the stream is errored, perform the read-into request's error steps with the stored
    #    error.
    if stream._state == ERRORED:
        read_into_request.error_steps(stream._stored_error)
    else:
        assert is_a_byte_controller(stream._controller)
        # 5. If the stream is not errored, pull into the view by means of the stream's byte
        #    controller.
        readable_byte_stream_controller_pull_into(stream._controller, view, min_, read_into_request)


@algorithm("abstract-opdef-readablestreambyobreaderrelease", "ReadableStreamBYOBReaderRelease")
def readable_stream_byob_reader_release(reader: "ReadableStreamBYOBReader") -> None:
    """Unlock the stream of a reader, and reject the pending reads.

    Source: https://streams.spec.whatwg.org/#abstract-opdef-readablestreambyobreaderrelease
    """
    # 1. Release the reader from its stream, before the read-into requests are answered with an
    #    error.
    readable_stream_reader_generic_release(reader)
    # 2. Create one TypeError, with which all pending read-into requests of the reader will fail.
    e = TypeError("the reader was released before its buffer was filled")
    # 3. Perform the error steps of all pending read-into requests of the reader with the TypeError.
    readable_stream_byob_reader_error_read_into_requests(reader, e)


@algorithm("set-up-readable-stream-byob-reader", "SetUpReadableStreamBYOBReader")
def set_up_readable_stream_byob_reader(
    reader: "ReadableStreamBYOBReader", stream: "ReadableStream[Any]"
) -> None:
    """Lock a byte stream to a new reader.

    Raises:
        TypeError: the stream is locked to another reader, or is not a byte stream.

    Source: https://streams.spec.whatwg.org/#set-up-readable-stream-byob-reader
    """
    stream._agent.require_this_thread("a ReadableStream")
    # 1. If the stream is locked, raise a TypeError, since a stream has one reader at a time.
    if stream._reader is not None:
        raise TypeError("the stream is already locked to a reader; release that reader first")
    # 2. If the stream's controller is not a byte stream controller, raise a TypeError.
    if not is_a_byte_controller(stream._controller):
        raise TypeError('the stream is not a byte stream, so it has no reader of the mode "byob"')
    # 3. Initialize the BYOB reader with the stream, which locks the stream to the reader.
    readable_stream_reader_generic_initialize(reader, stream)
    # 4. Set the reader's list of read-into requests to an empty list.
    reader._read_into_requests = deque()
