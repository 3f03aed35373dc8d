"""4.8 The ReadableStreamBYOBRequest class: a reader's memory that the underlying source writes to.

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
    """Memory that a reader has supplied, for the source of a byte stream to write to.

    ``controller.byobRequest`` is such a request while a reader waits for its buffer to be filled.

    Raises:
        TypeError: the class is called as a constructor.

    Source: https://streams.spec.whatwg.org/#rs-byob-request-class
    """

    _interface = "ReadableStreamBYOBRequest"

    __slots__ = ("_controller", "_shown", "_view")

    _controller: "ReadableByteStreamController | None"
    _shown: Any
    _view: ArrayBufferView | None

    def __init__(self) -> None:
        raise TypeError("a BYOB request cannot be constructed: read it from controller.byobRequest")

    @property
    @algorithm("rs-byob-request-view", "view")
    def view(self) -> memoryview | None:
        """The memory that the source may write to; None if the request has been responded to.

        The memoryview is released when the request is responded to, or becomes invalid. From then
        on, the source must not write to the memory by other views of it either.

        Source: https://streams.spec.whatwg.org/#rs-byob-request-view
        """
        # 1. Return the request's view, which is the same object each time.
        return None if self._view is None else self._shown

    @algorithm("rs-byob-request-respond", "respond(bytesWritten)")
    def respond(self, bytesWritten: int) -> None:
        """Report how many bytes the source has written into the view.

        Args:
            bytesWritten: the number of bytes; 0 if the stream is closed, and only then.

        Raises:
            TypeError: the request has been responded to; or the number is 0 and the stream is
                readable; or the number is not 0 and the stream is closed.
            ValueError: the number is more than the bytes of the view.

        Source: https://streams.spec.whatwg.org/#rs-byob-request-respond
        """
        bytes_written = to_enforced_unsigned_long_long(bytesWritten)
        # 1. If the request has no controller, since it was responded to or is invalid, raise a
        #    TypeError.
        controller = self._require_a_controller()
        assert self._view is not None
        # 2. If the buffer of the request's view is detached, raise a TypeError.
        if self._view.buffer.is_detached:
            raise TypeError("the buffer of the view is detached")
        # 3. Assert that the request's view is not empty.
        assert self._view.byte_length > 0
        # 4. Assert that the buffer of the request's view is not empty.
        assert self._view.buffer.byte_length > 0
        # 5. Respond on the request's controller with the number of bytes that the source has
        #    written.
        readable_byte_stream_controller_respond(controller, bytes_written)

    @algorithm("rs-byob-request-respond-with-new-view", "respondWithNewView(view)")
    def respondWithNewView(self, view: BufferSource) -> None:
        """Respond with a view of the bytes that the source has written.

        Args:
            view: a view that begins where the view of the request begins, and is not longer: a
                slice of that view, or a slice of another object with as many bytes as the memory of
                the request. The reader then gets the memory of that object.

        Raises:
            TypeError: the request has been responded to; or the view is empty and the stream is
                readable; or the view is not empty and the stream is closed; or the view cannot be
                written to.
            ValueError: the view begins elsewhere or is longer, or its memory has another length.

        Source: https://streams.spec.whatwg.org/#rs-byob-request-respond-with-new-view
        """
        # 1. If the request has no controller, since it was responded to or is invalid, raise a
        #    TypeError.
        controller = self._require_a_controller()
        converted = controller._agent.array_buffers.lent_view_of(view)
        # 2. If the buffer of the new view is detached, raise a TypeError.
        if converted.buffer.is_detached:
            raise TypeError("the buffer of the view is detached")
        # 3. Respond on the request's controller with the new view.
        readable_byte_stream_controller_respond_with_new_view(controller, converted)

    def _require_a_controller(self) -> "ReadableByteStreamController":
        controller = self._controller
        if controller is None:
            raise TypeError("the request was already responded to, or is no longer valid")
        controller._agent.require_this_thread("a ReadableStream")
        return controller


def a_new_byob_request(
    controller: "ReadableByteStreamController",
    view: ArrayBufferView,
) -> ReadableStreamBYOBRequest:
    """Make a BYOB request for the ``byobRequest`` attribute of a controller.

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
    """Return the BYOB request for the first pending pull-into; None if no pull-into is pending.

    Source:
    https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollergetbyobrequest
    """
    # 1. If the controller has a pending pull-into but no BYOB request, create the BYOB request.
    if controller._byob_request is None and controller._pending_pull_intos:
        # 1.1. Let the first descriptor be the first of the controller's pending pull-intos.
        first_descriptor = controller._pending_pull_intos[0]
        # 1.2. Let the view be a Uint8Array of the part of the descriptor's buffer that is not
        #      filled yet.
        view = first_descriptor.buffer.view(
            first_descriptor.byte_offset + first_descriptor.bytes_filled,
            first_descriptor.byte_length - first_descriptor.bytes_filled,
            UINT8_ARRAY,
        )
        # 1.3. Create a ReadableStreamBYOBRequest for the first descriptor.
        # 1.4. Set the BYOB request's controller to the controller of the byte stream.
        # 1.5. Set the BYOB request's view to the view of the unfilled part of the buffer.
        byob_request = a_new_byob_request(controller, view)
        # 1.6. Set the controller's BYOB request to the new BYOB request.
        controller._byob_request = byob_request
    # 2. Return the controller's BYOB request, or null if no pull-into is pending.
    return controller._byob_request
