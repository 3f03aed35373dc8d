"""4.2.5 Asynchronous iteration: ``async for chunk in stream``.

**One rule for speed.** ``read()`` makes a promise for each chunk, and keeps the ticks of the
standard. ``async for`` makes none where a chunk is queued already, or where the source gives one
within the call of its pull algorithm: the loop goes on with the chunk at once. Where a pull is
done, and only the reaction to it is still to come in a microtask, the reaction is carried out
before the next pull.

Source: https://streams.spec.whatwg.org/#rs-asynciterator
"""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from whatwg_websockets.streams.default_controllers import (
    readable_stream_default_controller_call_pull_if_needed,
    readable_stream_default_controller_clear_algorithms,
)
from whatwg_websockets.streams.interfacing_with_readable_controllers import readable_stream_close
from whatwg_websockets.streams.left_behind import PromiseOfAChunk
from whatwg_websockets.streams.readable_states import READABLE
from whatwg_websockets.streams.readers import (
    readable_stream_default_reader_read,
)
from whatwg_websockets.streams.working_with_readable_streams import (
    acquire_readable_stream_default_reader,
)
from whatwg_websockets.webidl.promise import reject, resolve

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_controller import ReadableStreamDefaultController
    from whatwg_websockets.streams.readable_stream import ReadableStream

T = TypeVar("T")

END_OF_ITERATION: Final = object()


class ReadableStreamAsyncIterator(AsyncIterator[T], Generic[T]):
    """Iterates over the chunks of a stream.

    Source: https://streams.spec.whatwg.org/#rs-asynciterator
    """

    __slots__ = ("__weakref__", "_prevent_cancel", "_reader")

    def __init__(self, stream: "ReadableStream[T]", prevent_cancel: bool) -> None:
        self._reader = acquire_readable_stream_default_reader(stream)
        self._prevent_cancel = prevent_cancel

    async def __anext__(self) -> T:
        stream = self._reader._stream
        if stream is None:
            raise StopAsyncIteration
        controller = stream._controller
        if controller._queue and stream._state == READABLE:
            taken: T = take_a_chunk(controller)
            return taken
        promise: _Next[T] = _Next(stream._agent, stream)
        readable_stream_default_reader_read(self._reader, promise)
        chunk = await promise
        if chunk is END_OF_ITERATION:
            raise StopAsyncIteration
        result: T = chunk
        return result


class _Next(PromiseOfAChunk[T], Generic[T]):
    __slots__ = ()

    def chunk_steps(self, chunk: T) -> None:
        self._take(chunk, chunk)

    def close_steps(self) -> None:
        resolve(self, END_OF_ITERATION)

    def error_steps(self, e: object) -> None:
        reject(self, e)


def take_a_chunk(controller: "ReadableStreamDefaultController[T]") -> T:
    """Take the first chunk of the queue, and ask the source for the next one."""
    controller._stream._disturbed = True
    queue = controller._queue
    chunk, size = queue.popleft()
    controller._queue_total_size -= size
    if controller._queue_total_size < 0:
        controller._queue_total_size = 0
    if controller._close_requested and not queue:
        readable_stream_default_controller_clear_algorithms(controller)
        readable_stream_close(controller._stream)
        return chunk
    if controller._reaction_is_due:
        controller._reaction_is_due = controller._pulling = controller._pull_again = False
    readable_stream_default_controller_call_pull_if_needed(controller)
    return chunk
