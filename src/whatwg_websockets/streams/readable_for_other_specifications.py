"""9.1 Readable streams in other specifications: operations that other standards use.

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
    """Set up a new stream with the algorithms of another standard.

    The algorithms may return a promise or another awaitable, and may raise an exception.

    Args:
        stream: a stream that ``a_new_readable_stream`` has returned.
        pull_algorithm: pulls from the source.
        cancel_algorithm: takes a reason, and ends the source.
        high_water_mark: the total size of queued chunks at which pulling from the source stops;
            at least 0.
        size_algorithm: takes a chunk and returns its size; if left out, each chunk counts 1.

    Source: https://streams.spec.whatwg.org/#readablestream-set-up
    """
    # 1. Let the start algorithm be one that does nothing.
    # 2. Let the pull algorithm wrapper perform the given pull algorithm and return a promise.
    # 2.1. Perform the pull algorithm, if one was given; its exception becomes a rejection in the
    #      controller.
    # 2.2. If the given pull algorithm returns a promise, let the controller wait for the promise.
    # 2.3. If the given pull algorithm returns no promise, let the pull succeed at once.
    # 3. Let the cancel algorithm wrapper perform the given cancel algorithm and return a promise.
    # 3.1. Perform the cancel algorithm, if one was given; its exception becomes a rejection in the
    #      controller.
    # 3.2. If the given cancel algorithm returns a promise, let the controller wait for the promise.
    # 3.3. If the given cancel algorithm returns no promise, let the cancellation succeed at once.
    # 4. If no size algorithm was given, use an algorithm that returns 1, which None represents.
    # 5. Initialize the readable stream, as readable and not locked.
    initialize_readable_stream(stream)
    # 6. Create a ReadableStreamDefaultController for the stream.
    # 7. Set up the stream's default controller with the wrappers, high water mark and size
    #    algorithm.
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
    """Set up a new byte stream with the algorithms of another standard.

    The algorithms may return a promise or another awaitable, and may raise an exception.

    Args:
        stream: a stream that ``a_new_readable_stream`` has returned.
        pull_algorithm: pulls from the source.
        cancel_algorithm: takes a reason, and ends the source.
        high_water_mark: the number of queued bytes at which pulling from the source stops; at least
            0.

    Source: https://streams.spec.whatwg.org/#readablestream-set-up-with-byte-reading-support
    """
    # 1. Let the start algorithm be one that does nothing.
    # 2. Let the pull algorithm wrapper perform the given pull algorithm and return a promise.
    # 2.1. Perform the pull algorithm, if one was given; its exception becomes a rejection in the
    #      controller.
    # 2.2. If the given pull algorithm returns a promise, let the controller wait for the promise.
    # 2.3. If the given pull algorithm returns no promise, let the pull succeed at once.
    # 3. Let the cancel algorithm wrapper perform the given cancel algorithm and return a promise.
    # 3.1. Perform the cancel algorithm, if one was given; its exception becomes a rejection in the
    #      controller.
    # 3.2. If the given cancel algorithm returns a promise, let the controller wait for the promise.
    # 3.3. If the given cancel algorithm returns no promise, let the cancellation succeed at once.
    # 4. Initialize the readable byte stream, as readable and not locked.
    initialize_readable_stream(stream)
    # 5. Create a ReadableByteStreamController for the stream.
    # 6. Set up the stream's byte stream controller with the wrappers and the high water mark.
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
    # 1. If the stream is a byte stream, close it by means of its byte stream controller.
    if is_a_byte_controller(controller):
        # 1.1. Close the byte stream by means of its controller, as soon as the queue is empty.
        readable_byte_stream_controller_close(controller)
        # 1.2. If pull-intos are pending on the byte stream, respond with 0 bytes, which returns
        #      their buffers.
        if controller._pending_pull_intos:
            readable_byte_stream_controller_respond(controller, 0)
    else:
        # 2. If the stream is not a byte stream, close it by means of its default controller.
        readable_stream_default_controller_close(controller)


@algorithm("readablestream-error", "error")
def error(stream: ReadableStream[Any], e: object) -> None:
    """Error a stream.

    Source: https://streams.spec.whatwg.org/#readablestream-error
    """
    controller = stream._controller
    # 1. If the stream is a byte stream, error it by means of its byte stream controller.
    if is_a_byte_controller(controller):
        readable_byte_stream_controller_error(controller, e)
    else:
        # 2. If the stream is not a byte stream, error it by means of its default controller.
        readable_stream_default_controller_error(controller, e)


@algorithm("readablestream-enqueue", "enqueue")
def enqueue(stream: ReadableStream[Any], chunk: object) -> None:
    """Enqueue a chunk to a stream.

    Source: https://streams.spec.whatwg.org/#readablestream-enqueue
    """
    controller = stream._controller
    # 1. If the stream has a default controller, enqueue a chunk of any type.
    if not is_a_byte_controller(controller):
        # 1.1. Enqueue the chunk by means of the stream's default controller.
        readable_stream_default_controller_enqueue(controller, chunk)
        return
    # 2. If the stream is a byte stream, enqueue a chunk of bytes.
    # 2.1. Assert that the stream's controller is a byte stream controller.
    # 2.2. Assert that the chunk is an ArrayBufferView; bytes of Python are converted to an
    #      ArrayBufferView.
    view = chunk if isinstance(chunk, ArrayBufferView) else _view_of(stream, chunk)
    # 2.3. Let the BYOB view be the stream's current BYOB request view, or null.
    byob_view = current_byob_request_view(stream)
    # 2.4. If the chunk lies in the BYOB view's buffer, respond to the BYOB request instead of
    #      enqueuing.
    if byob_view is not None and view.buffer is byob_view.buffer:
        # 2.4.1. Assert that the chunk begins where the BYOB view begins.
        assert view.byte_offset == byob_view.byte_offset
        # 2.4.2. Assert that the chunk is not longer than the BYOB view.
        assert view.byte_length <= byob_view.byte_length
        # 2.4.3. Respond to the BYOB request with the chunk's number of bytes.
        readable_byte_stream_controller_respond(controller, view.byte_length)
    else:
        # 2.5. If the chunk does not lie in the BYOB view's buffer, enqueue it by means of the
        #      controller.
        readable_byte_stream_controller_enqueue(controller, view)


def _view_of(stream: ReadableStream[Any], chunk: object) -> ArrayBufferView:
    return stream._agent.array_buffers.chunk_of(chunk)


@algorithm("readablestream-current-byob-request-view", "current BYOB request view")
def current_byob_request_view(stream: ReadableStream[Any]) -> ArrayBufferView | None:
    """Return the view of the current BYOB request of a byte stream; None if no read is pending.

    Source: https://streams.spec.whatwg.org/#readablestream-current-byob-request-view
    """
    # 1. Assert that the stream's controller is a byte stream controller.
    controller = stream._controller
    assert is_a_byte_controller(controller)
    # 2. Let the BYOB request be the one for the controller's first pending pull-into.
    byob_request = readable_byte_stream_controller_get_byob_request(controller)
    # 3. If the byte stream has no BYOB request, return null.
    if byob_request is None:
        return None
    # 4. Return the view of the stream's BYOB request.
    return byob_request._view
