"""4.6 The ReadableStreamDefaultController class: how a source enqueues chunks to its stream.

Source: https://streams.spec.whatwg.org/#rs-default-controller-class
"""

from collections import deque
from collections.abc import Callable
from threading import get_ident
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.streams.algorithms import the_promise_of
from whatwg_websockets.streams.default_controllers import (
    anticipate_the_reaction,
    readable_stream_default_controller_call_pull_if_needed,
    readable_stream_default_controller_can_close_or_enqueue,
    readable_stream_default_controller_clear_algorithms,
    readable_stream_default_controller_close,
    readable_stream_default_controller_enqueue,
    readable_stream_default_controller_error,
    readable_stream_default_controller_get_desired_size,
)
from whatwg_websockets.streams.interfacing_with_readable_controllers import (
    readable_stream_add_read_request,
    readable_stream_close,
)
from whatwg_websockets.streams.queue_with_sizes import dequeue_value, reset_queue
from whatwg_websockets.streams.queuing_strategies import SizeAlgorithm
from whatwg_websockets.streams.readable_states import READABLE
from whatwg_websockets.webidl.missing import MISSING
from whatwg_websockets.webidl.platform_object import PlatformObject
from whatwg_websockets.webidl.promise import Promise, a_promise_resolved_with

if TYPE_CHECKING:
    from whatwg_websockets.streams.default_reader import ReadRequest
    from whatwg_websockets.streams.readable_stream import ReadableStream

T = TypeVar("T")


