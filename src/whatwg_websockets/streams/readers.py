"""4.9.3 Readers: locking a stream to a reader, reading, and giving the lock up.

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
    # 1. The reader refers to its stream.
    reader._stream = stream
    reader._agent = agent
    # 2. The stream is locked to the reader.
    stream._reader = reader
    # 3. The closed promise of a stream that is readable is pending.
    if stream._state == READABLE:
        # 3.1. The promise is settled when the stream is closed or errored.
        reader._closed_promise = a_new_promise(agent)
    # 4. The closed promise of a stream that is closed is fulfilled.
    elif stream._state == CLOSED:
        # 4.1. The closed promise is fulfilled with undefined.
        reader._closed_promise = a_promise_resolved_with(None, agent)
    else:
        # 5. The closed promise of a stream that is errored is rejected.
        # 5.1. The state is errored, since it is neither readable nor closed.
        assert stream._state == ERRORED
        # 5.2. The closed promise is rejected with the stored error.
        reader._closed_promise = a_promise_rejected_with(stream._stored_error, agent)
        # 5.3. The rejection of the closed promise counts as handled.
        mark_as_handled(reader._closed_promise)


@algorithm("readable-stream-reader-generic-release", "ReadableStreamReaderGenericRelease")
def readable_stream_reader_generic_release(
    reader: "ReadableStreamDefaultReader[Any] | ReadableStreamBYOBReader",
) -> None:
    """Unlock the stream of a reader.

    Source: https://streams.spec.whatwg.org/#readable-stream-reader-generic-release
    """
    # 1. The stream is the one that is locked to the reader.
    stream = reader._stream
    # 2. A reader that has no stream cannot be released.
    assert stream is not None
    # 3. The reader of the stream is this reader.
    assert stream._reader is reader
    error = TypeError("the reader was released, and no longer knows whether the stream is closed")
    # 4. A closed promise that is pending is rejected.
    if stream._state == READABLE:
        reject(reader._closed_promise, error)
    else:
        # 5. A closed promise that is settled is replaced by a rejected one.
        reader._closed_promise = a_promise_rejected_with(error, stream._agent)
    # 6. The rejection of the closed promise counts as handled.
    mark_as_handled(reader._closed_promise)
    # 7. The release steps of the controller are performed.
    stream._controller._release_steps()
    # 8. The stream is not locked any more.
    stream._reader = None
    # 9. The reader does not refer to the stream any more.
    reader._stream = None


@algorithm(
    "abstract-opdef-readablestreambyobreadererrorreadintorequests",
    "ReadableStreamBYOBReaderErrorReadIntoRequests",
)
def readable_stream_byob_reader_error_read_into_requests(
    reader: "ReadableStreamBYOBReader", e: object
) -> None:
    """Have all read-into requests of a reader fail.

    Source:
    https://streams.spec.whatwg.org/#abstract-opdef-readablestreambyobreadererrorreadintorequests
    """
    # 1. The read-into requests are those that wait for bytes.
    read_into_requests = reader._read_into_requests
    # 2. The list of read-into requests is emptied before the error steps of the first one are
    #    performed.
    reader._read_into_requests = deque()
    # 3. The read-into requests fail in the order in which they came.
    for read_into_request in read_into_requests:
        # 3.1. The error steps of the read-into request are given the error.
        read_into_request.error_steps(e)


@algorithm(
    "abstract-opdef-readablestreamdefaultreadererrorreadrequests",
    "ReadableStreamDefaultReaderErrorReadRequests",
)
def readable_stream_default_reader_error_read_requests(
    reader: "ReadableStreamDefaultReader[Any]", e: object
) -> None:
    """Have all read requests of a reader fail.

    Source:
    https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaultreadererrorreadrequests
    """
    # 1. The read requests are those that wait for a chunk.
    read_requests = reader._read_requests
    # 2. The list of read requests is emptied before the error steps of the first one are performed.
    reader._read_requests = deque()
    # 3. The read requests fail in the order in which they came.
    for read_request in read_requests:
        # 3.1. The error steps of the read request are given the error.
        read_request.error_steps(e)


@algorithm("readable-stream-default-reader-read", "ReadableStreamDefaultReaderRead")
def readable_stream_default_reader_read(
    reader: "ReadableStreamDefaultReader[Any]", read_request: "ReadRequest"
) -> None:
    """Have a read request be answered, now or when there is a chunk.

    Source: https://streams.spec.whatwg.org/#readable-stream-default-reader-read
    """
    # 1. The stream is the one that is locked to the reader.
    stream = reader._stream
    # 2. The reader has a stream.
    assert stream is not None
    # 3. The stream is disturbed from now on.
    stream._disturbed = True
    # 4. The close steps are performed if the stream is closed.
    if stream._state == CLOSED:
        read_request.close_steps()
    # 5. The error steps are performed with the stored error if the stream is errored.
    elif stream._state == ERRORED:
        read_request.error_steps(stream._stored_error)
    else:
        # 6. The pull steps of the controller are performed if the stream is readable.
        # 6.1. The state is readable, since it is neither closed nor errored.
        assert stream._state == READABLE
        # 6.2. The controller gives the first chunk of its queue, or pulls one.
        stream._controller._pull_steps(read_request)


@algorithm(
    "abstract-opdef-readablestreamdefaultreaderrelease", "ReadableStreamDefaultReaderRelease"
)
def readable_stream_default_reader_release(reader: "ReadableStreamDefaultReader[Any]") -> None:
    """Unlock the stream of a reader, and have the reads that wait fail.

    Source: https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaultreaderrelease
    """
    # 1. The reader is released before its read requests are rejected.
    readable_stream_reader_generic_release(reader)
    # 2. One error is made for all read requests that wait.
    e = TypeError("the reader was released before it had read a chunk")
    # 3. The read requests that wait are given the error.
    readable_stream_default_reader_error_read_requests(reader, e)


@algorithm("set-up-readable-stream-default-reader", "SetUpReadableStreamDefaultReader")
def set_up_readable_stream_default_reader(
    reader: "ReadableStreamDefaultReader[Any]", stream: "ReadableStream[Any]"
) -> None:
    """Have a new reader read a stream.

    Raises:
        TypeError: the stream is locked to another reader.

    Source: https://streams.spec.whatwg.org/#set-up-readable-stream-default-reader
    """
    stream._agent.require_this_thread("a ReadableStream")
    # 1. A stream has one reader at a time.
    if stream._reader is not None:
        raise TypeError("the stream is locked to a reader already; release that one first")
    # 2. The stream is locked to the reader.
    readable_stream_reader_generic_initialize(reader, stream)
    # 3. The list of read requests is empty.
    reader._read_requests = deque()
