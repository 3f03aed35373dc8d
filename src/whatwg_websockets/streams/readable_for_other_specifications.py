"""9.1 Readable streams in other specifications: what another standard may do to a stream.

Source: https://streams.spec.whatwg.org/#other-specs-rs
"""

from collections.abc import Callable
from typing import Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.algorithms import do_nothing
from whatwg_websockets.streams.byob_request import readable_byte_stream_controller_get_byob_request
from whatwg_websockets.streams.byte_controllers import (
    readable_byte_stream_controller_close,
    readable_byte_stream_controller_error,
)
from whatwg_websockets.streams.byte_queues import readable_byte_stream_controller_enqueue
from whatwg_websockets.streams.byte_responses import readable_byte_stream_controller_respond
from whatwg_websockets.streams.create_readable_byte_stream import a_new_byte_controller
from whatwg_websockets.streams.create_readable_stream import (
    a_new_controller,
    a_new_readable_stream,
)
from whatwg_websockets.streams.default_controllers import (
    readable_stream_default_controller_close,
    readable_stream_default_controller_enqueue,
    readable_stream_default_controller_error,
)
from whatwg_websockets.streams.implements import is_a_byte_controller
from whatwg_websockets.streams.queuing_strategies import SizeAlgorithm
from whatwg_websockets.streams.readable_stream import ReadableStream
from whatwg_websockets.streams.set_up_byte_controller import set_up_readable_byte_stream_controller
from whatwg_websockets.streams.set_up_default_controller import (
    set_up_readable_stream_default_controller,
)
from whatwg_websockets.streams.working_with_readable_streams import (
    initialize_readable_stream,
)
from whatwg_websockets.webidl.array_buffer import ArrayBufferView

__all__ = [
    "a_new_readable_stream",
    "close",
    "current_byob_request_view",
    "enqueue",
    "error",
    "set_up_a_readable_byte_stream",
    "set_up_a_readable_stream",
]


@algorithm("readablestream-set-up", "set up a ReadableStream")
def set_up_a_readable_stream(
    stream: ReadableStream[Any],
    *,
    pull_algorithm: Callable[[], object] | None = None,
    cancel_algorithm: Callable[[object], object] | None = None,
    high_water_mark: float = 1,
    size_algorithm: SizeAlgorithm = None,
) -> None:
    """Give a new stream a source that is a standard's.

    The algorithms may return a promise, or another awaitable, and may raise.

    Args:
        stream: what ``a_new_readable_stream`` has returned.
        pull_algorithm: asks the source for more.
        cancel_algorithm: has the source end; it takes the reason.
        high_water_mark: how much the queue holds before the source is not asked any more. It is
            at least 0.
        size_algorithm: takes a chunk and returns its size; each chunk counts 1 if left out.

    Source: https://streams.spec.whatwg.org/#readablestream-set-up
    """
    # 1. The start algorithm does nothing.
    # 2. The pull algorithm may return a promise.
    # 2.1. A pull algorithm that was not given does nothing. An exception of the pull algorithm
    #      becomes a rejection where the controller performs it.
    # 2.2. The controller waits for a promise that the pull algorithm returns.
    # 2.3. If the pull algorithm returns nothing, the pull succeeds.
    # 3. The cancel algorithm may return a promise.
    # 3.1. A cancel algorithm that was not given does nothing. An exception of the cancel algorithm
    #      becomes a rejection where the controller performs it.
    # 3.2. The controller waits for a promise that the cancel algorithm returns.
    # 3.3. If the cancel algorithm returns nothing, cancelling succeeds.
    # 4. None stands for the size algorithm that returns 1.
    # 5. The stream is readable, and has no reader.
    initialize_readable_stream(stream)
    # 6. The controller is made before it has a stream.
    # 7. The controller is set up with the algorithms.
    set_up_readable_stream_default_controller(
        stream,
        a_new_controller(),
        do_nothing,
        do_nothing if pull_algorithm is None else pull_algorithm,
        do_nothing if cancel_algorithm is None else cancel_algorithm,
        high_water_mark,
        size_algorithm,
    )


