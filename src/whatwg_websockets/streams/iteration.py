"""4.2.5 Asynchronous iteration: ``async for chunk in stream``.

**One rule for speed.** ``read()`` makes a promise for each chunk, and keeps the ticks of the
standard. So does ``next()`` of an iterator. ``async for`` makes none where a chunk is queued
already, or where the source gives one within the call of its pull algorithm: the loop goes on with
the chunk at once. Where a pull is done, and only the reaction to it is still to come in a
microtask, the reaction is carried out before the source is asked again.

**Leaving the loop.** JavaScript calls ``return()`` of the iterator when a loop is broken off.
Python calls nothing: it lets go of the iterator. So an iterator that nobody refers to any more
breaks the iteration off, which on CPython is when the loop is left. ``aclose()`` does the same, and
waits for the end of the source: ``async with contextlib.aclosing(stream.values()) as chunks``.

Source: https://streams.spec.whatwg.org/#rs-asynciterator
"""

from collections.abc import Awaitable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.streams.default_controllers import (
    anticipate_the_reaction,
    carry_out_the_reaction,
)
from whatwg_websockets.streams.generic_reader import readable_stream_reader_generic_cancel
from whatwg_websockets.streams.left_behind import PromiseOfAChunk
from whatwg_websockets.streams.readers import (
    readable_stream_default_reader_read,
    readable_stream_default_reader_release,
)
from whatwg_websockets.streams.working_with_readable_streams import (
    acquire_readable_stream_default_reader,
)
from whatwg_websockets.webidl.asynchronous_iterator import (
    END_OF_ITERATION,
    DefaultAsynchronousIterator,
    value_of,
)
from whatwg_websockets.webidl.missing import MISSING
from whatwg_websockets.webidl.promise import (
    PENDING,
    REJECTED,
    Promise,
    a_promise_resolved_with,
    mark_as_handled,
    raise_the_reason,
    react,
    reject,
    resolve,
)

if TYPE_CHECKING:
    from whatwg_websockets.streams.default_reader import ReadableStreamDefaultReader
    from whatwg_websockets.streams.readable_stream import ReadableStream

T = TypeVar("T")

# A chunk of another type may be a promise, which is awaited.
_NEVER_AWAITABLE: Final = frozenset((bytes, str, int, float, tuple, list, dict, type(None)))


