"""5.2 The WritableStream class: a destination for chunks.

Source: https://streams.spec.whatwg.org/#ws-class
"""

from collections import deque
from typing import Generic, TypeVar, Unpack

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.event_loop import EventLoop, the_event_loop
from whatwg_websockets.streams.acquire_writer import acquire_writable_stream_default_writer
from whatwg_websockets.streams.default_writer import WritableStreamDefaultWriter
from whatwg_websockets.streams.interfacing_with_writable_controllers import (
    writable_stream_close_queued_or_in_flight,
)
from whatwg_websockets.streams.queuing_strategies import (
    QueuingStrategy,
    extract_high_water_mark,
    extract_size_algorithm,
    to_queuing_strategy,
)
from whatwg_websockets.streams.underlying_sink import (
    UNDERLYING_SINK,
    UnderlyingSink,
    set_up_writable_stream_default_controller_from_underlying_sink,
)
from whatwg_websockets.streams.working_with_writable_streams import (
    initialize_writable_stream,
    is_writable_stream_locked,
    writable_stream_abort,
    writable_stream_close,
)
from whatwg_websockets.streams.writable_controller import WritableStreamDefaultController
from whatwg_websockets.streams.writable_states import (
    PendingAbortRequest,
)
from whatwg_websockets.webidl.conversions import is_object
from whatwg_websockets.webidl.messages import shown
from whatwg_websockets.webidl.missing import MISSING, Missing
from whatwg_websockets.webidl.platform_object import PlatformObject
from whatwg_websockets.webidl.promise import Promise, a_promise_rejected_with

# A stream that takes chunks of more types may be used where a stream of fewer types is expected.
T_contra = TypeVar("T_contra", contravariant=True)


