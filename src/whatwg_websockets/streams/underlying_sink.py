"""5.2.3 The underlying sink API: the object with which a program constructs a writable stream.

Source: https://streams.spec.whatwg.org/#underlying-sink-api
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypedDict

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.algorithms import do_nothing, invoked
from whatwg_websockets.streams.queuing_strategies import SizeAlgorithm
from whatwg_websockets.streams.writable_controller import WritableStreamDefaultController
from whatwg_websockets.streams.writable_default_controllers import (
    set_up_writable_stream_default_controller,
)
from whatwg_websockets.webidl.callback_function import to_callback_function
from whatwg_websockets.webidl.dictionary import Dictionary, Member

if TYPE_CHECKING:
    from whatwg_websockets.streams.writable_stream import WritableStream

UNDERLYING_SINK: Final = Dictionary(
    "UnderlyingSink",
    {
        "start": Member(to_callback_function("start", 1)),
        "write": Member(to_callback_function("write", 2)),
        "close": Member(to_callback_function("close", 0)),
        "abort": Member(to_callback_function("abort", 1)),
        "type": Member(lambda value: value),
    },
)


class UnderlyingSink(TypedDict, total=False):
    """The members of the dictionary UnderlyingSink, for type checkers.

    The functions may be coroutine functions, or return any awaitable. A function that takes fewer
    arguments is called with fewer.
    """

    start: Callable[[WritableStreamDefaultController], Any] | Callable[[], Any]
    write: Callable[[Any, WritableStreamDefaultController], Any] | Callable[[Any], Any]
    close: Callable[[], Any]
    abort: Callable[[Any], Any] | Callable[[], Any]
    type: Any


@algorithm(
    "set-up-writable-stream-default-controller-from-underlying-sink",
    "SetUpWritableStreamDefaultControllerFromUnderlyingSink",
)
def set_up_writable_stream_default_controller_from_underlying_sink(
    stream: "WritableStream[Any]",
    underlying_sink_dict: Mapping[str, Any],
    high_water_mark: float,
    size_algorithm: SizeAlgorithm,
) -> None:
    """Set up a controller that calls the methods of a sink, and start the sink.

    Args:
        stream: the stream.
        underlying_sink_dict: the converted sink, whose methods are bound to the sink.
        high_water_mark: the total size of queued chunks at which the stream has backpressure.
        size_algorithm: takes a chunk and returns its size.

    Raises:
        Exception: the exception that the sink's ``start`` method raises.

    Source: https://streams.spec.whatwg.org/#set-up-writable-stream-default-controller-from-underlying-sink
    """
    # 1. Create a WritableStreamDefaultController for the stream.
    controller = WritableStreamDefaultController.__new__(WritableStreamDefaultController)
    # 2. Let the start algorithm be one that does nothing, unless the sink has a `start` method.
    start_algorithm: Callable[[], object] = do_nothing
    # 3. Let the write algorithm be one that does nothing, unless the sink has a `write` method.
    write_algorithm: Callable[[Any], object] = do_nothing
    # 4. Let the close algorithm be one that does nothing, unless the sink has a `close` method.
    close_algorithm: Callable[[], object] = do_nothing
    # 5. Let the abort algorithm be one that does nothing, unless the sink has an `abort` method.
    abort_algorithm: Callable[[Any], object] = do_nothing
    # 6. If the sink has a `start` method, let the start algorithm invoke it with the controller.
    if "start" in underlying_sink_dict:
        start_algorithm = partial(underlying_sink_dict["start"], controller)
    # 7. If the sink has a `write` method, let the write algorithm invoke it with a chunk and the
    #    controller.
    if "write" in underlying_sink_dict:
        write_algorithm = invoked(underlying_sink_dict["write"], stream._agent, controller)
    # 8. If the sink has a `close` method, let the close algorithm invoke it without arguments.
    if "close" in underlying_sink_dict:
        close_algorithm = invoked(underlying_sink_dict["close"], stream._agent)
    # 9. If the sink has an `abort` method, let the abort algorithm invoke it with the reason.
    if "abort" in underlying_sink_dict:
        abort_algorithm = invoked(underlying_sink_dict["abort"], stream._agent)
    # 10. Set up the writable stream's controller with the algorithms, which starts the sink.
    set_up_writable_stream_default_controller(
        stream,
        controller,
        start_algorithm,
        write_algorithm,
        close_algorithm,
        abort_algorithm,
        high_water_mark,
        size_algorithm,
    )
