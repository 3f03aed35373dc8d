"""4.2.3 The underlying source API: what a program hands in to have a byte stream made of it.

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
    """Give a stream a controller of bytes that calls the methods of a source.

    Args:
        stream: the stream.
        underlying_source_dict: the converted source. Its methods are bound to the source already.
        high_water_mark: how many bytes the queue holds before the source is to wait.

    Raises:
        TypeError: the buffers that are to be made for the source would be empty.
        BaseException: whatever the ``start`` method raises.

    Source:
    https://streams.spec.whatwg.org/#set-up-readable-byte-stream-controller-from-underlying-source
    """
    # 1. The controller is made before it has a stream.
    controller = a_new_byte_controller()
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
        pull_algorithm = invoked(partial(underlying_source_dict["pull"], controller), stream._agent)
    # 7. The `cancel` method is given the reason.
    if "cancel" in underlying_source_dict:
        cancel_algorithm = invoked(underlying_source_dict["cancel"], stream._agent)
    # 8. A source may want a buffer for each read of a default reader.
    auto_allocate_chunk_size = underlying_source_dict.get("autoAllocateChunkSize")
    # 9. A buffer that is empty cannot be written into.
    if auto_allocate_chunk_size == 0:
        raise TypeError("autoAllocateChunkSize is at least 1")
    # 10. The stream is given its controller, and the source is started.
    set_up_readable_byte_stream_controller(
        stream,
        controller,
        start_algorithm,
        pull_algorithm,
        cancel_algorithm,
        high_water_mark,
        auto_allocate_chunk_size,
    )
