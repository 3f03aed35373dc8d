"""5.4 The WritableStreamDefaultController class: how a sink errors its stream or notices an abort.

Source: https://streams.spec.whatwg.org/#ws-default-controller-class
"""

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.dom.abort import AbortSignal
from whatwg_websockets.dom.abort_controller import AbortController
from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.streams.algorithms import (
    the_promise_of,
)
from whatwg_websockets.streams.queue_with_sizes import (
    reset_queue,
)
from whatwg_websockets.streams.queuing_strategies import SizeAlgorithm
from whatwg_websockets.streams.writable_default_controllers import (
    writable_stream_default_controller_error,
)
from whatwg_websockets.streams.writable_queues import (
    writable_stream_default_controller_clear_algorithms,
)
from whatwg_websockets.streams.writable_states import (
    WRITABLE,
)
from whatwg_websockets.webidl.missing import MISSING, Missing
from whatwg_websockets.webidl.platform_object import PlatformObject
from whatwg_websockets.webidl.promise import Promise

if TYPE_CHECKING:
    from whatwg_websockets.streams.writable_stream import WritableStream


class WritableStreamDefaultController(PlatformObject):
    """The controller by which a sink errors its stream, and by whose signal it notices an abort.

    The methods ``start`` and ``write`` of the sink are given the controller.

    Raises:
        TypeError: the class is called as a constructor.

    Source: https://streams.spec.whatwg.org/#writablestreamdefaultcontroller
    """

    _interface = "WritableStreamDefaultController"

    __slots__ = (
        "_abort_algorithm",
        "_abort_controller",
        "_agent",
        "_close_algorithm",
        "_queue",
        "_queue_total_size",
        "_started",
        "_strategy_hwm",
        "_strategy_size_algorithm",
        "_stream",
        "_write_algorithm",
    )

    _abort_algorithm: Callable[[Any], object] | None
    _abort_controller: AbortController
    _agent: EventLoop
    _close_algorithm: Callable[[], object] | None
    _queue: deque[tuple[Any, float]]
    _queue_total_size: float
    _started: bool
    _strategy_hwm: float
    _strategy_size_algorithm: SizeAlgorithm | Missing
    _stream: "WritableStream[Any]"
    _write_algorithm: Callable[[Any], object] | None

    def __init__(self) -> None:
        raise TypeError("a controller cannot be constructed; the methods of a sink are given it")

    @property
    @algorithm("ws-default-controller-signal", "signal")
    def signal(self) -> AbortSignal:
        """The signal that is aborted when the stream is aborted, even while the sink is writing.

        Source: https://streams.spec.whatwg.org/#ws-default-controller-signal
        """
        # 1. Return the signal of the controller's abort controller.
        return self._abort_controller.signal

    @algorithm("ws-default-controller-error", "error(e)")
    def error(self, e: object = MISSING) -> None:
        """Error the stream. A stream that has failed or is closed is not changed.

        Args:
            e: the error, with which all later operations on the stream fail.

        Raises:
            RuntimeError: the method is called in another thread than that of the event loop.

        Source: https://streams.spec.whatwg.org/#ws-default-controller-error
        """
        self._agent.require_this_thread("a WritableStream")
        # 1. Let the state be the state of the controller's stream.
        state = self._stream._state
        # 2. If the writable stream is not writable, return, since it cannot be errored any more.
        if state is not WRITABLE:
            return
        # 3. Error the writable stream by means of its controller.
        writable_stream_default_controller_error(self, e)

    @algorithm("ws-default-controller-private-abort", "[[AbortSteps]]")
    def _abort_steps(self, reason: object) -> Promise[Any] | None:
        """Abort the sink.

        Returns:
            The return value of ``the_promise_of``.

        Source: https://streams.spec.whatwg.org/#ws-default-controller-private-abort
        """
        assert self._abort_algorithm is not None
        # 1. Perform the controller's abort algorithm with the reason, which aborts the sink.
        result = the_promise_of(self._abort_algorithm, self._agent, reason)
        # 2. Clear the algorithms of the writable stream's controller after the abort algorithm was
        #    called.
        writable_stream_default_controller_clear_algorithms(self)
        # 3. Return the promise of the abort algorithm.
        return result

    @algorithm("ws-default-controller-private-error", "[[ErrorSteps]]")
    def _error_steps(self) -> None:
        """Drop the chunks in the queue.

        Source: https://streams.spec.whatwg.org/#ws-default-controller-private-error
        """
        # 1. Reset the queue of the writable stream's controller, which drops the chunks that were
        #    not written.
        reset_queue(self)
