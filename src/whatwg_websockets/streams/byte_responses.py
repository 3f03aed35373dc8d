"""4.9.5 Byte stream controllers: how a source responds to a BYOB request.

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
    """Process the number of bytes that the source has written into the first pending buffer.

    Raises:
        TypeError: the number of bytes is 0 and the stream is readable, or the number is not 0 and
            the stream is closed.
        ValueError: the buffer has room for fewer bytes.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond
    """
    # 1. Assert that a pull-into is pending.
    assert controller._pending_pull_intos
    # 2. Let the first descriptor be the first of the controller's pending pull-intos.
    first_descriptor = controller._pending_pull_intos[0]
    # 3. Let the state be the state of the controller's stream.
    state = controller._stream._state
    # 4. If the byte stream is closed, accept a response of 0 bytes only.
    if state == CLOSED:
        # 4.1. If bytes were written although the stream is closed, raise a TypeError.
        if bytes_written != 0:
            raise TypeError("the stream is closed and takes no bytes: respond with 0")
    else:
        # 5. If the byte stream is readable, accept a response that fits the view of the BYOB
        #    request.
        # 5.1. Assert that the stream is readable, since an errored stream has no BYOB request.
        assert state == READABLE
        # 5.2. If 0 bytes were written although the stream is readable, raise a TypeError.
        if bytes_written == 0:
            raise TypeError("0 bytes were written, but the stream is still readable")
        # 5.3. If more bytes were written than the view of the BYOB request has, raise a ValueError.
        if first_descriptor.bytes_filled + bytes_written > first_descriptor.byte_length:
            room = first_descriptor.byte_length - first_descriptor.bytes_filled
            raise ValueError(f"{bytes_written} bytes were written, but the view has only {room}")
    # 6. Transfer the first descriptor's buffer, so that the source cannot write to the memory any
    #    more.
    first_descriptor.buffer = transfer_array_buffer(first_descriptor.buffer)
    # 7. Respond with the number of written bytes, which may answer the pending read.
    readable_byte_stream_controller_respond_internal(controller, bytes_written)


@algorithm(
    "readable-byte-stream-controller-respond-in-closed-state",
    "ReadableByteStreamControllerRespondInClosedState",
)
def readable_byte_stream_controller_respond_in_closed_state(
    controller: "ReadableByteStreamController", first_descriptor: PullIntoDescriptor
) -> None:
    """Return the buffers of all pending reads to the BYOB reader, since the stream is closed.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-in-closed-state
    """
    # 1. Assert that the first descriptor's buffer contains no incomplete element.
    assert first_descriptor.bytes_filled % first_descriptor.element_size == 0
    # 2. If the reader of the first descriptor was released, remove the descriptor.
    if first_descriptor.reader_type == NONE:
        readable_byte_stream_controller_shift_pending_pull_into(controller)
    # 3. Let the stream be the controller's stream.
    stream = controller._stream
    # 4. If the closed stream has a BYOB reader, return the buffers of its pending reads.
    if readable_stream_has_byob_reader(stream):
        # 4.1. Let the filled pull-intos be an empty list, to collect them before any read is
        #      answered.
        filled_pull_intos: list[PullIntoDescriptor] = []
        # 4.2. While the number of collected pull-intos is less than that of pending read-into
        #      requests, collect a further pull-into.
        while len(filled_pull_intos) < readable_stream_get_num_read_into_requests(stream):
            # 4.2.1. Remove the first of the pending pull-intos from the list.
            pull_into_descriptor = readable_byte_stream_controller_shift_pending_pull_into(
                controller
            )
            # 4.2.2. Append the removed pull-into to the list of filled pull-intos.
            filled_pull_intos.append(pull_into_descriptor)
        # 4.3. For each collected pull-into, in order, answer its read-into request.
        for filled_pull_into in filled_pull_intos:
            # 4.3.1. Commit the pull-into, which returns its buffer to the reader and reports the
            #        end of the stream.
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
    """Count the written bytes, and answer the read if its buffer has enough bytes now.

    Raises:
        MemoryError: there is no memory to copy an incomplete element; the stream is errored with
            this exception.

    Source:
    https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-in-readable-state
    """
    stream = controller._stream
    # 1. Assert that the written bytes fit into the descriptor's buffer.
    assert pull_into_descriptor.bytes_filled + bytes_written <= pull_into_descriptor.byte_length
    # 2. Add the written bytes to the descriptor's number of filled bytes.
    readable_byte_stream_controller_fill_head_pull_into_descriptor(
        controller, bytes_written, pull_into_descriptor
    )
    # 3. If the descriptor's reader was released, move its bytes to the queue for later reads.
    if pull_into_descriptor.reader_type == NONE:
        # 3.1. Move the descriptor's bytes to the queue, which also removes the descriptor.
        readable_byte_stream_controller_enqueue_detached_pull_into_to_queue(
            controller, pull_into_descriptor
        )
        # 3.2. Fill other pending pull-intos from the queue, and let the filled pull-intos be those
        #      with enough bytes.
        filled_pull_intos = (
            readable_byte_stream_controller_process_pull_into_descriptors_using_queue(controller)
        )
        # 3.3. For each pull-into that was completed from the queue, in order, answer its read-into
        #      request.
        for filled_pull_into in filled_pull_intos:
            # 3.3.1. Commit the pull-into, which answers its read-into request with the bytes in its
            #        buffer.
            readable_byte_stream_controller_commit_pull_into_descriptor(stream, filled_pull_into)
        # 3.4. Return, since the descriptor of a released reader has no read-into request to answer.
        return
    # 4. If the descriptor has fewer bytes than its minimum fill, return, so that the read stays
    #    pending.
    if pull_into_descriptor.bytes_filled < pull_into_descriptor.minimum_fill:
        return
    # 5. Remove the descriptor, whose buffer has enough bytes, from the pending pull-intos.
    readable_byte_stream_controller_shift_pending_pull_into(controller)
    # 6. Let the remainder size be the number of bytes of an incomplete element at the buffer's end.
    remainder_size = pull_into_descriptor.bytes_filled % pull_into_descriptor.element_size
    # 7. If the buffer ends with an incomplete element, move the element's bytes to the queue for
    #    the next read.
    if remainder_size > 0:
        # 7.1. Let the end be the position in the buffer at which the filled bytes end.
        end = pull_into_descriptor.byte_offset + pull_into_descriptor.bytes_filled
        # 7.2. Append a copy of the incomplete element's bytes to the queue.
        readable_byte_stream_controller_enqueue_cloned_chunk_to_queue(
            controller, pull_into_descriptor.buffer, end - remainder_size, remainder_size
        )
    # 8. Subtract the bytes of the incomplete element from the descriptor's number of filled bytes.
    pull_into_descriptor.bytes_filled -= remainder_size
    # 9. Fill other pending pull-intos from the queue, and let the filled pull-intos be those with
    #    enough bytes.
    filled_pull_intos = readable_byte_stream_controller_process_pull_into_descriptors_using_queue(
        controller
    )
    # 10. Commit the descriptor that the source has written to, before all other pull-intos.
    readable_byte_stream_controller_commit_pull_into_descriptor(stream, pull_into_descriptor)
    # 11. For each further pull-into that was completed from the queue, in order, answer its
    #     request.
    for filled_pull_into in filled_pull_intos:
        # 11.1. Commit the pull-into, which answers its read-into request with the bytes in its
        #       buffer.
        readable_byte_stream_controller_commit_pull_into_descriptor(stream, filled_pull_into)


@algorithm(
    "readable-byte-stream-controller-respond-internal",
    "ReadableByteStreamControllerRespondInternal",
)
def readable_byte_stream_controller_respond_internal(
    controller: "ReadableByteStreamController", bytes_written: int
) -> None:
    """Answer pending reads after a response of the source, and pull again if needed.

    Raises:
        MemoryError: there is no memory to copy an incomplete element; the stream is errored with
            this exception.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-internal
    """
    # 1. Let the first descriptor be the first of the controller's pending pull-intos.
    first_descriptor = controller._pending_pull_intos[0]
    # 2. Assert that the first descriptor's buffer can be transferred.
    assert can_transfer_array_buffer(first_descriptor.buffer)
    # 3. Invalidate the BYOB request, so that the source cannot respond to it twice.
    readable_byte_stream_controller_invalidate_byob_request(controller)
    # 4. Let the state be the state of the controller's stream.
    state = controller._stream._state
    # 5. If the byte stream is closed, return the buffers of the pending reads.
    if state == CLOSED:
        # 5.1. Assert that 0 bytes were written, since the stream is closed.
        assert bytes_written == 0
        # 5.2. Answer the pending read-into requests with the end of the stream.
        readable_byte_stream_controller_respond_in_closed_state(controller, first_descriptor)
    else:
        # 6. If the byte stream is readable, deliver the bytes that the source has written.
        # 6.1. Assert that the stream is readable, since an errored stream has no BYOB request.
        assert state == READABLE
        # 6.2. Assert that the source has written at least one byte.
        assert bytes_written > 0
        # 6.3. Count the written bytes, and answer the read if its buffer has enough bytes now.
        readable_byte_stream_controller_respond_in_readable_state(
            controller, bytes_written, first_descriptor
        )
    # 7. Pull from the underlying source, if the byte stream wants more bytes.
    readable_byte_stream_controller_call_pull_if_needed(controller)


@algorithm(
    "readable-byte-stream-controller-respond-with-new-view",
    "ReadableByteStreamControllerRespondWithNewView",
)
def readable_byte_stream_controller_respond_with_new_view(
    controller: "ReadableByteStreamController", view: ArrayBufferView
) -> None:
    """Process the view of the bytes that the source has written for the first pending pull-into.

    Raises:
        TypeError: the view is empty and the stream is readable, or the view is not empty and the
            stream is closed; or the buffer of the view cannot be detached.
        ValueError: the view begins elsewhere than the view of the request, or is longer, or its
            buffer has another length.

    Source: https://streams.spec.whatwg.org/#readable-byte-stream-controller-respond-with-new-view
    """
    # 1. Assert that a pull-into is pending.
    assert controller._pending_pull_intos
    # 2. Assert that the new view's buffer is not detached.
    assert not view.buffer.is_detached
    # 3. Let the first descriptor be the first of the controller's pending pull-intos.
    first_descriptor = controller._pending_pull_intos[0]
    # 4. Let the state be the state of the controller's stream.
    state = controller._stream._state
    # 5. If the byte stream is closed, accept an empty view only.
    if state == CLOSED:
        # 5.1. If the new view is not empty although the stream is closed, raise a TypeError.
        if view.byte_length != 0:
            raise TypeError("the stream is closed and takes no bytes: respond with an empty view")
    else:
        # 6. If the byte stream is readable, accept a view that is not empty.
        # 6.1. Assert that the stream is readable, since an errored stream has no BYOB request.
        assert state == READABLE
        # 6.2. If the new view is empty although the stream is readable, raise a TypeError.
        if view.byte_length == 0:
            raise TypeError("the view is empty, but the stream is still readable")
    # 7. If the new view does not begin where the request's view begins, raise a ValueError.
    if first_descriptor.byte_offset + first_descriptor.bytes_filled != view.byte_offset:
        raise ValueError("the view does not begin where the view of the request begins")
    # 8. If the new view's buffer is not as long as the first descriptor's buffer, raise a
    #    ValueError.
    if first_descriptor.buffer_byte_length != view.buffer.byte_length:
        raise ValueError("the memory of the view is not as long as the memory of the request")
    # 9. If the new view is longer than the view of the BYOB request, raise a ValueError.
    if first_descriptor.bytes_filled + view.byte_length > first_descriptor.byte_length:
        raise ValueError("the view is longer than the view of the request")
    # 10. Keep the length of the new view, since the view's buffer will be detached.
    view_byte_length = view.byte_length
    # 11. Set the first descriptor's buffer to the new view's buffer, transferred out of the
    #     source's reach.
    first_descriptor.buffer = transfer_array_buffer(view.buffer)
    # 12. Respond with the new view's number of bytes, which may answer the pending read.
    readable_byte_stream_controller_respond_internal(controller, view_byte_length)
