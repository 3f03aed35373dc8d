"""4.9.5 Byte stream controllers: buffers that wait to be filled.

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

# What reader has brought the buffer of a descriptor.
DEFAULT: Final = "default"
BYOB: Final = "byob"
NONE: Final = "none"


@dataclass(slots=True, eq=False)
class PullIntoDescriptor:
    """A buffer that waits to be filled.

    Attributes:
        buffer: the buffer.
        buffer_byte_length: how many bytes the buffer had at first.
        byte_offset: where in the buffer the source begins to write.
        byte_length: how many bytes may be written.
        bytes_filled: how many bytes were written so far.
        minimum_fill: how many bytes have to be written before the read is answered.
        element_size: how many bytes an element of the view has.
        view_constructor: of what type the view is that the reader gets.
        reader_type: what reader has brought the buffer, or "none" if it was released since.

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
    """Give a reader the view on a buffer that is filled.

    Source:
    https://streams.spec.whatwg.org/#readable-byte-stream-controller-commit-pull-into-descriptor
    """
    # 1. A stream that is errored gives nothing.
    assert stream._state != ERRORED
    # 2. The reader that has brought the buffer still waits for it.
    assert pull_into_descriptor.reader_type != NONE
    # 3. A stream that is readable goes on.
    done = False
    # 4. A stream that is closed has ended.
    if stream._state == CLOSED:
        # 4.1. The buffer has no part of an element.
        assert pull_into_descriptor.bytes_filled % pull_into_descriptor.element_size == 0
        # 4.2. The reader is told that the stream has ended.
        done = True
    # 5. The view shows the elements that were written.
    filled_view = readable_byte_stream_controller_convert_pull_into_descriptor(pull_into_descriptor)
    # 6. A default reader has a read request that waits, and is given the bytes.
    if pull_into_descriptor.reader_type == DEFAULT:
        # 6.1. The read request that has waited longest is answered.
        readable_stream_fulfill_read_request(stream, filled_view.as_chunk(), done)
    else:
        # 7. A reader that brings its own buffers is given the view.
        # 7.1. The reader has brought the buffer.
        assert pull_into_descriptor.reader_type == BYOB
        # 7.2. The read-into request that has waited longest is answered.
        readable_stream_fulfill_read_into_request(stream, filled_view, done)


@algorithm(
    "readable-byte-stream-controller-convert-pull-into-descriptor",
    "ReadableByteStreamControllerConvertPullIntoDescriptor",
)
def readable_byte_stream_controller_convert_pull_into_descriptor(
    pull_into_descriptor: PullIntoDescriptor,
) -> ArrayBufferView:
    """Return the view on the elements that were written into a buffer.

    Source:
    https://streams.spec.whatwg.org/#readable-byte-stream-controller-convert-pull-into-descriptor
    """
    # 1. The bytes that were written are counted.
    bytes_filled = pull_into_descriptor.bytes_filled
    # 2. An element has so many bytes.
    element_size = pull_into_descriptor.element_size
    # 3. No more was written than may be.
    assert bytes_filled <= pull_into_descriptor.byte_length
    # 4. The buffer has no part of an element.
    assert bytes_filled % element_size == 0
    # 5. The memory goes to a buffer that the source does not know.
    buffer = transfer_array_buffer(pull_into_descriptor.buffer)
    # 6. The view is of the same type as the one that the reader has brought.
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
    """Note that so many bytes more were written into a buffer.

    Source:
    https://streams.spec.whatwg.org/#readable-byte-stream-controller-fill-head-pull-into-descriptor
    """
    # 1. The buffer is the first of those that wait, or no other buffer waits.
    pending = controller._pending_pull_intos
    assert not pending or pending[0] is pull_into_descriptor
    # 2. No BYOB request shows where the source was to write before.
    assert controller._byob_request is None
    # 3. The bytes that were written are counted.
    pull_into_descriptor.bytes_filled += size


