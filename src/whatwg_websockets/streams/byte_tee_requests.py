"""4.9.1 ReadableByteStreamTee: how what was read of a byte stream goes to its two branches.

Source: https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamtee
"""

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.array_buffers import clone_as_uint8_array
from whatwg_websockets.streams.byte_controllers import (
    readable_byte_stream_controller_close,
    readable_byte_stream_controller_error,
)
from whatwg_websockets.streams.byte_queues import readable_byte_stream_controller_enqueue
from whatwg_websockets.streams.byte_responses import (
    readable_byte_stream_controller_respond,
    readable_byte_stream_controller_respond_with_new_view,
)
from whatwg_websockets.webidl.array_buffer import ArrayBufferView

if TYPE_CHECKING:
    from whatwg_websockets.streams.byte_tee import ByteTee
    from whatwg_websockets.streams.readable_byte_controller import ReadableByteStreamController


def _close(controller: "ReadableByteStreamController") -> None:
    """Close a branch. One whose reader waits for the rest of an element is errored by that.

    The standard asserts that closing a branch never raises.
    """
    with suppress(TypeError):
        readable_byte_stream_controller_close(controller)


class TeeReadRequest:
    """Reads for both branches, neither of which waits with a buffer.

    Args:
        tee: the tee.
    """

    __slots__ = ("_tee",)

    def __init__(self, tee: "ByteTee") -> None:
        self._tee = tee

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: chunk steps")
    def chunk_steps(self, chunk: Any) -> None:
        """Hand what was read to both branches, in a microtask."""
        # 15.2a. (a chunk) The chunk goes to both branches.
        # 15.2a.1. An error of the stream that comes together with the chunk reaches the branches
        #          first, so the chunk waits for a microtask.
        self._tee.stream._agent.queue_a_microtask(self._hand_on, chunk)

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: microtask")
    def _hand_on(self, chunk: Any) -> None:
        tee = self._tee
        # 15.2a.1.1. The first branch has not asked for more since this read.
        tee.read_again[0] = False
        # 15.2a.1.2. The second branch has not asked for more since this read.
        tee.read_again[1] = False
        # 15.2a.1.3. One branch gets the chunk itself.
        chunk1 = chunk2 = tee.stream._agent.array_buffers.chunk_of(chunk)
        # 15.2a.1.4. The second branch gets a copy if both get something.
        if not tee.canceled[0] and not tee.canceled[1]:
            # 15.2a.1.4.1. The bytes are copied.
            try:
                clone_result = clone_as_uint8_array(chunk1)
            # 15.2a.1.4.2. Without memory for the copy the tee cannot go on.
            except Exception as exception:
                # 15.2a.1.4.2.1. The first branch is errored with the exception.
                readable_byte_stream_controller_error(tee.controller_of(0), exception)
                # 15.2a.1.4.2.2. The second branch is errored with the exception.
                readable_byte_stream_controller_error(tee.controller_of(1), exception)
                # 15.2a.1.4.2.3. The stream is cancelled with the exception.
                tee.cancel_the_stream(exception)
                # 15.2a.1.4.2.4. Nothing is handed on.
                return
            # 15.2a.1.4.3. The second branch gets the copy.
            chunk2 = clone_result
        # 15.2a.1.5. The first branch gets the chunk, unless it was cancelled.
        if not tee.canceled[0]:
            readable_byte_stream_controller_enqueue(tee.controller_of(0), chunk1)
        # 15.2a.1.6. The second branch gets the chunk or the copy, unless it was cancelled.
        if not tee.canceled[1]:
            readable_byte_stream_controller_enqueue(tee.controller_of(1), chunk2)
        # 15.2a.1.7. Nothing is being read any more.
        tee.reading = False
        # 15.2a.1.8. The first branch may have asked for more while the chunk was read.
        # 15.2a.1.9. The second branch may have, and is served if the first one has not.
        tee.pull_again()

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: close steps")
    def close_steps(self) -> None:
        """Close both branches, as the stream is closed."""
        tee = self._tee
        # 15.2b. (the stream is closed) Nothing is left.
        # 15.2b.1. Nothing is being read any more.
        tee.reading = False
        # 15.2b.2. The first branch is closed, unless it was cancelled.
        if not tee.canceled[0]:
            _close(tee.controller_of(0))
        # 15.2b.3. The second branch is closed, unless it was cancelled.
        if not tee.canceled[1]:
            _close(tee.controller_of(1))
        # 15.2b.4. A buffer that a reader of the first branch has brought meanwhile goes back to it.
        if tee.controller_of(0)._pending_pull_intos:
            readable_byte_stream_controller_respond(tee.controller_of(0), 0)
        # 15.2b.5. A buffer that a reader of the second branch has brought goes back to it.
        if tee.controller_of(1)._pending_pull_intos:
            readable_byte_stream_controller_respond(tee.controller_of(1), 0)
        # 15.2b.6. The promise of the cancellation is fulfilled if a branch was not cancelled.
        tee.resolve_unless_both_are_cancelled()

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: error steps")
    def error_steps(self, e: object) -> None:
        """Read nothing any more, as the stream is errored."""
        # 15.2c. (the stream is errored) The error reaches the branches by the closed promise of the
        #        reader.
        # 15.2c.1. Nothing is being read any more.
        self._tee.reading = False


