"""4.7 The ReadableByteStreamController class: how a source gives its bytes to a stream.

Source: https://streams.spec.whatwg.org/#rbs-controller-class
"""

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.streams.algorithms import the_promise_of
from whatwg_websockets.streams.byob_request import (
    ReadableStreamBYOBRequest,
    readable_byte_stream_controller_get_byob_request,
)
from whatwg_websockets.streams.byte_controllers import (
    readable_byte_stream_controller_call_pull_if_needed,
    readable_byte_stream_controller_clear_algorithms,
    readable_byte_stream_controller_clear_pending_pull_intos,
    readable_byte_stream_controller_close,
    readable_byte_stream_controller_error,
    readable_byte_stream_controller_get_desired_size,
)
from whatwg_websockets.streams.byte_queues import (
    QueueEntry,
    readable_byte_stream_controller_enqueue,
    readable_byte_stream_controller_fill_read_request_from_queue,
    take_the_first_entry,
)
from whatwg_websockets.streams.implements import is_a_default_reader
from whatwg_websockets.streams.interfacing_with_readable_controllers import (
    readable_stream_add_read_request,
    readable_stream_get_num_read_requests,
)
from whatwg_websockets.streams.pull_into_descriptors import DEFAULT, NONE, PullIntoDescriptor
from whatwg_websockets.streams.queue_with_sizes import reset_queue
from whatwg_websockets.streams.readable_states import READABLE
from whatwg_websockets.webidl.array_buffer import UINT8_ARRAY
from whatwg_websockets.webidl.buffer_source import BufferSource
from whatwg_websockets.webidl.missing import MISSING
from whatwg_websockets.webidl.platform_object import PlatformObject
from whatwg_websockets.webidl.promise import Promise, a_promise_resolved_with

if TYPE_CHECKING:
    from whatwg_websockets.streams.default_reader import ReadRequest
    from whatwg_websockets.streams.readable_stream import ReadableStream