class ReadableStreamDefaultController(PlatformObject, Generic[T]):
    """The controller by which a source enqueues chunks, closes its stream, or errors it.

    The methods ``start`` and ``pull`` of the source are given the controller.

    Raises:
        TypeError: the class is called as a constructor.

    Source: https://streams.spec.whatwg.org/#rs-default-controller-class
    """

    _interface = "ReadableStreamDefaultController"

    __slots__ = (
        "_agent",
        "_cancel_algorithm",
        "_close_requested",
        "_pull_again",
        "_pull_algorithm",
        "_pulling",
        "_queue",
        "_queue_total_size",
        "_reaction_is_due",
        "_reaction_is_queued",
        "_started",
        "_strategy_hwm",
        "_strategy_size_algorithm",
        "_stream",
    )

    _agent: EventLoop
    _cancel_algorithm: Callable[[object], object]
    _close_requested: bool
    _pull_again: bool
    _pull_algorithm: Callable[[], object]
    _pulling: bool
    _queue: deque[tuple[T, float]]
    _queue_total_size: float
    _started: bool
    _strategy_hwm: float
    _strategy_size_algorithm: SizeAlgorithm
    _stream: "ReadableStream[T]"

    # Whether the reaction to a pull that ended at once is still to be carried out, and whether a
    # microtask that carries out such a reaction is queued.
    _reaction_is_due: bool
    _reaction_is_queued: bool

    def __init__(self) -> None:
        raise TypeError("a controller cannot be constructed; the methods of a source are given it")

    @property
    @algorithm("rs-default-controller-desired-size", "desiredSize")
    def desiredSize(self) -> float | None:
        """The size that the queue has room for.

        It is negative if the queue has more than the high water mark, 0 if the stream is closed,
        and None if the stream is errored.

        Source: https://streams.spec.whatwg.org/#rs-default-controller-desired-size
        """
        # 1. Return the desired size of the stream, which is the high water mark less the queue's
        #    total size.
        return readable_stream_default_controller_get_desired_size(self)

    @algorithm("rs-default-controller-close", "close()")
    def close(self) -> None:
        """Close the stream as soon as the chunks in its queue have been read.

        Raises:
            TypeError: the stream is closed or errored, or its close was requested.

        Source: https://streams.spec.whatwg.org/#rs-default-controller-close
        """
        self._agent.require_this_thread("a ReadableStream")
        # 1. If the stream can neither close nor enqueue, raise a TypeError.
        if not readable_stream_default_controller_can_close_or_enqueue(self):
            self._refuse("closed")
        # 2. Close the stream, at once or when its queue is empty.
        readable_stream_default_controller_close(self)

    @algorithm("rs-default-controller-enqueue", "enqueue(chunk)")
    def enqueue(self, chunk: T = MISSING) -> None:  # type: ignore[assignment]
        """Enqueue a chunk to the stream.

        Raises:
            TypeError: the stream is closed or errored, or its close was requested.
            ValueError: the size of the chunk is negative, infinite or not a number; the stream is
                errored with this exception.
            BaseException: the exception that the size function raises; the stream is errored with
                it.

        Source: https://streams.spec.whatwg.org/#rs-default-controller-enqueue
        """
        if get_ident() != self._agent.thread:
            self._agent.require_this_thread("a ReadableStream")
        # 1. If the stream can neither close nor enqueue, raise a TypeError.
        if not readable_stream_default_controller_can_close_or_enqueue(self):
            self._refuse("given a chunk")
        # 2. Enqueue the chunk, which answers a pending read request or is appended to the queue.
        readable_stream_default_controller_enqueue(self, chunk)

    @algorithm("rs-default-controller-error", "error(e)")
    def error(self, e: object = MISSING) -> None:
        """Error the stream: its queue is dropped, and all reads fail with the error.

        Args:
            e: the error. Python can raise only exceptions, so an error of another type is raised
                as a ``Rejection``.

        Source: https://streams.spec.whatwg.org/#rs-default-controller-error
        """
        self._agent.require_this_thread("a ReadableStream")
        # 1. Error the stream with the given error, unless the stream is not readable.
        readable_stream_default_controller_error(self, e)

    def _refuse(self, what: str) -> NoReturn:
        stream = self._stream
        state = "closing" if stream._state == READABLE else stream._state
        raise TypeError(f"the stream is {state}, so it cannot be {what}")

    @algorithm("rs-default-controller-private-cancel", "[[CancelSteps]]")
    def _cancel_steps(self, reason: object) -> Promise[Any]:
        """Drop the queue, and cancel the source.

        Source: https://streams.spec.whatwg.org/#rs-default-controller-private-cancel
        """
        # 1. Reset the queue. From now on, the chunk of a read whose task was cancelled is dropped
        #   instead of being put back into the queue.
        reset_queue(self)
        self._close_requested = False
        # 2. Perform the controller's cancel algorithm with the reason, which ends the underlying
        #    source.
        result = the_promise_of(self._cancel_algorithm, self._agent, reason)
        # 3. Clear the algorithms of the controller after the cancel algorithm was called.
        readable_stream_default_controller_clear_algorithms(self)
        # 4. Return the promise of the cancel algorithm.
        return a_promise_resolved_with(None, self._agent) if result is None else result

    def _take_a_chunk(self) -> T:
        """Remove the first chunk from the queue, return it, and pull the next one if needed.

        This function carries out [[PullSteps]] for a read request that is answered at once, with
        few calls.
        """
        self._stream._disturbed = True
        queue = self._queue
        chunk, size = queue.popleft()
        self._queue_total_size -= size
        if self._queue_total_size < 0:
            self._queue_total_size = 0
        if self._close_requested and not queue:
            readable_stream_default_controller_clear_algorithms(self)
            readable_stream_close(self._stream)
            return chunk
        if self._reaction_is_due:
            anticipate_the_reaction(self)
        readable_stream_default_controller_call_pull_if_needed(self)
        return chunk

    @algorithm("rs-default-controller-private-pull", "[[PullSteps]]")
    def _pull_steps(self, read_request: "ReadRequest") -> None:
        """Answer a read request from the queue, or add it to those that wait for a chunk.

        Source: https://streams.spec.whatwg.org/#rs-default-controller-private-pull
        """
        # 1. Let the stream be the controller's stream.
        stream = self._stream
        # 2. If the queue has a chunk, answer the read request from the queue.
        if self._queue:
            # 2.1. Let the chunk be the first of the queue, and remove the chunk from the queue.
            chunk = dequeue_value(self)
            # 2.2. If the close was requested and the queue is now empty, close the stream.
            if self._close_requested and not self._queue:
                # 2.2.1. Clear the algorithms of the controller, whose queue is empty.
                readable_stream_default_controller_clear_algorithms(self)
                # 2.2.2. Close the stream, since its last chunk was taken from the queue.
                readable_stream_close(stream)
            else:
                # 2.3. If the stream stays open, pull from the underlying source if the stream wants
                #      another chunk.
                readable_stream_default_controller_call_pull_if_needed(self)
            # 2.4. Perform the read request's chunk steps with the chunk from the queue.
            read_request.chunk_steps(chunk)
        else:
            # 3. If the queue has no chunk, let the read request wait for the underlying source.
            # 3.1. Add the read request to the stream, behind earlier requests.
            readable_stream_add_read_request(stream, read_request)
            # 3.2. Pull from the underlying source, if the stream wants a chunk.
            readable_stream_default_controller_call_pull_if_needed(self)

    @algorithm("abstract-opdef-readablestreamdefaultcontroller-releasesteps", "[[ReleaseSteps]]")
    def _release_steps(self) -> None:
        """Do nothing, since a default controller holds nothing that belongs to a reader.

        Source: https://streams.spec.whatwg.org/#rs-default-controller-internal-methods
        """
        # 1. Return without effect, since a default controller holds nothing that belongs to a
        #    reader.
        return
