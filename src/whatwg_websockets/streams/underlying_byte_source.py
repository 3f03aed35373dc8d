"""4.2.3 The underlying source API: the object with which a program constructs a byte stream.

Source: https://streams.spec.whatwg.org/#underlying-source-api
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.algorithms import do_nothing, invoked
from whatwg_websockets.streams.create_readable_byte_stream import a_new_byte_controller
from whatwg_websockets.streams.set_up_byte_controller import set_up_readable_byte_stream_controller

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_stream import ReadableStream


@algorithm(
    "set-up-readable-byte-stream-controller-from-underlying-source",
    "SetUpReadableByteStreamControllerFromUnderlyingSource",
)
def set_up_readable_byte_stream_controller_from_underlying_source(
    stream: "ReadableStream[Any]",
    underlying_source_dict: Mapping[str, Any],
    high_water_mark: float,
) -> None:
    """Set up a byte stream controller that calls the methods of a source.

    Args:
        stream: the stream.
        underlying_source_dict: the converted source, whose methods are bound to the source.
        high_water_mark: the number of queued bytes at which pulling from the source stops.

    Raises:
        TypeError: ``autoAllocateChunkSize`` is 0.
        BaseException: the exception that the ``start`` method raises.

    Source:
    https://streams.spec.whatwg.org/#set-up-readable-byte-stream-controller-from-underlying-source
    """
    # 1. Create a ReadableByteStreamController for the stream.
    controller = a_new_byte_controller()
    # 2. Let the start algorithm be one that does nothing, unless the byte source has a `start`
    #    method.
    start_algorithm: Callable[[], object] = do_nothing
    # 3. Let the pull algorithm be one that does nothing, unless the byte source has a `pull`
    #    method.
    pull_algorithm: Callable[[], object] = do_nothing
    # 4. Let the cancel algorithm be one that does nothing, unless the byte source has a `cancel`
    #    method.
    cancel_algorithm: Callable[[object], object] = do_nothing
    # 5. If the byte source has a `start` method, let the start algorithm invoke it with the
    #    controller.
    if "start" in underlying_source_dict:
        start_algorithm = partial(underlying_source_dict["start"], controller)
    # 6. If the byte source has a `pull` method, let the pull algorithm invoke it with the
    #    controller.
    if "pull" in underlying_source_dict:
        pull_algorithm = invoked(partial(underlying_source_dict["pull"], controller), stream._agent)
    # 7. If the byte source has a `cancel` method, let the cancel algorithm invoke it with the
    #    reason.
    if "cancel" in underlying_source_dict:
        cancel_algorithm = invoked(underlying_source_dict["cancel"], stream._agent)
    # 8. Let the auto-allocate chunk size be the byte source's `autoAllocateChunkSize`, or
    #    undefined.
    auto_allocate_chunk_size = underlying_source_dict.get("autoAllocateChunkSize")
    # 9. If the byte source's `autoAllocateChunkSize` is 0, raise a TypeError.
    if auto_allocate_chunk_size == 0:
        raise TypeError("autoAllocateChunkSize is 0, and must be at least 1")
    # 10. Set up the byte stream controller with the algorithms, which starts the byte source.
    set_up_readable_byte_stream_controller(
        stream,
        controller,
        start_algorithm,
        pull_algorithm,
        cancel_algorithm,
        high_water_mark,
        auto_allocate_chunk_size,
    )
