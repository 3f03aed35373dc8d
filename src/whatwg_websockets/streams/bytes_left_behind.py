"""Bytes of a byte stream that a cancelled task has read, but not received.

Source: https://streams.spec.whatwg.org/#rbs-controller-class
"""

from typing import TYPE_CHECKING

from whatwg_websockets.streams.byte_queues import QueueEntry
from whatwg_websockets.streams.implements import is_a_byob_reader, is_a_default_reader
from whatwg_websockets.streams.pull_into_descriptors import NONE
from whatwg_websockets.streams.readable_states import CLOSED, READABLE
from whatwg_websockets.streams.readers import readable_stream_byob_reader_error_read_into_requests
from whatwg_websockets.webidl.dom_exception import DOMException

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_byte_controller import ReadableByteStreamController


def withdraw_a_buffer(controller: "ReadableByteStreamController", index: int) -> None:
    """Drop the pending pull-into of a read that was withdrawn.

    Args:
        controller: the controller of the stream.
        index: the number of requests that are pending before the one that was withdrawn.
    """
    pending = controller._pending_pull_intos
    if pending and pending[0].reader_type == NONE:
        index += 1
    if index >= len(pending):
        return
    if index == 0:
        # The source may be writing to the first buffer; its bytes are for the next read.
        pending[0].reader_type = NONE
    else:
        pending.pop(index).buffer.drop()


def give_bytes_back(controller: "ReadableByteStreamController", data: bytes) -> None:
    """Give bytes to the first pending read request, or put them at the head of the queue.

    Pending reads into a buffer fail with an AbortError, since the source may be writing later bytes
    into the first buffer. A stream that its source has closed becomes readable again until the
    bytes are read. A stream that has failed or was cancelled meanwhile drops the bytes.
    """
    stream = controller._stream
    reader = stream._reader
    if is_a_default_reader(reader) and reader._read_requests:
        withdraw_a_buffer(controller, 0)
        reader._read_requests.popleft().chunk_steps(data)
        return
    if stream._state == CLOSED and not (
        controller._was_cancelled or controller._pending_pull_intos
    ):
        stream._state = READABLE
        controller._close_requested = True
    if stream._state == READABLE:
        if is_a_byob_reader(reader) and reader._read_into_requests:
            controller._release_steps()
            error = DOMException("a read before this one was cancelled", "AbortError")
            readable_stream_byob_reader_error_read_into_requests(reader, error)
        buffer = controller._agent.array_buffers.chunk_of(data).buffer
        controller._queue.appendleft(QueueEntry(buffer, 0, len(data)))
        controller._queue_total_size += len(data)