class ReadableByteStreamController(PlatformObject):
    """What a source of bytes has of its stream: it gives bytes, closes the stream, or has it fail.

    The methods ``start`` and ``pull`` of the source are given it.

    Raises:
        TypeError: it is called as a constructor.

    Source: https://streams.spec.whatwg.org/#rbs-controller-class
    """

    _interface = "ReadableByteStreamController"

    __slots__ = (
        "_agent",
        "_auto_allocate_chunk_size",
        "_byob_request",
        "_cancel_algorithm",
        "_close_requested",
        "_pending_pull_intos",
        "_pull_again",
        "_pull_algorithm",
        "_pulling",
        "_queue",
        "_queue_total_size",
        "_started",
        "_strategy_hwm",
        "_stream",
        "_was_cancelled",
    )

    _agent: EventLoop
    _auto_allocate_chunk_size: int | None
    _byob_request: ReadableStreamBYOBRequest | None
    _cancel_algorithm: Callable[[object], object]
    _close_requested: bool
    _pending_pull_intos: list[PullIntoDescriptor]
    _pull_again: bool
    _pull_algorithm: Callable[[], object]
    _pulling: bool
    _queue: deque[QueueEntry]
    _queue_total_size: float
    _started: bool
    _strategy_hwm: float
    _stream: "ReadableStream[Any]"

    # Each pull has its reaction in a microtask of its own, also where ``async for`` asks for more.
    _reaction_is_due: ClassVar[bool] = False

    # What a cancelled task leaves behind is dropped if the stream was cancelled.
    _was_cancelled: bool

    def __init__(self) -> None:
        raise TypeError("a controller is given to the start and pull methods of a source")

    @property
    @algorithm("rbs-controller-byob-request", "byobRequest")
    def byobRequest(self) -> ReadableStreamBYOBRequest | None:
        """The memory that a reader has brought and waits for; None if no reader does.

        Source: https://streams.spec.whatwg.org/#rbs-controller-byob-request
        """
        # 1. The request is for the buffer that has waited longest.
        return readable_byte_stream_controller_get_byob_request(self)

    @property
    @algorithm("rbs-controller-desired-size", "desiredSize")
    def desiredSize(self) -> float | None:
        """How many bytes the queue has room for.

        It is negative where more is queued than the high water mark asks for, 0 if the stream is
        closed, and None if it is errored.

        Source: https://streams.spec.whatwg.org/#rbs-controller-desired-size
        """
        # 1. The desired size is the high water mark less the bytes in the queue.
        return readable_byte_stream_controller_get_desired_size(self)

    @algorithm("rbs-controller-close", "close()")
    def close(self) -> None:
        """Close the stream as soon as the bytes that are queued have been read.

        Raises:
            TypeError: the stream is closed, errored or about to be closed; or the first reader that
                waits has got a part of an element, which errors the stream.

        Source: https://streams.spec.whatwg.org/#rbs-controller-close
        """
        self._agent.require_this_thread("a ReadableStream")
        # 1. A stream that is about to be closed is not closed again.
        if self._close_requested:
            self._refuse("closed")
        # 2. A stream that is not readable is not closed.
        if self._stream._state != READABLE:
            self._refuse("closed")
        # 3. The stream is closed now, or when its queue is empty.
        readable_byte_stream_controller_close(self)

    @algorithm("rbs-controller-enqueue", "enqueue(chunk)")
    def enqueue(self, chunk: BufferSource) -> None:
        """Put bytes into the stream.

        Args:
            chunk: an object with the buffer protocol. It is copied, unless it is ``bytes``.

        Raises:
            TypeError: the chunk has no bytes, or the stream is closed, errored or about to be
                closed.

        Source: https://streams.spec.whatwg.org/#rbs-controller-enqueue
        """
        self._agent.require_this_thread("a ReadableStream")
        converted = self._agent.array_buffers.chunk_of(chunk)
        # 1. A chunk has bytes.
        if converted.byte_length == 0:
            raise TypeError("the chunk is empty; close() ends a stream")
        # 2. The buffer of a chunk has bytes.
        if converted.buffer.byte_length == 0:
            raise TypeError("the buffer of the chunk is empty, or detached")
        # 3. A stream that is about to be closed takes no bytes.
        if self._close_requested:
            self._refuse("given bytes")
        # 4. A stream that is not readable takes no bytes.
        if self._stream._state != READABLE:
            self._refuse("given bytes")
        # 5. The bytes go to whoever waits for them, or into the queue.
        readable_byte_stream_controller_enqueue(self, converted)

    @algorithm("rbs-controller-error", "error(e)")
    def error(self, e: object = MISSING) -> None:
        """Have the stream fail: what is queued is dropped, and whoever reads gets the error.

        Args:
            e: the error. Python raises nothing but exceptions: an error of another kind is raised
                as a ``Rejection``.

        Source: https://streams.spec.whatwg.org/#rbs-controller-error
        """
        self._agent.require_this_thread("a ReadableStream")
        # 1. A stream that is not readable stays as it is.
        readable_byte_stream_controller_error(self, e)

    def _refuse(self, what: str) -> NoReturn:
        stream = self._stream
        state = "to be closed" if stream._state == READABLE else stream._state
        raise TypeError(f"the stream is {state}, and cannot be {what}")

    @algorithm("rbs-controller-private-cancel", "[[CancelSteps]]")
    def _cancel_steps(self, reason: object) -> Promise[Any]:
        """Drop what is queued and what waits, and have the source end.

        Source: https://streams.spec.whatwg.org/#rbs-controller-private-cancel
        """
        # 1. The buffers that wait to be filled are let go of.
        readable_byte_stream_controller_clear_pending_pull_intos(self)
        self._was_cancelled = True
        # 2. The queue is emptied.
        reset_queue(self)
        # 3. The cancel algorithm of the source is performed with the reason.
        result = the_promise_of(self._cancel_algorithm, self._agent, reason)
        # 4. The algorithms of the source are cleared.
        readable_byte_stream_controller_clear_algorithms(self)
        # 5. The promise is that of the cancel algorithm.
        return a_promise_resolved_with(None, self._agent) if result is None else result

    def _take_a_chunk(self) -> Any:
        """Take the first entry of the queue, for a read request that is answered at once."""
        self._stream._disturbed = True
        return take_the_first_entry(self)

    @algorithm("rbs-controller-private-pull", "[[PullSteps]]")
    def _pull_steps(self, read_request: "ReadRequest") -> None:
        """Answer a read request from the queue, or have it wait for bytes.

        Source: https://streams.spec.whatwg.org/#rbs-controller-private-pull
        """
        # 1. The stream is the one that the controller belongs to.
        stream = self._stream
        # 2. The stream is locked to a default reader.
        assert is_a_default_reader(stream._reader)
        # 3. Bytes that are in the queue are given at once.
        if self._queue_total_size > 0:
            # 3.1. No other read request waits.
            assert readable_stream_get_num_read_requests(stream) == 0
            # 3.2. The read request is given the first entry of the queue.
            readable_byte_stream_controller_fill_read_request_from_queue(self, read_request)
            # 3.3. The read request is answered.
            return
        # 4. A source may want a buffer for each read.
        auto_allocate_chunk_size = self._auto_allocate_chunk_size
        # 5. The buffer has the size that the source has given.
        if auto_allocate_chunk_size is not None:
            # 5.1. The buffer is new.
            try:
                buffer = self._agent.array_buffers.allocate(auto_allocate_chunk_size)
            # 5.2. Without memory for the buffer nothing is read.
            except Exception as exception:
                # 5.2.1. The error steps of the read request are performed.
                read_request.error_steps(exception)
                # 5.2.2. The read request is answered.
                return
            # 5.3. The descriptor is what waits for the source.
            pull_into_descriptor = PullIntoDescriptor(
                buffer,
                auto_allocate_chunk_size,
                0,
                auto_allocate_chunk_size,
                0,
                1,
                1,
                UINT8_ARRAY,
                DEFAULT,
            )
            # 5.4. The buffer waits behind those that came before.
            self._pending_pull_intos.append(pull_into_descriptor)
        # 6. The read request waits behind those that came before.
        readable_stream_add_read_request(stream, read_request)
        # 7. The source is asked for bytes.
        readable_byte_stream_controller_call_pull_if_needed(self)

    @algorithm("abstract-opdef-readablebytestreamcontroller-releasesteps", "[[ReleaseSteps]]")
    def _release_steps(self) -> None:
        """Let go of the buffers of a reader, but for the one that the source may be writing into.

        Source: https://streams.spec.whatwg.org/#rbs-controller-internal-methods
        """
        # 1. The source may be writing into the first buffer.
        if self._pending_pull_intos:
            # 1.1. The first pull-into descriptor is the one that is being filled.
            first_pending_pull_into = self._pending_pull_intos[0]
            # 1.2. No reader waits for the first buffer any more.
            first_pending_pull_into.reader_type = NONE
            # 1.3. The other buffers are let go of.
            for other in self._pending_pull_intos[1:]:
                other.buffer.drop()
            self._pending_pull_intos = [first_pending_pull_into]
