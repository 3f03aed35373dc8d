"""4.9.5 Byte stream controllers: what a source answers to a BYOB request.

Source: https://streams.spec.whatwg.org/#rbs-controller-abstract-ops
"""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.array_buffers import (
    can_transfer_array_buffer,
    transfer_array_buffer,
)
from whatwg_websockets.streams.byte_controllers import (
    readable_byte_stream_controller_call_pull_if_needed,
    readable_byte_stream_controller_invalidate_byob_request,
)
from whatwg_websockets.streams.byte_queues import (
    readable_byte_stream_controller_enqueue_cloned_chunk_to_queue,
    readable_byte_stream_controller_enqueue_detached_pull_into_to_queue,
)
from whatwg_websockets.streams.interfacing_with_byob_readers import (
    readable_stream_get_num_read_into_requests,
    readable_stream_has_byob_reader,
)
from whatwg_websockets.streams.pull_into_descriptors import (
    NONE,
    PullIntoDescriptor,
    readable_byte_stream_controller_commit_pull_into_descriptor,
    readable_byte_stream_controller_fill_head_pull_into_descriptor,
    readable_byte_stream_controller_process_pull_into_descriptors_using_queue,
    readable_byte_stream_controller_shift_pending_pull_into,
)
from whatwg_websockets.streams.readable_states import CLOSED, READABLE
from whatwg_websockets.webidl.array_buffer import ArrayBufferView

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_byte_controller import ReadableByteStreamController


@algorithm("readable-byte-stream-controller-respond", "ReadableByteStreamControllerRespond")
def readable_byte_stream_controller_respond(
    controller: "ReadableByteStreamController", bytes_written: int
) -> None:
    """Hear that the source has written bytes into the first buffer that waits.

    Raises:
        TypeError: there are none in a stream that is readable, or some in one that is closed.
        ValueError: there are more than the buffer has room for.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond
    """
    # 1. A buffer waits to be filled.
    assert controller._pending_pull_intos
    # 2. The descriptor is the one that has waited longest.
    first_descriptor = controller._pending_pull_intos[0]
    # 3. The state is that of the stream.
    state = controller._stream._state
    # 4. A stream that is closed takes no bytes.
    if state == CLOSED:
        # 4.1. The source gives the buffer back, and has written nothing.
        if bytes_written != 0:
            raise TypeError("the stream is closed, and takes no bytes: respond with 0")
    else:
        # 5. A stream that is readable takes as many bytes as the buffer has room for.
        # 5.1. The state is readable, since a stream that is errored has no request.
        assert state == READABLE
        # 5.2. The source has written something.
        if bytes_written == 0:
            raise TypeError("nothing was written: the stream is not closed, and waits for bytes")
        # 5.3. The source has not written beyond the view of the request.
        if first_descriptor.bytes_filled + bytes_written > first_descriptor.byte_length:
            room = first_descriptor.byte_length - first_descriptor.bytes_filled
            raise ValueError(f"{bytes_written} bytes were written, where the view has {room}")
    # 6. The memory goes to a buffer that the source does not know.
    first_descriptor.buffer = transfer_array_buffer(first_descriptor.buffer)
    # 7. The reads that wait are answered.
    readable_byte_stream_controller_respond_internal(controller, bytes_written)


