"""4.2.3 The underlying source API: the object with which a program constructs a readable stream.

Source: https://streams.spec.whatwg.org/#underlying-source-api
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.algorithms import (
    do_nothing,
    invoked,
    promise_resolved_with_a_result,
)
from whatwg_websockets.streams.create_readable_stream import a_new_controller
from whatwg_websockets.streams.queuing_strategies import SizeAlgorithm
from whatwg_websockets.streams.readable_controller import ReadableStreamDefaultController
from whatwg_websockets.streams.set_up_default_controller import (
    set_up_readable_stream_default_controller,
)
from whatwg_websockets.webidl.callback_function import to_callback_function
from whatwg_websockets.webidl.conversions import to_enforced_unsigned_long_long, to_enumeration
from whatwg_websockets.webidl.dictionary import Dictionary, Member
from whatwg_websockets.webidl.promise import Agent

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_stream import ReadableStream


def _to_readable_stream_type(value: object) -> str:
    return to_enumeration(value, "ReadableStreamType", ("bytes",))


UNDERLYING_SOURCE: Final = Dictionary(
    "UnderlyingSource",
    {
        "start": Member(to_callback_function("start", 1)),
        "pull": Member(to_callback_function("pull", 1)),
        "cancel": Member(to_callback_function("cancel", 1)),
        "type": Member(_to_readable_stream_type),
        "autoAllocateChunkSize": Member(to_enforced_unsigned_long_long),
    },
)


class UnderlyingSource(TypedDict, total=False):
    """The members of the dictionary UnderlyingSource, for type checkers.

    The functions may be coroutine functions, or return any awaitable. A function that takes fewer
    arguments is called with fewer.
    """

    start: Callable[[Any], Any] | Callable[[], Any]
    pull: Callable[[Any], Any] | Callable[[], Any]
    cancel: Callable[[Any], Any] | Callable[[], Any]
    type: Literal["bytes"]
    autoAllocateChunkSize: int


@algorithm(
    "set-up-readable-stream-default-controller-from-underlying-source",
    "SetUpReadableStreamDefaultControllerFromUnderlyingSource",
)
def set_up_readable_stream_default_controller_from_underlying_source(
    stream: "ReadableStream[Any]",
    underlying_source_dict: Mapping[str, Any],
    high_water_mark: float,
    size_algorithm: SizeAlgorithm,
) -> None:
    """Set up a controller that calls the methods of a source.

    Args:
        stream: the stream.
        underlying_source_dict: the converted source, whose methods are bound to the source.
        high_water_mark: the total size of queued chunks at which pulling from the source stops.
        size_algorithm: takes a chunk and returns its size.

    Raises:
        BaseException: the exception that the ``start`` method raises.

    Source:
    https://streams.spec.whatwg.org/#set-up-readable-stream-default-controller-from-underlying-source
    """
    # 1. Create a ReadableStreamDefaultController for the stream.
    controller = a_new_controller()
    # 2. Let the start algorithm be one that does nothing, unless the source has a `start` method.
    start_algorithm: Callable[[], object] = do_nothing
    # 3. Let the pull algorithm be one that does nothing, unless the source has a `pull` method.
    pull_algorithm: Callable[[], object] = do_nothing
    # 4. Let the cancel algorithm be one that does nothing, unless the source has a `cancel` method.
    cancel_algorithm: Callable[[object], object] = do_nothing
    # 5. If the source has a `start` method, let the start algorithm invoke it with the controller.
    if "start" in underlying_source_dict:
        start_algorithm = partial(underlying_source_dict["start"], controller)
    # 6. If the source has a `pull` method, let the pull algorithm invoke it with the controller.
    if "pull" in underlying_source_dict:
        pull_algorithm = _invoked_pull(underlying_source_dict["pull"], stream._agent, controller)
    # 7. If the source has a `cancel` method, let the cancel algorithm invoke it with the reason.
    if "cancel" in underlying_source_dict:
        cancel_algorithm = invoked(underlying_source_dict["cancel"], stream._agent)
    # 8. Set up the readable stream's controller with the algorithms, which starts the source.
    set_up_readable_stream_default_controller(
        stream,
        controller,
        start_algorithm,
        pull_algorithm,
        cancel_algorithm,
        high_water_mark,
        size_algorithm,
    )


def _invoked_pull(
    pull: Callable[[Any], object],
    agent: Agent,
    controller: ReadableStreamDefaultController[Any],
) -> Callable[[], object]:
    """Return what :func:`invoked` returns, as an algorithm that is faster for each chunk."""

    def pull_algorithm() -> object:
        result = pull(controller)
        return None if result is None else promise_resolved_with_a_result(result, agent)

    return pull_algorithm
