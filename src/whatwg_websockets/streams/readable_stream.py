"""4.2 The ReadableStream class: chunks that a source enqueues, and that one reader reads.

Source: https://streams.spec.whatwg.org/#rs-class
"""

from collections.abc import AsyncIterable, Iterable, Mapping
from typing import Any, Final, Generic, Literal, TypedDict, TypeVar, Unpack, overload

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.event_loop import EventLoop, the_event_loop
from whatwg_websockets.streams.byob_reader import ReadableStreamBYOBReader
from whatwg_websockets.streams.create_readable_byte_stream import (
    acquire_readable_stream_byob_reader,
)
from whatwg_websockets.streams.default_reader import ReadableStreamDefaultReader
from whatwg_websockets.streams.interfacing_with_readable_controllers import readable_stream_cancel
from whatwg_websockets.streams.iteration import ReadableStreamAsyncIterator
from whatwg_websockets.streams.pipe import readable_stream_pipe_to
from whatwg_websockets.streams.pipe_options import (
    STREAM_PIPE_OPTIONS,
    ReadableWritablePair,
    StreamPipeOptions,
    to_readable_writable_pair,
    to_writable_stream,
)
from whatwg_websockets.streams.queuing_strategies import (
    QueuingStrategy,
    extract_high_water_mark,
    extract_size_algorithm,
    to_queuing_strategy,
)
from whatwg_websockets.streams.readable_controller import ReadableStreamDefaultController
from whatwg_websockets.streams.readable_stream_from_iterable import (
    readable_stream_from_iterable,
)
from whatwg_websockets.streams.tee import readable_stream_tee
from whatwg_websockets.streams.underlying_byte_source import (
    set_up_readable_byte_stream_controller_from_underlying_source,
)
from whatwg_websockets.streams.underlying_source import (
    UNDERLYING_SOURCE,
    UnderlyingSource,
    set_up_readable_stream_default_controller_from_underlying_source,
)
from whatwg_websockets.streams.working_with_readable_streams import (
    acquire_readable_stream_default_reader,
    initialize_readable_stream,
    is_readable_stream_locked,
)
from whatwg_websockets.streams.working_with_writable_streams import is_writable_stream_locked
from whatwg_websockets.streams.writable_stream import WritableStream
from whatwg_websockets.webidl.conversions import is_object, to_boolean, to_enumeration
from whatwg_websockets.webidl.dictionary import Dictionary, Member
from whatwg_websockets.webidl.messages import shown
from whatwg_websockets.webidl.missing import MISSING, Missing
from whatwg_websockets.webidl.platform_object import PlatformObject
from whatwg_websockets.webidl.promise import Promise, a_promise_rejected_with, mark_as_handled
from whatwg_websockets.webidl.static_operation import static_operation

T = TypeVar("T")
C = TypeVar("C")


def _to_reader_mode(value: object) -> str:
    return to_enumeration(value, "ReadableStreamReaderMode", ("byob",))


GET_READER_OPTIONS: Final = Dictionary(
    "ReadableStreamGetReaderOptions", {"mode": Member(_to_reader_mode)}
)
ITERATOR_OPTIONS: Final = Dictionary(
    "ReadableStreamIteratorOptions", {"preventCancel": Member(to_boolean, False)}
)


class ReadableStreamGetReaderOptions(TypedDict, total=False):
    """The members of the dictionary ReadableStreamGetReaderOptions, for type checkers."""

    mode: Literal["byob"]


class ReadableStreamIteratorOptions(TypedDict, total=False):
    """The members of the dictionary ReadableStreamIteratorOptions, for type checkers."""

    preventCancel: bool


