"""4.5 The ReadableStreamBYOBReader class: reads bytes into buffers of the program's own.

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
    """The members of the dictionary, as type checkers know them."""

    min: int


class ReadIntoRequest(Protocol):
    """What waits for a buffer to be filled. One of its methods is called, once.

    Source: https://streams.spec.whatwg.org/#read-into-request
    """

    def chunk_steps(self, chunk: ArrayBufferView, /) -> None:
        """Take the view on what was read."""

    def close_steps(self, chunk: ArrayBufferView | None, /) -> None:
        """Hear that the stream is closed; the view is empty, and None if it was cancelled."""

    def error_steps(self, e: Any, /) -> None:
        """Hear that nothing will come, since the stream has failed."""


class ReadableStreamBYOBReader(ReadableStreamGenericReader):
    """Reads a byte stream into buffers of the program's own ("bring your own buffer").

    The stream is locked to the reader until it is released.

    Args:
        stream: the stream; ``stream.getReader(mode="byob")`` makes a reader as well.

    Raises:
        TypeError: the stream is locked to another reader, or it is no byte stream.

    Source: https://streams.spec.whatwg.org/#byob-reader-class
    """

    _interface = "ReadableStreamBYOBReader"

    __slots__ = ("_read_into_requests",)

    _read_into_requests: deque[ReadIntoRequest]

    @algorithm("byob-reader-constructor", "new ReadableStreamBYOBReader(stream)")
    def __init__(self, stream: "ReadableStream[Any]") -> None:
        if getattr(stream, "_interface", None) != "ReadableStream":
            raise TypeError(f"stream is a ReadableStream, not {type(stream).__name__}")
        # 1. The stream is locked to the reader, or the constructor raises.
        set_up_readable_stream_byob_reader(self, stream)

    @algorithm("byob-reader-read", "read(view, options)")
    def read(
        self,
        view: BufferSource,
        options: ReadableStreamBYOBReaderReadOptions | Missing | None = MISSING,
        **members: Unpack[ReadableStreamBYOBReaderReadOptions],
    ) -> "Promise[ReadableStreamReadResult[memoryview]]":
        """Read bytes into memory of the program's own.

        The memory is lent to the stream until the promise is settled: the program does not use it
        meanwhile, and cannot read into it a second time.

        Args:
            view: what is filled, from its beginning: a bytearray, an array, a NumPy array, or a
                memoryview of a part of one. Its elements are filled whole: a view of 16 bit numbers
                gets an even number of bytes.
            options: a mapping that may have ``min``: how many elements have to come before the
                promise is fulfilled, 1 if left out; fewer come at the end of the stream. It may be
                given as a keyword argument.

        Returns:
            a promise that is fulfilled with the beginning of the view, as a memoryview with as
            many elements as have come. At the end of the stream ``done`` is true, and the
            memoryview is empty; if the stream is cancelled there is None. It is rejected with the
            error of the stream; with a TypeError if the reader was released, or if the view is
            empty, or cannot be written into, or is lent already; with a ValueError if ``min`` is
            more than the view has.

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

        # 1. A view that is empty cannot be filled.
        if converted.byte_length == 0:
            return refuse(TypeError("the view is empty, and cannot be filled"))
        # 2. A buffer that is empty cannot be filled.
        if converted.buffer.byte_length == 0:
            return refuse(TypeError("the memory of the view is lent to a stream already"))
        # 3. A buffer that is detached has no memory, and its length is 0.
        # 4. A read asks for one element at least.
        if min_ == 0:
            return refuse(TypeError("min is at least 1"))
        # 5. The elements of a typed array are counted.
        if converted.type is not DATA_VIEW:
            # 5.1. A read asks for no more elements than the view has.
            if min_ > converted.length:
                return refuse(ValueError(f"min is {min_}, and the view has {converted.length}"))
        # 6. The bytes of a DataView are counted.
        # 6.1. A read asks for no more bytes than the view has.
        elif min_ > converted.byte_length:
            return refuse(ValueError(f"min is {min_}, and the view has {converted.byte_length}"))
        # 7. A reader that was released cannot read.
        stream = self._stream
        if stream is None:
            return refuse(TypeError("the reader was released, and has no stream to read"))
        # 8. The promise is settled when the read-into request is answered.
        # 9. The promise is its own read-into request.
        promise = _ReadingInto(stream)
        # 10. The read-into request is answered now or later.
        readable_stream_byob_reader_read(self, converted, min_, promise)
        # 11. The promise may be settled already.
        return promise

    @algorithm("byob-reader-release-lock", "releaseLock()")
    def releaseLock(self) -> None:
        """Unlock the stream. Reads that wait for bytes fail with a TypeError.

        Bytes that nobody has read stay in the stream, for the next reader. Memory that the source
        may be writing into stays lent until the source has answered.

        Source: https://streams.spec.whatwg.org/#byob-reader-release-lock
        """
        self._agent.require_this_thread("a ReadableStream")
        # 1. A reader that was released before is not released again.
        if self._stream is None:
            return
        # 2. The reader is released, and its read-into requests are rejected.
        readable_stream_byob_reader_release(self)


class _ReadingInto(PromiseOfBytes[ReadableStreamReadResult[memoryview]]):
    """The promise of a ``read()``, and its read-into request."""

    __slots__ = ()

    @algorithm("byob-reader-read", "read(view, options): chunk steps")
    def chunk_steps(self, chunk: ArrayBufferView) -> None:
        # 9a. (a chunk) The read has succeeded.
        # 9a.1. The promise is fulfilled with the view on what was read.
        self._take(chunk, ReadableStreamReadResult(chunk.as_result(), False))

    @algorithm("byob-reader-read", "read(view, options): close steps")
    def close_steps(self, chunk: ArrayBufferView | None) -> None:
        # 9b. (the stream is closed) Nothing further will come.
        # 9b.1. The promise is fulfilled with a result that says that the stream has ended.
        value = None if chunk is None else chunk.as_result()
        resolve(self, ReadableStreamReadResult(value, True))

    @algorithm("byob-reader-read", "read(view, options): error steps")
    def error_steps(self, e: object) -> None:
        # 9c. (the stream is errored) The read has failed.
        # 9c.1. The promise is rejected with the stored error.
        reject(self, e)
