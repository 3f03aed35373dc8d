"""4.9.3 Readers: how a reader locks, reads and releases its stream.

Source: https://streams.spec.whatwg.org/#rs-reader-abstract-ops
"""

from collections import deque
from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.readable_states import CLOSED, ERRORED, READABLE
from whatwg_websockets.webidl.promise import (
    a_new_promise,
    a_promise_rejected_with,
    a_promise_resolved_with,
    mark_as_handled,
    reject,
)

if TYPE_CHECKING:
    from whatwg_websockets.streams.byob_reader import ReadableStreamBYOBReader
    from whatwg_websockets.streams.default_reader import ReadableStreamDefaultReader, ReadRequest
    from whatwg_websockets.streams.readable_stream import ReadableStream


@algorithm("readable-stream-reader-generic-initialize", "ReadableStreamReaderGenericInitialize")
def readable_stream_reader_generic_initialize(
    reader: "ReadableStreamDefaultReader[Any] | ReadableStreamBYOBReader",
    stream: "ReadableStream[Any]",
) -> None:
    """Lock a stream to a reader.

    Source: https://streams.spec.whatwg.org/#readable-stream-reader-generic-initialize
    """
    agent = stream._agent
    # 1. Set the reader's stream to the given stream.
    reader._stream = stream
    reader._agent = agent
    # 2. Set the stream's reader to the given reader, which locks the stream.
    stream._reader = reader
    # 3. If the stream is readable, give the reader a pending closed promise.
    if stream._state == READABLE:
        # 3.1. Set the reader's closed promise to a new promise, settled when the stream is closed
        #      or errored.
        reader._closed_promise = a_new_promise(agent)
    # 4. If the stream is closed, give the reader a fulfilled closed promise.
    elif stream._state == CLOSED:
        # 4.1. Give the reader a closed promise that is already fulfilled.
        reader._closed_promise = a_promise_resolved_with(None, agent)
    else:
        # 5. If the stream is errored, give the reader a rejected closed promise.
        # 5.1. Assert that the stream is errored, since it is neither readable nor closed.
        assert stream._state == ERRORED
        # 5.2. Give the reader a closed promise that is rejected with the stream's stored error.
        reader._closed_promise = a_promise_rejected_with(stream._stored_error, agent)
        # 5.3. Mark the reader's closed promise as handled, so that its rejection is not reported.
        mark_as_handled(reader._closed_promise)


@algorithm("readable-stream-reader-generic-release", "ReadableStreamReaderGenericRelease")
def readable_stream_reader_generic_release(
    reader: "ReadableStreamDefaultReader[Any] | ReadableStreamBYOBReader",
) -> None:
    """Unlock the stream of a reader.

    Source: https://streams.spec.whatwg.org/#readable-stream-reader-generic-release
    """
    # 1. Let the stream be the reader's stream.
    stream = reader._stream
    # 2. Assert that the reader to release has a stream.
    assert stream is not None
    # 3. Assert that the stream of the reader is locked to this reader.
    assert stream._reader is reader
    error = TypeError("the reader was released, so it no longer knows whether the stream is closed")
    # 4. If the stream is readable, reject the reader's pending closed promise with a TypeError.
    if stream._state == READABLE:
        reject(reader._closed_promise, error)
    else:
        # 5. If the stream is not readable, replace the reader's closed promise by one rejected with
        #    a TypeError.
        reader._closed_promise = a_promise_rejected_with(error, stream._agent)
    # 6. Mark the reader's closed promise as handled, so that its rejection is not reported.
    mark_as_handled(reader._closed_promise)
    # 7. Perform the release steps of the stream's controller.
    stream._controller._release_steps()
    # 8. Clear the stream's reader, which unlocks the stream.
    stream._reader = None
    # 9. Clear the reader's stream, which marks the reader as released.
    reader._stream = None


