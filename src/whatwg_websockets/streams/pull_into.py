"""4.9.5 Byte stream controllers: a read into a buffer, from the queue or from the source.

Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-pull-into
"""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.array_buffers import transfer_array_buffer
from whatwg_websockets.streams.byte_controllers import (
    readable_byte_stream_controller_call_pull_if_needed,
    readable_byte_stream_controller_error,
    readable_byte_stream_controller_handle_queue_drain,
)
from whatwg_websockets.streams.interfacing_with_byob_readers import (
    readable_stream_add_read_into_request,
)
from whatwg_websockets.streams.pull_into_descriptors import (
    BYOB,
    PullIntoDescriptor,
    readable_byte_stream_controller_convert_pull_into_descriptor,
    readable_byte_stream_controller_fill_pull_into_descriptor_from_queue,
)
from whatwg_websockets.streams.readable_states import CLOSED
from whatwg_websockets.webidl.array_buffer import DATA_VIEW, ArrayBufferView

if TYPE_CHECKING:
    from whatwg_websockets.streams.byob_reader import ReadIntoRequest
    from whatwg_websockets.streams.readable_byte_controller import ReadableByteStreamController


@algorithm("readable-byte-stream-controller-pull-into", "ReadableByteStreamControllerPullInto")
def readable_byte_stream_controller_pull_into(
    controller: "ReadableByteStreamController",
    view: ArrayBufferView,
    min_: int,
    read_into_request: "ReadIntoRequest",
) -> None:
    """Fill a view from the queue, or add a pending pull-into for the source to fill.

    Args:
        controller: the controller of the stream.
        view: the view that is to be filled.
        min_: the number of elements that have to be read before the request is answered.
        read_into_request: the request, which is given the view of the bytes that were read.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-pull-into
    """
    # 1. Let the stream be the controller's stream.
    stream = controller._stream
    # 2. Let the element size be 1, which is that of a DataView.
    element_size = DATA_VIEW.element_size
    # 3. Let the constructor for the view that is returned be that of DataView.
    ctor = DATA_VIEW
    # 4. If the view to fill is a typed array, use the element size and the constructor of its type.
    if view.type is not DATA_VIEW:
        # 4.1. Set the element size to the size of the typed array's elements.
        element_size = view.type.element_size
        # 4.2. Set the constructor for the view that is returned to that of the typed array's type.
        ctor = view.type
    # 5. Let the minimum fill be the requested number of elements times the element size, in bytes.
    minimum_fill = min_ * element_size
    # 6. Assert that the minimum fill is not more than the bytes of the view.
    assert 0 <= minimum_fill <= view.byte_length
    # 7. Assert that the minimum fill is a multiple of the element size.
    assert minimum_fill % element_size == 0
    # 8. Let the byte offset be the position in the buffer at which the view begins.
    byte_offset = view.byte_offset
    # 9. Let the byte length be the number of bytes of the view.
    byte_length = view.byte_length
    # 10. Transfer the view's buffer, so that the reader's program cannot use the memory during the
    #     read.
    try:
        buffer_result = transfer_array_buffer(view.buffer)
    # 11. If the view's buffer cannot be transferred, fail the read.
    except Exception as exception:
        # 11.1. Perform the read-into request's error steps with the exception that the transfer has
        #   raised.
        read_into_request.error_steps(exception)
        # 11.2. Return without reading, since the view's buffer cannot be transferred.
        return
    # 12. Let the buffer be the new buffer to which the memory of the view was transferred.
    buffer = buffer_result
    # 13. Let the pull-into descriptor be a new one, for the transferred buffer and the range of the
    #     view.
    pull_into_descriptor = PullIntoDescriptor(
        buffer,
        buffer.byte_length,
        byte_offset,
        byte_length,
        0,
        minimum_fill,
        element_size,
        ctor,
        BYOB,
    )
    # 14. If a pull-into is already pending, let the new read wait behind it.
    if controller._pending_pull_intos:
        # 14.1. Append the descriptor to the controller's pending pull-intos, behind earlier ones.
        controller._pending_pull_intos.append(pull_into_descriptor)
        # 14.2. Add the read-into request to the stream, behind earlier requests.
        readable_stream_add_read_into_request(stream, read_into_request)
        # 14.3. Return without a pull, since the source is already pulled for the earlier
        #       pull-intos.
        return
    # 15. If the byte stream is closed, return the view's buffer without bytes.
    if stream._state == CLOSED:
        # 15.1. Let the empty view be a view of the descriptor's type, with the length 0.
        empty_view = pull_into_descriptor.buffer.view(pull_into_descriptor.byte_offset, 0, ctor)
        # 15.2. Perform the read-into request's close steps with the empty view.
        read_into_request.close_steps(empty_view)
        # 15.3. Return, since a closed byte stream has no bytes to read.
        return
    # 16. If the queue has bytes, fill the view from the queue first.
    if controller._queue_total_size > 0:
        # 16.1. Fill the descriptor's buffer from the queue. If it reaches its minimum fill, answer
        #       the read.
        if readable_byte_stream_controller_fill_pull_into_descriptor_from_queue(
            controller, pull_into_descriptor
        ):
            # 16.1.1. Let the filled view be a view of the elements that were copied from the queue.
            filled_view = readable_byte_stream_controller_convert_pull_into_descriptor(
                pull_into_descriptor
            )
            # 16.1.2. Handle the drain of the queue, which closes the stream or pulls from the
            #         source.
            readable_byte_stream_controller_handle_queue_drain(controller)
            # 16.1.3. Perform the read-into request's chunk steps with the filled view.
            read_into_request.chunk_steps(filled_view)
            # 16.1.4. Return, since the queue had enough bytes to answer the read-into request.
            return
        # 16.2. If the close was requested, fail, since the queue has too few bytes and no more will
        #       follow.
        if controller._close_requested:
            # 16.2.1. Create a TypeError for a stream that is closed in the middle of an element.
            e = TypeError("the stream was closed in the middle of an element of the view")
            # 16.2.2. Error the byte stream controller with the TypeError about the incomplete
            #         element.
            readable_byte_stream_controller_error(controller, e)
            # 16.2.3. Perform the read-into request's error steps with the TypeError about the
            #         incomplete element.
            read_into_request.error_steps(e)
            # 16.2.4. Return, since the read-into request has failed.
            return
    # 17. Append the descriptor to the pending pull-intos, for the source to fill.
    controller._pending_pull_intos.append(pull_into_descriptor)
    # 18. Add the read-into request to the stream, where it waits for bytes of the source.
    readable_stream_add_read_into_request(stream, read_into_request)
    # 19. Pull from the underlying source, if the byte stream wants bytes.
    readable_byte_stream_controller_call_pull_if_needed(controller)
