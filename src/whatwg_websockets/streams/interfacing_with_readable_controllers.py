"""4.9.2 Interfacing with controllers: what a controller does to its readable stream.

Source: https://streams.spec.whatwg.org/#rs-abstract-ops-used-by-controllers
"""

from collections import deque
from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.algorithms import do_nothing
from whatwg_websockets.streams.implements import is_a_byob_reader, is_a_default_reader
from whatwg_websockets.streams.readable_states import CLOSED, ERRORED, READABLE
from whatwg_websockets.streams.readers import (
    readable_stream_byob_reader_error_read_into_requests,
    readable_stream_default_reader_error_read_requests,
)
from whatwg_websockets.webidl.promise import (
    Promise,
    a_promise_rejected_with,
    a_promise_resolved_with,
    mark_as_handled,
    react,
    reject,
    resolve,
)

if TYPE_CHECKING:
    from whatwg_websockets.streams.default_reader import ReadRequest
    from whatwg_websockets.streams.readable_stream import ReadableStream


@algorithm("readable-stream-add-read-request", "ReadableStreamAddReadRequest")
def readable_stream_add_read_request(
    stream: "ReadableStream[Any]", read_request: "ReadRequest"
) -> None:
    """Have a read request wait for the next chunk.

    Source: https://streams.spec.whatwg.org/#readable-stream-add-read-request
    """
    # 1. The stream is locked to a default reader.
    assert is_a_default_reader(stream._reader)
    # 2. The stream is readable.
    assert stream._state == READABLE
    # 3. The read request is the last of the list.
    stream._reader._read_requests.append(read_request)


@algorithm("readable-stream-cancel", "ReadableStreamCancel")
def readable_stream_cancel(stream: "ReadableStream[Any]", reason: object) -> Promise[None]:
    """Close a stream that nobody wants to read any more, and tell its source.

    Returns:
        a promise that is fulfilled when the source has ended, or rejected if the source fails.

    Source: https://streams.spec.whatwg.org/#readable-stream-cancel
    """
    # 1. The stream is disturbed from now on.
    stream._disturbed = True
    # 2. A stream that is closed needs no cancellation.
    if stream._state == CLOSED:
        return a_promise_resolved_with(None, stream._agent)
    # 3. A stream that is errored gives its stored error.
    if stream._state == ERRORED:
        return a_promise_rejected_with(stream._stored_error, stream._agent)
    # 4. The stream is closed at once, before the source is cancelled.
    readable_stream_close(stream)
    # 5. The reader is the one that the stream is locked to.
    reader = stream._reader
    # 6. A reader that brings its own buffers waits for the source no longer.
    if is_a_byob_reader(reader):
        # 6.1. The read-into requests are those that wait for bytes.
        read_into_requests = reader._read_into_requests
        # 6.2. The list of read-into requests is emptied before the close steps of the first one
        #      are performed.
        reader._read_into_requests = deque()
        # 6.3. The read-into requests are taken in the order in which they were added.
        for read_into_request in read_into_requests:
            # 6.3.1. The close steps are performed with undefined: the buffer is not given back.
            read_into_request.close_steps(None)
    # 7. The cancel steps of the controller empty the queue, and cancel the source.
    source_cancel_promise = stream._controller._cancel_steps(reason)
    # 8. The promise is fulfilled with undefined when that of the source is fulfilled.
    return react(source_cancel_promise, do_nothing)


@algorithm("readable-stream-close", "ReadableStreamClose")
def readable_stream_close(stream: "ReadableStream[Any]") -> None:
    """Close a stream, and tell those who read it.

    Source: https://streams.spec.whatwg.org/#readable-stream-close
    """
    # 1. The stream is readable.
    assert stream._state == READABLE
    # 2. The stream is closed before any of its promises is settled.
    stream._state = CLOSED
    # 3. The reader is the one that the stream is locked to.
    reader = stream._reader
    # 4. A stream without a reader has no promise to settle.
    if reader is None:
        return
    # 5. The closed promise of the reader is fulfilled.
    resolve(reader._closed_promise)
    # 6. Only a default reader is told the end at once.
    if is_a_default_reader(reader):
        # 6.1. The read requests are those that wait for a chunk.
        read_requests = reader._read_requests
        # 6.2. The list of read requests is emptied before the close steps of the first one are
        #      performed.
        reader._read_requests = deque()
        # 6.3. The read requests are taken in the order in which they were added.
        for read_request in read_requests:
            # 6.3.1. The close steps of the read request are performed.
            read_request.close_steps()


