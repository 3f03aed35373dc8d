"""4.9.2 Interfacing with controllers: how a controller changes its readable stream.

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
    """Add a read request that waits for the next chunk.

    Source: https://streams.spec.whatwg.org/#readable-stream-add-read-request
    """
    # 1. Assert that the stream is locked to a default reader.
    assert is_a_default_reader(stream._reader)
    # 2. Assert that the stream is readable.
    assert stream._state == READABLE
    # 3. Append the read request to the default reader's list of read requests.
    stream._reader._read_requests.append(read_request)


@algorithm("readable-stream-cancel", "ReadableStreamCancel")
def readable_stream_cancel(stream: "ReadableStream[Any]", reason: object) -> Promise[None]:
    """Cancel a stream: close it, drop the chunks in its queue, and cancel its source.

    Returns:
        A promise that is fulfilled when the source has ended, or rejected if the source fails.

    Source: https://streams.spec.whatwg.org/#readable-stream-cancel
    """
    # 1. Set the stream's disturbed flag to true.
    stream._disturbed = True
    # 2. If the stream to cancel is already closed, return a fulfilled promise.
    if stream._state == CLOSED:
        return a_promise_resolved_with(None, stream._agent)
    # 3. If the stream to cancel is errored, return a promise rejected with its stored error.
    if stream._state == ERRORED:
        return a_promise_rejected_with(stream._stored_error, stream._agent)
    # 4. Close the stream at once, before its source is cancelled.
    readable_stream_close(stream)
    # 5. Let the reader be the one that the stream is locked to, or undefined.
    reader = stream._reader
    # 6. If the cancelled stream has a BYOB reader, end its pending read-into requests.
    if is_a_byob_reader(reader):
        # 6.1. Let the read-into requests be those of the BYOB reader.
        read_into_requests = reader._read_into_requests
        # 6.2. Set the BYOB reader's list of read-into requests to an empty list, before any request
        #      is answered.
        reader._read_into_requests = deque()
        # 6.3. For each read-into request of the cancelled stream, in order, end the request.
        for read_into_request in read_into_requests:
            # 6.3.1. Perform the read-into request's close steps with undefined, so that the buffer
            #        is not returned.
            read_into_request.close_steps(None)
    # 7. Perform the controller's cancel steps with the reason, which reset the queue and cancel the
    #    source.
    source_cancel_promise = stream._controller._cancel_steps(reason)
    # 8. Return a promise that is fulfilled with undefined when the source has been cancelled.
    return react(source_cancel_promise, do_nothing)


@algorithm("readable-stream-close", "ReadableStreamClose")
def readable_stream_close(stream: "ReadableStream[Any]") -> None:
    """Close a stream, and answer its pending reads.

    Source: https://streams.spec.whatwg.org/#readable-stream-close
    """
    # 1. Assert that the stream to close is readable.
    assert stream._state == READABLE
    # 2. Set the stream's state to "closed", before any promise of the stream is settled.
    stream._state = CLOSED
    # 3. Let the reader be the one that the stream is locked to, or undefined.
    reader = stream._reader
    # 4. If the closed stream has no reader, return, since no promise has to be settled.
    if reader is None:
        return
    # 5. Fulfil the reader's closed promise, since its stream is closed.
    resolve(reader._closed_promise)
    # 6. If the closed stream has a default reader, end its pending read requests.
    if is_a_default_reader(reader):
        # 6.1. Let the read requests be those of the default reader.
        read_requests = reader._read_requests
        # 6.2. Set the default reader's list of read requests to an empty list, before any request
        #      is answered.
        reader._read_requests = deque()
        # 6.3. For each read request of the closed stream, in order, end the request.
        for read_request in read_requests:
            # 6.3.1. Perform the close steps of the read request.
            read_request.close_steps()


@algorithm("readable-stream-error", "ReadableStreamError")
def readable_stream_error(stream: "ReadableStream[Any]", e: object) -> None:
    """Error a stream, and answer its pending reads with the error.

    Source: https://streams.spec.whatwg.org/#readable-stream-error
    """
    # 1. Assert that the stream to error is readable.
    assert stream._state == READABLE
    # 2. Set the stream's state to "errored", before any promise of the stream is settled.
    stream._state = ERRORED
    # 3. Set the stream's stored error to the given error.
    stream._stored_error = e
    # 4. Let the reader be the one that the stream is locked to, or undefined.
    reader = stream._reader
    # 5. If the errored stream has no reader, return, since no promise has to be rejected.
    if reader is None:
        return
    # 6. Reject the reader's closed promise with the error of the stream.
    reject(reader._closed_promise, e)
    # 7. Mark the reader's closed promise as handled, so that its rejection is not reported.
    mark_as_handled(reader._closed_promise)
    # 8. If the errored stream has a default reader, answer the reader's read requests with the
    #    error.
    if is_a_default_reader(reader):
        # 8.1. Perform the error steps of all pending read requests with the error of the stream.
        readable_stream_default_reader_error_read_requests(reader, e)
    else:
        # 9. If the errored stream has a BYOB reader, answer the reader's read-into requests with
        #    the error.
        # 9.1. Assert that the reader of the errored stream is a BYOB reader.
        assert is_a_byob_reader(reader)
        # 9.2. Perform the error steps of all pending read-into requests with the error of the
        #      stream.
        readable_stream_byob_reader_error_read_into_requests(reader, e)


@algorithm("readable-stream-fulfill-read-request", "ReadableStreamFulfillReadRequest")
def readable_stream_fulfill_read_request(
    stream: "ReadableStream[Any]", chunk: object, done: bool
) -> None:
    """Answer the first pending read request.

    Args:
        stream: the stream.
        chunk: the chunk that was read.
        done: whether the stream is closed, so that the chunk is ignored.

    Source: https://streams.spec.whatwg.org/#readable-stream-fulfill-read-request
    """
    # 1. Assert that the stream has a default reader, since only default readers have read requests.
    # 2. Let the reader be the default reader that the stream is locked to.
    reader = stream._reader
    assert reader is not None
    # 3. Assert that the reader has a read request; an IndexError is raised if it has none.
    # 4. Let the read request be the first of the default reader's read requests.
    # 5. Remove the first read request from the default reader's list.
    read_request = reader._read_requests.popleft()
    # 6. If the stream has ended, perform the read request's close steps.
    if done:
        read_request.close_steps()
    else:
        # 7. If the stream has not ended, perform the read request's chunk steps with the chunk.
        read_request.chunk_steps(chunk)


@algorithm("readable-stream-get-num-read-requests", "ReadableStreamGetNumReadRequests")
def readable_stream_get_num_read_requests(stream: "ReadableStream[Any]") -> int:
    """Return the number of pending read requests.

    Source: https://streams.spec.whatwg.org/#readable-stream-get-num-read-requests
    """
    # 1. Assert that the stream is locked to a default reader.
    assert is_a_default_reader(stream._reader)
    # 2. Return the number of the default reader's read requests.
    return len(stream._reader._read_requests)


@algorithm("readable-stream-has-default-reader", "ReadableStreamHasDefaultReader")
def readable_stream_has_default_reader(stream: "ReadableStream[Any]") -> bool:
    """Return whether a stream is locked to a default reader.

    Source: https://streams.spec.whatwg.org/#readable-stream-has-default-reader
    """
    # 1. Let the reader be the one that the stream is locked to, or undefined.
    # 2. If the stream has no reader, return false, since it then has no default reader either.
    # 3. If the stream's reader is a ReadableStreamDefaultReader, return true.
    # 4. If the stream's reader is a BYOB reader, return false.
    return is_a_default_reader(stream._reader)
