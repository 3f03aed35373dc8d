"""4.9.5 Byte stream controllers: a read into a buffer, and the request that a source gets for it.

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
    """Fill a buffer from the queue, or have it wait for the source.

    Args:
        controller: the controller of the stream.
        view: what is to be filled.
        min_: how many elements have to come before the request is answered.
        read_into_request: is given the view on what was read.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-pull-into
    """
    # 1. The stream is the one that the controller belongs to.
    stream = controller._stream
    # 2. An element of a DataView is a byte.
    element_size = DATA_VIEW.element_size
    # 3. A DataView is returned for a DataView.
    ctor = DATA_VIEW
    # 4. A typed array has elements of its own.
    if view.type is not DATA_VIEW:
        # 4.1. The size of an element is that of the type.
        element_size = view.type.element_size
        # 4.2. A typed array of the same type is returned.
        ctor = view.type
    # 5. The elements that have to come are counted in bytes.
    minimum_fill = min_ * element_size
    # 6. No more bytes have to come than the view has room for.
    assert 0 <= minimum_fill <= view.byte_length
    # 7. The bytes are whole elements.
    assert minimum_fill % element_size == 0
    # 8. The bytes begin where the view begins.
    byte_offset = view.byte_offset
    # 9. The bytes end where the view ends, at the latest.
    byte_length = view.byte_length
    # 10. The memory goes to a buffer that the reader does not know.
    try:
        buffer_result = transfer_array_buffer(view.buffer)
    # 11. A buffer that cannot be detached is not read into.
    except Exception as exception:
        # 11.1. The error steps of the request are performed.
        read_into_request.error_steps(exception)
        # 11.2. Nothing is read.
        return
    # 12. The buffer is the one that has the memory now.
    buffer = buffer_result
    # 13. The descriptor is what waits for the source.
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
    # 14. Buffers are filled in the order in which they were brought.
    if controller._pending_pull_intos:
        # 14.1. The buffer waits behind those that came before.
        controller._pending_pull_intos.append(pull_into_descriptor)
        # 14.2. The request waits behind those that came before.
        readable_stream_add_read_into_request(stream, read_into_request)
        # 14.3. The source is being asked already.
        return
    # 15. A stream that is closed gives the buffer back.
    if stream._state == CLOSED:
        # 15.1. The view is empty.
        empty_view = pull_into_descriptor.buffer.view(pull_into_descriptor.byte_offset, 0, ctor)
        # 15.2. The close steps of the request are performed with the empty view.
        read_into_request.close_steps(empty_view)
        # 15.3. Nothing is read.
        return
    # 16. Bytes that are in the queue are given at once.
    if controller._queue_total_size > 0:
        # 16.1. The queue may have enough.
        if readable_byte_stream_controller_fill_pull_into_descriptor_from_queue(
            controller, pull_into_descriptor
        ):
            # 16.1.1. The view shows the elements that were copied.
            filled_view = readable_byte_stream_controller_convert_pull_into_descriptor(
                pull_into_descriptor
            )
            # 16.1.2. The stream is closed, or the source is asked for more.
            readable_byte_stream_controller_handle_queue_drain(controller)
            # 16.1.3. The chunk steps of the request are performed with the view.
            read_into_request.chunk_steps(filled_view)
            # 16.1.4. The request is answered.
            return
        # 16.2. A source that has requested the close gives no more.
        if controller._close_requested:
            # 16.2.1. The error says that an element is incomplete.
            e = TypeError("the stream is closed in the middle of an element that is being read")
            # 16.2.2. The stream is errored with the error.
            readable_byte_stream_controller_error(controller, e)
            # 16.2.3. The error steps of the request are performed.
            read_into_request.error_steps(e)
            # 16.2.4. The request is answered.
            return
    # 17. The buffer waits for the source.
    controller._pending_pull_intos.append(pull_into_descriptor)
    # 18. The request waits for the source.
    readable_stream_add_read_into_request(stream, read_into_request)
    # 19. The source is asked for bytes.
    readable_byte_stream_controller_call_pull_if_needed(controller)