class ReadableStreamAsyncIterator(DefaultAsynchronousIterator[T]):
    """Iterates over the chunks of a stream, which is locked to it.

    A stream that is closed ends the iteration, and one that is errored raises its error in it. When
    the iteration is broken off, the stream is unlocked, and cancelled unless that was prevented.

    Source: https://streams.spec.whatwg.org/#rs-asynciterator
    """

    __slots__ = ("_prevent_cancel", "_reader")

    _agent: EventLoop

    @algorithm("rs-get-iterator", "ReadableStream asynchronous iterator initialization steps")
    def __init__(self, stream: "ReadableStream[T]", prevent_cancel: bool) -> None:
        super().__init__(stream._agent)
        # 1. The iterator acquires a reader, which locks the stream.
        reader = acquire_readable_stream_default_reader(stream)
        # 2. The iterator refers to its reader.
        self._reader = reader
        # 3. The iterator keeps the option `preventCancel`.
        # 4. The option says whether the stream is left uncancelled when the iteration is broken
        #    off.
        self._prevent_cancel = prevent_cancel

    @algorithm("rs-asynciterator-prototype-next", "ReadableStream get the next iteration result")
    def _get_the_next_iteration_result(self) -> Promise[Any]:
        """Return a promise of the next chunk, or of the end of the iteration.

        Source: https://streams.spec.whatwg.org/#rs-asynciterator-prototype-next
        """
        # 1. The reader is that of the iterator.
        reader = self._reader
        # 2. An iterator that has finished does not read again.
        stream = reader._stream
        assert stream is not None
        # 3. The promise is settled when the read request is answered.
        # 4. The promise is its own read request.
        promise: _Next[T] = _Next(stream)
        # 5. The read request is answered now or later.
        readable_stream_default_reader_read(reader, promise)
        # 6. The promise may be settled already.
        return promise

    @algorithm("rs-asynciterator-prototype-return", "ReadableStream asynchronous iterator return")
    def _return(self, value: object) -> Promise[Any]:
        """Unlock the stream, and cancel it unless that was prevented.

        Source: https://streams.spec.whatwg.org/#rs-asynciterator-prototype-return
        """
        # 1. The reader is that of the iterator.
        reader = self._reader
        # 2. An iterator that has finished is not broken off again.
        assert reader._stream is not None
        # 3. No read request is pending, since the iterator performs one call after the other.
        # 4. The stream is cancelled, unless `preventCancel` is true.
        if not self._prevent_cancel:
            # 4.1. The stream is cancelled with what the caller gives as the reason.
            result = readable_stream_reader_generic_cancel(reader, value)
            # 4.2. The reader is released.
            _release(reader)
            # 4.3. The promise of the cancellation goes to the caller.
            return result
        # 5. The reader is released, and the stream is not cancelled.
        _release(reader)
        # 6. The promise that the caller gets is fulfilled already.
        return a_promise_resolved_with(None, self._agent)

    async def __anext__(self) -> T:
        stream = self._reader._stream
        if stream is None:
            raise StopAsyncIteration
        promise: Promise[Any]
        controller = stream._controller
        if controller._pull_again and not controller._queue:
            # More was asked for while the source was being asked, and it may have more by now.
            carry_out_the_reaction(controller)
        if controller._queue and self._ongoing_promise is None:
            chunk: T = controller._take_a_chunk()
            if type(chunk) in _NEVER_AWAITABLE or not isinstance(chunk, Awaitable):
                return chunk
            promise = _Next(stream)
            promise.chunk_steps(chunk)
        else:
            promise = self._read(stream)
        try:
            chunk = await promise if promise._state == PENDING else _answer(promise)
        except StopAsyncIteration as error:
            # It would end the loop as if the stream were closed.
            raise RuntimeError("the stream is errored with a StopAsyncIteration") from error
        finally:
            # What is raised refers to this frame, and is not to keep the iterator.
            del self
        if chunk is END_OF_ITERATION:
            raise StopAsyncIteration
        return chunk

    def _read(self, stream: "ReadableStream[T]") -> Promise[Any]:
        """Return the promise of a chunk that is not queued, or of the end of the iteration."""
        if self._ongoing_promise is not None:
            # Somebody calls next() as well, and is served first.
            return react(self.next(), value_of)
        if stream._controller._reaction_is_due:
            anticipate_the_reaction(stream._controller)
        promise: _Next[T] = _Next(stream)
        readable_stream_default_reader_read(self._reader, promise)
        return promise

    def _is_over(self) -> bool:
        # The end that an ``async for`` has come to has unlocked the stream.
        return self._is_finished or self._reader._stream is None

    async def aclose(self) -> None:
        """Break the iteration off, as leaving the loop does, and wait for the end of the source.

        Raises:
            BaseException: what the ``cancel`` method of the source raises.
        """
        await self.return_()

    def __aiter__(self) -> "ReadableStreamAsyncIterator[T]":
        return self

    def __del__(self) -> None:
        reader = getattr(self, "_reader", None)
        if reader is None or reader._stream is None or self._agent.asyncio_loop.is_closed():
            return
        self._agent.call_from_any_thread(partial(_break_off, reader, self._prevent_cancel))


def _break_off(reader: "ReadableStreamDefaultReader[Any]", prevent_cancel: bool) -> None:
    """Break off the iteration of an iterator that nobody refers to any more."""
    if reader._stream is not None and not prevent_cancel:
        readable_stream_reader_generic_cancel(reader, MISSING)
    _release(reader)


def _release(reader: "ReadableStreamDefaultReader[Any]") -> None:
    """Unlock the stream, unless it was when a read request was answered."""
    if reader._stream is not None:
        readable_stream_default_reader_release(reader)


def _answer(promise: Promise[Any]) -> Any:
    """Return what a promise that is settled was fulfilled with, or raise the reason."""
    if promise._state == REJECTED:
        mark_as_handled(promise)
        raise_the_reason(promise._result)
    return promise._result


class _Next(PromiseOfAChunk[T], Generic[T]):
    """The promise of the next chunk of an iteration, and its read request."""

    __slots__ = ()

    @algorithm(
        "rs-asynciterator-prototype-next",
        "ReadableStream get the next iteration result: chunk steps",
    )
    def chunk_steps(self, chunk: T) -> None:
        # 4a. (a chunk) The iteration goes on.
        # 4a.1. The promise is fulfilled with the chunk.
        self._take(chunk, chunk)

    @algorithm(
        "rs-asynciterator-prototype-next",
        "ReadableStream get the next iteration result: close steps",
    )
    def close_steps(self) -> None:
        # 4b. (the stream is closed) The iteration ends.
        # 4b.1. The reader is released, unless another call has released it.
        self._release()
        # 4b.2. The promise is fulfilled with the end of the iteration.
        resolve(self, END_OF_ITERATION)

    @algorithm(
        "rs-asynciterator-prototype-next",
        "ReadableStream get the next iteration result: error steps",
    )
    def error_steps(self, e: object) -> None:
        # 4c. (the stream is errored) The iteration ends with the error.
        # 4c.1. The reader is released, unless another call has released it.
        self._release()
        # 4c.2. The promise is rejected with the error of the stream.
        reject(self, e)

    def _release(self) -> None:
        if self._stream._reader is not None:
            readable_stream_default_reader_release(self._stream._reader)
