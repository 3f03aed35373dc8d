"""4.2.5 Asynchronous iteration: ``async for chunk in stream``.

**One rule for speed.** ``read()`` and an iterator's ``next()`` make a promise for each chunk, and
take as many microtasks as the standard says. ``async for`` makes no promise if a chunk is in the
queue, or if the source enqueues a chunk while its pull algorithm is called: the loop continues with
the chunk at once. If a pull has ended, but the reaction to it still waits for its microtask, the
reaction is carried out before the source is pulled again.

**Leaving the loop.** JavaScript calls ``return()`` of the iterator when a loop ends early. Python
calls no method, but drops its reference to the iterator. For this reason the iteration ends when
the iterator is garbage-collected; on CPython, that is when the loop is left. ``aclose()`` ends the
iteration too, and waits until the source has ended:
``async with contextlib.aclosing(stream.values()) as chunks``.

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

# The types of chunks that cannot be awaitable. A chunk of another type may be, and is then awaited.
_NEVER_AWAITABLE: Final = frozenset((bytes, str, int, float, tuple, list, dict, type(None)))


class ReadableStreamAsyncIterator(DefaultAsynchronousIterator[T]):
    """An iterator over the chunks of a stream, which is locked while the iteration lasts.

    The iteration ends when the stream is closed, and raises the error of a stream that is errored.
    If the iteration ends early, the stream is unlocked, and cancelled unless ``preventCancel`` is
    true.

    Source: https://streams.spec.whatwg.org/#rs-asynciterator
    """

    __slots__ = ("_prevent_cancel", "_reader")

    _agent: EventLoop

    @algorithm("rs-get-iterator", "ReadableStream asynchronous iterator initialization steps")
    def __init__(self, stream: "ReadableStream[T]", prevent_cancel: bool) -> None:
        super().__init__(stream._agent)
        # 1. Acquire a default reader for the stream, which locks the stream to the iterator's
        #    reader.
        reader = acquire_readable_stream_default_reader(stream)
        # 2. Set the iterator's reader to the acquired default reader.
        self._reader = reader
        # 3. Take the value of the iteration's option `preventCancel`.
        # 4. Set the iterator's `preventCancel` to the value of the option.
        self._prevent_cancel = prevent_cancel

    @algorithm("rs-asynciterator-prototype-next", "ReadableStream get the next iteration result")
    def _get_the_next_iteration_result(self) -> Promise[Any]:
        """Return a promise of the next chunk, or of the end of the iteration.

        Source: https://streams.spec.whatwg.org/#rs-asynciterator-prototype-next
        """
        # 1. Take the iterator's reader.
        reader = self._reader
        stream = reader._stream
        # 2. Assert that the iterator's reader has a stream, since a finished iterator does not
        #    read.
        assert stream is not None
        # 3. Let the promise be a new promise, which the read request of the iterator will settle.
        # 4. Use the promise as the read request, since its class has the chunk, close and error
        #   steps.
        promise: _Next[T] = _Next(stream)
        # 5. Read from the iterator's stream with the read request, which is answered at once or
        #    when a chunk arrives.
        readable_stream_default_reader_read(reader, promise)
        # 6. Return the promise of the next iteration result, which may already be settled.
        return promise

    @algorithm("rs-asynciterator-prototype-return", "ReadableStream asynchronous iterator return")
    def _return(self, value: object) -> Promise[Any]:
        """Unlock the stream, and cancel it unless ``preventCancel`` is true.

        Source: https://streams.spec.whatwg.org/#rs-asynciterator-prototype-return
        """
        # 1. Take the iterator's reader.
        reader = self._reader
        # 2. Assert that the iterator's reader has a stream, since a finished iterator is not ended
        #    twice.
        assert reader._stream is not None
        # 3. Assert that the reader has no pending read request, since the iterator serves one call
        #    at a time.
        # 4. If the iterator's `preventCancel` is false, cancel the stream before the reader is
        #    released.
        if not self._prevent_cancel:
            # 4.1. Cancel the reader's stream, with the value passed to `return()` as the reason.
            result = readable_stream_reader_generic_cancel(reader, value)
            # 4.2. Release the iterator's reader after the stream was cancelled.
            _release(reader)
            # 4.3. Return the promise of the cancellation.
            return result
        # 5. Release the iterator's reader, and leave the stream uncancelled.
        _release(reader)
        # 6. Return a promise resolved with undefined, since the stream is not cancelled.
        return a_promise_resolved_with(None, self._agent)

    async def __anext__(self) -> T:
        stream = self._reader._stream
        if stream is None:
            raise StopAsyncIteration
        promise: Promise[Any]
        controller = stream._controller
        if controller._pull_again and not controller._queue:
            # Another chunk was wanted while the pull was running, and the source may have it now.
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
            # A StopAsyncIteration would end the loop as if the stream were closed.
            raise RuntimeError("the stream is errored with a StopAsyncIteration") from error
        finally:
            # A raised exception refers to this frame, and must not keep the iterator alive.
            del self
        if chunk is END_OF_ITERATION:
            raise StopAsyncIteration
        return chunk

    def _read(self, stream: "ReadableStream[T]") -> Promise[Any]:
        """Return the promise of a chunk that is not queued, or of the end of the iteration."""
        if self._ongoing_promise is not None:
            # The program has called next() as well, and that call is served first.
            return react(self.next(), value_of)
        if stream._controller._reaction_is_due:
            anticipate_the_reaction(stream._controller)
        promise: _Next[T] = _Next(stream)
        readable_stream_default_reader_read(self._reader, promise)
        return promise

    def _is_over(self) -> bool:
        # An ``async for`` that has reached the end of the stream has released the reader.
        return self._is_finished or self._reader._stream is None

    async def aclose(self) -> None:
        """End the iteration, as leaving the loop does, and wait until the source has ended.

        Raises:
            BaseException: the exception that the ``cancel`` method of the source raises.
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
    """End the iteration of an iterator that was garbage-collected."""
    if reader._stream is not None and not prevent_cancel:
        readable_stream_reader_generic_cancel(reader, MISSING)
    _release(reader)