class ReadableStream(PlatformObject, Generic[T]):
    """A stream of chunks, which a source enqueues and one reader at a time reads.

    ``async for chunk in stream`` reads the stream to its end; leaving the loop cancels the stream.

    Args:
        underlyingSource: a mapping, or any object, that may have methods ``start(controller)``,
            ``pull(controller)`` and ``cancel(reason)``. They may be coroutine functions, or return
            any awaitable. They may be given as keyword arguments as well.
        strategy: a mapping, or any object, that may have ``highWaterMark``, the total size of
            queued chunks at which the stream has backpressure (1 if left out), and ``size``, a
            function that takes a chunk and returns its size (1 if left out).

    Raises:
        TypeError: the source or the strategy is not an object, or a method is not a function.
        ValueError: the high water mark is negative or NaN.
        RuntimeError: no event loop is running.
        BaseException: the exception that the ``start`` method raises.

    Source: https://streams.spec.whatwg.org/#rs-class
    """

    _interface = "ReadableStream"

    __slots__ = (
        "_agent",
        "_controller",
        "_disturbed",
        "_reader",
        "_state",
        "_stored_error",
    )

    _agent: EventLoop
    # The controller and the reader of a byte stream are of other classes: see ``implements.py``.
    _controller: ReadableStreamDefaultController[T] | Any
    _disturbed: bool
    _reader: ReadableStreamDefaultReader[T] | Any | None
    _state: str
    _stored_error: Any

    @algorithm("rs-constructor", "new ReadableStream(underlyingSource, strategy)")
    def __init__(
        self: "ReadableStream[Any]",
        underlyingSource: UnderlyingSource | object = MISSING,
        strategy: QueuingStrategy | Missing = MISSING,
        **members: Unpack[UnderlyingSource],
    ) -> None:
        self._agent = the_event_loop("a ReadableStream")
        if underlyingSource is not MISSING and not is_object(underlyingSource):
            raise TypeError(
                f"underlyingSource must be an object or a mapping, not {shown(underlyingSource)}"
            )
        queuing_strategy = to_queuing_strategy(strategy)
        # 1. If the underlying source is left out, use an object without methods.
        # 2. Convert the underlying source to a dictionary, which looks up its methods once.
        underlying_source_dict = UNDERLYING_SOURCE.convert(underlyingSource, members)
        # 3. Initialize the readable stream, as readable and not locked.
        initialize_readable_stream(self)
        # 4. If the underlying source's type is "bytes", make the stream a byte stream.
        if "type" in underlying_source_dict:
            # 4.1. If the strategy of the byte stream has a size function, raise a ValueError.
            if "size" in queuing_strategy:
                raise ValueError("the strategy of a byte stream must not have a size function")
            # 4.2. Let the high water mark be that of the byte stream's strategy, or 0.
            high_water_mark = extract_high_water_mark(queuing_strategy, 0)
            # 4.3. Set up a byte stream controller with the underlying source, whose start method
            #      may raise an exception.
            set_up_readable_byte_stream_controller_from_underlying_source(
                self, underlying_source_dict, high_water_mark
            )
            return
        # 5. If the underlying source's type is undefined, make the stream a stream of arbitrary
        #    chunks.
        # 5.1. Assert that the underlying source has no type.
        # 5.2. Let the size algorithm be that of the strategy, or one that returns 1.
        size_algorithm = extract_size_algorithm(queuing_strategy)
        # 5.3. Let the high water mark be that of the strategy, or 1.
        high_water_mark = extract_high_water_mark(queuing_strategy, 1)
        # 5.4. Set up a default controller with the underlying source, whose start method may raise
        #      an exception.
        set_up_readable_stream_default_controller_from_underlying_source(
            self, underlying_source_dict, high_water_mark, size_algorithm
        )

    @static_operation
    @algorithm("rs-from", "from(asyncIterable)")
    def from_(asyncIterable: AsyncIterable[C] | Iterable[C]) -> "ReadableStream[C]":
        """Make a stream of the values of an asynchronous iterable, or of an iterable.

        The next value is requested only when the stream is read. The iterator is closed when the
        stream is cancelled. In JavaScript the method is called ``from``, which is a keyword in
        Python; ``getattr`` finds the method under that name as well.

        Raises:
            TypeError: the argument is not iterable, or is a string.
            RuntimeError: no event loop is running.

        Source: https://streams.spec.whatwg.org/#rs-from
        """
        # 1. Create a readable stream from the iterable, whose values become the chunks.
        return readable_stream_from_iterable(asyncIterable, the_event_loop("a ReadableStream"))

    @property
    @algorithm("rs-locked", "locked")
    def locked(self) -> bool:
        """Whether the stream is locked to a reader.

        Source: https://streams.spec.whatwg.org/#rs-locked
        """
        # 1. Return whether the readable stream has a reader.
        return is_readable_stream_locked(self)

    @algorithm("rs-cancel", "cancel(reason)")
    def cancel(self, reason: object = MISSING) -> Promise[None]:
        """Cancel the stream: close it, drop the chunks in its queue, and cancel its source.

        Args:
            reason: the reason, which the ``cancel`` method of the source is given.

        Returns:
            A promise that is fulfilled when the source has ended. It is rejected if the source
            fails, or with a TypeError if the stream is locked to a reader.

        Source: https://streams.spec.whatwg.org/#rs-cancel
        """
        self._agent.require_this_thread("a ReadableStream")
        # 1. If the readable stream is locked, return a promise rejected with a TypeError.
        if is_readable_stream_locked(self):
            return a_promise_rejected_with(
                TypeError("the stream is locked to a reader; cancel that reader"), self._agent
            )
        # 2. Cancel the readable stream with the reason, and return the promise of the cancellation.
        return readable_stream_cancel(self, reason)

    @overload
    def getReader(self, options: Missing | None = MISSING) -> ReadableStreamDefaultReader[T]: ...

    @overload
    def getReader(
        self, options: ReadableStreamGetReaderOptions
    ) -> ReadableStreamDefaultReader[T] | ReadableStreamBYOBReader: ...

    @overload
    def getReader(self, *, mode: Literal["byob"]) -> ReadableStreamBYOBReader: ...

    @algorithm("rs-get-reader", "getReader(options)")
    def getReader(
        self,
        options: ReadableStreamGetReaderOptions | Missing | None = MISSING,
        **members: Unpack[ReadableStreamGetReaderOptions],
    ) -> ReadableStreamDefaultReader[T] | ReadableStreamBYOBReader:
        """Lock the stream to a new reader.

        Args:
            options: a mapping that may have ``mode``. It may be given as a keyword argument.

        Raises:
            TypeError: the stream is already locked; or the mode is "byob", and the stream is not a
                byte stream.

        Source: https://streams.spec.whatwg.org/#rs-get-reader
        """
        converted = GET_READER_OPTIONS.convert(options, members)
        # 1. If no mode is given, acquire a default reader for the stream and return the reader.
        if "mode" not in converted:
            return acquire_readable_stream_default_reader(self)
        # 2. Assert that the given mode is "byob", the only mode that the conversion accepts.
        # 3. Acquire a BYOB reader for the stream and return the reader.
        return acquire_readable_stream_byob_reader(self)

    @algorithm("rs-pipe-through", "pipeThrough(transform, options)")
    def pipeThrough(
        self,
        transform: ReadableWritablePair | Mapping[str, Any],
        options: StreamPipeOptions | Missing | None = MISSING,
        **members: Unpack[StreamPipeOptions],
    ) -> "ReadableStream[Any]":
        """Pipe the stream to the writable side of a pair, and return the readable side.

        Args:
            transform: an object, or a mapping, with ``writable`` and ``readable``.
            options: as for ``pipeTo()``.

        Raises:
            TypeError: ``transform`` lacks one of the two streams, an option has the wrong type, or
                this stream or the writable side is locked.

        Source: https://streams.spec.whatwg.org/#rs-pipe-through
        """
        readable, writable = to_readable_writable_pair(transform)
        converted = STREAM_PIPE_OPTIONS.convert(options, members)
        # 1. If the readable stream is locked, raise a TypeError.
        if is_readable_stream_locked(self):
            raise TypeError("the stream is locked to a reader, so it cannot be piped")
        # 2. If the writable side of the transform is locked, raise a TypeError.
        if is_writable_stream_locked(writable):
            raise TypeError("the writable side is locked to a writer, so it cannot be piped to")
        # 3. Let the signal be the option `signal`, or undefined.
        signal = converted.get("signal")
        # 4. Pipe the readable stream to the writable side of the transform.
        promise = readable_stream_pipe_to(
            self,
            writable,
            converted["preventClose"],
            converted["preventAbort"],
            converted["preventCancel"],
            signal,
        )
        # 5. Mark the pipe's promise as handled, since the program gets an error of the pipe from
        #    the readable side of the transform.
        mark_as_handled(promise)
        # 6. Return the readable side of the transform.
        return readable

    @algorithm("rs-pipe-to", "pipeTo(destination, options)")
    def pipeTo(
        self,
        destination: WritableStream[T],
        options: StreamPipeOptions | Missing | None = MISSING,
        **members: Unpack[StreamPipeOptions],
    ) -> Promise[None]:
        """Write all chunks of the stream to a writable stream.

        Both streams are locked until the pipe has ended. Cancelling the task that awaits the
        promise does not end the pipe; aborting the ``signal`` does.

        Args:
            destination: the writable stream.
            options: a mapping that may have these members, each of which may also be given as a
                keyword argument.

                - ``preventClose``: whether the destination stays open when this stream is closed.
                - ``preventAbort``: whether the destination is not aborted when this stream fails.
                - ``preventCancel``: whether this stream is not cancelled when the destination fails
                  or is closed.
                - ``signal``: an AbortSignal. When the signal is aborted, in any thread, the
                  destination is aborted and this stream is cancelled, unless the options prevent
                  that.

        Returns:
            A promise that is fulfilled when all chunks are written, and rejected if one of the
            streams fails, or the signal is aborted. It is rejected with a TypeError if an argument
            has the wrong type, or one of the streams is locked.

        Source: https://streams.spec.whatwg.org/#rs-pipe-to
        """
        try:
            writable = to_writable_stream(destination)
            converted = STREAM_PIPE_OPTIONS.convert(options, members)
        except TypeError as error:
            return a_promise_rejected_with(error, self._agent)
        # 1. If the readable stream is locked, return a promise rejected with a TypeError.
        if is_readable_stream_locked(self):
            return a_promise_rejected_with(
                TypeError("the stream is locked to a reader, so it cannot be piped"), self._agent
            )
        # 2. If the destination is locked, return a promise rejected with a TypeError.
        if is_writable_stream_locked(writable):
            return a_promise_rejected_with(
                TypeError("the destination is locked to a writer, so it cannot be piped to"),
                self._agent,
            )
        # 3. Let the signal be the option `signal`, or undefined.
        signal = converted.get("signal")
        # 4. Pipe the readable stream to the destination, and return the promise of the pipe.
        return readable_stream_pipe_to(
            self,
            writable,
            converted["preventClose"],
            converted["preventAbort"],
            converted["preventCancel"],
            signal,
        )

    @algorithm("rs-tee", "tee()")
    def tee(self) -> "list[ReadableStream[T]]":
        """Make two branches that both have the chunks of this stream, which stays locked.

        Both branches get the same chunk objects. A chunk that only one branch has read is queued in
        the other, without a limit. This stream is cancelled when both branches are cancelled.

        Raises:
            TypeError: the stream is locked to a reader.

        Source: https://streams.spec.whatwg.org/#rs-tee
        """
        # 1. Tee the readable stream, without cloning its chunks for the second branch.
        return readable_stream_tee(self)

    def values(
        self,
        options: ReadableStreamIteratorOptions | Missing | None = MISSING,
        **members: Unpack[ReadableStreamIteratorOptions],
    ) -> ReadableStreamAsyncIterator[T]:
        """Lock the stream, and iterate over its chunks: ``async for chunk in stream.values()``.

        Args:
            options: a mapping that may have ``preventCancel``: whether the stream is only unlocked,
                and not cancelled, when the iteration ends early. It may be given as a keyword
                argument.

        Raises:
            TypeError: the stream is already locked.

        Source: https://streams.spec.whatwg.org/#rs-asynciterator
        """
        converted = ITERATOR_OPTIONS.convert(options, members)
        return ReadableStreamAsyncIterator(self, converted["preventCancel"])

    def __aiter__(self) -> ReadableStreamAsyncIterator[T]:
        """Iterate over the chunks, as ``values()`` does."""
        return ReadableStreamAsyncIterator(self, False)

    def __repr__(self) -> str:
        locked = ", locked" if self._reader is not None else ""
        return f"<ReadableStream {self._state}{locked}>"


# The name of the method in JavaScript, under which ``getattr`` finds it as well.
setattr(ReadableStream, "from", vars(ReadableStream)["from_"])
