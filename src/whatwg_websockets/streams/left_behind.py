"""Chunks that a cancelled task has read, but not received.

A chunk must not be lost when a task is cancelled while it awaits the chunk. Cancelling the
``await`` therefore withdraws the read request. If the read request already has a chunk, but the
task has not resumed yet, the chunk returns to the head of the queue. JavaScript has no equivalent,
since an ``await`` cannot be cancelled there.
"""

from collections import deque
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from whatwg_websockets.streams.bytes_left_behind import give_bytes_back, withdraw_a_buffer
from whatwg_websockets.streams.implements import is_a_byte_controller
from whatwg_websockets.streams.readable_states import CLOSED, READABLE
from whatwg_websockets.webidl.array_buffer import ArrayBufferView
from whatwg_websockets.webidl.dom_exception import DOMException
from whatwg_websockets.webidl.promise import (
    PENDING,
    REJECTED,
    Promise,
    reject,
    resolve,
)

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_stream import ReadableStream

T = TypeVar("T")

_NOTHING: Final = object()


class PromiseOfAChunk(Promise[T], Generic[T]):
    """A promise of the next chunk of a stream, which is also its read request.

    Args:
        stream: the stream.
    """

    __slots__ = ("_chunk", "_stream")

    def __init__(self, stream: "ReadableStream[Any]") -> None:
        super().__init__(stream._agent)
        self._stream = stream
        self._chunk: Any = _NOTHING

    def _take(self, chunk: Any, value: object) -> None:
        """Fulfil the promise with a value: the chunk, or a result that has the chunk."""
        self._chunk = chunk
        resolve(self, value)

    def _waiting_was_cancelled(self) -> None:
        """Withdraw the read, since the only task that awaited the chunk was cancelled."""
        error = DOMException("the task that awaited the chunk was cancelled", "AbortError")
        if self._chunk is not _NOTHING:
            chunk, self._chunk = self._chunk, _NOTHING
            # The cancelled task has not received the value, so the promise may still be rejected.
            self._state, self._result = REJECTED, error
            give_back(self._stream, chunk)
        elif self._state == PENDING:
            waiting = self._requests()
            index = waiting.index(self)
            del waiting[index]
            controller = self._stream._controller
            if is_a_byte_controller(controller):
                withdraw_a_buffer(controller, index)
            reject(self, error)

    def _requests(self) -> deque[Any]:
        """Return the pending requests of the reader, of which this promise is one."""
        # A pending promise means that the reader is not released, since a release ends its reads.
        reader: Any = self._stream._reader
        requests: deque[Any] = reader._read_requests
        return requests


class PromiseOfBytes(PromiseOfAChunk[T], Generic[T]):
    """A promise of bytes of a stream, which is also its read-into request."""

    __slots__ = ()

    def _requests(self) -> deque[Any]:
        reader: Any = self._stream._reader
        requests: deque[Any] = reader._read_into_requests
        return requests


def give_back(stream: "ReadableStream[Any]", chunk: Any) -> None:
    """Give a chunk to the first pending read request, or put it at the head of the queue.

    The chunk has the size 0 in the queue, since the source was already pulled for the next chunk.
    A stream that its source has closed becomes readable again until the chunk is read. A stream
    that has failed or was cancelled meanwhile drops the chunk.
    """
    reader, controller = stream._reader, stream._controller
    if is_a_byte_controller(controller):
        if isinstance(chunk, ArrayBufferView):
            chunk = chunk.as_chunk()
        give_bytes_back(controller, chunk)
        return
    if reader is not None and reader._read_requests:
        reader._read_requests.popleft().chunk_steps(chunk)
        return
    if stream._state == CLOSED and controller._close_requested:
        stream._state = READABLE
    if stream._state == READABLE:
        controller._queue.appendleft((chunk, 0))
