"""5.2.3 The underlying sink API: the object that a program gives to a writable stream.

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
    """The members of the dictionary, as type checkers know them.

    The functions may be coroutine functions, or return any awaitable. One that takes fewer
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
    """Connect a stream with the sink that a program has given, and start the sink.

    Args:
        stream: the stream.
        underlying_sink_dict: the functions of the sink. They are bound to it, where it is an
            object, so that the sink itself need not be handed over beside them.
        high_water_mark: how much may wait.
        size_algorithm: takes a chunk and returns its size.

    Raises:
        Exception: what the sink's ``start`` raises.

    Source: https://streams.spec.whatwg.org/#set-up-writable-stream-default-controller-from-underlying-sink
    """
    # 1. The controller is made without its constructor, which refuses every caller.
    controller = WritableStreamDefaultController.__new__(WritableStreamDefaultController)
    # 2. Without a `start` method, the start algorithm does nothing.
    start_algorithm: Callable[[], object] = do_nothing
    # 3. Without a `write` method, each write succeeds at once.
    write_algorithm: Callable[[Any], object] = do_nothing
    # 4. Without a `close` method, closing succeeds at once.
    close_algorithm: Callable[[], object] = do_nothing
    # 5. Without an `abort` method, aborting succeeds at once.
    abort_algorithm: Callable[[Any], object] = do_nothing
    # 6. The `start` method is given the controller.
    if "start" in underlying_sink_dict:
        start_algorithm = partial(underlying_sink_dict["start"], controller)
    # 7. The `write` method is given each chunk, and the controller.
    if "write" in underlying_sink_dict:
        write_algorithm = invoked(underlying_sink_dict["write"], stream._agent, controller)
    # 8. The `close` method is called without an argument.
    if "close" in underlying_sink_dict:
        close_algorithm = invoked(underlying_sink_dict["close"], stream._agent)
    # 9. The `abort` method is given the reason.
    if "abort" in underlying_sink_dict:
        abort_algorithm = invoked(underlying_sink_dict["abort"], stream._agent)
    # 10. The controller is set up, and starts the sink, which may raise.
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
