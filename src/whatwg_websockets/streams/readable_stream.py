"""4.2 The ReadableStream class: chunks that a source gives, and that one reader takes.

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
    """The members of the dictionary, as type checkers know them."""

    mode: Literal["byob"]


class ReadableStreamIteratorOptions(TypedDict, total=False):
    """The members of the dictionary, as type checkers know them."""

    preventCancel: bool


class ReadableStream(PlatformObject, Generic[T]):
    """Chunks that a source gives, and that one reader at a time takes.

    ``async for chunk in stream`` reads it to its end; to leave the loop cancels the stream.

    Args:
        underlyingSource: a mapping, or any object, that may have methods ``start(controller)``,
            ``pull(controller)`` and ``cancel(reason)``. They may be coroutine functions, or return
            any awaitable. They may be given as keyword arguments as well.
        strategy: a mapping, or any object, that may have ``highWaterMark``, how much the queue
            holds before the source is to wait (1 if left out), and ``size``, a function that
            returns the size of a chunk (1 if left out).

    Raises:
        TypeError: the source or the strategy is no object, or what should be a function is none.
        ValueError: the high water mark is negative or NaN.
        RuntimeError: no event loop is running.
        BaseException: whatever the ``start`` method raises.

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
    # Either is of another class in a byte stream: see ``implements.py``.
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
                f"underlyingSource is an object or a mapping, not {shown(underlyingSource)}"
            )
        queuing_strategy = to_queuing_strategy(strategy)
        # 1. A source that is left out has no methods.
        # 2. The methods of the source are looked up once.
        underlying_source_dict = UNDERLYING_SOURCE.convert(underlyingSource, members)
        # 3. The stream is readable, and has no reader.
        initialize_readable_stream(self)
        # 4. A source of the type "bytes" makes a byte stream.
        if "type" in underlying_source_dict:
            # 4.1. Bytes are measured by their number, and by nothing else.
            if "size" in queuing_strategy:
                raise ValueError("the strategy of a byte stream has no size function")
            # 4.2. The strategy has the high water mark, which is 0 if left out.
            high_water_mark = extract_high_water_mark(queuing_strategy, 0)
            # 4.3. The controller is set up, and starts the source, which may raise.
            set_up_readable_byte_stream_controller_from_underlying_source(
                self, underlying_source_dict, high_water_mark
            )
            return
        # 5. Any other source gives chunks of any kind.
        # 5.1. A source with the type "bytes" was made a byte stream by the step before.
        # 5.2. The strategy has the size algorithm.
        size_algorithm = extract_size_algorithm(queuing_strategy)
        # 5.3. The strategy has the high water mark, which is 1 if left out.
        high_water_mark = extract_high_water_mark(queuing_strategy, 1)
        # 5.4. The controller is set up, and starts the source, which may raise.
        set_up_readable_stream_default_controller_from_underlying_source(
            self, underlying_source_dict, high_water_mark, size_algorithm
        )

    @static_operation
    @algorithm("rs-from", "from(asyncIterable)")
    def from_(asyncIterable: AsyncIterable[C] | Iterable[C]) -> "ReadableStream[C]":
        """Make a stream of what can be iterated over, with ``async for`` or else with ``for``.

        It is iterated over no faster than the stream is read, and closed when the stream is
        cancelled. JavaScript calls the method ``from``, which Python cannot write; ``getattr``
        finds it under that name as well.

        Raises:
            TypeError: it cannot be iterated over, or it is a string.
            RuntimeError: no event loop is running.

        Source: https://streams.spec.whatwg.org/#rs-from
        """
        # 1. The stream takes its chunks from the iterable, one after the other.
        return readable_stream_from_iterable(asyncIterable, the_event_loop("a ReadableStream"))

    @property
    @algorithm("rs-locked", "locked")
    def locked(self) -> bool:
        """Whether the stream has a reader, so that nobody else may read it.

        Source: https://streams.spec.whatwg.org/#rs-locked
        """
        # 1. A stream is locked as long as it has a reader.
        return is_readable_stream_locked(self)

    @algorithm("rs-cancel", "cancel(reason)")
    def cancel(self, reason: object = MISSING) -> Promise[None]:
        """Close the stream, as nobody wants to read it any more, and have its source end.

        Args:
            reason: why; the ``cancel`` method of the source is given it.

        Returns:
            a promise that is fulfilled when the source has ended. It is rejected if the source
            fails, or with a TypeError if the stream is locked to a reader.

        Source: https://streams.spec.whatwg.org/#rs-cancel
        """
        self._agent.require_this_thread("a ReadableStream")
        # 1. A stream that is locked can only be cancelled by its reader.
        if is_readable_stream_locked(self):
            return a_promise_rejected_with(
                TypeError("the stream is locked to a reader; cancel the reader"), self._agent
            )
        # 2. The stream is cancelled.
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
            TypeError: the stream is locked already; or the mode is "byob", and the stream is no
                byte stream.

        Source: https://streams.spec.whatwg.org/#rs-get-reader
        """
        converted = GET_READER_OPTIONS.convert(options, members)
        # 1. Without a mode the reader is a default reader.
        if "mode" not in converted:
            return acquire_readable_stream_default_reader(self)
        # 2. The only mode that a program can give is "byob".
        # 3. The reader brings its own buffers.
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
            TypeError: ``transform`` has no such streams, an option is of another type, or one of
                the two streams that are piped is locked.

        Source: https://streams.spec.whatwg.org/#rs-pipe-through
        """
        readable, writable = to_readable_writable_pair(transform)
        converted = STREAM_PIPE_OPTIONS.convert(options, members)
        # 1. A stream that is locked cannot be piped.
        if is_readable_stream_locked(self):
            raise TypeError("the stream is locked to a reader, and cannot be piped")
        # 2. A stream that is locked cannot be piped into.
        if is_writable_stream_locked(writable):
            raise TypeError("the writable side is locked to a writer, and cannot be piped to")
        # 3. None stands for a signal that was left out.
        signal = converted.get("signal")
        # 4. The source is piped into the writable side of the transform.
        promise = readable_stream_pipe_to(
            self,
            writable,
            converted["preventClose"],
            converted["preventAbort"],
            converted["preventCancel"],
            signal,
        )
        # 5. The rejection of the pipe counts as handled, since the readable side shows the error.
        mark_as_handled(promise)
        # 6. The readable side of the transform is returned.
        return readable

    @algorithm("rs-pipe-to", "pipeTo(destination, options)")
    def pipeTo(
        self,
        destination: WritableStream[T],
        options: StreamPipeOptions | Missing | None = MISSING,
        **members: Unpack[StreamPipeOptions],
    ) -> Promise[None]:
        """Write all chunks of the stream to a writable stream.

        Both streams are locked until the pipe has ended. It goes on if the task that awaits it is
        cancelled; abort a ``signal`` to end it.

        Args:
            destination: the writable stream.
            options: a mapping that may have these members. They may be given as keyword arguments.

                - ``preventClose``: whether the end of this stream leaves the destination open.
                - ``preventAbort``: whether an error of this stream leaves the destination as it is.
                - ``preventCancel``: whether an error or the end of the destination leaves this
                  stream as it is.
                - ``signal``: an AbortSignal. When it is aborted, in whatever thread, the
                  destination is aborted and this stream cancelled, as far as the options do not
                  prevent it.

        Returns:
            a promise that is fulfilled when all chunks are written, and rejected if either stream
            fails, or the signal is aborted. It is rejected with a TypeError if an argument is of
            another type, or one of the streams is locked.

        Source: https://streams.spec.whatwg.org/#rs-pipe-to
        """
        try:
            writable = to_writable_stream(destination)
            converted = STREAM_PIPE_OPTIONS.convert(options, members)
        except TypeError as error:
            return a_promise_rejected_with(error, self._agent)
        # 1. A stream that is locked cannot be piped.
        if is_readable_stream_locked(self):
            return a_promise_rejected_with(
                TypeError("the stream is locked to a reader, and cannot be piped"), self._agent
            )
        # 2. A stream that is locked cannot be piped into.
        if is_writable_stream_locked(writable):
            return a_promise_rejected_with(
                TypeError("the destination is locked to a writer, and cannot be piped to"),
                self._agent,
            )
        # 3. None stands for a signal that was left out.
        signal = converted.get("signal")
        # 4. The promise is settled when the pipe is finished.
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
        """Make two streams that both have the chunks of this one, which is locked for good.

        The chunks of both are the same objects. What is read of the one and not of the other is
        queued there, without a bound. This stream is cancelled when both are.

        Raises:
            TypeError: the stream is locked to a reader.

        Source: https://streams.spec.whatwg.org/#rs-tee
        """
        # 1. The chunks are not cloned for the second branch.
        return readable_stream_tee(self)

    def values(
        self,
        options: ReadableStreamIteratorOptions | Missing | None = MISSING,
        **members: Unpack[ReadableStreamIteratorOptions],
    ) -> ReadableStreamAsyncIterator[T]:
        """Lock the stream, and iterate over its chunks: ``async for chunk in stream.values()``.

        Args:
            options: a mapping that may have ``preventCancel``: whether the stream is only unlocked,
                and not cancelled, when the iteration is broken off. It may be given as a keyword
                argument.

        Raises:
            TypeError: the stream is locked already.

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


# The name that it has in JavaScript, for those who call members by their names.
setattr(ReadableStream, "from", vars(ReadableStream)["from_"])