@algorithm(
    "readable-byte-stream-controller-respond-in-closed-state",
    "ReadableByteStreamControllerRespondInClosedState",
)
def readable_byte_stream_controller_respond_in_closed_state(
    controller: "ReadableByteStreamController", first_descriptor: PullIntoDescriptor
) -> None:
    """Give the reader all buffers back that it has brought, since the stream is closed.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-in-closed-state
    """
    # 1. The buffer has no part of an element.
    assert first_descriptor.bytes_filled % first_descriptor.element_size == 0
    # 2. A buffer whose reader was released is dropped.
    if first_descriptor.reader_type == NONE:
        readable_byte_stream_controller_shift_pending_pull_into(controller)
    # 3. The stream is the one that the controller belongs to.
    stream = controller._stream
    # 4. Only a reader that brings its own buffers gets them back.
    if readable_stream_has_byob_reader(stream):
        # 4.1. The descriptors are taken before the first read is answered.
        filled_pull_intos: list[PullIntoDescriptor] = []
        # 4.2. A descriptor is taken for each read-into request that waits.
        while len(filled_pull_intos) < readable_stream_get_num_read_into_requests(stream):
            # 4.2.1. The descriptor is the one that has waited longest.
            pull_into_descriptor = readable_byte_stream_controller_shift_pending_pull_into(
                controller
            )
            # 4.2.2. The descriptor is the last of those that were taken.
            filled_pull_intos.append(pull_into_descriptor)
        # 4.3. The reads are answered in the order in which they came.
        for filled_pull_into in filled_pull_intos:
            # 4.3.1. The read-into request is told the end, and gets its buffer.
            readable_byte_stream_controller_commit_pull_into_descriptor(stream, filled_pull_into)


@algorithm(
    "readable-byte-stream-controller-respond-in-readable-state",
    "ReadableByteStreamControllerRespondInReadableState",
)
def readable_byte_stream_controller_respond_in_readable_state(
    controller: "ReadableByteStreamController",
    bytes_written: int,
    pull_into_descriptor: PullIntoDescriptor,
) -> None:
    """Answer the read whose buffer has enough bytes now.

    Raises:
        MemoryError: there is no memory for a part of an element; the stream is errored with it.

    Source:
    https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-in-readable-state
    """
    stream = controller._stream
    # 1. The bytes have room in the buffer.
    assert pull_into_descriptor.bytes_filled + bytes_written <= pull_into_descriptor.byte_length
    # 2. The bytes that were written are counted.
    readable_byte_stream_controller_fill_head_pull_into_descriptor(
        controller, bytes_written, pull_into_descriptor
    )
    # 3. The bytes of a buffer whose reader was released are for whoever reads next.
    if pull_into_descriptor.reader_type == NONE:
        # 3.1. The bytes are moved to the queue.
        readable_byte_stream_controller_enqueue_detached_pull_into_to_queue(
            controller, pull_into_descriptor
        )
        # 3.2. The other buffers that wait are filled from the queue.
        filled_pull_intos = (
            readable_byte_stream_controller_process_pull_into_descriptors_using_queue(controller)
        )
        # 3.3. The reads are answered in the order in which they came.
        for filled_pull_into in filled_pull_intos:
            # 3.3.1. The request is given what was read.
            readable_byte_stream_controller_commit_pull_into_descriptor(stream, filled_pull_into)
        # 3.4. The buffer whose reader was released answers nothing.
        return
    # 4. A read that asks for more goes on waiting.
    if pull_into_descriptor.bytes_filled < pull_into_descriptor.minimum_fill:
        return
    # 5. The buffer does not wait any more.
    readable_byte_stream_controller_shift_pending_pull_into(controller)
    # 6. The last bytes may be a part of an element.
    remainder_size = pull_into_descriptor.bytes_filled % pull_into_descriptor.element_size
    # 7. A part of an element is for the next read.
    if remainder_size > 0:
        # 7.1. The part of an element ends where the bytes end.
        end = pull_into_descriptor.byte_offset + pull_into_descriptor.bytes_filled
        # 7.2. The part of an element is copied to the queue.
        readable_byte_stream_controller_enqueue_cloned_chunk_to_queue(
            controller, pull_into_descriptor.buffer, end - remainder_size, remainder_size
        )
    # 8. The buffer no longer counts the part of an element.
    pull_into_descriptor.bytes_filled -= remainder_size
    # 9. The other buffers that wait are filled from the queue.
    filled_pull_intos = readable_byte_stream_controller_process_pull_into_descriptors_using_queue(
        controller
    )
    # 10. The request whose buffer was written into is answered first.
    readable_byte_stream_controller_commit_pull_into_descriptor(stream, pull_into_descriptor)
    # 11. The other reads are answered in the order in which they came.
    for filled_pull_into in filled_pull_intos:
        # 11.1. The request is given what was read.
        readable_byte_stream_controller_commit_pull_into_descriptor(stream, filled_pull_into)