@algorithm("readablestream-set-up-with-byte-reading-support", "set up a byte-source ReadableStream")
def set_up_a_readable_byte_stream(
    stream: ReadableStream[Any],
    *,
    pull_algorithm: Callable[[], object] | None = None,
    cancel_algorithm: Callable[[object], object] | None = None,
    high_water_mark: float = 0,
) -> None:
    """Give a new stream a source of bytes that is a standard's.

    The algorithms may return a promise, or another awaitable, and may raise.

    Args:
        stream: what ``a_new_readable_stream`` has returned.
        pull_algorithm: asks the source for more.
        cancel_algorithm: has the source end; it takes the reason.
        high_water_mark: how many bytes the queue holds before the source is not asked any more. It
            is at least 0.

    Source: https://streams.spec.whatwg.org/#readablestream-set-up-with-byte-reading-support
    """
    # 1. The start algorithm does nothing.
    # 2. The pull algorithm may return a promise.
    # 2.1. A pull algorithm that was not given does nothing. An exception of the pull algorithm
    #      becomes a rejection where the controller performs it.
    # 2.2. The controller waits for a promise that the pull algorithm returns.
    # 2.3. If the pull algorithm returns nothing, the pull succeeds.
    # 3. The cancel algorithm may return a promise.
    # 3.1. A cancel algorithm that was not given does nothing. An exception of the cancel algorithm
    #      becomes a rejection where the controller performs it.
    # 3.2. The controller waits for a promise that the cancel algorithm returns.
    # 3.3. If the cancel algorithm returns nothing, cancelling succeeds.
    # 4. The stream is readable, and has no reader.
    initialize_readable_stream(stream)
    # 5. The controller is made before it has a stream.
    # 6. The controller is set up with the algorithms.
    set_up_readable_byte_stream_controller(
        stream,
        a_new_byte_controller(),
        do_nothing,
        do_nothing if pull_algorithm is None else pull_algorithm,
        do_nothing if cancel_algorithm is None else cancel_algorithm,
        high_water_mark,
        None,
    )


@algorithm("readablestream-close", "close")
def close(stream: ReadableStream[Any]) -> None:
    """Close a stream as soon as its queue is empty.

    Source: https://streams.spec.whatwg.org/#readablestream-close
    """
    controller = stream._controller
    # 1. A byte stream may have buffers that wait to be filled.
    if is_a_byte_controller(controller):
        # 1.1. The controller closes the stream.
        readable_byte_stream_controller_close(controller)
        # 1.2. The buffers that wait go back to their reader.
        if controller._pending_pull_intos:
            readable_byte_stream_controller_respond(controller, 0)
    else:
        # 2. The controller of any other stream closes it.
        readable_stream_default_controller_close(controller)


@algorithm("readablestream-error", "error")
def error(stream: ReadableStream[Any], e: object) -> None:
    """Have a stream fail.

    Source: https://streams.spec.whatwg.org/#readablestream-error
    """
    controller = stream._controller
    # 1. The controller of a byte stream errors it.
    if is_a_byte_controller(controller):
        readable_byte_stream_controller_error(controller, e)
    else:
        # 2. The controller of any other stream errors it.
        readable_stream_default_controller_error(controller, e)


@algorithm("readablestream-enqueue", "enqueue")
def enqueue(stream: ReadableStream[Any], chunk: object) -> None:
    """Put a chunk into a stream.

    Source: https://streams.spec.whatwg.org/#readablestream-enqueue
    """
    controller = stream._controller
    # 1. A default controller takes any chunk.
    if not is_a_byte_controller(controller):
        # 1.1. The chunk goes to the first read request that waits, or into the queue.
        readable_stream_default_controller_enqueue(controller, chunk)
        return
    # 2. Any other controller takes bytes.
    # 2.1. The controller is that of a byte stream.
    # 2.2. The chunk is a view, or bytes that are made one.
    view = chunk if isinstance(chunk, ArrayBufferView) else _view_of(stream, chunk)
    # 2.3. A reader may wait with a buffer.
    byob_view = current_byob_request_view(stream)
    # 2.4. The bytes may have been written into that buffer.
    if byob_view is not None and view.buffer is byob_view.buffer:
        # 2.4.1. The bytes begin where the buffer was to be filled.
        assert view.byte_offset == byob_view.byte_offset
        # 2.4.2. The bytes end where the buffer ends, at the latest.
        assert view.byte_length <= byob_view.byte_length
        # 2.4.3. The controller is told how many bytes were written.
        readable_byte_stream_controller_respond(controller, view.byte_length)
    else:
        # 2.5. Other bytes go to whoever waits for them, or into the queue.
        readable_byte_stream_controller_enqueue(controller, view)


def _view_of(stream: ReadableStream[Any], chunk: object) -> ArrayBufferView:
    return stream._agent.array_buffers.chunk_of(chunk)


@algorithm("readablestream-current-byob-request-view", "current BYOB request view")
def current_byob_request_view(stream: ReadableStream[Any]) -> ArrayBufferView | None:
    """Return a view on the memory that a reader of a byte stream waits with, if one does.

    Source: https://streams.spec.whatwg.org/#readablestream-current-byob-request-view
    """
    # 1. The stream is a byte stream.
    controller = stream._controller
    assert is_a_byte_controller(controller)
    # 2. The request is for the buffer that has waited longest.
    byob_request = readable_byte_stream_controller_get_byob_request(controller)
    # 3. Without a buffer there is no request.
    if byob_request is None:
        return None
    # 4. The view is that of the request.
    return byob_request._view
