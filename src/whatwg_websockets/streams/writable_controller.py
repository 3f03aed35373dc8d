"""5.4 The WritableStreamDefaultController interface: what the sink of a stream is given.

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
    """What the sink of a writable stream is given: it can fail, and hears of an abort.

    The methods ``start`` and ``write`` of a sink are called with it.

    Raises:
        TypeError: it is called as a constructor.

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
        raise TypeError("a WritableStreamDefaultController is what a WritableStream gives its sink")

    @property
    @algorithm("ws-default-controller-signal", "signal")
    def signal(self) -> AbortSignal:
        """The signal that is aborted at once when the stream is, also while the sink is writing.

        Source: https://streams.spec.whatwg.org/#ws-default-controller-signal
        """
        # 1. The signal is that of the stream's own abort controller.
        return self._abort_controller.signal

    @algorithm("ws-default-controller-error", "error(e)")
    def error(self, e: object = MISSING) -> None:
        """Have the stream fail. A stream that has failed, or is closed, stays as it is.

        Args:
            e: why: the error of whatever is done with the stream from now on.

        Raises:
            RuntimeError: the call comes from another thread than the loop's.

        Source: https://streams.spec.whatwg.org/#ws-default-controller-error
        """
        self._agent.require_this_thread("a WritableStream")
        # 1. The state says whether the stream can be errored.
        state = self._stream._state
        # 2. A stream that is not writable stays as it is.
        if state is not WRITABLE:
            return
        # 3. The stream is errored.
        writable_stream_default_controller_error(self, e)

    @algorithm("ws-default-controller-private-abort", "[[AbortSteps]]")
    def _abort_steps(self, reason: object) -> Promise[Any] | None:
        """Tell the sink that nobody wants the rest.

        Returns:
            what ``the_promise_of`` returns.

        Source: https://streams.spec.whatwg.org/#ws-default-controller-private-abort
        """
        # 1. The abort algorithm is performed with the reason.
        assert self._abort_algorithm is not None
        result = the_promise_of(self._abort_algorithm, self._agent, reason)
        # 2. The algorithms of the sink are cleared.
        writable_stream_default_controller_clear_algorithms(self)
        # 3. The promise is that of the abort algorithm.
        return result

    @algorithm("ws-default-controller-private-error", "[[ErrorSteps]]")
    def _error_steps(self) -> None:
        """Drop the chunks that were not written.

        Source: https://streams.spec.whatwg.org/#ws-default-controller-private-error
        """
        # 1. The queue is emptied.
        reset_queue(self)
