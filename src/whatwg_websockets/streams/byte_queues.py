"""4.9.5 Byte stream controllers: the queue, and what is enqueued.

Source: https://streams.spec.whatwg.org/#rbs-controller-abstract-ops
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.array_buffers import transfer_array_buffer
from whatwg_websockets.streams.byte_controllers import (
    readable_byte_stream_controller_call_pull_if_needed,
    readable_byte_stream_controller_error,
    readable_byte_stream_controller_handle_queue_drain,
    readable_byte_stream_controller_invalidate_byob_request,
)
from whatwg_websockets.streams.implements import is_a_default_reader
from whatwg_websockets.streams.interfacing_with_byob_readers import readable_stream_has_byob_reader
from whatwg_websockets.streams.interfacing_with_readable_controllers import (
    readable_stream_fulfill_read_request,
    readable_stream_get_num_read_requests,
    readable_stream_has_default_reader,
)
from whatwg_websockets.streams.pull_into_descriptors import (
    DEFAULT,
    NONE,
    PullIntoDescriptor,
    readable_byte_stream_controller_commit_pull_into_descriptor,
    readable_byte_stream_controller_process_pull_into_descriptors_using_queue,
    readable_byte_stream_controller_shift_pending_pull_into,
)
from whatwg_websockets.streams.readable_states import READABLE
from whatwg_websockets.webidl.array_buffer import UINT8_ARRAY, ArrayBuffer, ArrayBufferView

if TYPE_CHECKING:
    from whatwg_websockets.streams.default_reader import ReadRequest
    from whatwg_websockets.streams.readable_byte_controller import ReadableByteStreamController


@dataclass(slots=True, eq=False)
class QueueEntry:
    """Bytes that wait to be read.

    Attributes:
        buffer: the buffer that has them.
        byte_offset: where in the buffer they begin.
        byte_length: how many they are.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-queue-entry
    """

    buffer: ArrayBuffer
    byte_offset: int
    byte_length: int


@algorithm("readable-byte-stream-controller-enqueue", "ReadableByteStreamControllerEnqueue")
def readable_byte_stream_controller_enqueue(
    controller: "ReadableByteStreamController", chunk: ArrayBufferView
) -> None:
    """Give bytes to those who wait for them, and what is left to the queue.

    Raises:
        TypeError: the buffer of the chunk, or of the reader, is detached, or cannot be.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-enqueue
    """
    # 1. The stream is the one that the controller belongs to.
    stream = controller._stream
    # 2. A stream that is closed, errored or about to be closed takes no bytes.
    if controller._close_requested or stream._state != READABLE:
        return
    # 3. The buffer is that of the chunk.
    buffer = chunk.buffer
    # 4. The bytes begin where the chunk begins.
    byte_offset = chunk.byte_offset
    # 5. The bytes are as many as those of the chunk.
    byte_length = chunk.byte_length
    # 6. A buffer that is detached has no bytes.
    if buffer.is_detached:
        raise TypeError("the buffer of the chunk is detached, and has no bytes")
    # 7. The memory of the chunk goes to a buffer that the source does not know.
    transferred_buffer = transfer_array_buffer(buffer)
    # 8. A reader may have brought a buffer for the bytes.
    if controller._pending_pull_intos:
        # 8.1. The first pull-into descriptor is the one that is being filled.
        first_pending_pull_into = controller._pending_pull_intos[0]
        # 8.2. A buffer that the source has detached cannot be filled.
        if first_pending_pull_into.buffer.is_detached:
            raise TypeError("the buffer of the BYOB request is detached, and cannot be filled")
        # 8.3. The source has not written into the view that the request has shown.
        readable_byte_stream_controller_invalidate_byob_request(controller)
        # 8.4. The memory of the request goes to a buffer that the source does not know.
        first_pending_pull_into.buffer = transfer_array_buffer(first_pending_pull_into.buffer)
        # 8.5. A buffer whose reader was released has its bytes moved to the queue.
        if first_pending_pull_into.reader_type == NONE:
            readable_byte_stream_controller_enqueue_detached_pull_into_to_queue(
                controller, first_pending_pull_into
            )
    # 9. A default reader gets the bytes as they come.
    if readable_stream_has_default_reader(stream):
        # 9.1. Read requests are answered from the queue first.
        readable_byte_stream_controller_process_read_requests_using_queue(controller)
        # 9.2. Without a read request that waits the chunk goes into the queue.
        if readable_stream_get_num_read_requests(stream) == 0:
            # 9.2.1. No buffer waits to be filled.
            assert not controller._pending_pull_intos
            # 9.2.2. The chunk is the last entry of the queue.
            readable_byte_stream_controller_enqueue_chunk_to_queue(
                controller, transferred_buffer, byte_offset, byte_length
            )
        else:
            # 9.3. Otherwise the read request that has waited longest gets the chunk.
            # 9.3.1. The queue is empty.
            assert not controller._queue
            # 9.3.2. The buffer that was made for the read request is not needed.
            if controller._pending_pull_intos:
                # 9.3.2.1. The buffer was made for the default reader.
                assert controller._pending_pull_intos[0].reader_type == DEFAULT
                # 9.3.2.2. The buffer is dropped.
                readable_byte_stream_controller_shift_pending_pull_into(controller)
            # 9.3.3. The view shows the bytes of the chunk.
            transferred_view = transferred_buffer.view(byte_offset, byte_length, UINT8_ARRAY)
            # 9.3.4. The read request is given the view.
            readable_stream_fulfill_read_request(stream, transferred_view.as_chunk(), False)
    # 10. A reader that brings its own buffers has them filled.
    elif readable_stream_has_byob_reader(stream):
        # 10.1. The chunk is the last entry of the queue.
        readable_byte_stream_controller_enqueue_chunk_to_queue(
            controller, transferred_buffer, byte_offset, byte_length
        )
        # 10.2. The buffers that wait are filled from the queue.
        filled_pull_intos = (
            readable_byte_stream_controller_process_pull_into_descriptors_using_queue(controller)
        )
        # 10.3. The reads are answered in the order in which they came.
        for filled_pull_into in filled_pull_intos:
            # 10.3.1. The read-into request is given the view on its buffer.
            readable_byte_stream_controller_commit_pull_into_descriptor(stream, filled_pull_into)
    else:
        # 11. Without a reader the chunk waits.
        # 11.1. The stream is not locked.
        assert stream._reader is None
        # 11.2. The chunk is the last entry of the queue.
        readable_byte_stream_controller_enqueue_chunk_to_queue(
            controller, transferred_buffer, byte_offset, byte_length
        )
    # 12. The source is asked for more, if the queue has room or a request waits.
    readable_byte_stream_controller_call_pull_if_needed(controller)


@algorithm(
    "readable-byte-stream-controller-enqueue-chunk-to-queue",
    "ReadableByteStreamControllerEnqueueChunkToQueue",
)
def readable_byte_stream_controller_enqueue_chunk_to_queue(
    controller: "ReadableByteStreamController",
    buffer: ArrayBuffer,
    byte_offset: int,
    byte_length: int,
) -> None:
    """Put bytes at the end of the queue.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-enqueue-chunk-to-queue
    """
    # 1. The bytes are the last entry of the queue.
    controller._queue.append(QueueEntry(buffer, byte_offset, byte_length))
    # 2. The total size of the queue counts the bytes.
    controller._queue_total_size += byte_length


@algorithm(
    "abstract-opdef-readablebytestreamcontrollerenqueueclonedchunktoqueue",
    "ReadableByteStreamControllerEnqueueClonedChunkToQueue",
)
def readable_byte_stream_controller_enqueue_cloned_chunk_to_queue(
    controller: "ReadableByteStreamController",
    buffer: ArrayBuffer,
    byte_offset: int,
    byte_length: int,
) -> None:
    """Put a copy of bytes at the end of the queue.

    Raises:
        MemoryError: there is no memory for the copy; the stream is errored with it.

    Source:
    https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollerenqueueclonedchunktoqueue
    """
    # 1. The bytes are copied into a buffer of their own.
    try:
        clone_result = buffer.clone(byte_offset, byte_length)
    # 2. Without memory for the copy the bytes would be lost.
    except Exception as exception:
        # 2.1. The stream is errored with the exception.
        readable_byte_stream_controller_error(controller, exception)
        # 2.2. The exception goes to the caller as well.
        raise
    # 3. The copy is the last entry of the queue.
    readable_byte_stream_controller_enqueue_chunk_to_queue(controller, clone_result, 0, byte_length)


@algorithm(
    "abstract-opdef-readablebytestreamcontrollerenqueuedetachedpullintotoqueue",
    "ReadableByteStreamControllerEnqueueDetachedPullIntoToQueue",
)
def readable_byte_stream_controller_enqueue_detached_pull_into_to_queue(
    controller: "ReadableByteStreamController", pull_into_descriptor: PullIntoDescriptor
) -> None:
    """Move the bytes of a buffer whose reader was released to the queue.

    Raises:
        MemoryError: there is no memory for the copy; the stream is errored with it.

    Source:
    https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollerenqueuedetachedpullintotoqueue
    """
    # 1. The reader that has brought the buffer was released.
    assert pull_into_descriptor.reader_type == NONE
    # 2. The bytes that were written are copied to the end of the queue.
    if pull_into_descriptor.bytes_filled > 0:
        readable_byte_stream_controller_enqueue_cloned_chunk_to_queue(
            controller,
            pull_into_descriptor.buffer,
            pull_into_descriptor.byte_offset,
            pull_into_descriptor.bytes_filled,
        )
    # 3. The buffer does not wait any more.
    readable_byte_stream_controller_shift_pending_pull_into(controller).buffer.drop()


@algorithm(
    "abstract-opdef-readablebytestreamcontrollerfillreadrequestfromqueue",
    "ReadableByteStreamControllerFillReadRequestFromQueue",
)
def readable_byte_stream_controller_fill_read_request_from_queue(
    controller: "ReadableByteStreamController", read_request: "ReadRequest"
) -> None:
    """Answer a read request with the first entry of the queue.

    Source:
    https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollerfillreadrequestfromqueue
    """
    read_request.chunk_steps(take_the_first_entry(controller))


@algorithm(
    "abstract-opdef-readablebytestreamcontrollerfillreadrequestfromqueue",
    "ReadableByteStreamControllerFillReadRequestFromQueue: the chunk",
)
def take_the_first_entry(controller: "ReadableByteStreamController") -> object:
    """Take the first entry of the queue, and return the chunk that a default reader gets."""
    # 1. The queue has bytes.
    assert controller._queue_total_size > 0
    # 2. The entry is the one that has waited longest.
    # 3. The entry is removed from the queue.
    entry = controller._queue.popleft()
    # 4. The total size of the queue no longer counts the bytes of the entry.
    controller._queue_total_size -= entry.byte_length
    # 5. The stream is closed, or the source is asked for more.
    readable_byte_stream_controller_handle_queue_drain(controller)
    # 6. The view shows the bytes of the entry.
    view = entry.buffer.view(entry.byte_offset, entry.byte_length, UINT8_ARRAY)
    # 7. The chunk steps of the read request are performed with the view.
    return view.as_chunk()


@algorithm(
    "abstract-opdef-readablebytestreamcontrollerprocessreadrequestsusingqueue",
    "ReadableByteStreamControllerProcessReadRequestsUsingQueue",
)
def readable_byte_stream_controller_process_read_requests_using_queue(
    controller: "ReadableByteStreamController",
) -> None:
    """Answer the read requests that wait, as far as the queue has entries.

    Source:
    https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollerprocessreadrequestsusingqueue
    """
    # 1. The reader is the one that the stream is locked to.
    reader = controller._stream._reader
    # 2. The reader is a default reader.
    assert is_a_default_reader(reader)
    # 3. The read requests are answered in the order in which they came.
    while reader._read_requests:
        # 3.1. Nothing is left when the queue is empty.
        if controller._queue_total_size == 0:
            return
        # 3.2. The read request is the one that has waited longest.
        # 3.3. The read request is removed from the list.
        read_request = reader._read_requests.popleft()
        # The standard leaves the buffer that was made for the request, and then asserts that there
        # is none.
        if controller._pending_pull_intos:
            readable_byte_stream_controller_shift_pending_pull_into(controller)
        # 3.4. The read request is given the first entry of the queue.
        readable_byte_stream_controller_fill_read_request_from_queue(controller, read_request)
