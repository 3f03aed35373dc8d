"""5.5.3 Writers: the operations behind the methods of a writer.

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
    """Abort the stream of a writer.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-writer-abort
    """
    # 1. Let the stream be the writer's stream.
    stream = writer._stream
    # 2. Assert that the writer has a stream.
    assert stream is not None
    # 3. Abort the writer's stream with the reason, and return the promise of the abort.
    return writable_stream_abort(stream, reason)


@algorithm("writable-stream-default-writer-close", "WritableStreamDefaultWriterClose")
def writable_stream_default_writer_close(
    writer: "WritableStreamDefaultWriter[Any]",
) -> Promise[None]:
    """Close the stream of a writer.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-writer-close
    """
    # 1. Let the stream be the writer's stream.
    stream = writer._stream
    # 2. Assert that the writer has a stream.
    assert stream is not None
    # 3. Close the writer's stream, and return the promise of the close.
    return writable_stream_close(stream)


@algorithm(
    "writable-stream-default-writer-close-with-error-propagation",
    "WritableStreamDefaultWriterCloseWithErrorPropagation",
)
def writable_stream_default_writer_close_with_error_propagation(
    writer: "WritableStreamDefaultWriter[Any]",
) -> Promise[None]:
    """Close the destination of a pipe, or fail with the error of the destination.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-writer-close-with-error-propagation
    """
    # 1. Let the stream be the writer's stream.
    stream = writer._stream
    # 2. Assert that the writer has a stream.
    assert stream is not None
    # 3. Let the state be the state of the writer's stream.
    state = stream._state
    # 4. If the stream is closed, or its close is requested, return a promise resolved with
    #    undefined.
    if writable_stream_close_queued_or_in_flight(stream) or state is CLOSED:
        return a_promise_resolved_with(None, stream._agent)
    # 5. If the writer's stream is errored, return a promise rejected with the stored error.
    if state is ERRORED:
        return a_promise_rejected_with(stream._stored_error, stream._agent)
    # 6. Assert that the writer's stream is writable or erroring.
    assert state is WRITABLE or state is ERRORING
    # 7. Close the writer's stream as `close()` does, and return the promise of the close.
    return writable_stream_default_writer_close(writer)


@algorithm(
    "writable-stream-default-writer-get-desired-size", "WritableStreamDefaultWriterGetDesiredSize"
)
def writable_stream_default_writer_get_desired_size(
    writer: "WritableStreamDefaultWriter[Any]",
) -> float | None:
    """Return the size that the queue of a stream has room for; None if the stream has failed.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-writer-get-desired-size
    """
    # 1. Let the stream be the writer's stream.
    stream = writer._stream
    assert stream is not None
    # 2. Let the state be the state of the writer's stream.
    state = stream._state
    # 3. If the writer's stream is errored or erroring, return null, since a failed stream has no
    #    desired size.
    if state is ERRORED or state is ERRORING:
        return None
    # 4. If the writer's stream is closed, return 0.
    if state is CLOSED:
        return 0
    # 5. Return the desired size of the stream's controller.
    return writable_stream_default_controller_get_desired_size(stream._controller)


@algorithm("writable-stream-default-writer-release", "WritableStreamDefaultWriterRelease")
def writable_stream_default_writer_release(writer: "WritableStreamDefaultWriter[Any]") -> None:
    """Release a writer from its stream, so that another writer may lock the stream.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-writer-release
    """
    # 1. Let the stream be the writer's stream.
    stream = writer._stream
    # 2. Assert that the writer has a stream.
    assert stream is not None
    # 3. Assert that the stream of the writer is locked to this writer.
    assert stream._writer is writer
    # 4. Create a TypeError for the promises of a released writer.
    released_error = TypeError("the writer was released, so it has no stream")
    # 5. Reject the writer's ready promise with the TypeError, or replace it by a promise rejected
    #    with the TypeError.
    writable_stream_default_writer_ensure_ready_promise_rejected(writer, released_error)
    # 6. Reject the writer's closed promise with the TypeError, or replace it by a promise rejected
    #    with the TypeError.
    writable_stream_default_writer_ensure_closed_promise_rejected(writer, released_error)
    # 7. Clear the stream's writer, which unlocks the stream.
    stream._writer = None
    # 8. Clear the writer's stream, which marks the writer as released.
    writer._stream = None


@algorithm("writable-stream-default-writer-write", "WritableStreamDefaultWriterWrite")
def writable_stream_default_writer_write(
    writer: "WritableStreamDefaultWriter[Any]", chunk: object
) -> Promise[None]:
    """Write a chunk to the stream.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-writer-write
    """
    # 1. Let the stream be the writer's stream.
    stream = writer._stream
    # 2. Assert that the writer has a stream.
    assert stream is not None
    # 3. Let the controller be that of the writer's stream.
    controller = stream._controller
    # 4. Let the chunk size be the size of the chunk, which a function of the program may compute.
    chunk_size = writable_stream_default_controller_get_chunk_size(controller, chunk)
    # 5. If the writer was released during the size function, return a promise rejected with a
    #    TypeError.
    if writer._stream is not stream:
        return a_promise_rejected_with(
            TypeError("the writer was released by the size function of the queuing strategy"),
            stream._agent,
        )
    # 6. Let the state be the stream's state after the size function was called.
    state = stream._state
    # 7. If the stream to write to is errored, return a promise rejected with its stored error.
    if state is ERRORED:
        return a_promise_rejected_with(stream._stored_error, stream._agent)
    # 8. If the stream to write to is closed, or its close is requested, return a promise rejected
    #    with a TypeError.
    if writable_stream_close_queued_or_in_flight(stream) or state is CLOSED:
        return a_promise_rejected_with(
            TypeError("the stream is closing or closed, so it takes no chunks"), stream._agent
        )
    # 9. If the stream to write to is erroring, return a promise rejected with its stored error.
    if state is ERRORING:
        return a_promise_rejected_with(stream._stored_error, stream._agent)
    # 10. Assert that the stream to write to is writable.
    assert state is WRITABLE
    # 11. Let the promise of the write be that of a new write request of the stream.
    promise = writable_stream_add_write_request(stream)
    # 12. Write the chunk by means of the controller, which appends the chunk to the queue.
    writable_stream_default_controller_write(controller, chunk, chunk_size)
    # 13. Return the promise of the write.
    return promise
