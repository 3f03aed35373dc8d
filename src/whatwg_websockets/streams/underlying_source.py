"""4.2.3 The underlying source API: what a program hands in to have a stream made of it.

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
    """The members of the dictionary, as type checkers know them.

    The functions may be coroutine functions, or return any awaitable. One that takes fewer
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
    """Give a stream a controller that calls the methods of a source.

    Args:
        stream: the stream.
        underlying_source_dict: the converted source. Its methods are bound to the source already.
        high_water_mark: how much the queue holds before the source is to wait.
        size_algorithm: measures a chunk.

    Raises:
        BaseException: whatever the ``start`` method raises.

    Source:
    https://streams.spec.whatwg.org/#set-up-readable-stream-default-controller-from-underlying-source
    """
    # 1. The controller is made before it has a stream.
    controller = a_new_controller()
    # 2. Without a `start` method, the start algorithm does nothing.
    start_algorithm: Callable[[], object] = do_nothing
    # 3. Without a `pull` method, each pull succeeds at once.
    pull_algorithm: Callable[[], object] = do_nothing
    # 4. Without a `cancel` method, cancelling succeeds at once.
    cancel_algorithm: Callable[[object], object] = do_nothing
    # 5. The `start` method is given the controller.
    if "start" in underlying_source_dict:
        start_algorithm = partial(underlying_source_dict["start"], controller)
    # 6. The `pull` method is given the controller.
    if "pull" in underlying_source_dict:
        pull_algorithm = _invoked_pull(underlying_source_dict["pull"], stream._agent, controller)
    # 7. The `cancel` method is given the reason.
    if "cancel" in underlying_source_dict:
        cancel_algorithm = invoked(underlying_source_dict["cancel"], stream._agent)
    # 8. The stream is given its controller, and the source is started.
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
    """Do what :func:`invoked` does, in a call that is cheap enough for each chunk."""

    def pull_algorithm() -> object:
        result = pull(controller)
        return None if result is None else promise_resolved_with_a_result(result, agent)

    return pull_algorithm
