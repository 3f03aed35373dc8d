"""Chunks that a cancelled task leaves behind.

A task that is cancelled while it awaits the next chunk is not to take the chunk with it. So the
read request is withdrawn with the ``await``. A chunk that has been given to the request already,
while the task has not gone on yet, returns to the head of the queue. JavaScript knows nothing like
it, since nobody cancels an ``await`` there.
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
    """A promise that stands for the next chunk of a stream, and is its read request.

    Args:
        stream: the stream.
    """

    __slots__ = ("_chunk", "_stream")

    def __init__(self, stream: "ReadableStream[Any]") -> None:
        super().__init__(stream._agent)
        self._stream = stream
        self._chunk: Any = _NOTHING

    def _take(self, chunk: Any, value: object) -> None:
        """Fulfil the promise with a value, which is or has the chunk."""
        self._chunk = chunk
        resolve(self, value)

    def _waiting_was_cancelled(self) -> None:
        """Withdraw the read, since nobody else has asked for the chunk."""
        error = DOMException("the task that awaited the chunk was cancelled", "AbortError")
        if self._chunk is not _NOTHING:
            chunk, self._chunk = self._chunk, _NOTHING
            # Nobody has seen the value, and nobody will.
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
        """Return the requests that wait, of which this is one."""
        # A reader that is released ends all reads that wait.
        reader: Any = self._stream._reader
        requests: deque[Any] = reader._read_requests
        return requests


class PromiseOfBytes(PromiseOfAChunk[T], Generic[T]):
    """A promise that stands for bytes of a stream, and is the read-into request for them."""

    __slots__ = ()

    def _requests(self) -> deque[Any]:
        reader: Any = self._stream._reader
        requests: deque[Any] = reader._read_into_requests
        return requests


def give_back(stream: "ReadableStream[Any]", chunk: Any) -> None:
    """Give a chunk to the read request that has waited longest, or put it before all others.

    The queue does not count it: its source has been asked for the next one already. A stream that
    its source has closed is readable again, up to the chunk. One that has failed since, or was
    cancelled, drops it with the others.
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
