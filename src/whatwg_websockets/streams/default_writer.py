"""5.3 The WritableStreamDefaultWriter interface: what writes to a stream, and nobody else does.

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


# A stream that takes chunks of more types will do where one of fewer is asked for.
T_contra = TypeVar("T_contra", contravariant=True)


class WritableStreamDefaultWriter(PlatformObject, Generic[T_contra]):
    """Writes chunks to a stream, which is locked to it until it is released.

    ``stream.getWriter()`` makes one, too. The promises that its methods return need not be awaited:
    a chunk that was accepted is written, also where the task that awaits the promise is cancelled.

    Args:
        stream: the stream.

    Raises:
        TypeError: ``stream`` is no WritableStream, or is locked to another writer.
        RuntimeError: the call, or that of a method, comes from another thread than the loop's.

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
        # 1. The stream is locked to this writer.
        set_up_writable_stream_default_writer(self, stream)

    @property
    @algorithm("default-writer-closed", "closed")
    def closed(self) -> Promise[None]:
        """Fulfilled when the stream is closed; rejected when it fails, or the writer is released.

        Source: https://streams.spec.whatwg.org/#default-writer-closed
        """
        # 1. The closed promise may be replaced when the writer is released.
        return self._closed_promise

    @property
    @algorithm("default-writer-desired-size", "desiredSize")
    def desiredSize(self) -> float | None:
        """How much the stream would like to be given.

        It is at most 0 where the queue is full, 0 where the stream is closed, and None where the
        stream has failed.

        Raises:
            TypeError: the writer was released.

        Source: https://streams.spec.whatwg.org/#default-writer-desired-size
        """
        # 1. A writer that was released has no stream.
        if self._stream is None:
            raise _released()
        # 2. The desired size is that of the stream.
        return writable_stream_default_writer_get_desired_size(self)

    @property
    @algorithm("default-writer-ready", "ready")
    def ready(self) -> Promise[None]:
        """Fulfilled while there is room; pending while there is none; rejected after a failure.

        It is another promise each time the room is used up.

        Source: https://streams.spec.whatwg.org/#default-writer-ready
        """
        # 1. The ready promise is replaced by a pending one when there is backpressure again.
        return self._ready_promise

    @algorithm("default-writer-abort", "abort(reason)")
    def abort(self, reason: object = MISSING) -> Promise[None]:
        """Give the stream up: what waits is not written any more, and the sink is told.

        Args:
            reason: why; an exception, as a rule.

        Returns:
            a promise that is fulfilled when the sink has aborted, and rejected where it could not.
            It is rejected with a TypeError if the writer was released.

        Source: https://streams.spec.whatwg.org/#default-writer-abort
        """
        self._agent.require_this_thread("a WritableStream")
        # 1. A writer that was released has no stream.
        if self._stream is None:
            return a_promise_rejected_with(_released(), self._agent)
        # 2. The stream is aborted.
        return writable_stream_default_writer_abort(self, reason)

    @algorithm("default-writer-close", "close()")
    def close(self) -> Promise[None]:
        """Close the stream once its sink has written what waits.

        Returns:
            a promise that is fulfilled when the sink has closed, and rejected where it could not.
            It is rejected with a TypeError if the writer was released, or the stream is closing,
            closed or errored.

        Source: https://streams.spec.whatwg.org/#default-writer-close
        """
        self._agent.require_this_thread("a WritableStream")
        # 1. The stream is that of the writer.
        stream = self._stream
        # 2. A writer that was released has no stream.
        if stream is None:
            return a_promise_rejected_with(_released(), self._agent)
        # 3. A stream is closed only once.
        if writable_stream_close_queued_or_in_flight(stream):
            return a_promise_rejected_with(TypeError("the stream is closing already"), self._agent)
        # 4. The stream is closed.
        return writable_stream_default_writer_close(self)

    @algorithm("default-writer-release-lock", "releaseLock()")
    def releaseLock(self) -> None:
        """Separate the writer from the stream, so that another one may have the stream.

        What was written goes on being written, and its promises are settled as they would be.

        Source: https://streams.spec.whatwg.org/#default-writer-release-lock
        """
        self._agent.require_this_thread("a WritableStream")
        # 1. The stream is that of the writer.
        stream = self._stream
        # 2. A writer that was released before is not released again.
        if stream is None:
            return
        # 3. The stream is locked to this writer.
        assert stream._writer is not None
        # 4. The writer is released.
        writable_stream_default_writer_release(self)

    @algorithm("default-writer-write", "write(chunk)")
    def write(self, chunk: T_contra | Missing = MISSING) -> Promise[None]:
        """Write a chunk.

        The chunk is accepted at once if the stream takes it. Whoever writes much should await
        ``ready`` before each chunk, since the stream takes chunks also where it has no room.

        Args:
            chunk: what the sink of the stream is given.

        Returns:
            a promise that is fulfilled when the sink has written the chunk, and rejected where it
            has not. It is rejected with a TypeError if the writer was released, or the stream is
            closing or closed, and with the error of the stream if that has failed.

        Source: https://streams.spec.whatwg.org/#default-writer-write
        """
        agent = self._agent
        if asyncio._get_running_loop() is not agent.asyncio_loop:
            agent.require_this_thread("a WritableStream")
        # 1. A writer that was released has no stream.
        if self._stream is None:
            return a_promise_rejected_with(_released(), agent)
        # 2. The chunk is written, or its promise is rejected.
        return writable_stream_default_writer_write(self, chunk)


def _require_a_writable_stream(stream: object) -> None:
    if getattr(stream, "_interface", None) != "WritableStream":
        raise TypeError(f"a writer is made for a WritableStream, not for {shown(stream)}")


def _released() -> TypeError:
    """Make the error of whatever is done with a writer that was released."""
    return TypeError("the writer was released, and has no stream any more")
