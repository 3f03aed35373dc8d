"""4.5 The ReadableStreamBYOBReader class: a reader that fills buffers which the program supplies.

Source: https://streams.spec.whatwg.org/#byob-reader-class
"""

from collections import deque
from typing import TYPE_CHECKING, Any, Final, Protocol, TypedDict, Unpack

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.byob_readers import (
    readable_stream_byob_reader_read,
    readable_stream_byob_reader_release,
    set_up_readable_stream_byob_reader,
)
from whatwg_websockets.streams.default_reader import ReadableStreamReadResult
from whatwg_websockets.streams.generic_reader import ReadableStreamGenericReader
from whatwg_websockets.streams.left_behind import PromiseOfBytes
from whatwg_websockets.webidl.array_buffer import DATA_VIEW, ArrayBufferView
from whatwg_websockets.webidl.buffer_source import BufferSource
from whatwg_websockets.webidl.conversions import to_enforced_unsigned_long_long
from whatwg_websockets.webidl.dictionary import Dictionary, Member
from whatwg_websockets.webidl.missing import MISSING, Missing
from whatwg_websockets.webidl.promise import Promise, a_promise_rejected_with, reject, resolve

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_stream import ReadableStream

READ_OPTIONS: Final = Dictionary(
    "ReadableStreamBYOBReaderReadOptions", {"min": Member(to_enforced_unsigned_long_long, 1)}
)


class ReadableStreamBYOBReaderReadOptions(TypedDict, total=False):
    """The members of the dictionary ReadableStreamBYOBReaderReadOptions, for type checkers."""

    min: int


class ReadIntoRequest(Protocol):
    """A read that waits for its buffer to be filled. One of its methods is called, once.

    Source: https://streams.spec.whatwg.org/#read-into-request
    """

    def chunk_steps(self, chunk: ArrayBufferView, /) -> None:
        """Receive the view of the bytes that were read."""

    def close_steps(self, chunk: ArrayBufferView | None, /) -> None:
        """End the read, since the stream is closed.

        Args:
            chunk: an empty view of the buffer, or None if the stream was cancelled.
        """

    def error_steps(self, e: Any, /) -> None:
        """Fail with the error of the stream."""