@algorithm("readable-stream-error", "ReadableStreamError")
def readable_stream_error(stream: "ReadableStream[Any]", e: object) -> None:
    """Have a stream fail, and tell those who read it.

    Source: https://streams.spec.whatwg.org/#readable-stream-error
    """
    # 1. The stream is readable.
    assert stream._state == READABLE
    # 2. The stream is errored before any of its promises is settled.
    stream._state = ERRORED
    # 3. The stored error is the error.
    stream._stored_error = e
    # 4. The reader is the one that the stream is locked to.
    reader = stream._reader
    # 5. A stream without a reader has no promise to settle.
    if reader is None:
        return
    # 6. The closed promise of the reader is rejected with the error.
    reject(reader._closed_promise, e)
    # 7. The rejection of the closed promise counts as handled.
    mark_as_handled(reader._closed_promise)
    # 8. A default reader has read requests.
    if is_a_default_reader(reader):
        # 8.1. The error steps of the read requests that wait are performed.
        readable_stream_default_reader_error_read_requests(reader, e)
    else:
        # 9. Any other reader has read-into requests.
        # 9.1. The reader brings its own buffers.
        assert is_a_byob_reader(reader)
        # 9.2. The error steps of the read-into requests that wait are performed.
        readable_stream_byob_reader_error_read_into_requests(reader, e)


@algorithm("readable-stream-fulfill-read-request", "ReadableStreamFulfillReadRequest")
def readable_stream_fulfill_read_request(
    stream: "ReadableStream[Any]", chunk: object, done: bool
) -> None:
    """Answer the read request that has waited longest.

    Args:
        stream: the stream.
        chunk: what was read.
        done: the stream is closed, and the chunk counts for nothing.

    Source: https://streams.spec.whatwg.org/#readable-stream-fulfill-read-request
    """
    # 1. The stream has a default reader, since no other has read requests.
    # 2. The reader is the one that the stream is locked to.
    reader = stream._reader
    assert reader is not None
    # 3. A read request waits, or the next statement raises an IndexError.
    # 4. The read request is the one that has waited longest.
    # 5. The read request is removed from the list.
    read_request = reader._read_requests.popleft()
    # 6. The close steps are performed if the stream has ended.
    if done:
        read_request.close_steps()
    else:
        # 7. The chunk steps are performed with the chunk, which was never in the queue.
        read_request.chunk_steps(chunk)


@algorithm("readable-stream-get-num-read-requests", "ReadableStreamGetNumReadRequests")
def readable_stream_get_num_read_requests(stream: "ReadableStream[Any]") -> int:
    """Return how many read requests wait.

    Source: https://streams.spec.whatwg.org/#readable-stream-get-num-read-requests
    """
    # 1. Only a stream that has a default reader has read requests.
    assert is_a_default_reader(stream._reader)
    # 2. The read requests of the reader are counted.
    return len(stream._reader._read_requests)


@algorithm("readable-stream-has-default-reader", "ReadableStreamHasDefaultReader")
def readable_stream_has_default_reader(stream: "ReadableStream[Any]") -> bool:
    """Tell whether a stream is locked to a default reader.

    Source: https://streams.spec.whatwg.org/#readable-stream-has-default-reader
    """
    # 1. The reader is the one that the stream is locked to.
    # 2. A stream that is not locked has no default reader.
    # 3. A default reader is one.
    # 4. A reader that brings its own buffers is none.
    return is_a_default_reader(stream._reader)
