"""4.6 The ReadableStreamDefaultController class: how a source gives its chunks to a stream.

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
    """What a source has of its stream: it puts chunks in, closes the stream, or has it fail.

    The methods ``start`` and ``pull`` of the source are given it.

    Raises:
        TypeError: it is called as a constructor.

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

    # A pull that was done at once has its reaction still before it, and a microtask is queued that
    # carries such a reaction out.
    _reaction_is_due: bool
    _reaction_is_queued: bool

    def __init__(self) -> None:
        raise TypeError("a controller is given to the start and pull methods of a source")

    @property
    @algorithm("rs-default-controller-desired-size", "desiredSize")
    def desiredSize(self) -> float | None:
        """How much the queue has room for.

        It is negative where more is queued than the high water mark asks for, 0 if the stream is
        closed, and None if it is errored.

        Source: https://streams.spec.whatwg.org/#rs-default-controller-desired-size
        """
        # 1. The desired size is the high water mark less the total size of the queue.
        return readable_stream_default_controller_get_desired_size(self)

    @algorithm("rs-default-controller-close", "close()")
    def close(self) -> None:
        """Close the stream as soon as the chunks that are queued have been read.

        Raises:
            TypeError: the stream is closed, errored or about to be closed.

        Source: https://streams.spec.whatwg.org/#rs-default-controller-close
        """
        self._agent.require_this_thread("a ReadableStream")
        # 1. A stream is closed only once.
        if not readable_stream_default_controller_can_close_or_enqueue(self):
            self._refuse("closed")
        # 2. The stream is closed now, or when its queue is empty.
        readable_stream_default_controller_close(self)

    @algorithm("rs-default-controller-enqueue", "enqueue(chunk)")
    def enqueue(self, chunk: T = MISSING) -> None:  # type: ignore[assignment]
        """Put a chunk into the stream.

        Raises:
            TypeError: the stream is closed, errored or about to be closed.
            ValueError: the size of the chunk is negative, infinite or no number; the stream is
                errored with it.
            BaseException: whatever the size function raises; the stream is errored with it.

        Source: https://streams.spec.whatwg.org/#rs-default-controller-enqueue
        """
        if get_ident() != self._agent.thread:
            self._agent.require_this_thread("a ReadableStream")
        # 1. A stream that is closed, errored or about to be closed takes no chunk.
        if not readable_stream_default_controller_can_close_or_enqueue(self):
            self._refuse("given a chunk")
        # 2. The chunk goes to the first read request that waits, or into the queue.
        readable_stream_default_controller_enqueue(self, chunk)

    @algorithm("rs-default-controller-error", "error(e)")
    def error(self, e: object = MISSING) -> None:
        """Have the stream fail: what is queued is dropped, and whoever reads gets the error.

        Args:
            e: the error. Python raises nothing but exceptions: an error of another kind is raised
                as a ``Rejection``.

        Source: https://streams.spec.whatwg.org/#rs-default-controller-error
        """
        self._agent.require_this_thread("a ReadableStream")
        # 1. A stream that is not readable stays as it is.
        readable_stream_default_controller_error(self, e)

    def _refuse(self, what: str) -> NoReturn:
        stream = self._stream
        state = "to be closed" if stream._state == READABLE else stream._state
        raise TypeError(f"the stream is {state}, and cannot be {what}")

    @algorithm("rs-default-controller-private-cancel", "[[CancelSteps]]")
    def _cancel_steps(self, reason: object) -> Promise[Any]:
        """Drop what is queued, and have the source end.

        Source: https://streams.spec.whatwg.org/#rs-default-controller-private-cancel
        """
        # 1. The queue is emptied. A chunk that a cancelled task gives back later is dropped as
        #    well.
        reset_queue(self)
        self._close_requested = False
        # 2. The cancel algorithm of the source is performed with the reason.
        result = the_promise_of(self._cancel_algorithm, self._agent, reason)
        # 3. The algorithms of the source are cleared.
        readable_stream_default_controller_clear_algorithms(self)
        # 4. The promise is that of the cancel algorithm.
        return a_promise_resolved_with(None, self._agent) if result is None else result

    def _take_a_chunk(self) -> T:
        """Take the first chunk of the queue, and ask the source for the next one.

        These are the [[PullSteps]] for a read request that is answered at once, in few calls.
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
        """Answer a read request from the queue, or have it wait for a chunk.

        Source: https://streams.spec.whatwg.org/#rs-default-controller-private-pull
        """
        # 1. The stream is the one that the controller belongs to.
        stream = self._stream
        # 2. A chunk that is in the queue is given at once.
        if self._queue:
            # 2.1. The chunk is the one that has waited longest.
            chunk = dequeue_value(self)
            # 2.2. A stream whose close was requested is closed when its queue is empty.
            if self._close_requested and not self._queue:
                # 2.2.1. The algorithms of the source are cleared.
                readable_stream_default_controller_clear_algorithms(self)
                # 2.2.2. The stream becomes closed.
                readable_stream_close(stream)
            else:
                # 2.3. The source is asked for another chunk, if there is room for it.
                readable_stream_default_controller_call_pull_if_needed(self)
            # 2.4. The chunk is given to the read request.
            read_request.chunk_steps(chunk)
        else:
            # 3. Without a chunk in the queue the read request waits.
            # 3.1. The read request waits behind those that came before.
            readable_stream_add_read_request(stream, read_request)
            # 3.2. The source is asked for a chunk.
            readable_stream_default_controller_call_pull_if_needed(self)

    @algorithm("abstract-opdef-readablestreamdefaultcontroller-releasesteps", "[[ReleaseSteps]]")
    def _release_steps(self) -> None:
        """Do nothing: a default controller has nothing of its reader's.

        Source: https://streams.spec.whatwg.org/#rs-default-controller-internal-methods
        """
        # 1. The release steps do nothing.
        return
