"""4.9.3 Readers: what those do that bring their own buffers.

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
    """Have a read-into request be answered, now or when there are bytes.

    Source: https://streams.spec.whatwg.org/#readable-stream-byob-reader-read
    """
    # 1. The stream is the one that is locked to the reader.
    stream = reader._stream
    # 2. The reader has a stream.
    assert stream is not None
    # 3. The stream is disturbed from now on.
    stream._disturbed = True
    # 4. The error steps are performed with the stored error if the stream is errored.
    if stream._state == ERRORED:
        read_into_request.error_steps(stream._stored_error)
    else:
        # 5. Otherwise the controller fills the view from its queue, or has it wait.
        assert is_a_byte_controller(stream._controller)
        readable_byte_stream_controller_pull_into(stream._controller, view, min_, read_into_request)


@algorithm("abstract-opdef-readablestreambyobreaderrelease", "ReadableStreamBYOBReaderRelease")
def readable_stream_byob_reader_release(reader: "ReadableStreamBYOBReader") -> None:
    """Unlock the stream of a reader, and have the reads that wait fail.

    Source: https://streams.spec.whatwg.org/#abstract-opdef-readablestreambyobreaderrelease
    """
    # 1. The reader is released before its read-into requests are rejected.
    readable_stream_reader_generic_release(reader)
    # 2. One error is made for all read-into requests that wait.
    e = TypeError("the reader was released before its buffer was filled")
    # 3. The read-into requests that wait are given the error.
    readable_stream_byob_reader_error_read_into_requests(reader, e)


@algorithm("set-up-readable-stream-byob-reader", "SetUpReadableStreamBYOBReader")
def set_up_readable_stream_byob_reader(
    reader: "ReadableStreamBYOBReader", stream: "ReadableStream[Any]"
) -> None:
    """Have a new reader read a byte stream.

    Raises:
        TypeError: the stream is locked to another reader, or is no byte stream.

    Source: https://streams.spec.whatwg.org/#set-up-readable-stream-byob-reader
    """
    stream._agent.require_this_thread("a ReadableStream")
    # 1. A stream has one reader at a time.
    if stream._reader is not None:
        raise TypeError("the stream is locked to a reader already; release that one first")
    # 2. Only a byte stream can fill the buffers of a reader.
    if not is_a_byte_controller(stream._controller):
        raise TypeError('the stream is no byte stream, and has no reader of the mode "byob"')
    # 3. The stream is locked to the reader.
    readable_stream_reader_generic_initialize(reader, stream)
    # 4. The list of read-into requests is empty.
    reader._read_into_requests = deque()