@algorithm(
    "readable-byte-stream-controller-respond-internal",
    "ReadableByteStreamControllerRespondInternal",
)
def readable_byte_stream_controller_respond_internal(
    controller: "ReadableByteStreamController", bytes_written: int
) -> None:
    """Answer the reads that wait, and ask the source for more.

    Raises:
        MemoryError: there is no memory for a part of an element; the stream is errored with it.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-internal
    """
    # 1. The descriptor is the one that has waited longest.
    first_descriptor = controller._pending_pull_intos[0]
    # 2. The buffer has its memory.
    assert can_transfer_array_buffer(first_descriptor.buffer)
    # 3. The request is answered, and cannot be answered a second time.
    readable_byte_stream_controller_invalidate_byob_request(controller)
    # 4. The state is that of the stream.
    state = controller._stream._state
    # 5. A stream that is closed gives the buffers back.
    if state == CLOSED:
        # 5.1. The source has written nothing.
        assert bytes_written == 0
        # 5.2. The reads that wait are told the end.
        readable_byte_stream_controller_respond_in_closed_state(controller, first_descriptor)
    else:
        # 6. A stream that is readable gives what was written.
        # 6.1. The state is readable, since a stream that is errored has no request.
        assert state == READABLE
        # 6.2. The source has written something.
        assert bytes_written > 0
        # 6.3. The read may be answered.
        readable_byte_stream_controller_respond_in_readable_state(
            controller, bytes_written, first_descriptor
        )
    # 7. The source is asked for more, if the queue has room or a request waits.
    readable_byte_stream_controller_call_pull_if_needed(controller)


@algorithm(
    "readable-byte-stream-controller-respond-with-new-view",
    "ReadableByteStreamControllerRespondWithNewView",
)
def readable_byte_stream_controller_respond_with_new_view(
    controller: "ReadableByteStreamController", view: ArrayBufferView
) -> None:
    """Hear that the source has written bytes, which a view shows, for the first buffer that waits.

    Raises:
        TypeError: the view is empty and the stream readable, or the stream is closed and the view
            not empty; or the buffer of the view cannot be detached.
        ValueError: the view begins elsewhere than the view of the request, or is longer, or its
            buffer has another length.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-with-new-view
    """
    # 1. A buffer waits to be filled.
    assert controller._pending_pull_intos
    # 2. The buffer of the view has its memory.
    assert not view.buffer.is_detached
    # 3. The descriptor is the one that has waited longest.
    first_descriptor = controller._pending_pull_intos[0]
    # 4. The state is that of the stream.
    state = controller._stream._state
    # 5. A stream that is closed takes no bytes.
    if state == CLOSED:
        # 5.1. The source gives the buffer back, and has written nothing.
        if view.byte_length != 0:
            raise TypeError("the stream is closed, and takes no bytes: the view has to be empty")
    else:
        # 6. A stream that is readable takes as many bytes as the buffer has room for.
        # 6.1. The state is readable, since a stream that is errored has no request.
        assert state == READABLE
        # 6.2. The source has written something.
        if view.byte_length == 0:
            raise TypeError("the view is empty: the stream is not closed, and waits for bytes")
    # 7. The view begins where the view of the request begins.
    if first_descriptor.byte_offset + first_descriptor.bytes_filled != view.byte_offset:
        raise ValueError("the view does not begin where the view of the request begins")
    # 8. The buffer of the view is as long as the one that the reader has brought.
    if first_descriptor.buffer_byte_length != view.buffer.byte_length:
        raise ValueError("the view is not one on the memory of the request")
    # 9. The view is no longer than that of the request.
    if first_descriptor.bytes_filled + view.byte_length > first_descriptor.byte_length:
        raise ValueError("the view is longer than the view of the request")
    # 10. The view is not asked again, since its buffer is detached next.
    view_byte_length = view.byte_length
    # 11. The memory of the view goes to a buffer that the source does not know.
    first_descriptor.buffer = transfer_array_buffer(view.buffer)
    # 12. The reads that wait are answered.
    readable_byte_stream_controller_respond_internal(controller, view_byte_length)