class TeeReadIntoRequest:
    """Reads into the buffer that a reader of one branch has brought.

    Args:
        tee: the tee.
        branch: the number of the branch.
    """

    __slots__ = ("_branch", "_other", "_tee")

    def __init__(self, tee: "ByteTee", branch: int) -> None:
        self._tee = tee
        self._branch = branch
        self._other = 1 - branch

    @algorithm(
        "abstract-opdef-readablebytestreamtee",
        "ReadableByteStreamTee: chunk steps of a read into a buffer",
    )
    def chunk_steps(self, chunk: ArrayBufferView) -> None:
        """Hand what was read to both branches, in a microtask."""
        # 16.4a. (a chunk) The buffer goes back to its reader, and the other branch gets a copy.
        # 16.4a.1. An error of the stream that comes together with the chunk reaches the branches
        #          first, so the chunk waits for a microtask.
        self._tee.stream._agent.queue_a_microtask(self._hand_on, chunk)

    @algorithm(
        "abstract-opdef-readablebytestreamtee",
        "ReadableByteStreamTee: microtask of a read into a buffer",
    )
    def _hand_on(self, chunk: ArrayBufferView) -> None:
        tee = self._tee
        byob_controller = tee.controller_of(self._branch)
        other_controller = tee.controller_of(self._other)
        # 16.4a.1.1. The first branch has not asked for more since this read.
        tee.read_again[0] = False
        # 16.4a.1.2. The second branch has not asked for more since this read.
        tee.read_again[1] = False
        # 16.4a.1.3. The branch with the buffer may be cancelled by now.
        byob_canceled = tee.canceled[self._branch]
        # 16.4a.1.4. The other branch may be cancelled by now.
        other_canceled = tee.canceled[self._other]
        # 16.4a.1.5. The other branch gets a copy, unless it was cancelled.
        if not other_canceled:
            # 16.4a.1.5.1. The bytes are copied.
            try:
                clone_result = clone_as_uint8_array(chunk)
            # 16.4a.1.5.2. Without memory for the copy the tee cannot go on.
            except Exception as exception:
                # 16.4a.1.5.2.1. The branch with the buffer is errored with the exception.
                readable_byte_stream_controller_error(byob_controller, exception)
                # 16.4a.1.5.2.2. The other branch is errored with the exception.
                readable_byte_stream_controller_error(other_controller, exception)
                # 16.4a.1.5.2.3. The stream is cancelled with the exception.
                tee.cancel_the_stream(exception)
                # 16.4a.1.5.2.4. Nothing is handed on.
                return
            # 16.4a.1.5.3. The copy is what the other branch gets.
            cloned_chunk = clone_result
            # 16.4a.1.5.4. The buffer goes back to its reader, unless its branch was cancelled.
            if not byob_canceled:
                readable_byte_stream_controller_respond_with_new_view(byob_controller, chunk)
            # 16.4a.1.5.5. The other branch gets the copy.
            readable_byte_stream_controller_enqueue(other_controller, cloned_chunk)
        # 16.4a.1.6. The buffer goes back to its reader where no copy is needed.
        elif not byob_canceled:
            readable_byte_stream_controller_respond_with_new_view(byob_controller, chunk)
        # 16.4a.1.7. Nothing is being read any more.
        tee.reading = False
        # 16.4a.1.8. The first branch may have asked for more while the buffer was filled.
        # 16.4a.1.9. The second branch may have, and is served if the first one has not.
        tee.pull_again()

    @algorithm(
        "abstract-opdef-readablebytestreamtee",
        "ReadableByteStreamTee: close steps of a read into a buffer",
    )
    def close_steps(self, chunk: ArrayBufferView | None) -> None:
        """Close both branches, as the stream is closed."""
        tee = self._tee
        byob_controller = tee.controller_of(self._branch)
        other_controller = tee.controller_of(self._other)
        # 16.4b. (the stream is closed) Nothing is left, and the buffer goes back to its reader.
        # 16.4b.1. Nothing is being read any more.
        tee.reading = False
        # 16.4b.2. The branch with the buffer may be cancelled by now.
        byob_canceled = tee.canceled[self._branch]
        # 16.4b.3. The other branch may be cancelled by now.
        other_canceled = tee.canceled[self._other]
        # 16.4b.4. The branch with the buffer is closed, unless it was cancelled.
        if not byob_canceled:
            _close(byob_controller)
        # 16.4b.5. The other branch is closed, unless it was cancelled.
        if not other_canceled:
            _close(other_controller)
        # 16.4b.6. A stream that was cancelled does not give the buffer back.
        if chunk is not None:
            # 16.4b.6.1. The view is empty.
            assert chunk.byte_length == 0
            # 16.4b.6.2. The buffer goes back to its reader, unless its branch was cancelled.
            if not byob_canceled and byob_controller._pending_pull_intos:
                readable_byte_stream_controller_respond_with_new_view(byob_controller, chunk)
            # 16.4b.6.3. A buffer that a reader of the other branch has brought goes back to it.
            if not other_canceled and other_controller._pending_pull_intos:
                readable_byte_stream_controller_respond(other_controller, 0)
        # 16.4b.7. The promise of the cancellation is fulfilled if a branch was not cancelled.
        tee.resolve_unless_both_are_cancelled()

    @algorithm(
        "abstract-opdef-readablebytestreamtee",
        "ReadableByteStreamTee: error steps of a read into a buffer",
    )
    def error_steps(self, e: object) -> None:
        """Read nothing any more, as the stream is errored."""
        # 16.4c. (the stream is errored) The error reaches the branches by the closed promise of the
        #        reader.
        # 16.4c.1. Nothing is being read any more.
        self._tee.reading = False
