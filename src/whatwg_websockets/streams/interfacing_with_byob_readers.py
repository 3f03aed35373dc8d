"""4.9.2 Interfacing with controllers: the read-into requests of BYOB readers.

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
    """Add a read-into request that waits for bytes.

    Source: https://streams.spec.whatwg.org/#readable-stream-add-read-into-request
    """
    reader = stream._reader
    # 1. Assert that the stream is locked to a BYOB reader.
    assert is_a_byob_reader(reader)
    # 2. Assert that the stream is readable or closed.
    assert stream._state in (READABLE, CLOSED)
    # 3. Append the read-into request to the BYOB reader's list of read-into requests.
    reader._read_into_requests.append(read_into_request)


@algorithm("readable-stream-fulfill-read-into-request", "ReadableStreamFulfillReadIntoRequest")
def readable_stream_fulfill_read_into_request(
    stream: "ReadableStream[Any]", chunk: ArrayBufferView, done: bool
) -> None:
    """Answer the first pending read-into request.

    Args:
        stream: the stream.
        chunk: the view of the bytes that were read.
        done: whether the stream is closed, so that the view is empty.

    Source: https://streams.spec.whatwg.org/#readable-stream-fulfill-read-into-request
    """
    # 1. Assert that the stream is locked to a BYOB reader.
    # 2. Let the reader be the BYOB reader that the stream is locked to.
    reader = stream._reader
    assert is_a_byob_reader(reader)
    # 3. Assert that the BYOB reader has a read-into request; an IndexError is raised if it
    #    has none.
    # 4. Let the read-into request be the first of the BYOB reader's read-into requests.
    # 5. Remove the first read-into request from the BYOB reader's list.
    read_into_request = reader._read_into_requests.popleft()
    # 6. If the stream has ended, perform the read-into request's close steps with the view.
    if done:
        read_into_request.close_steps(chunk)
    else:
        # 7. If the stream has not ended, perform the read-into request's chunk steps with the view.
        read_into_request.chunk_steps(chunk)


@algorithm("readable-stream-get-num-read-into-requests", "ReadableStreamGetNumReadIntoRequests")
def readable_stream_get_num_read_into_requests(stream: "ReadableStream[Any]") -> int:
    """Return the number of pending read-into requests.

    Source: https://streams.spec.whatwg.org/#readable-stream-get-num-read-into-requests
    """
    reader = stream._reader
    # 1. Assert that the stream is locked to a BYOB reader.
    assert is_a_byob_reader(reader)
    # 2. Return the number of the BYOB reader's read-into requests.
    return len(reader._read_into_requests)


@algorithm("readable-stream-has-byob-reader", "ReadableStreamHasBYOBReader")
def readable_stream_has_byob_reader(stream: "ReadableStream[Any]") -> bool:
    """Return whether a stream is locked to a BYOB reader.

    Source: https://streams.spec.whatwg.org/#readable-stream-has-byob-reader
    """
    # 1. Let the reader be the one that the stream is locked to, or undefined.
    # 2. If the stream has no reader, return false, since it then has no BYOB reader either.
    # 3. If the stream's reader is a ReadableStreamBYOBReader, return true.
    # 4. If the stream's reader is a default reader, return false.
    return is_a_byob_reader(stream._reader)
