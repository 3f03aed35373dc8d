"""4.7 The ReadableByteStreamController class: how a source enqueues bytes to its stream.

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
    """The controller by which a byte source enqueues bytes, closes its stream, or errors it.

    The methods ``start`` and ``pull`` of the source are given the controller.

    Raises:
        TypeError: the class is called as a constructor.

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

    # Each pull has its reaction in its own microtask, even if ``async for`` reads the stream.
    _reaction_is_due: ClassVar[bool] = False

    # Whether the stream was cancelled; bytes that a cancelled task gives back are then dropped.
    _was_cancelled: bool

    def __init__(self) -> None:
        raise TypeError("a controller cannot be constructed; the methods of a source are given it")

    @property
    @algorithm("rbs-controller-byob-request", "byobRequest")
    def byobRequest(self) -> ReadableStreamBYOBRequest | None:
        """The request to fill the memory that a reader has supplied; None if no read is pending.

        Source: https://streams.spec.whatwg.org/#rbs-controller-byob-request
        """
        # 1. Return the BYOB request for the first pending pull-into, or null if no pull-into is
        #    pending.
        return readable_byte_stream_controller_get_byob_request(self)

    @property
    @algorithm("rbs-controller-desired-size", "desiredSize")
    def desiredSize(self) -> float | None:
        """The number of bytes that the queue has room for.

        It is negative if the queue has more bytes than the high water mark, 0 if the stream is
        closed, and None if the stream is errored.

        Source: https://streams.spec.whatwg.org/#rbs-controller-desired-size
        """
        # 1. Return the desired size of the byte stream, which is the high water mark less the
        #    queued bytes.
        return readable_byte_stream_controller_get_desired_size(self)

    @algorithm("rbs-controller-close", "close()")
    def close(self) -> None:
        """Close the stream as soon as the bytes in its queue have been read.

        Raises:
            TypeError: the stream is closed or errored, or its close was requested; or the first
                pending read has got an incomplete element, which errors the stream.

        Source: https://streams.spec.whatwg.org/#rbs-controller-close
        """
        self._agent.require_this_thread("a ReadableStream")
        # 1. If the controller's close was requested before, raise a TypeError.
        if self._close_requested:
            self._refuse("closed")
        # 2. If the byte stream is not readable, raise a TypeError, since it cannot be closed any
        #    more.
        if self._stream._state != READABLE:
            self._refuse("closed")
        # 3. Close the byte stream, at once or when its queue is empty.
        readable_byte_stream_controller_close(self)

    @algorithm("rbs-controller-enqueue", "enqueue(chunk)")
    def enqueue(self, chunk: BufferSource) -> None:
        """Enqueue bytes to the stream.

        Args:
            chunk: an object with the buffer protocol. It is copied, unless it is ``bytes``.

        Raises:
            TypeError: the chunk is empty, or the stream is closed or errored, or its close was
                requested.

        Source: https://streams.spec.whatwg.org/#rbs-controller-enqueue
        """
        self._agent.require_this_thread("a ReadableStream")
        converted = self._agent.array_buffers.chunk_of(chunk)
        # 1. If the chunk has no bytes, raise a TypeError.
        if converted.byte_length == 0:
            raise TypeError("the chunk is empty; call close() to end the stream")
        # 2. If the chunk's buffer is empty or detached, raise a TypeError.
        if converted.buffer.byte_length == 0:
            raise TypeError("the buffer of the chunk is empty, or detached")
        # 3. If the controller's close was requested, raise a TypeError, since the stream takes no
        #    more bytes.
        if self._close_requested:
            self._refuse("given bytes")
        # 4. If the byte stream is not readable, raise a TypeError, since it takes no more bytes.
        if self._stream._state != READABLE:
            self._refuse("given bytes")
        # 5. Enqueue the chunk, which answers pending reads or is appended to the queue.
        readable_byte_stream_controller_enqueue(self, converted)

    @algorithm("rbs-controller-error", "error(e)")
    def error(self, e: object = MISSING) -> None:
        """Error the stream: its queue is dropped, and all reads fail with the error.

        Args:
            e: the error. Python can raise only exceptions, so an error of another type is raised
                as a ``Rejection``.

        Source: https://streams.spec.whatwg.org/#rbs-controller-error
        """
        self._agent.require_this_thread("a ReadableStream")
        # 1. Error the byte stream with the given error, unless the stream is not readable.
        readable_byte_stream_controller_error(self, e)

    def _refuse(self, what: str) -> NoReturn:
        stream = self._stream
        state = "closing" if stream._state == READABLE else stream._state
        raise TypeError(f"the stream is {state}, so it cannot be {what}")

    @algorithm("rbs-controller-private-cancel", "[[CancelSteps]]")
    def _cancel_steps(self, reason: object) -> Promise[Any]:
        """Drop the queue and the pending pull-intos, and cancel the source.

        Source: https://streams.spec.whatwg.org/#rbs-controller-private-cancel
        """
        # 1. Drop all pending pull-intos of the controller.
        readable_byte_stream_controller_clear_pending_pull_intos(self)
        self._was_cancelled = True
        # 2. Reset the queue of the byte stream controller, which drops all queued bytes.
        reset_queue(self)
        # 3. Perform the controller's cancel algorithm with the reason, which ends the underlying
        #    source.
        result = the_promise_of(self._cancel_algorithm, self._agent, reason)
        # 4. Clear the algorithms of the byte stream controller after the cancel algorithm was
        #    called.
        readable_byte_stream_controller_clear_algorithms(self)
        # 5. Return the promise of the cancel algorithm.
        return a_promise_resolved_with(None, self._agent) if result is None else result

    def _take_a_chunk(self) -> Any:
        """Remove the first entry of the queue, for a read request that is answered at once."""
        self._stream._disturbed = True
        return take_the_first_entry(self)

    @algorithm("rbs-controller-private-pull", "[[PullSteps]]")
    def _pull_steps(self, read_request: "ReadRequest") -> None:
        """Answer a read request from the queue, or add it to those that wait for bytes.

        Source: https://streams.spec.whatwg.org/#rbs-controller-private-pull
        """
        # 1. Let the stream be the controller's stream.
        stream = self._stream
        # 2. Assert that the byte stream is locked to a default reader.
        assert is_a_default_reader(stream._reader)
        # 3. If the queue has bytes, answer the read request from the queue.
        if self._queue_total_size > 0:
            # 3.1. Assert that no other read request of the byte stream is pending.
            assert readable_stream_get_num_read_requests(stream) == 0
            # 3.2. Answer the read request with the first entry of the byte queue.
            readable_byte_stream_controller_fill_read_request_from_queue(self, read_request)
            # 3.3. Return, since the read request was answered from the byte queue.
            return
        # 4. Let the auto-allocate chunk size be the controller's, or undefined if the source has
        #    given none.
        auto_allocate_chunk_size = self._auto_allocate_chunk_size
        # 5. If the source has given an auto-allocate chunk size, allocate a buffer for the read
        #    request.
        if auto_allocate_chunk_size is not None:
            # 5.1. Let the buffer be a new ArrayBuffer of the auto-allocate chunk size.
            try:
                buffer = self._agent.array_buffers.allocate(auto_allocate_chunk_size)
            # 5.2. If the buffer for the read request cannot be allocated, fail the read.
            except Exception as exception:
                # 5.2.1. Perform the read request's error steps with the exception that the
                #        allocation has raised.
                read_request.error_steps(exception)
                # 5.2.2. Return, since the read request has failed for lack of memory.
                return
            # 5.3. Let the pull-into descriptor be a new one for the whole allocated buffer and a
            #      default reader.
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
            # 5.4. Append the descriptor of the allocated buffer to the controller's pending
            #      pull-intos.
            self._pending_pull_intos.append(pull_into_descriptor)
        # 6. Add the read request to the byte stream, behind earlier requests.
        readable_stream_add_read_request(stream, read_request)
        # 7. Pull from the underlying source, if the byte stream wants bytes.
        readable_byte_stream_controller_call_pull_if_needed(self)

    @algorithm("abstract-opdef-readablebytestreamcontroller-releasesteps", "[[ReleaseSteps]]")
    def _release_steps(self) -> None:
        """Drop a reader's pending pull-intos, except the one that the source may be writing to.

        Source: https://streams.spec.whatwg.org/#rbs-controller-internal-methods
        """
        # 1. If a pull-into is pending, keep its buffer, since the source may be writing to the
        #    buffer.
        if self._pending_pull_intos:
            # 1.1. Let the first pending pull-into be the one that the BYOB request belongs to.
            first_pending_pull_into, *others = self._pending_pull_intos
            # 1.2. Set the first pending pull-into's reader type to "none", since the reader is
            #      released.
            first_pending_pull_into.reader_type = NONE
            # 1.3. Set the list of pending pull-intos to a list with only the first pending
            #      pull-into.
            self._pending_pull_intos = [first_pending_pull_into]
            for other in others:
                other.buffer.drop()
