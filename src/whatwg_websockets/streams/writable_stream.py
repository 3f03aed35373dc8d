"""5.2 The WritableStream interface: where chunks go.

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

# A stream that takes chunks of more types will do where one of fewer is asked for.
T_contra = TypeVar("T_contra", contravariant=True)


class WritableStream(PlatformObject, Generic[T_contra]):
    """Where chunks go: a queue before a sink that takes them one by one.

    Args:
        underlyingSink: the sink: a mapping, or any object, with any of these functions. They may
            be coroutine functions, or return any awaitable, where they need time. One that takes
            fewer arguments is called with fewer. They may be given as keyword arguments as well.

            - ``start(controller)``: called at once; nothing is written before it is done.
            - ``write(chunk, controller)``: called for each chunk, when the one before is written.
            - ``close()``: called when all chunks are written and the stream is to close.
            - ``abort(reason)``: called when the stream is given up.
        strategy: how much may wait before ``ready`` is pending: a mapping, or any object, with
            ``highWaterMark`` (1 if left out) and ``size(chunk)`` (1 for each chunk if left out).

    Raises:
        TypeError: the sink is no object, or one of its functions cannot be called.
        ValueError: ``highWaterMark`` is negative or NaN, or the sink has a ``type``, which is
            reserved.
        RuntimeError: no event loop is running. Methods raise it where they are called in another
            thread than the loop's.
        Exception: what the sink's ``start`` raises.

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
                f"underlyingSink is an object or a mapping, not {shown(underlyingSink)}"
            )
        strategy_dict = to_queuing_strategy(strategy)
        # 1. Without an underlying sink, each chunk is accepted and dropped.
        # 2. The functions of the sink are read once.
        underlying_sink_dict = UNDERLYING_SINK.convert(underlyingSink, members)
        # 3. The standard may define types of sinks later.
        if "type" in underlying_sink_dict:
            raise ValueError(
                "the sink of a WritableStream has no type, but it is "
                f"{shown(underlying_sink_dict['type'])} here"
            )
        # 4. The stream has its slots before any function of the sink is called.
        initialize_writable_stream(self)
        # 5. The strategy has the size algorithm.
        size_algorithm = extract_size_algorithm(strategy_dict)
        # 6. The strategy has the high water mark, which is 1 if left out.
        high_water_mark = extract_high_water_mark(strategy_dict, 1)
        # 7. The controller is set up, and starts the sink, which may raise.
        set_up_writable_stream_default_controller_from_underlying_sink(
            self, underlying_sink_dict, high_water_mark, size_algorithm
        )

    @property
    @algorithm("ws-locked", "locked")
    def locked(self) -> bool:
        """Whether the stream has a writer.

        Source: https://streams.spec.whatwg.org/#ws-locked
        """
        # 1. A stream is locked as long as it has a writer.
        return is_writable_stream_locked(self)

    @algorithm("ws-abort", "abort(reason)")
    def abort(self, reason: object = MISSING) -> Promise[None]:
        """Give the stream up: what waits is not written any more, and the sink is told.

        Args:
            reason: why; an exception, as a rule.

        Returns:
            a promise that is fulfilled when the sink has aborted, and rejected where it could not.
            It is rejected with a TypeError if the stream is locked to a writer.

        Source: https://streams.spec.whatwg.org/#ws-abort
        """
        self._agent.require_this_thread("a WritableStream")
        # 1. A stream with a writer can only be aborted by the writer.
        if is_writable_stream_locked(self):
            return a_promise_rejected_with(_locked("given up"), self._agent)
        # 2. The stream is aborted.
        return writable_stream_abort(self, reason)

    @algorithm("ws-close", "close()")
    def close(self) -> Promise[None]:
        """Close the stream once its sink has written what waits.

        Returns:
            a promise that is fulfilled when the sink has closed, and rejected where it could not.
            It is rejected with a TypeError if the stream is locked to a writer, or is closing,
            closed or errored.

        Source: https://streams.spec.whatwg.org/#ws-close
        """
        self._agent.require_this_thread("a WritableStream")
        # 1. A stream with a writer can only be closed by the writer.
        if is_writable_stream_locked(self):
            return a_promise_rejected_with(_locked("closed"), self._agent)
        # 2. A stream is closed only once.
        if writable_stream_close_queued_or_in_flight(self):
            return a_promise_rejected_with(TypeError("the stream is closing already"), self._agent)
        # 3. The stream is closed.
        return writable_stream_close(self)

    @algorithm("ws-get-writer", "getWriter()")
    def getWriter(self) -> WritableStreamDefaultWriter[T_contra]:
        """Make a writer, to which the stream is locked until it is released.

        Raises:
            TypeError: the stream is locked to another writer.

        Source: https://streams.spec.whatwg.org/#ws-get-writer
        """
        # 1. A stream has one writer at a time.
        return acquire_writable_stream_default_writer(self)

    def __repr__(self) -> str:
        locked = ", locked" if self._writer is not None else ""
        return f"<WritableStream {self._state}{locked}>"


def _locked(done: str) -> TypeError:
    return TypeError(f"the stream is locked to a writer, so it is {done} by that writer alone")
