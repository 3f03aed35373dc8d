"""4.4 The ReadableStreamDefaultReader class: reads a stream chunk by chunk.

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
    """What waits for the next chunk of a stream. One of its methods is called, once.

    Source: https://streams.spec.whatwg.org/#read-request
    """

    def chunk_steps(self, chunk: Any, /) -> None:
        """Take the chunk that was read."""

    def close_steps(self) -> None:
        """Hear that no chunk will come, since the stream is closed."""

    def error_steps(self, e: Any, /) -> None:
        """Hear that no chunk will come, since the stream has failed."""


class ReadableStreamReadResult(NamedTuple, Generic[T]):
    """What ``read()`` gives.

    Attributes:
        value: the chunk; None at the end of the stream.
        done: whether the stream is closed, so that there is no chunk.

    Source: https://streams.spec.whatwg.org/#dictdef-readablestreamreadresult
    """

    value: T | None
    done: bool


class ReadableStreamDefaultReader(ReadableStreamGenericReader, Generic[T]):
    """Reads a stream chunk by chunk. The stream is locked to the reader until it is released.

    Args:
        stream: the stream; ``stream.getReader()`` makes a reader as well.

    Raises:
        TypeError: the stream is locked to another reader, or it is no ReadableStream.

    Source: https://streams.spec.whatwg.org/#default-reader-class
    """

    _interface = "ReadableStreamDefaultReader"

    __slots__ = ("_read_requests",)

    _read_requests: deque[ReadRequest]

    @algorithm("default-reader-constructor", "new ReadableStreamDefaultReader(stream)")
    def __init__(self, stream: "ReadableStream[T]") -> None:
        if getattr(stream, "_interface", None) != "ReadableStream":
            raise TypeError(f"stream is a ReadableStream, not {type(stream).__name__}")
        # 1. The stream is locked to the reader, or the constructor raises.
        set_up_readable_stream_default_reader(self, stream)

    @algorithm("default-reader-read", "read()")
    def read(self) -> "Promise[ReadableStreamReadResult[T]]":
        """Read the next chunk.

        A task that is cancelled while it awaits the promise withdraws the read: a chunk that it
        has not seen is read by the next one who reads.
        A task that is cancelled before it has begun to await, as by ``asyncio.wait_for`` with a
        timeout of 0, withdraws nothing.

        Returns:
            a promise that is fulfilled with the chunk, or with the end of the stream. It is
            rejected with the error of the stream, or with a TypeError if the reader was released.

        Source: https://streams.spec.whatwg.org/#default-reader-read
        """
        if get_ident() != self._agent.thread:
            self._agent.require_this_thread("a ReadableStream")
        # 1. A reader that was released cannot read.
        stream = self._stream
        if stream is None:
            return a_promise_rejected_with(
                TypeError("the reader was released, and has no stream to read"), self._agent
            )
        # 2. The promise is settled when the read request is answered.
        # 3. The promise is its own read request, so that each read creates one object.
        promise: _Reading[T] = _Reading(stream)
        # 4. The read request is answered now or later.
        readable_stream_default_reader_read(self, promise)
        # 5. The promise may be settled already.
        return promise

    @algorithm("default-reader-release-lock", "releaseLock()")
    def releaseLock(self) -> None:
        """Unlock the stream. Reads that wait for a chunk fail with a TypeError.

        Chunks that nobody has read stay in the stream, for the next reader.

        Source: https://streams.spec.whatwg.org/#default-reader-release-lock
        """
        self._agent.require_this_thread("a ReadableStream")
        # 1. A reader that was released before is not released again.
        if self._stream is None:
            return
        # 2. The reader is released, and its read requests are rejected.
        readable_stream_default_reader_release(self)


class _Reading(PromiseOfAChunk[ReadableStreamReadResult[T]], Generic[T]):
    """The promise of a ``read()``, and its read request."""

    __slots__ = ()

    @algorithm("default-reader-read", "read(): chunk steps")
    def chunk_steps(self, chunk: T) -> None:
        # 3a. (a chunk) The read has succeeded.
        # 3a.1. The promise is fulfilled with the chunk.
        self._take(chunk, ReadableStreamReadResult(chunk, False))

    @algorithm("default-reader-read", "read(): close steps")
    def close_steps(self) -> None:
        # 3b. (the stream is closed) There is no further chunk.
        # 3b.1. The promise is fulfilled with a result that says that the stream has ended.
        resolve(self, ReadableStreamReadResult(None, True))

    @algorithm("default-reader-read", "read(): error steps")
    def error_steps(self, e: object) -> None:
        # 3c. (the stream is errored) The read has failed.
        # 3c.1. The promise is rejected with the stored error.
        reject(self, e)
