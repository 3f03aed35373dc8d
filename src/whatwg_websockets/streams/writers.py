"""5.5.3 Writers: what the methods of a writer do.

Source: https://streams.spec.whatwg.org/#ws-writer-abstract-ops
"""

from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.interfacing_with_writable_controllers import (
    writable_stream_add_write_request,
    writable_stream_close_queued_or_in_flight,
)
from whatwg_websockets.streams.working_with_writable_streams import (
    writable_stream_abort,
    writable_stream_close,
)
from whatwg_websockets.streams.writable_default_controllers import (
    writable_stream_default_controller_get_chunk_size,
    writable_stream_default_controller_write,
)
from whatwg_websockets.streams.writable_queues import (
    writable_stream_default_controller_get_desired_size,
)
from whatwg_websockets.streams.writable_states import (
    CLOSED,
    ERRORED,
    ERRORING,
    WRITABLE,
)
from whatwg_websockets.streams.writer_promises import (
    writable_stream_default_writer_ensure_closed_promise_rejected,
    writable_stream_default_writer_ensure_ready_promise_rejected,
)
from whatwg_websockets.webidl.promise import (
    Promise,
    a_promise_rejected_with,
    a_promise_resolved_with,
)

if TYPE_CHECKING:
    from whatwg_websockets.streams.default_writer import WritableStreamDefaultWriter


@algorithm("writable-stream-default-writer-abort", "WritableStreamDefaultWriterAbort")
def writable_stream_default_writer_abort(
    writer: "WritableStreamDefaultWriter[Any]", reason: object
) -> Promise[None]:
    """Give the stream up.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-writer-abort
    """
    # 1. The stream is that of the writer.
    stream = writer._stream
    # 2. The writer has not been released.
    assert stream is not None
    # 3. The stream is aborted.
    return writable_stream_abort(stream, reason)


@algorithm("writable-stream-default-writer-close", "WritableStreamDefaultWriterClose")
def writable_stream_default_writer_close(
    writer: "WritableStreamDefaultWriter[Any]",
) -> Promise[None]:
    """Close the stream once its sink has written what waits.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-writer-close
    """
    # 1. The stream is that of the writer.
    stream = writer._stream
    # 2. The writer has not been released.
    assert stream is not None
    # 3. The stream is closed.
    return writable_stream_close(stream)


@algorithm(
    "writable-stream-default-writer-close-with-error-propagation",
    "WritableStreamDefaultWriterCloseWithErrorPropagation",
)
def writable_stream_default_writer_close_with_error_propagation(
    writer: "WritableStreamDefaultWriter[Any]",
) -> Promise[None]:
    """Close the stream for ``pipeTo()``, which passes on an error that the stream has.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-writer-close-with-error-propagation
    """
    # 1. The stream is that of the writer.
    stream = writer._stream
    # 2. The writer has not been released.
    assert stream is not None
    # 3. The state says whether the stream is still to be closed.
    state = stream._state
    # 4. A stream that is closing or closed already needs no other close.
    if writable_stream_close_queued_or_in_flight(stream) or state is CLOSED:
        return a_promise_resolved_with(None, stream._agent)
    # 5. An errored stream gives a promise that is rejected with the stored error.
    if state is ERRORED:
        return a_promise_rejected_with(stream._stored_error, stream._agent)
    # 6. The stream is writable or erroring.
    assert state is WRITABLE or state is ERRORING
    # 7. The stream is closed as by `close()`.
    return writable_stream_default_writer_close(writer)


@algorithm(
    "writable-stream-default-writer-get-desired-size", "WritableStreamDefaultWriterGetDesiredSize"
)
def writable_stream_default_writer_get_desired_size(
    writer: "WritableStreamDefaultWriter[Any]",
) -> float | None:
    """Tell how much room the stream has; None where it has failed.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-writer-get-desired-size
    """
    # 1. The stream is that of the writer.
    stream = writer._stream
    assert stream is not None
    # 2. The state says whether the writer has a desired size.
    state = stream._state
    # 3. A stream that is errored or erroring has no desired size, which is not the same as 0.
    if state is ERRORED or state is ERRORING:
        return None
    # 4. A stream that is closed has the desired size 0.
    if state is CLOSED:
        return 0
    # 5. The controller computes the desired size.
    return writable_stream_default_controller_get_desired_size(stream._controller)


@algorithm("writable-stream-default-writer-release", "WritableStreamDefaultWriterRelease")
def writable_stream_default_writer_release(writer: "WritableStreamDefaultWriter[Any]") -> None:
    """Separate a writer from its stream, so that another one may have the stream.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-writer-release
    """
    # 1. The stream is that of the writer.
    stream = writer._stream
    # 2. The writer has not been released.
    assert stream is not None
    # 3. The stream is locked to this writer.
    assert stream._writer is writer
    # 4. The error says that the writer was released.
    released_error = TypeError("the writer was released, and has no stream any more")
    # 5. The ready promise of the writer is rejected.
    writable_stream_default_writer_ensure_ready_promise_rejected(writer, released_error)
    # 6. The closed promise of the writer is rejected.
    writable_stream_default_writer_ensure_closed_promise_rejected(writer, released_error)
    # 7. The stream is no longer locked.
    stream._writer = None
    # 8. The writer does not refer to the stream any more.
    writer._stream = None


@algorithm("writable-stream-default-writer-write", "WritableStreamDefaultWriterWrite")
def writable_stream_default_writer_write(
    writer: "WritableStreamDefaultWriter[Any]", chunk: object
) -> Promise[None]:
    """Write a chunk to the stream.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-writer-write
    """
    # 1. The stream is that of the writer.
    stream = writer._stream
    # 2. The writer has not been released.
    assert stream is not None
    # 3. The controller is that of the stream.
    controller = stream._controller
    # 4. The size algorithm may be a function of the program, which may change the stream.
    chunk_size = writable_stream_default_controller_get_chunk_size(controller, chunk)
    # 5. The size algorithm may have released the writer.
    if writer._stream is not stream:
        return a_promise_rejected_with(
            TypeError("the writer was released while the size of the chunk was asked for"),
            stream._agent,
        )
    # 6. The size algorithm may have changed the state, or raised.
    state = stream._state
    # 7. A stream that is errored takes no chunk, and gives its stored error.
    if state is ERRORED:
        return a_promise_rejected_with(stream._stored_error, stream._agent)
    # 8. A stream that is closing or closed takes no chunk.
    if writable_stream_close_queued_or_in_flight(stream) or state is CLOSED:
        return a_promise_rejected_with(
            TypeError("the stream is closing or closed, and takes no chunk"), stream._agent
        )
    # 9. A stream that is erroring takes no chunk, and gives its stored error.
    if state is ERRORING:
        return a_promise_rejected_with(stream._stored_error, stream._agent)
    # 10. The stream is writable.
    assert state is WRITABLE
    # 11. The promise is settled when the sink has written the chunk, or will never do so.
    promise = writable_stream_add_write_request(stream)
    # 12. The chunk goes into the queue, and to the sink if nothing is in flight.
    writable_stream_default_controller_write(controller, chunk, chunk_size)
    # 13. The promise goes to the caller of `write()`.
    return promise
