"""4.4 The ReadableStreamDefaultReader class: a reader that reads a stream chunk by chunk.

Source: https://streams.spec.whatwg.org/#default-reader-class
"""

from collections import deque
from threading import get_ident
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.generic_reader import ReadableStreamGenericReader
from whatwg_websockets.streams.left_behind import PromiseOfAChunk
from whatwg_websockets.streams.readers import (
    readable_stream_default_reader_read,
    readable_stream_default_reader_release,
    set_up_readable_stream_default_reader,
)
from whatwg_websockets.webidl.promise import Promise, a_promise_rejected_with, reject, resolve

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_stream import ReadableStream

T = TypeVar("T")


class ReadRequest(Protocol):
    """A read that waits for the next chunk of a stream. One of its methods is called, once.

    Source: https://streams.spec.whatwg.org/#read-request
    """

    def chunk_steps(self, chunk: Any, /) -> None:
        """Receive the chunk that was read."""

    def close_steps(self) -> None:
        """End the read without a chunk, since the stream is closed."""

    def error_steps(self, e: Any, /) -> None:
        """Fail with the error of the stream."""


class ReadableStreamReadResult(NamedTuple, Generic[T]):
    """The result of ``read()``.

    Attributes:
        value: the chunk; None at the end of the stream.
        done: whether the stream is closed, so that the read has no chunk.

    Source: https://streams.spec.whatwg.org/#dictdef-readablestreamreadresult
    """

    value: T | None
    done: bool


class ReadableStreamDefaultReader(ReadableStreamGenericReader, Generic[T]):
    """A reader of a stream's chunks. The stream is locked to the reader until it is released.

    Args:
        stream: the stream; ``stream.getReader()`` makes a reader as well.

    Raises:
        TypeError: the stream is locked to another reader, or is not a ReadableStream.

    Source: https://streams.spec.whatwg.org/#default-reader-class
    """

    _interface = "ReadableStreamDefaultReader"

    __slots__ = ("_read_requests",)

    _read_requests: deque[ReadRequest]

    @algorithm("default-reader-constructor", "new ReadableStreamDefaultReader(stream)")
    def __init__(self, stream: "ReadableStream[T]") -> None:
        if getattr(stream, "_interface", None) != "ReadableStream":
            raise TypeError(f"stream must be a ReadableStream, not {type(stream).__name__}")
        # 1. Set up the reader, which locks the stream to the reader or raises a TypeError.
        set_up_readable_stream_default_reader(self, stream)

    @algorithm("default-reader-read", "read()")
    def read(self) -> "Promise[ReadableStreamReadResult[T]]":
        """Read the next chunk.

        A task that is cancelled while it awaits the promise withdraws the read: the chunk that it
        would have received goes to the next read.
        A task that is cancelled before it has begun to await, as by ``asyncio.wait_for`` with a
        timeout of 0, withdraws nothing.

        Returns:
            A promise that is fulfilled with the chunk, or with the end of the stream. It is
            rejected with the error of the stream, or with a TypeError if the reader was released.

        Source: https://streams.spec.whatwg.org/#default-reader-read
        """
        if get_ident() != self._agent.thread:
            self._agent.require_this_thread("a ReadableStream")
        # 1. If the reader has no stream, since it was released, return a promise rejected with a
        #    TypeError.
        stream = self._stream
        if stream is None:
            return a_promise_rejected_with(
                TypeError("the reader was released, so it has no stream to read"), self._agent
            )
        # 2. Let the promise be a new promise, which the read request will settle.
        # 3. Use the promise as the read request, since its class has the chunk, close and error
        #   steps.
        promise: _Reading[T] = _Reading(stream)
        # 4. Read from the stream with the read request, which is answered at once or when a chunk
        #    arrives.
        readable_stream_default_reader_read(self, promise)
        # 5. Return the promise of the read, which may already be settled.
        return promise

    @algorithm("default-reader-release-lock", "releaseLock()")
    def releaseLock(self) -> None:
        """Unlock the stream. Pending reads fail with a TypeError.

        Unread chunks stay in the stream, for the next reader.

        Source: https://streams.spec.whatwg.org/#default-reader-release-lock
        """
        self._agent.require_this_thread("a ReadableStream")
        # 1. If the reader has no stream, since it was released before, return.
        if self._stream is None:
            return
        # 2. Release the default reader from its stream, and reject the pending read requests.
        readable_stream_default_reader_release(self)


class _Reading(PromiseOfAChunk[ReadableStreamReadResult[T]], Generic[T]):
    """The promise that ``read()`` returns, which is also its read request."""

    __slots__ = ()

    @algorithm("default-reader-read", "read(): chunk steps")
    def chunk_steps(self, chunk: T) -> None:
        # 3a. (a chunk) The chunk steps of the read request receive the chunk that was read.
        # 3a.1. Resolve the promise of the read with a result that has the chunk, and whose done is
        #       false.
        self._take(chunk, ReadableStreamReadResult(chunk, False))

    @algorithm("default-reader-read", "read(): close steps")
    def close_steps(self) -> None:
        # 3b. (the stream is closed) The close steps of the read request receive no chunk.
        # 3b.1. Resolve the promise of the read with a result that has no chunk, and whose done is
        #       true.
        resolve(self, ReadableStreamReadResult(None, True))

    @algorithm("default-reader-read", "read(): error steps")
    def error_steps(self, e: object) -> None:
        # 3c. (the stream is errored) The error steps of the read request receive the error.
        # 3c.1. Reject the promise of the read with the error that the error steps were given.
        reject(self, e)