@algorithm(
    "abstract-opdef-readablestreambyobreadererrorreadintorequests",
    "ReadableStreamBYOBReaderErrorReadIntoRequests",
)
def readable_stream_byob_reader_error_read_into_requests(
    reader: "ReadableStreamBYOBReader", e: object
) -> None:
    """Answer all pending read-into requests of a reader with an error.

    Source:
    https://streams.spec.whatwg.org/#abstract-opdef-readablestreambyobreadererrorreadintorequests
    """
    # 1. Let the read-into requests be those of the BYOB reader.
    read_into_requests = reader._read_into_requests
    # 2. Set the BYOB reader's list of read-into requests to an empty list, before any request is
    #    answered.
    reader._read_into_requests = deque()
    # 3. For each read-into request that was pending, in order, perform its error steps.
    for read_into_request in read_into_requests:
        # 3.1. Perform the error steps of the read-into request with the error.
        read_into_request.error_steps(e)


@algorithm(
    "abstract-opdef-readablestreamdefaultreadererrorreadrequests",
    "ReadableStreamDefaultReaderErrorReadRequests",
)
def readable_stream_default_reader_error_read_requests(
    reader: "ReadableStreamDefaultReader[Any]", e: object
) -> None:
    """Answer all pending read requests of a reader with an error.

    Source:
    https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaultreadererrorreadrequests
    """
    # 1. Let the read requests be those of the default reader.
    read_requests = reader._read_requests
    # 2. Set the default reader's list of read requests to an empty list, before any request is
    #    answered.
    reader._read_requests = deque()
    # 3. For each read request that was pending, in order, perform its error steps.
    for read_request in read_requests:
        # 3.1. Perform the error steps of the read request with the error.
        read_request.error_steps(e)


@algorithm("readable-stream-default-reader-read", "ReadableStreamDefaultReaderRead")
def readable_stream_default_reader_read(
    reader: "ReadableStreamDefaultReader[Any]", read_request: "ReadRequest"
) -> None:
    """Read the next chunk, and answer the read request at once or when a chunk arrives.

    Source: https://streams.spec.whatwg.org/#readable-stream-default-reader-read
    """
    # 1. Let the stream be the reader's stream.
    stream = reader._stream
    # 2. Assert that the default reader has a stream.
    assert stream is not None
    # 3. Set the stream's disturbed flag to true.
    stream._disturbed = True
    # 4. If the stream is closed, perform the read request's close steps.
    if stream._state == CLOSED:
        read_request.close_steps()
    # 5. If the stream is errored, perform the read request's error steps with the stored error.
    elif stream._state == ERRORED:
        read_request.error_steps(stream._stored_error)
    else:
        # 6. If the stream is readable, let the controller answer the read request.
        # 6.1. Assert that the stream is readable, since it is neither closed nor errored.
        assert stream._state == READABLE
        # 6.2. Perform the controller's pull steps, which take a chunk from the queue or pull from
        #      the source.
        stream._controller._pull_steps(read_request)


@algorithm(
    "abstract-opdef-readablestreamdefaultreaderrelease", "ReadableStreamDefaultReaderRelease"
)
def readable_stream_default_reader_release(reader: "ReadableStreamDefaultReader[Any]") -> None:
    """Unlock the stream of a reader, and reject the pending reads.

    Source: https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaultreaderrelease
    """
    # 1. Release the reader from its stream, before the read requests are answered with an error.
    readable_stream_reader_generic_release(reader)
    # 2. Create one TypeError, with which all pending read requests of the reader will fail.
    e = TypeError("the reader was released before it had read a chunk")
    # 3. Perform the error steps of all pending read requests of the reader with the TypeError.
    readable_stream_default_reader_error_read_requests(reader, e)


@algorithm("set-up-readable-stream-default-reader", "SetUpReadableStreamDefaultReader")
def set_up_readable_stream_default_reader(
    reader: "ReadableStreamDefaultReader[Any]", stream: "ReadableStream[Any]"
) -> None:
    """Lock a stream to a new reader.

    Raises:
        TypeError: the stream is locked to another reader.

    Source: https://streams.spec.whatwg.org/#set-up-readable-stream-default-reader
    """
    stream._agent.require_this_thread("a ReadableStream")
    # 1. If the stream is locked, raise a TypeError, since a stream has one reader at a time.
    if stream._reader is not None:
        raise TypeError("the stream is already locked to a reader; release that reader first")
    # 2. Initialize the default reader with the stream, which locks the stream to the reader.
    readable_stream_reader_generic_initialize(reader, stream)
    # 3. Set the reader's list of read requests to an empty list.
    reader._read_requests = deque()