@algorithm(
    "readable-byte-stream-controller-fill-pull-into-descriptor-from-queue",
    "ReadableByteStreamControllerFillPullIntoDescriptorFromQueue",
)
def readable_byte_stream_controller_fill_pull_into_descriptor_from_queue(
    controller: "ReadableByteStreamController", pull_into_descriptor: PullIntoDescriptor
) -> bool:
    """Copy bytes from the queue into a buffer, and tell whether the read can be answered.

    Source:
    https://streams.spec.whatwg.org/#readable-byte-stream-controller-fill-pull-into-descriptor-from-queue
    """
    # 1. No more can be copied than the queue has, and than the buffer has room for.
    max_bytes_to_copy = min(
        int(controller._queue_total_size),
        pull_into_descriptor.byte_length - pull_into_descriptor.bytes_filled,
    )
    # 2. The buffer would have so many bytes then.
    max_bytes_filled = pull_into_descriptor.bytes_filled + max_bytes_to_copy
    # 3. All of them are copied, unless an element would be cut.
    total_bytes_to_copy_remaining = max_bytes_to_copy
    # 4. The read cannot be answered yet.
    ready = False
    # 5. The buffer has its memory.
    assert not pull_into_descriptor.buffer.is_detached
    # 6. The buffer has less than the read asks for.
    assert pull_into_descriptor.bytes_filled < pull_into_descriptor.minimum_fill
    # 7. The last bytes may be a part of an element.
    remainder_bytes = max_bytes_filled % pull_into_descriptor.element_size
    # 8. Whole elements have so many bytes.
    max_aligned_bytes = max_bytes_filled - remainder_bytes
    # 9. A read that gets as many elements as it asks for can be answered.
    if max_aligned_bytes >= pull_into_descriptor.minimum_fill:
        # 9.1. A part of an element stays in the queue.
        total_bytes_to_copy_remaining = max_aligned_bytes - pull_into_descriptor.bytes_filled
        # 9.2. The read can be answered.
        ready = True
    # 10. The queue is that of the controller.
    queue = controller._queue
    # 11. The entries of the queue are taken one after the other.
    while total_bytes_to_copy_remaining > 0:
        # 11.1. The entry is the one that has waited longest.
        head_of_queue = queue[0]
        # 11.2. The entry may have more bytes than are to be copied.
        bytes_to_copy = min(total_bytes_to_copy_remaining, head_of_queue.byte_length)
        # 11.3. The bytes go behind those that were written before.
        dest_start = pull_into_descriptor.byte_offset + pull_into_descriptor.bytes_filled
        # 11.4. The bytes go into the buffer of the descriptor.
        descriptor_buffer = pull_into_descriptor.buffer
        # 11.5. The bytes come from the buffer of the entry.
        queue_buffer = head_of_queue.buffer
        # 11.6. The bytes begin where the entry begins.
        queue_byte_offset = head_of_queue.byte_offset
        # 11.7. The bytes are within both buffers.
        assert can_copy_data_block_bytes(
            descriptor_buffer, dest_start, queue_buffer, queue_byte_offset, bytes_to_copy
        )
        # 11.8. The bytes are copied.
        descriptor_buffer.write(dest_start, queue_buffer, queue_byte_offset, bytes_to_copy)
        # 11.9. An entry all bytes of which were copied is done with.
        if head_of_queue.byte_length == bytes_to_copy:
            # 11.9.1. The entry is removed from the queue.
            queue.popleft()
        else:
            # 11.10. Any other entry keeps the rest of its bytes.
            # 11.10.1. The entry begins behind the bytes that were copied.
            head_of_queue.byte_offset += bytes_to_copy
            # 11.10.2. The entry has fewer bytes.
            head_of_queue.byte_length -= bytes_to_copy
        # 11.11. The total size of the queue no longer counts the bytes.
        controller._queue_total_size -= bytes_to_copy
        # 11.12. The buffer has more bytes.
        readable_byte_stream_controller_fill_head_pull_into_descriptor(
            controller, bytes_to_copy, pull_into_descriptor
        )
        # 11.13. Fewer bytes are left to be copied.
        total_bytes_to_copy_remaining -= bytes_to_copy
    # 12. A read that cannot be answered has taken all that the queue had.
    if not ready:
        # 12.1. The queue is empty.
        assert controller._queue_total_size == 0
        # 12.2. The buffer has some bytes.
        assert pull_into_descriptor.bytes_filled > 0
        # 12.3. The buffer has less than the read asks for.
        assert pull_into_descriptor.bytes_filled < pull_into_descriptor.minimum_fill
    # 13. The caller is told whether the read can be answered.
    return ready


@algorithm(
    "readable-byte-stream-controller-process-pull-into-descriptors-using-queue",
    "ReadableByteStreamControllerProcessPullIntoDescriptorsUsingQueue",
)
def readable_byte_stream_controller_process_pull_into_descriptors_using_queue(
    controller: "ReadableByteStreamController",
) -> list[PullIntoDescriptor]:
    """Fill the buffers that wait from the queue, and return those whose reads can be answered.

    Source:
    https://streams.spec.whatwg.org/#readable-byte-stream-controller-process-pull-into-descriptors-using-queue
    """
    # 1. The close of the stream was not requested.
    assert not controller._close_requested
    # 2. No buffer has been filled yet.
    filled_pull_intos: list[PullIntoDescriptor] = []
    # 3. The buffers are filled in the order in which they were brought.
    while controller._pending_pull_intos:
        # 3.1. Nothing is left to be copied when the queue is empty.
        if controller._queue_total_size == 0:
            break
        # 3.2. The buffer is the one that has waited longest.
        pull_into_descriptor = controller._pending_pull_intos[0]
        # 3.3. A buffer that has as much as its read asks for is filled.
        if readable_byte_stream_controller_fill_pull_into_descriptor_from_queue(
            controller, pull_into_descriptor
        ):
            # 3.3.1. The descriptor does not wait any more.
            readable_byte_stream_controller_shift_pending_pull_into(controller)
            # 3.3.2. The descriptor is one of those that the caller gets.
            filled_pull_intos.append(pull_into_descriptor)
    # 4. The caller gets the descriptors, and answers their reads when all are filled.
    return filled_pull_intos


@algorithm(
    "readable-byte-stream-controller-shift-pending-pull-into",
    "ReadableByteStreamControllerShiftPendingPullInto",
)
def readable_byte_stream_controller_shift_pending_pull_into(
    controller: "ReadableByteStreamController",
) -> PullIntoDescriptor:
    """Take the first of the buffers that wait.

    Source:
    https://streams.spec.whatwg.org/#readable-byte-stream-controller-shift-pending-pull-into
    """
    # 1. No BYOB request shows where the source was to write.
    assert controller._byob_request is None
    # 2. The descriptor is the one that has waited longest.
    # 3. The descriptor is removed from the list.
    # 4. The descriptor is returned.
    return controller._pending_pull_intos.pop(0)
