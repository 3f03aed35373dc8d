"""4.9.2 Interfacing with controllers: requests of readers that bring their own buffers.

Source: https://streams.spec.whatwg.org/#rs-abstract-ops-used-by-controllers
"""

from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.implements import is_a_byob_reader
from whatwg_websockets.streams.readable_states import CLOSED, READABLE
from whatwg_websockets.webidl.array_buffer import ArrayBufferView

if TYPE_CHECKING:
    from whatwg_websockets.streams.byob_reader import ReadIntoRequest
    from whatwg_websockets.streams.readable_stream import ReadableStream


@algorithm("readable-stream-add-read-into-request", "ReadableStreamAddReadIntoRequest")
def readable_stream_add_read_into_request(
    stream: "ReadableStream[Any]", read_into_request: "ReadIntoRequest"
) -> None:
    """Have a read-into request wait for bytes.

    Source: https://streams.spec.whatwg.org/#readable-stream-add-read-into-request
    """
    reader = stream._reader
    # 1. The stream is locked to a reader that brings its own buffers.
    assert is_a_byob_reader(reader)
    # 2. The stream is readable or closed.
    assert stream._state in (READABLE, CLOSED)
    # 3. The read-into request is the last of the list.
    reader._read_into_requests.append(read_into_request)


@algorithm("readable-stream-fulfill-read-into-request", "ReadableStreamFulfillReadIntoRequest")
def readable_stream_fulfill_read_into_request(
    stream: "ReadableStream[Any]", chunk: ArrayBufferView, done: bool
) -> None:
    """Answer the read-into request that has waited longest.

    Args:
        stream: the stream.
        chunk: the view on what was read.
        done: the stream is closed, and the view is empty.

    Source: https://streams.spec.whatwg.org/#readable-stream-fulfill-read-into-request
    """
    # 1. The stream is locked to a reader that brings its own buffers.
    # 2. The reader is the one that the stream is locked to.
    reader = stream._reader
    assert is_a_byob_reader(reader)
    # 3. A read-into request waits, or the next statement raises an IndexError.
    # 4. The read-into request is the one that has waited longest.
    # 5. The read-into request is removed from the list.
    read_into_request = reader._read_into_requests.popleft()
    # 6. The close steps are performed if the stream has ended.
    if done:
        read_into_request.close_steps(chunk)
    else:
        # 7. The chunk steps are performed with the view.
        read_into_request.chunk_steps(chunk)


@algorithm("readable-stream-get-num-read-into-requests", "ReadableStreamGetNumReadIntoRequests")
def readable_stream_get_num_read_into_requests(stream: "ReadableStream[Any]") -> int:
    """Return how many read-into requests wait.

    Source: https://streams.spec.whatwg.org/#readable-stream-get-num-read-into-requests
    """
    reader = stream._reader
    # 1. Only a reader that brings its own buffers has read-into requests.
    assert is_a_byob_reader(reader)
    # 2. The read-into requests of the reader are counted.
    return len(reader._read_into_requests)


@algorithm("readable-stream-has-byob-reader", "ReadableStreamHasBYOBReader")
def readable_stream_has_byob_reader(stream: "ReadableStream[Any]") -> bool:
    """Tell whether a stream is locked to a reader that brings its own buffers.

    Source: https://streams.spec.whatwg.org/#readable-stream-has-byob-reader
    """
    # 1. The reader is the one that the stream is locked to.
    # 2. A stream that is not locked has no such reader.
    # 3. A reader that brings its own buffers is one.
    # 4. Any other reader is none.
    return is_a_byob_reader(stream._reader)