class ReadableStreamBYOBReader(ReadableStreamGenericReader):
    """A reader of a byte stream that fills buffers of the program ("bring your own buffer").

    The stream is locked to the reader until it is released.

    Args:
        stream: the stream; ``stream.getReader(mode="byob")`` makes a reader as well.

    Raises:
        TypeError: the stream is locked to another reader, or is not a byte stream.

    Source: https://streams.spec.whatwg.org/#byob-reader-class
    """

    _interface = "ReadableStreamBYOBReader"

    __slots__ = ("_read_into_requests",)

    _read_into_requests: deque[ReadIntoRequest]

    @algorithm("byob-reader-constructor", "new ReadableStreamBYOBReader(stream)")
    def __init__(self, stream: "ReadableStream[Any]") -> None:
        if getattr(stream, "_interface", None) != "ReadableStream":
            raise TypeError(f"stream must be a ReadableStream, not {type(stream).__name__}")
        # 1. Set up the reader, which locks the stream to the reader or raises a TypeError.
        set_up_readable_stream_byob_reader(self, stream)

    @algorithm("byob-reader-read", "read(view, options)")
    def read(
        self,
        view: BufferSource,
        options: ReadableStreamBYOBReaderReadOptions | Missing | None = MISSING,
        **members: Unpack[ReadableStreamBYOBReaderReadOptions],
    ) -> "Promise[ReadableStreamReadResult[memoryview]]":
        """Read bytes into memory of the program.

        The memory is lent to the stream until the promise is settled. Until then, the program must
        not use the memory, and cannot start another read into it.

        Args:
            view: the memory that is filled, from its beginning: a bytearray, an array, a NumPy
                array, or a memoryview of a part of one of these. Only whole elements are filled: a
                view of 16-bit numbers gets an even number of bytes.
            options: a mapping that may have ``min``: the number of elements that have to be read
                before the promise is fulfilled, 1 if left out; fewer are read at the end of the
                stream. ``min`` may be given as a keyword argument.

        Returns:
            A promise that is fulfilled with a result whose ``value`` is a memoryview of the
            elements that were read, which lie at the beginning of the view. At the end of the
            stream ``done`` is true, and the memoryview is empty; if the stream is cancelled, the
            value is None. The promise is rejected with the error of the stream; with a TypeError
            if the reader was released, or if the view is empty, cannot be written to, or is
            already lent; with a ValueError if ``min`` is more than the elements of the view.

        Source: https://streams.spec.whatwg.org/#byob-reader-read
        """
        agent = self._agent
        agent.require_this_thread("a ReadableStream")
        try:
            converted = agent.array_buffers.view_of(view)
            min_: int = READ_OPTIONS.convert(options, members)["min"]
        except TypeError as error:
            return a_promise_rejected_with(error, agent)

        def refuse(error: Exception) -> "Promise[Any]":
            return a_promise_rejected_with(error, agent)

        # 1. If the view is empty, return a promise that is rejected with a TypeError.
        if converted.byte_length == 0:
            return refuse(TypeError("the view is empty, so no bytes can be read into it"))
        # 2. If the buffer of the view is empty, return a promise that is rejected with a TypeError.
        if converted.buffer.byte_length == 0:
            return refuse(TypeError("the memory of the view is already lent to a stream"))
        # 3. If the view's buffer is detached, return a rejected promise; a detached buffer has the
        #    length 0, and so is refused as empty.
        # 4. If the option "min" is 0, return a promise that is rejected with a TypeError.
        if min_ == 0:
            return refuse(TypeError("min is 0, and must be at least 1"))
        # 5. If the view is a typed array, compare the option "min" with the view's length in
        #    elements.
        if converted.type is not DATA_VIEW:
            # 5.1. If "min" is more than the elements of the typed array, return a promise rejected
            #      with a ValueError.
            if min_ > converted.length:
                return refuse(
                    ValueError(f"min is {min_}, but the view has only {converted.length}")
                )
        # 6. If the view is a DataView, compare the option "min" with the view's length in bytes.
        # 6.1. If "min" is more than the bytes of the DataView, return a promise rejected with a
        #      ValueError.
        elif min_ > converted.byte_length:
            return refuse(
                ValueError(f"min is {min_}, but the view has only {converted.byte_length}")
            )
        # 7. If the reader was released, return a promise that is rejected with a TypeError.
        stream = self._stream
        if stream is None:
            return refuse(TypeError("the reader was released, so it has no stream to read"))
        # 8. Let the promise be a new promise, which the read-into request will settle.
        # 9. Use the promise as the read-into request, since its class has the chunk, close and
        #    error steps.
        promise = _ReadingInto(stream)
        # 10. Read into the view with the read-into request, which is answered at once or when bytes
        #     arrive.
        readable_stream_byob_reader_read(self, converted, min_, promise)
        # 11. Return the promise of the read, which may already be settled.
        return promise

    @algorithm("byob-reader-release-lock", "releaseLock()")
    def releaseLock(self) -> None:
        """Unlock the stream. Pending reads fail with a TypeError.

        Unread bytes stay in the stream, for the next reader. Memory that the underlying source may
        be writing to stays lent until the source has responded.

        Source: https://streams.spec.whatwg.org/#byob-reader-release-lock
        """
        self._agent.require_this_thread("a ReadableStream")
        # 1. If the reader has no stream, since it was released before, return.
        if self._stream is None:
            return
        # 2. Release the BYOB reader from its stream, and reject the pending read-into requests.
        readable_stream_byob_reader_release(self)


class _ReadingInto(PromiseOfBytes[ReadableStreamReadResult[memoryview]]):
    """The promise that ``read()`` returns, which is also its read-into request."""

    __slots__ = ()

    @algorithm("byob-reader-read", "read(view, options): chunk steps")
    def chunk_steps(self, chunk: ArrayBufferView) -> None:
        # 9a. (a chunk) The chunk steps of the read-into request receive the view of the bytes that
        #     were read.
        # 9a.1. Resolve the promise of the read with a result that has the view, and whose done is
        #       false.
        self._take(chunk, ReadableStreamReadResult(chunk.as_result(), False))

    @algorithm("byob-reader-read", "read(view, options): close steps")
    def close_steps(self, chunk: ArrayBufferView | None) -> None:
        # 9b. (the stream is closed) The close steps of the read-into request receive the view, or
        #     undefined.
        # 9b.1. Resolve the promise of the read with a result that has the view, if any, and whose
        #       done is true.
        value = None if chunk is None else chunk.as_result()
        resolve(self, ReadableStreamReadResult(value, True))

    @algorithm("byob-reader-read", "read(view, options): error steps")
    def error_steps(self, e: object) -> None:
        # 9c. (the stream is errored) The error steps of the read-into request receive the error.
        # 9c.1. Reject the promise of the read with the error that the error steps were given.
        reject(self, e)
