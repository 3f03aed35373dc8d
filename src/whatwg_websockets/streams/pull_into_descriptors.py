"""4.9.5 Byte stream controllers: pull-into descriptors, whose buffers wait to be filled.

Source: https://streams.spec.whatwg.org/#pull-into-descriptor
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.array_buffers import (
    can_copy_data_block_bytes,
    transfer_array_buffer,
)
from whatwg_websockets.streams.interfacing_with_byob_readers import (
    readable_stream_fulfill_read_into_request,
)
from whatwg_websockets.streams.interfacing_with_readable_controllers import (
    readable_stream_fulfill_read_request,
)
from whatwg_websockets.streams.readable_states import CLOSED, ERRORED
from whatwg_websockets.webidl.array_buffer import ArrayBuffer, ArrayBufferView, ViewType

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_byte_controller import ReadableByteStreamController
    from whatwg_websockets.streams.readable_stream import ReadableStream

# The reader types of a pull-into descriptor.
DEFAULT: Final = "default"
BYOB: Final = "byob"
NONE: Final = "none"


@dataclass(slots=True, eq=False)
class PullIntoDescriptor:
    """A pending pull-into: a buffer that waits to be filled, with the range that is to be filled.

    Attributes:
        buffer: the buffer.
        buffer_byte_length: the number of bytes that the buffer had at first.
        byte_offset: the position in the buffer at which the source begins to write.
        byte_length: the number of bytes that may be written.
        bytes_filled: the number of bytes that were written so far.
        minimum_fill: the number of bytes that have to be written before the read is answered.
        element_size: the number of bytes of an element of the view.
        view_constructor: the type of the view that the reader gets.
        reader_type: the type of the reader that waits for the buffer, or "none" if the reader was
            released.

    Source: https://streams.spec.whatwg.org/#pull-into-descriptor
    """

    buffer: ArrayBuffer
    buffer_byte_length: int
    byte_offset: int
    byte_length: int
    bytes_filled: int
    minimum_fill: int
    element_size: int
    view_constructor: ViewType
    reader_type: str


@algorithm(
    "readable-byte-stream-controller-commit-pull-into-descriptor",
    "ReadableByteStreamControllerCommitPullIntoDescriptor",
)
def readable_byte_stream_controller_commit_pull_into_descriptor(
    stream: "ReadableStream[Any]", pull_into_descriptor: PullIntoDescriptor
) -> None:
    """Answer a read with the view of a filled buffer.

    Source:
    https://streams.spec.whatwg.org/#readable-byte-stream-controller-commit-pull-into-descriptor
    """
    # 1. Assert that the byte stream is not errored.
    assert stream._state != ERRORED
    # 2. Assert that the reader of the pull-into descriptor was not released.
    assert pull_into_descriptor.reader_type != NONE
    # 3. Let done be false, since a readable stream has not ended.
    done = False
    # 4. If the byte stream is closed, let the result report the end of the stream.
    if stream._state == CLOSED:
        # 4.1. Assert that the closed stream's descriptor contains no incomplete element.
        assert pull_into_descriptor.bytes_filled % pull_into_descriptor.element_size == 0
        # 4.2. Set done to true, since the stream is closed.
        done = True
    # 5. Let the filled view be a view of the elements that were written into the descriptor's
    #    buffer.
    filled_view = readable_byte_stream_controller_convert_pull_into_descriptor(pull_into_descriptor)
    # 6. If the descriptor was made for a default reader, answer a read request.
    if pull_into_descriptor.reader_type == DEFAULT:
        # 6.1. Answer the first pending read request with the filled view and the value of "done".
        readable_stream_fulfill_read_request(stream, filled_view.as_chunk(), done)
    else:
        # 7. If the descriptor was made for a BYOB reader, answer a read-into request.
        # 7.1. Assert that the descriptor's reader type is "byob".
        assert pull_into_descriptor.reader_type == BYOB
        # 7.2. Answer the first pending read-into request with the filled view and the value of
        #   "done".
        readable_stream_fulfill_read_into_request(stream, filled_view, done)


@algorithm(
    "readable-byte-stream-controller-convert-pull-into-descriptor",
    "ReadableByteStreamControllerConvertPullIntoDescriptor",
)
def readable_byte_stream_controller_convert_pull_into_descriptor(
    pull_into_descriptor: PullIntoDescriptor,
) -> ArrayBufferView:
    """Return a view of the elements that were written into a descriptor's buffer.

    Source:
    https://streams.spec.whatwg.org/#readable-byte-stream-controller-convert-pull-into-descriptor
    """
    # 1. Let the bytes filled be the descriptor's number of filled bytes.
    bytes_filled = pull_into_descriptor.bytes_filled
    # 2. Let the element size be the descriptor's element size in bytes.
    element_size = pull_into_descriptor.element_size
    # 3. Assert that the bytes filled are not more than the descriptor's byte length.
    assert bytes_filled <= pull_into_descriptor.byte_length
    # 4. Assert that the bytes filled are a multiple of the element size.
    assert bytes_filled % element_size == 0
    # 5. Transfer the descriptor's buffer, so that the underlying source cannot write to the memory
    #    any more.
    buffer = transfer_array_buffer(pull_into_descriptor.buffer)
    # 6. Return a view of the filled elements, whose type is that of the reader's view.
    return buffer.view(
        pull_into_descriptor.byte_offset, bytes_filled, pull_into_descriptor.view_constructor
    )


@algorithm(
    "readable-byte-stream-controller-fill-head-pull-into-descriptor",
    "ReadableByteStreamControllerFillHeadPullIntoDescriptor",
)
def readable_byte_stream_controller_fill_head_pull_into_descriptor(
    controller: "ReadableByteStreamController", size: int, pull_into_descriptor: PullIntoDescriptor
) -> None:
    """Count bytes that were written into the first pending buffer.

    Source:
    https://streams.spec.whatwg.org/#readable-byte-stream-controller-fill-head-pull-into-descriptor
    """
    # 1. Assert that the descriptor is the first of the pending pull-intos, or that no pull-into is
    #    pending.
    pending = controller._pending_pull_intos
    assert not pending or pending[0] is pull_into_descriptor
    # 2. Assert that the controller has no BYOB request, which would show the old position.
    assert controller._byob_request is None
    # 3. Add the given size to the descriptor's number of filled bytes.
    pull_into_descriptor.bytes_filled += size


@algorithm(
    "readable-byte-stream-controller-fill-pull-into-descriptor-from-queue",
    "ReadableByteStreamControllerFillPullIntoDescriptorFromQueue",
)
def readable_byte_stream_controller_fill_pull_into_descriptor_from_queue(
    controller: "ReadableByteStreamController", pull_into_descriptor: PullIntoDescriptor
) -> bool:
    """Copy bytes from the queue into a buffer, and return whether the read can be answered.

    Source:
    https://streams.spec.whatwg.org/#readable-byte-stream-controller-fill-pull-into-descriptor-from-queue
    """
    # 1. Let the maximum to copy be the number of bytes in the queue, up to the room in the buffer.
    max_bytes_to_copy = min(
        int(controller._queue_total_size),
        pull_into_descriptor.byte_length - pull_into_descriptor.bytes_filled,
    )
    # 2. Let the maximum filled be the number of filled bytes after the maximum is copied.
    max_bytes_filled = pull_into_descriptor.bytes_filled + max_bytes_to_copy
    # 3. Let the remaining bytes to copy be the maximum to copy, which may have to be lowered.
    total_bytes_to_copy_remaining = max_bytes_to_copy
    # 4. Let ready be false, until the buffer is known to reach its minimum fill.
    ready = False
    # 5. Assert that the descriptor's buffer is not detached.
    assert not pull_into_descriptor.buffer.is_detached
    # 6. Assert that the descriptor has fewer bytes than its minimum fill.
    assert pull_into_descriptor.bytes_filled < pull_into_descriptor.minimum_fill
    # 7. Let the remainder be the number of bytes of an incomplete element after the maximum is
    #    copied.
    remainder_bytes = max_bytes_filled % pull_into_descriptor.element_size
    # 8. Let the aligned maximum be the maximum filled without the bytes of an incomplete element.
    max_aligned_bytes = max_bytes_filled - remainder_bytes
    # 9. If the aligned maximum reaches the descriptor's minimum fill, the read can be answered.
    if max_aligned_bytes >= pull_into_descriptor.minimum_fill:
        # 9.1. Copy only whole elements, and leave the bytes of an incomplete element in the queue.
        total_bytes_to_copy_remaining = max_aligned_bytes - pull_into_descriptor.bytes_filled
        # 9.2. Set ready to true, since the buffer reaches its minimum fill.
        ready = True
    # 10. Take the controller's queue.
    queue = controller._queue
    # 11. While bytes are left to be copied into the descriptor's buffer, take them from the queue.
    while total_bytes_to_copy_remaining > 0:
        # 11.1. Let the head of the queue be the first entry of the byte queue.
        head_of_queue = queue[0]
        # 11.2. Let the bytes to copy be the number of bytes left to copy, up to the length of the
        #       first entry.
        bytes_to_copy = min(total_bytes_to_copy_remaining, head_of_queue.byte_length)
        # 11.3. Let the destination start be the position behind the descriptor's filled bytes.
        dest_start = pull_into_descriptor.byte_offset + pull_into_descriptor.bytes_filled
        # 11.4. Let the descriptor's buffer be the destination of the copy.
        descriptor_buffer = pull_into_descriptor.buffer
        # 11.5. Let the queue's buffer be the buffer of the first entry of the queue.
        queue_buffer = head_of_queue.buffer
        # 11.6. Let the queue's byte offset be the position at which the first entry begins in its
        #       buffer.
        queue_byte_offset = head_of_queue.byte_offset
        # 11.7. Assert that the bytes can be copied from the entry's buffer into the descriptor's
        #       buffer.
        assert can_copy_data_block_bytes(
            descriptor_buffer, dest_start, queue_buffer, queue_byte_offset, bytes_to_copy
        )
        # 11.8. Copy the bytes from the entry's buffer into the descriptor's buffer.
        descriptor_buffer.write(dest_start, queue_buffer, queue_byte_offset, bytes_to_copy)
        # 11.9. If the first entry's bytes are all copied, the queue does not need the entry any
        #       more.
        if head_of_queue.byte_length == bytes_to_copy:
            # 11.9.1. Remove the first entry, whose bytes are all copied, from the queue.
            queue.popleft()
        else:
            # 11.10. If the first entry has bytes left, keep them in the queue.
            # 11.10.1. Move the entry's byte offset behind the bytes that were copied.
            head_of_queue.byte_offset += bytes_to_copy
            # 11.10.2. Subtract the copied bytes from the entry's byte length.
            head_of_queue.byte_length -= bytes_to_copy
        # 11.11. Subtract the copied bytes from the total size of the queue.
        controller._queue_total_size -= bytes_to_copy
        # 11.12. Add the copied bytes to the descriptor's number of filled bytes.
        readable_byte_stream_controller_fill_head_pull_into_descriptor(
            controller, bytes_to_copy, pull_into_descriptor
        )
        # 11.13. Subtract the copied bytes from the bytes that are left to be copied.
        total_bytes_to_copy_remaining -= bytes_to_copy
    # 12. If the buffer has not reached its minimum fill, check that the queue was used up.
    if not ready:
        # 12.1. Assert that the byte queue is empty, since the read has taken all bytes.
        assert controller._queue_total_size == 0
        # 12.2. Assert that the descriptor's buffer has got some bytes.
        assert pull_into_descriptor.bytes_filled > 0
        # 12.3. Assert that the descriptor still has fewer bytes than its minimum fill.
        assert pull_into_descriptor.bytes_filled < pull_into_descriptor.minimum_fill
    # 13. Return whether the descriptor's buffer has reached its minimum fill.
    return ready


@algorithm(
    "readable-byte-stream-controller-process-pull-into-descriptors-using-queue",
    "ReadableByteStreamControllerProcessPullIntoDescriptorsUsingQueue",
)
def readable_byte_stream_controller_process_pull_into_descriptors_using_queue(
    controller: "ReadableByteStreamController",
) -> list[PullIntoDescriptor]:
    """Fill pending buffers from the queue, and return those whose reads can be answered.

    Source:
    https://streams.spec.whatwg.org/#readable-byte-stream-controller-process-pull-into-descriptors-using-queue
    """
    # 1. Assert that the close of the byte stream was not requested.
    assert not controller._close_requested
    # 2. Begin with an empty list of filled pull-intos.
    filled_pull_intos: list[PullIntoDescriptor] = []
    # 3. While a pull-into is pending, fill the first one from the queue.
    while controller._pending_pull_intos:
        # 3.1. If the byte queue is empty, end the loop, since no bytes are left to be copied.
        if controller._queue_total_size == 0:
            break
        # 3.2. Let the descriptor be the first of the controller's pending pull-intos.
        pull_into_descriptor = controller._pending_pull_intos[0]
        # 3.3. Fill the descriptor's buffer from the queue. If it reaches its minimum fill, collect
        #      the descriptor.
        if readable_byte_stream_controller_fill_pull_into_descriptor_from_queue(
            controller, pull_into_descriptor
        ):
            # 3.3.1. Remove the filled descriptor from the controller's pending pull-intos.
            readable_byte_stream_controller_shift_pending_pull_into(controller)
            # 3.3.2. Append the filled descriptor to the list of filled pull-intos.
            filled_pull_intos.append(pull_into_descriptor)
    # 4. Return the filled pull-intos, whose reads the caller answers.
    return filled_pull_intos


@algorithm(
    "readable-byte-stream-controller-shift-pending-pull-into",
    "ReadableByteStreamControllerShiftPendingPullInto",
)
def readable_byte_stream_controller_shift_pending_pull_into(
    controller: "ReadableByteStreamController",
) -> PullIntoDescriptor:
    """Remove the first pending pull-into from the list, and return it.

    Source:
    https://streams.spec.whatwg.org/#readable-byte-stream-controller-shift-pending-pull-into
    """
    # 1. Assert that the controller has no BYOB request, which would belong to the first pull-into.
    assert controller._byob_request is None
    # 2. Let the descriptor be the first of the controller's pending pull-intos.
    # 3. Remove the first descriptor from the controller's pending pull-intos.
    # 4. Return the descriptor that was removed from the pending pull-intos.
    return controller._pending_pull_intos.pop(0)
