"""4.8 The ReadableStreamBYOBRequest class: memory of a reader, for the source to write into.

Source: https://streams.spec.whatwg.org/#rs-byob-request-class
"""

from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.byte_responses import (
    readable_byte_stream_controller_respond,
    readable_byte_stream_controller_respond_with_new_view,
)
from whatwg_websockets.webidl.array_buffer import UINT8_ARRAY, ArrayBufferView
from whatwg_websockets.webidl.buffer_source import BufferSource
from whatwg_websockets.webidl.conversions import to_enforced_unsigned_long_long
from whatwg_websockets.webidl.platform_object import PlatformObject

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_byte_controller import ReadableByteStreamController


class ReadableStreamBYOBRequest(PlatformObject):
    """Memory that a reader has brought, for the source of a byte stream to write into.

    ``controller.byobRequest`` is one while a reader waits for its buffer to be filled.

    Raises:
        TypeError: it is called as a constructor.

    Source: https://streams.spec.whatwg.org/#rs-byob-request-class
    """

    _interface = "ReadableStreamBYOBRequest"

    __slots__ = ("_controller", "_shown", "_view")

    _controller: "ReadableByteStreamController | None"
    _shown: Any
    _view: ArrayBufferView | None

    def __init__(self) -> None:
        raise TypeError("a BYOB request is an attribute of a controller")

    @property
    @algorithm("rs-byob-request-view", "view")
    def view(self) -> memoryview | None:
        """What the source may write into; None if the request has been answered.

        The memoryview is released when the request is answered, or cannot be any more. What else
        was made of its memory must not be written into from then on.

        Source: https://streams.spec.whatwg.org/#rs-byob-request-view
        """
        # 1. The view is the same object each time.
        return None if self._view is None else self._shown

    @algorithm("rs-byob-request-respond", "respond(bytesWritten)")
    def respond(self, bytesWritten: int) -> None:
        """Say how many bytes were written into the view.

        Args:
            bytesWritten: how many; 0 once the stream is closed, and only then.

        Raises:
            TypeError: the request has been answered; or there are no bytes in a stream that is
                readable, or some in one that is closed.
            ValueError: there are more bytes than the view has room for.

        Source: https://streams.spec.whatwg.org/#rs-byob-request-respond
        """
        bytes_written = to_enforced_unsigned_long_long(bytesWritten)
        # 1. A request is answered once.
        controller = self._require_a_controller()
        assert self._view is not None
        # 2. A source that has detached the memory has nothing to give.
        if self._view.buffer.is_detached:
            raise TypeError("the buffer of the view is detached")
        # 3. The view is not empty.
        assert self._view.byte_length > 0
        # 4. The buffer of the view is not empty.
        assert self._view.buffer.byte_length > 0
        # 5. The read that waits may be answered.
        readable_byte_stream_controller_respond(controller, bytes_written)

    @algorithm("rs-byob-request-respond-with-new-view", "respondWithNewView(view)")
    def respondWithNewView(self, view: BufferSource) -> None:
        """Give the bytes that were written, as a view on them.

        Args:
            view: begins where the view of the request begins, and is no longer. It is a slice of
                that view, or a slice of another object with as many bytes, whose memory the reader
                then gets.

        Raises:
            TypeError: the request has been answered; or the view is empty in a stream that is
                readable, or is not empty in one that is closed; or it cannot be written into.
            ValueError: the view begins elsewhere, or is longer, or its memory is longer or shorter.

        Source: https://streams.spec.whatwg.org/#rs-byob-request-respond-with-new-view
        """
        # 1. A request is answered once.
        controller = self._require_a_controller()
        converted = controller._agent.array_buffers.lent_view_of(view)
        # 2. A buffer that is detached has no bytes.
        if converted.buffer.is_detached:
            raise TypeError("the buffer of the view is detached")
        # 3. The read that waits may be answered.
        readable_byte_stream_controller_respond_with_new_view(controller, converted)

    def _require_a_controller(self) -> "ReadableByteStreamController":
        controller = self._controller
        if controller is None:
            raise TypeError("the request has been answered, or is not waited for any more")
        controller._agent.require_this_thread("a ReadableStream")
        return controller


def a_new_byob_request(
    controller: "ReadableByteStreamController",
    view: ArrayBufferView,
) -> ReadableStreamBYOBRequest:
    """Make a request that a controller shows.

    Source: https://webidl.spec.whatwg.org/#new
    """
    request = ReadableStreamBYOBRequest.__new__(ReadableStreamBYOBRequest)
    request._controller = controller
    request._view = view
    request._shown = view.as_request()
    return request


@algorithm(
    "abstract-opdef-readablebytestreamcontrollergetbyobrequest",
    "ReadableByteStreamControllerGetBYOBRequest",
)
def readable_byte_stream_controller_get_byob_request(
    controller: "ReadableByteStreamController",
) -> ReadableStreamBYOBRequest | None:
    """Return the request for the first buffer that waits; None if none waits.

    Source:
    https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollergetbyobrequest
    """
    # 1. A request is made when it is asked for, once for each buffer and each answer.
    if controller._byob_request is None and controller._pending_pull_intos:
        # 1.1. The descriptor is the one that has waited longest.
        first_descriptor = controller._pending_pull_intos[0]
        # 1.2. The view shows what is left to be written.
        view = first_descriptor.buffer.view(
            first_descriptor.byte_offset + first_descriptor.bytes_filled,
            first_descriptor.byte_length - first_descriptor.bytes_filled,
            UINT8_ARRAY,
        )
        # 1.3. The request is new.
        # 1.4. The request refers to its controller.
        # 1.5. The request has the view.
        byob_request = a_new_byob_request(controller, view)
        # 1.6. The request is the present one.
        controller._byob_request = byob_request
    # 2. The present request is returned.
    return controller._byob_request