def _release(reader: "ReadableStreamDefaultReader[Any]") -> None:
    """Release the reader, unless the answer to a read request has released it."""
    if reader._stream is not None:
        readable_stream_default_reader_release(reader)


def _answer(promise: Promise[Any]) -> Any:
    """Return the value of a promise that is fulfilled, or raise the reason of a rejected one."""
    if promise._state == REJECTED:
        mark_as_handled(promise)
        raise_the_reason(promise._result)
    return promise._result


class _Next(PromiseOfAChunk[T], Generic[T]):
    """The promise of the next chunk of an iteration, which is also its read request."""

    __slots__ = ()

    @algorithm(
        "rs-asynciterator-prototype-next",
        "ReadableStream get the next iteration result: chunk steps",
    )
    def chunk_steps(self, chunk: T) -> None:
        # 4a. (a chunk) The chunk steps of the iterator's read request receive the next chunk.
        # 4a.1. Resolve the promise of the iteration result with the chunk.
        self._take(chunk, chunk)

    @algorithm(
        "rs-asynciterator-prototype-next",
        "ReadableStream get the next iteration result: close steps",
    )
    def close_steps(self) -> None:
        # 4b. (the stream is closed) The close steps of the iterator's read request end the
        #     iteration.
        # 4b.1. Release the iterator's reader from the closed stream, unless another call has
        #       released it.
        self._release()
        # 4b.2. Resolve the promise of the iteration result with the end of the iteration.
        resolve(self, END_OF_ITERATION)

    @algorithm(
        "rs-asynciterator-prototype-next",
        "ReadableStream get the next iteration result: error steps",
    )
    def error_steps(self, e: object) -> None:
        # 4c. (the stream is errored) The error steps of the iterator's read request receive the
        #     error.
        # 4c.1. Release the iterator's reader from the errored stream, unless another call has
        #       released it.
        self._release()
        # 4c.2. Reject the promise of the iteration result with the error of the stream.
        reject(self, e)

    def _release(self) -> None:
        if self._stream._reader is not None:
            readable_stream_default_reader_release(self._stream._reader)