class WritableStream(PlatformObject, Generic[T_contra]):
    """A destination for chunks: a queue in front of a sink that writes the chunks one by one.

    Args:
        underlyingSink: the sink: a mapping, or any object, that may have the following methods.
            They may be coroutine functions, or return any awaitable. A method that takes fewer
            arguments is called with fewer. The methods may be given as keyword arguments as well.

            - ``start(controller)``: called at once; no chunk is written before the start has ended.
            - ``write(chunk, controller)``: called for each chunk, after the write before it has
              ended.
            - ``close()``: called after all chunks are written, when the stream is to be closed.
            - ``abort(reason)``: called when the stream is aborted.
        strategy: a mapping, or any object, that may have ``highWaterMark``, the total size of
            queued chunks at which ``ready`` becomes pending (1 if left out), and ``size``, a
            function that takes a chunk and returns its size (1 if left out).

    Raises:
        TypeError: the sink or the strategy is not an object, or a method cannot be called.
        ValueError: ``highWaterMark`` is negative or NaN, or the sink has a ``type``, which is
            reserved.
        RuntimeError: no event loop is running. Methods raise it if they are called in another
            thread than that of the event loop.
        Exception: the exception that the sink's ``start`` method raises.

    Source: https://streams.spec.whatwg.org/#writablestream
    """

    _interface = "WritableStream"

    __slots__ = (
        "_agent",
        "_backpressure",
        "_close_request",
        "_controller",
        "_in_flight_close_request",
        "_in_flight_write_request",
        "_pending_abort_request",
        "_state",
        "_stored_error",
        "_write_requests",
        "_writer",
    )

    _agent: EventLoop
    _backpressure: bool
    _close_request: Promise[None] | None
    _controller: WritableStreamDefaultController
    _in_flight_close_request: Promise[None] | None
    _in_flight_write_request: Promise[None] | None
    _pending_abort_request: PendingAbortRequest | None
    _state: str
    _stored_error: object
    _write_requests: deque[Promise[None]]
    _writer: WritableStreamDefaultWriter[T_contra] | None

    @algorithm("ws-constructor", "new WritableStream(underlyingSink, strategy)")
    def __init__(
        self,
        underlyingSink: UnderlyingSink | object = MISSING,
        strategy: QueuingStrategy | Missing = MISSING,
        **members: Unpack[UnderlyingSink],
    ) -> None:
        self._agent = the_event_loop("a WritableStream")
        if underlyingSink is not MISSING and not is_object(underlyingSink):
            raise TypeError(
                f"underlyingSink must be an object or a mapping, not {shown(underlyingSink)}"
            )
        strategy_dict = to_queuing_strategy(strategy)
        # 1. If the underlying sink is left out, use an object without methods, which accepts and
        #    drops each chunk.
        # 2. Convert the underlying sink to a dictionary, which looks up its methods once.
        underlying_sink_dict = UNDERLYING_SINK.convert(underlyingSink, members)
        # 3. If the underlying sink has a `type`, raise a ValueError, since the name is reserved.
        if "type" in underlying_sink_dict:
            raise ValueError(
                "the sink of a WritableStream must not have a type, which is reserved, but has "
                f"the type {shown(underlying_sink_dict['type'])}"
            )
        # 4. Initialize the writable stream, which gives its slots their first values.
        initialize_writable_stream(self)
        # 5. Let the size algorithm be that of the strategy, or one that returns 1.
        size_algorithm = extract_size_algorithm(strategy_dict)
        # 6. Let the high water mark be that of the strategy, or 1.
        high_water_mark = extract_high_water_mark(strategy_dict, 1)
        # 7. Set up a default controller with the underlying sink, whose start method may raise an
        #    exception.
        set_up_writable_stream_default_controller_from_underlying_sink(
            self, underlying_sink_dict, high_water_mark, size_algorithm
        )

    @property
    @algorithm("ws-locked", "locked")
    def locked(self) -> bool:
        """Whether the stream is locked to a writer.

        Source: https://streams.spec.whatwg.org/#ws-locked
        """
        # 1. Return whether the writable stream has a writer.
        return is_writable_stream_locked(self)

    @algorithm("ws-abort", "abort(reason)")
    def abort(self, reason: object = MISSING) -> Promise[None]:
        """Abort the stream: drop the chunks in its queue, and abort its sink.

        Args:
            reason: the reason for the abort, usually an exception.

        Returns:
            A promise that is fulfilled when the sink has aborted, and rejected if the sink fails to
            abort. It is rejected with a TypeError if the stream is locked to a writer.

        Source: https://streams.spec.whatwg.org/#ws-abort
        """
        self._agent.require_this_thread("a WritableStream")
        # 1. If the writable stream is locked, return a promise rejected with a TypeError.
        if is_writable_stream_locked(self):
            return a_promise_rejected_with(_locked("aborted"), self._agent)
        # 2. Abort the writable stream with the reason, and return the promise of the abort.
        return writable_stream_abort(self, reason)

    @algorithm("ws-close", "close()")
    def close(self) -> Promise[None]:
        """Close the stream when its sink has written all chunks in the queue.

        Returns:
            A promise that is fulfilled when the sink has closed, and rejected if the sink fails to
            close. It is rejected with a TypeError if the stream is locked to a writer, or is
            closing, closed or errored.

        Source: https://streams.spec.whatwg.org/#ws-close
        """
        self._agent.require_this_thread("a WritableStream")
        # 1. If the writable stream is locked, return a promise rejected with a TypeError.
        if is_writable_stream_locked(self):
            return a_promise_rejected_with(_locked("closed"), self._agent)
        # 2. If the writable stream's close is queued or in flight, return a promise rejected with a
        #    TypeError.
        if writable_stream_close_queued_or_in_flight(self):
            return a_promise_rejected_with(TypeError("the stream is already closing"), self._agent)
        # 3. Close the writable stream, and return the promise of the close.
        return writable_stream_close(self)

    @algorithm("ws-get-writer", "getWriter()")
    def getWriter(self) -> WritableStreamDefaultWriter[T_contra]:
        """Make a writer, to which the stream is locked until it is released.

        Raises:
            TypeError: the stream is locked to another writer.

        Source: https://streams.spec.whatwg.org/#ws-get-writer
        """
        # 1. Acquire a writer for the writable stream, which raises a TypeError if the stream is
        #    locked.
        return acquire_writable_stream_default_writer(self)

    def __repr__(self) -> str:
        locked = ", locked" if self._writer is not None else ""
        return f"<WritableStream {self._state}{locked}>"


def _locked(done: str) -> TypeError:
    return TypeError(f"the stream is locked to a writer, so it can be {done} only by that writer")
