"""4.9.5 Byte stream controllers: the queue of bytes, and how bytes are enqueued.

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
    """A readable byte stream queue entry: bytes that wait to be read.

    Attributes:
        buffer: the buffer that contains the bytes.
        byte_offset: the position in the buffer at which the bytes begin.
        byte_length: the number of bytes.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-queue-entry
    """

    buffer: ArrayBuffer
    byte_offset: int
    byte_length: int


@algorithm("readable-byte-stream-controller-enqueue", "ReadableByteStreamControllerEnqueue")
def readable_byte_stream_controller_enqueue(
    controller: "ReadableByteStreamController", chunk: ArrayBufferView
) -> None:
    """Answer pending reads with a chunk of bytes, and queue the bytes that no read takes.

    Raises:
        TypeError: the buffer of the chunk, or of the reader, is detached or cannot be detached.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-enqueue
    """
    # 1. Let the stream be the controller's stream.
    stream = controller._stream
    # 2. If the stream is not readable, or its close was requested, return and ignore the chunk.
    if controller._close_requested or stream._state != READABLE:
        return
    # 3. Let the buffer be the chunk's buffer.
    buffer = chunk.buffer
    # 4. Let the byte offset be the position in the buffer at which the chunk begins.
    byte_offset = chunk.byte_offset
    # 5. Let the byte length be the number of bytes of the chunk.
    byte_length = chunk.byte_length
    # 6. If the chunk's buffer is detached, raise a TypeError.
    if buffer.is_detached:
        raise TypeError("the buffer of the chunk is detached, so it has no bytes to enqueue")
    # 7. Transfer the chunk's buffer, so that the underlying source cannot change the bytes any
    #    more.
    transferred_buffer = transfer_array_buffer(buffer)
    # 8. If a pull-into is pending, take its buffer back from the underlying source.
    if controller._pending_pull_intos:
        # 8.1. Let the first pending pull-into be the one that the BYOB request belongs to.
        first_pending_pull_into = controller._pending_pull_intos[0]
        # 8.2. If the buffer of the first pending pull-into is detached, raise a TypeError.
        if first_pending_pull_into.buffer.is_detached:
            raise TypeError("the buffer of the BYOB request is detached, so it cannot be filled")
        # 8.3. Invalidate the BYOB request, since the source has enqueued a chunk instead of
        #      responding.
        readable_byte_stream_controller_invalidate_byob_request(controller)
        # 8.4. Transfer the first pending pull-into's buffer, so that the source cannot write to the
        #      memory any more.
        first_pending_pull_into.buffer = transfer_array_buffer(first_pending_pull_into.buffer)
        # 8.5. If the reader of the first pending pull-into was released, move the filled bytes to
        #      the queue.
        if first_pending_pull_into.reader_type == NONE:
            readable_byte_stream_controller_enqueue_detached_pull_into_to_queue(
                controller, first_pending_pull_into
            )
    # 9. If the byte stream has a default reader, answer a read request or queue the chunk.
    if readable_stream_has_default_reader(stream):
        # 9.1. Answer pending read requests with the entries that the queue has already.
        readable_byte_stream_controller_process_read_requests_using_queue(controller)
        # 9.2. If no read request of the default reader is pending any more, append the chunk to the
        #      queue.
        if readable_stream_get_num_read_requests(stream) == 0:
            # 9.2.1. Assert that no pull-into is pending, since the default reader has no read
            #        request.
            assert not controller._pending_pull_intos
            # 9.2.2. Append the transferred bytes of the chunk to the queue.
            readable_byte_stream_controller_enqueue_chunk_to_queue(
                controller, transferred_buffer, byte_offset, byte_length
            )
        else:
            # 9.3. If a read request of the default reader is still pending, answer the first one
            #      with the chunk.
            # 9.3.1. Assert that the queue is empty, since its entries were given to earlier read
            #        requests.
            assert not controller._queue
            # 9.3.2. If a pull-into is pending, remove the pull-into, whose read request gets the
            #        chunk.
            if controller._pending_pull_intos:
                # 9.3.2.1. Assert that the first pending pull-into was made for a default reader.
                assert controller._pending_pull_intos[0].reader_type == DEFAULT
                # 9.3.2.2. Remove the first pending pull-into, whose buffer is not needed any more.
                readable_byte_stream_controller_shift_pending_pull_into(controller)
            # 9.3.3. Let the transferred view be a Uint8Array of the chunk's bytes in the
            #        transferred buffer.
            transferred_view = transferred_buffer.view(byte_offset, byte_length, UINT8_ARRAY)
            # 9.3.4. Answer the first read request with the transferred view.
            readable_stream_fulfill_read_request(stream, transferred_view.as_chunk(), False)
    # 10. If the byte stream has a BYOB reader, fill the buffers of its read-into requests.
    elif readable_stream_has_byob_reader(stream):
        # 10.1. Append the transferred bytes of the chunk to the queue, from which the reader's
        #       buffers are filled.
        readable_byte_stream_controller_enqueue_chunk_to_queue(
            controller, transferred_buffer, byte_offset, byte_length
        )
        # 10.2. Fill pending pull-intos from the queue, and let the filled pull-intos be those with
        #       enough bytes.
        filled_pull_intos = (
            readable_byte_stream_controller_process_pull_into_descriptors_using_queue(controller)
        )
        # 10.3. For each pull-into that is complete, in order, answer its read-into request.
        for filled_pull_into in filled_pull_intos:
            # 10.3.1. Commit the pull-into, which answers its read-into request with a view of the
            #         buffer.
            readable_byte_stream_controller_commit_pull_into_descriptor(stream, filled_pull_into)
    else:
        # 11. If the byte stream has no reader, append the chunk to the queue.
        # 11.1. Assert that the byte stream is not locked.
        assert stream._reader is None
        # 11.2. Append the transferred bytes of the chunk to the queue of the unlocked stream.
        readable_byte_stream_controller_enqueue_chunk_to_queue(
            controller, transferred_buffer, byte_offset, byte_length
        )
    # 12. Pull from the underlying source, if the byte stream wants more bytes.
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
    """Append bytes to the queue.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-enqueue-chunk-to-queue
    """
    # 1. Append an entry with the buffer, byte offset and byte length to the controller's queue.
    controller._queue.append(QueueEntry(buffer, byte_offset, byte_length))
    # 2. Add the number of the appended bytes to the total size of the queue.
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
    """Append a copy of bytes to the queue.

    Raises:
        MemoryError: there is no memory for the copy; the stream is errored with this exception.

    Source:
    https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollerenqueueclonedchunktoqueue
    """
    # 1. Copy the given bytes into a new buffer.
    try:
        clone_result = buffer.clone(byte_offset, byte_length)
    # 2. If the bytes cannot be copied, for example for lack of memory, fail.
    except Exception as exception:
        # 2.1. Error the byte stream with the exception that the copying has raised.
        readable_byte_stream_controller_error(controller, exception)
        # 2.2. Raise the exception of the failed copying for the caller.
        raise
    # 3. Append the copied bytes to the queue.
    readable_byte_stream_controller_enqueue_chunk_to_queue(controller, clone_result, 0, byte_length)


@algorithm(
    "abstract-opdef-readablebytestreamcontrollerenqueuedetachedpullintotoqueue",
    "ReadableByteStreamControllerEnqueueDetachedPullIntoToQueue",
)
def readable_byte_stream_controller_enqueue_detached_pull_into_to_queue(
    controller: "ReadableByteStreamController", pull_into_descriptor: PullIntoDescriptor
) -> None:
    """Move the bytes of a pull-into whose reader was released to the queue.

    Raises:
        MemoryError: there is no memory for the copy; the stream is errored with this exception.

    Source:
    https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollerenqueuedetachedpullintotoqueue
    """
    # 1. Assert that the reader of the pull-into was released, so that its reader type is "none".
    assert pull_into_descriptor.reader_type == NONE
    # 2. If the source has filled some bytes of the pull-into's buffer, append a copy of them to the
    #    queue.
    if pull_into_descriptor.bytes_filled > 0:
        readable_byte_stream_controller_enqueue_cloned_chunk_to_queue(
            controller,
            pull_into_descriptor.buffer,
            pull_into_descriptor.byte_offset,
            pull_into_descriptor.bytes_filled,
        )
    # 3. Remove the pull-into, whose bytes are now in the queue, from the pending pull-intos.
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
    """Remove the first entry of the queue, and return the chunk that a default reader gets."""
    # 1. Assert that the queue of the byte stream has bytes.
    assert controller._queue_total_size > 0
    # 2. Let the entry be the first entry of the byte queue.
    # 3. Remove the first entry from the byte queue.
    entry = controller._queue.popleft()
    # 4. Subtract the entry's number of bytes from the total size of the queue.
    controller._queue_total_size -= entry.byte_length
    # 5. Handle the drain of the queue, which closes the stream or pulls from the source.
    readable_byte_stream_controller_handle_queue_drain(controller)
    # 6. Let the view be a Uint8Array of the entry's bytes.
    view = entry.buffer.view(entry.byte_offset, entry.byte_length, UINT8_ARRAY)
    # 7. Perform the read request's chunk steps with the Uint8Array of the entry's bytes.
    return view.as_chunk()


@algorithm(
    "abstract-opdef-readablebytestreamcontrollerprocessreadrequestsusingqueue",
    "ReadableByteStreamControllerProcessReadRequestsUsingQueue",
)
def readable_byte_stream_controller_process_read_requests_using_queue(
    controller: "ReadableByteStreamController",
) -> None:
    """Answer pending read requests while the queue has entries.

    Source:
    https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamcontrollerprocessreadrequestsusingqueue
    """
    # 1. Let the reader be the one that the byte stream is locked to.
    reader = controller._stream._reader
    # 2. Assert that the reader of the byte stream is a default reader.
    assert is_a_default_reader(reader)
    # 3. While the default reader has pending read requests, answer them from the queue.
    while reader._read_requests:
        # 3.1. If the byte queue is empty, return and leave the remaining read requests pending.
        if controller._queue_total_size == 0:
            return
        # 3.2. Let the read request be the first of the reader's read requests.
        # 3.3. Remove the first read request from the reader's list.
        read_request = reader._read_requests.popleft()
        # The standard keeps the pull-into that was made for the read request, and later asserts
        # that no pull-into is pending.
        if controller._pending_pull_intos:
            readable_byte_stream_controller_shift_pending_pull_into(controller)
        # 3.4. Answer the read request with the first entry of the byte queue.
        readable_byte_stream_controller_fill_read_request_from_queue(controller, read_request)
