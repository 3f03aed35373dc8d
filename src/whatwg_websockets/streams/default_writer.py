"""5.3 The WritableStreamDefaultWriter class: an exclusive writer of a stream.

Source: https://streams.spec.whatwg.org/#default-writer-class
"""

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.streams.interfacing_with_writable_controllers import (
    writable_stream_close_queued_or_in_flight,
)
from whatwg_websockets.streams.working_with_writable_streams import (
    set_up_writable_stream_default_writer,
)
from whatwg_websockets.streams.writers import (
    writable_stream_default_writer_abort,
    writable_stream_default_writer_close,
    writable_stream_default_writer_get_desired_size,
    writable_stream_default_writer_release,
    writable_stream_default_writer_write,
)
from whatwg_websockets.webidl.messages import shown
from whatwg_websockets.webidl.missing import MISSING, Missing
from whatwg_websockets.webidl.platform_object import PlatformObject
from whatwg_websockets.webidl.promise import Promise, a_promise_rejected_with

if TYPE_CHECKING:
    from whatwg_websockets.streams.writable_stream import WritableStream


# A writer that takes chunks of more types may be used where a writer of fewer types is expected.
T_contra = TypeVar("T_contra", contravariant=True)


class WritableStreamDefaultWriter(PlatformObject, Generic[T_contra]):
    """A writer of chunks to a stream, which is locked to the writer until it is released.

    ``stream.getWriter()`` makes a writer as well. The promises that the methods return need not be
    awaited: an accepted chunk is written even if the task that awaits the promise is cancelled.

    Args:
        stream: the stream.

    Raises:
        TypeError: ``stream`` is not a WritableStream, or is locked to another writer.
        RuntimeError: the class or a method is called in another thread than that of the event loop.

    Source: https://streams.spec.whatwg.org/#writablestreamdefaultwriter
    """

    _interface = "WritableStreamDefaultWriter"

    __slots__ = ("_agent", "_closed_promise", "_ready_promise", "_stream")

    _agent: EventLoop
    _closed_promise: Promise[None]
    _ready_promise: Promise[None]
    _stream: "WritableStream[T_contra] | None"

    @algorithm("default-writer-constructor", "new WritableStreamDefaultWriter(stream)")
    def __init__(self, stream: "WritableStream[T_contra]") -> None:
        _require_a_writable_stream(stream)
        # 1. Set up the writer, which locks the stream to the writer.
        set_up_writable_stream_default_writer(self, stream)

    @property
    @algorithm("default-writer-closed", "closed")
    def closed(self) -> Promise[None]:
        """A promise that is fulfilled when the stream is closed.

        It is rejected if the stream fails, or if the writer is released before the stream is
        closed.

        Source: https://streams.spec.whatwg.org/#default-writer-closed
        """
        # 1. Return the writer's closed promise, which a release of the writer may replace.
        return self._closed_promise

    @property
    @algorithm("default-writer-desired-size", "desiredSize")
    def desiredSize(self) -> float | None:
        """The size of the chunks that the stream has room for.

        It is 0 or negative if the queue is full, 0 if the stream is closed, and None if the stream
        has failed.

        Raises:
            TypeError: the writer was released.

        Source: https://streams.spec.whatwg.org/#default-writer-desired-size
        """
        # 1. If the writer has no stream, since it was released, raise a TypeError.
        if self._stream is None:
            raise _released()
        # 2. Return the desired size of the writer's stream.
        return writable_stream_default_writer_get_desired_size(self)

    @property
    @algorithm("default-writer-ready", "ready")
    def ready(self) -> Promise[None]:
        """A promise that is fulfilled while the stream has room for chunks.

        It is pending while the queue is full, and rejected when the stream has failed. Each time
        that the queue becomes full, a new pending promise replaces the fulfilled one.

        Source: https://streams.spec.whatwg.org/#default-writer-ready
        """
        # 1. Return the writer's ready promise, which a pending promise replaces when backpressure
        #    begins.
        return self._ready_promise

    @algorithm("default-writer-abort", "abort(reason)")
    def abort(self, reason: object = MISSING) -> Promise[None]:
        """Abort the stream: drop the chunks in its queue, and abort its sink.

        Args:
            reason: the reason for the abort, usually an exception.

        Returns:
            A promise that is fulfilled when the sink has aborted, and rejected if the sink fails to
            abort. It is rejected with a TypeError if the writer was released.

        Source: https://streams.spec.whatwg.org/#default-writer-abort
        """
        self._agent.require_this_thread("a WritableStream")
        # 1. If the writer has no stream, since it was released, return a promise rejected with a
        #    TypeError.
        if self._stream is None:
            return a_promise_rejected_with(_released(), self._agent)
        # 2. Abort the writer's stream with the reason, and return the promise of the abort.
        return writable_stream_default_writer_abort(self, reason)

    @algorithm("default-writer-close", "close()")
    def close(self) -> Promise[None]:
        """Close the stream when its sink has written all chunks in the queue.

        Returns:
            A promise that is fulfilled when the sink has closed, and rejected if the sink fails to
            close. It is rejected with a TypeError if the writer was released, or the stream is
            closing, closed or errored.

        Source: https://streams.spec.whatwg.org/#default-writer-close
        """
        self._agent.require_this_thread("a WritableStream")
        # 1. Let the stream be the writer's stream.
        stream = self._stream
        # 2. If the writer has no stream, since it was released, return a promise rejected with a
        #    TypeError.
        if stream is None:
            return a_promise_rejected_with(_released(), self._agent)
        # 3. If the stream's close is queued or in flight, return a promise rejected with a
        #    TypeError.
        if writable_stream_close_queued_or_in_flight(stream):
            return a_promise_rejected_with(TypeError("the stream is already closing"), self._agent)
        # 4. Close the writer's stream, and return the promise of the close.
        return writable_stream_default_writer_close(self)

    @algorithm("default-writer-release-lock", "releaseLock()")
    def releaseLock(self) -> None:
        """Release the writer from the stream, so that another writer may lock the stream.

        Chunks that were passed to ``write()`` are still written, and their promises are settled.

        Source: https://streams.spec.whatwg.org/#default-writer-release-lock
        """
        self._agent.require_this_thread("a WritableStream")
        # 1. Let the stream be the writer's stream.
        stream = self._stream
        # 2. If the writer has no stream, since it was released before, return.
        if stream is None:
            return
        # 3. Assert that the writer's stream is locked to a writer.
        assert stream._writer is not None
        # 4. Release the writer from its stream.
        writable_stream_default_writer_release(self)

    @algorithm("default-writer-write", "write(chunk)")
    def write(self, chunk: T_contra | Missing = MISSING) -> Promise[None]:
        """Write a chunk.

        A writable stream accepts the chunk at once, even if its queue is full. A program that
        writes many chunks should therefore await ``ready`` before each chunk.

        Args:
            chunk: the chunk, which the sink of the stream is given.

        Returns:
            A promise that is fulfilled when the sink has written the chunk, and rejected if the
            chunk is not written. It is rejected with a TypeError if the writer was released, or if
            the stream is closing or closed, and with the error of the stream if it has failed.

        Source: https://streams.spec.whatwg.org/#default-writer-write
        """
        agent = self._agent
        if asyncio._get_running_loop() is not agent.asyncio_loop:
            agent.require_this_thread("a WritableStream")
        # 1. If the writer has no stream, since it was released, return a promise rejected with a
        #    TypeError.
        if self._stream is None:
            return a_promise_rejected_with(_released(), agent)
        # 2. Write the chunk to the writer's stream, and return the promise of the write.
        return writable_stream_default_writer_write(self, chunk)


def _require_a_writable_stream(stream: object) -> None:
    if getattr(stream, "_interface", None) != "WritableStream":
        raise TypeError(f"stream must be a WritableStream, not {shown(stream)}")


def _released() -> TypeError:
    """Make the error for a member of a writer that was released."""
    return TypeError("the writer was released, so it has no stream")
