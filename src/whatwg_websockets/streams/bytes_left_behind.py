"""Bytes that a cancelled task leaves behind in a byte stream.

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
    """Let go of the buffer of a request that has been withdrawn.

    Args:
        controller: the controller of the stream.
        index: how many requests wait before the one that was withdrawn.
    """
    pending = controller._pending_pull_intos
    if pending and pending[0].reader_type == NONE:
        index += 1
    if index >= len(pending):
        return
    if index == 0:
        # The source may be writing into it, and what comes is for whoever reads next.
        pending[0].reader_type = NONE
    else:
        pending.pop(index).buffer.drop()


def give_bytes_back(controller: "ReadableByteStreamController", data: bytes) -> None:
    """Give bytes to the read request that has waited longest, or put them before all others.

    Reads that wait with a buffer of their own fail with an AbortError, so that no bytes overtake
    others: the source may be writing into the first buffer. A stream that its source has closed is
    readable again, up to the bytes. One that has failed since, or was cancelled, drops them.
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
