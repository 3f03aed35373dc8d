"""4.9.1 ReadableByteStreamTee: the requests that hand the bytes of a stream to its two branches.

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
    """Close a branch. The close errors a branch whose reader waits for the rest of an element.

    The standard asserts that closing a branch never raises an exception.
    """
    with suppress(TypeError):
        readable_byte_stream_controller_close(controller)


class TeeReadRequest:
    """The read request for a pull of a branch that has no BYOB request.

    Args:
        tee: the tee.
    """

    __slots__ = ("_tee",)

    def __init__(self, tee: "ByteTee") -> None:
        self._tee = tee

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: chunk steps")
    def chunk_steps(self, chunk: Any) -> None:
        """Hand the chunk to both branches, in a microtask."""
        # 15.2a. (a chunk) The chunk steps of the byte tee's read request receive the chunk for both
        #        branches.
        # 15.2a.1. Queue a microtask to hand on the chunk, so that an error that arrives with the
        #          chunk is seen first.
        self._tee.stream._agent.queue_a_microtask(self._hand_on, chunk)

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: microtask")
    def _hand_on(self, chunk: Any) -> None:
        tee = self._tee
        # 15.2a.1.1. Set the first branch's flag "read again" to false, so that only a later pull
        #            sets it to true.
        tee.read_again[0] = False
        # 15.2a.1.2. Set the second branch's flag "read again" to false, so that only a later pull
        #            sets it to true.
        tee.read_again[1] = False
        # 15.2a.1.3. Let the chunks of the first and the second branch be the chunk that was read.
        chunk1 = chunk2 = tee.stream._agent.array_buffers.chunk_of(chunk)
        # 15.2a.1.4. If neither branch is cancelled, clone the chunk for the second branch.
        if not tee.canceled[0] and not tee.canceled[1]:
            # 15.2a.1.4.1. Copy the chunk's bytes into a new Uint8Array for the second branch.
            try:
                clone_result = clone_as_uint8_array(chunk1)
            # 15.2a.1.4.2. If the chunk cannot be cloned, for example for lack of memory, fail the
            #              byte tee.
            except Exception as exception:
                # 15.2a.1.4.2.1. Error the first branch with the exception that the cloning has
                #   raised.
                readable_byte_stream_controller_error(tee.controller_of(0), exception)
                # 15.2a.1.4.2.2. Error the second branch with the exception that the cloning has
                #   raised.
                readable_byte_stream_controller_error(tee.controller_of(1), exception)
                # 15.2a.1.4.2.3. Cancel the byte stream with the exception that the cloning has
                #                raised, and resolve the cancel promise with the result.
                tee.cancel_the_stream(exception)
                # 15.2a.1.4.2.4. Return without enqueuing the chunk, since it could not be cloned.
                return
            # 15.2a.1.4.3. Set the second branch's chunk to the clone.
            chunk2 = clone_result
        # 15.2a.1.5. If the first branch is not cancelled, enqueue the chunk to the first branch.
        if not tee.canceled[0]:
            readable_byte_stream_controller_enqueue(tee.controller_of(0), chunk1)
        # 15.2a.1.6. If the second branch is not cancelled, enqueue the second branch's chunk to the
        #            second branch.
        if not tee.canceled[1]:
            readable_byte_stream_controller_enqueue(tee.controller_of(1), chunk2)
        # 15.2a.1.7. Set the byte tee's flag "reading" to false, since the chunk was delivered.
        tee.reading = False
        # 15.2a.1.8. If the first branch has pulled during the read of the chunk, read again for the
        #            first branch.
        # 15.2a.1.9. If only the second branch has pulled during the read of the chunk, read again
        #            for the second branch.
        tee.pull_again()

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: close steps")
    def close_steps(self) -> None:
        """Close both branches, since the stream is closed."""
        tee = self._tee
        # 15.2b. (the stream is closed) The close steps of the byte tee's read request end both
        #        branches.
        # 15.2b.1. Set the byte tee's flag "reading" to false, since the stream is closed.
        tee.reading = False
        # 15.2b.2. If the first branch is not cancelled, close the first branch.
        if not tee.canceled[0]:
            _close(tee.controller_of(0))
        # 15.2b.3. If the second branch is not cancelled, close the second branch.
        if not tee.canceled[1]:
            _close(tee.controller_of(1))
        # 15.2b.4. If the first branch has a pending pull-into, respond with 0 bytes, which returns
        #          the buffer.
        if tee.controller_of(0)._pending_pull_intos:
            readable_byte_stream_controller_respond(tee.controller_of(0), 0)
        # 15.2b.5. If the second branch has a pending pull-into, respond with 0 bytes, which returns
        #          the buffer.
        if tee.controller_of(1)._pending_pull_intos:
            readable_byte_stream_controller_respond(tee.controller_of(1), 0)
        # 15.2b.6. If one of the branches is not cancelled, resolve the byte tee's cancel promise
        #          with undefined.
        tee.resolve_unless_both_are_cancelled()

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: error steps")
    def error_steps(self, e: object) -> None:
        """End the read, since the stream is errored."""
        # 15.2c. (the stream is errored) The error steps of the byte tee's read request do not error
        #        the branches; the rejection of the reader's closed promise does.
        # 15.2c.1. Set the byte tee's flag "reading" to false, since the stream is errored.
        self._tee.reading = False


class TeeReadIntoRequest:
    """The read-into request for a pull of a branch that has a BYOB request.

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
        """Hand the bytes to both branches, in a microtask."""
        # 16.4a. (a chunk) The chunk steps of the byte tee's read-into request receive the filled
        #        view.
        # 16.4a.1. Queue a microtask to hand on the filled view, so that an error that arrives with
        #          the bytes is seen first.
        self._tee.stream._agent.queue_a_microtask(self._hand_on, chunk)

    @algorithm(
        "abstract-opdef-readablebytestreamtee",
        "ReadableByteStreamTee: microtask of a read into a buffer",
    )
    def _hand_on(self, chunk: ArrayBufferView) -> None:
        tee = self._tee
        byob_controller = tee.controller_of(self._branch)
        other_controller = tee.controller_of(self._other)
        # 16.4a.1.1. Set the first branch's flag "read again" to false, so that only a later pull
        #            sets it to true.
        tee.read_again[0] = False
        # 16.4a.1.2. Set the second branch's flag "read again" to false, so that only a later pull
        #            sets it to true.
        tee.read_again[1] = False
        # 16.4a.1.3. Let "BYOB cancelled" be the BYOB branch's cancelled flag, which may have
        #            changed since the pull.
        byob_canceled = tee.canceled[self._branch]
        # 16.4a.1.4. Let "other cancelled" be the copy branch's cancelled flag, which may have
        #            changed since the pull.
        other_canceled = tee.canceled[self._other]
        # 16.4a.1.5. If the copy branch is not cancelled, clone the filled view for the copy branch.
        if not other_canceled:
            # 16.4a.1.5.1. Copy the filled view's bytes into a new Uint8Array for the copy branch.
            try:
                clone_result = clone_as_uint8_array(chunk)
            # 16.4a.1.5.2. If the filled view cannot be cloned, for example for lack of memory, fail
            #              the byte tee.
            except Exception as exception:
                # 16.4a.1.5.2.1. Error the BYOB branch with the exception that the cloning has
                #   raised.
                readable_byte_stream_controller_error(byob_controller, exception)
                # 16.4a.1.5.2.2. Error the copy branch with the exception that the cloning has
                #   raised.
                readable_byte_stream_controller_error(other_controller, exception)
                # 16.4a.1.5.2.3. Cancel the byte stream with the exception that the cloning has
                #                raised, and resolve the cancel promise with the result.
                tee.cancel_the_stream(exception)
                # 16.4a.1.5.2.4. Return without delivering the filled view, since it could not be
                #                cloned.
                return
            # 16.4a.1.5.3. Let the cloned chunk be the clone of the filled view.
            cloned_chunk = clone_result
            # 16.4a.1.5.4. If the BYOB branch is not cancelled, respond to its BYOB request with the
            #              filled view.
            if not byob_canceled:
                readable_byte_stream_controller_respond_with_new_view(byob_controller, chunk)
            # 16.4a.1.5.5. Enqueue the cloned chunk to the copy branch.
            readable_byte_stream_controller_enqueue(other_controller, cloned_chunk)
        # 16.4a.1.6. If only the copy branch is cancelled, respond to the BYOB branch's request with
        #            the filled view.
        elif not byob_canceled:
            readable_byte_stream_controller_respond_with_new_view(byob_controller, chunk)
        # 16.4a.1.7. Set the byte tee's flag "reading" to false, since the filled view was
        #            delivered.
        tee.reading = False
        # 16.4a.1.8. If the first branch has pulled during the read into the buffer, read again for
        #            the first branch.
        # 16.4a.1.9. If only the second branch has pulled during the read into the buffer, read
        #            again for the second branch.
        tee.pull_again()

    @algorithm(
        "abstract-opdef-readablebytestreamtee",
        "ReadableByteStreamTee: close steps of a read into a buffer",
    )
    def close_steps(self, chunk: ArrayBufferView | None) -> None:
        """Close both branches, since the stream is closed."""
        tee = self._tee
        byob_controller = tee.controller_of(self._branch)
        other_controller = tee.controller_of(self._other)
        # 16.4b. (the stream is closed) The close steps of the byte tee's read-into request receive
        #        an empty view, or undefined.
        # 16.4b.1. Set the byte tee's flag "reading" to false, since the stream is closed.
        tee.reading = False
        # 16.4b.2. Let "BYOB cancelled" be the BYOB branch's cancelled flag, which may have changed
        #          since the pull.
        byob_canceled = tee.canceled[self._branch]
        # 16.4b.3. Let "other cancelled" be the copy branch's cancelled flag, which may have changed
        #          since the pull.
        other_canceled = tee.canceled[self._other]
        # 16.4b.4. If the BYOB branch is not cancelled, close the BYOB branch.
        if not byob_canceled:
            _close(byob_controller)
        # 16.4b.5. If the copy branch is not cancelled, close the copy branch.
        if not other_canceled:
            _close(other_controller)
        # 16.4b.6. If the close steps got a view, which means that the stream was not cancelled,
        #          return the view's buffer to the reader.
        if chunk is not None:
            # 16.4b.6.1. Assert that the view that the close steps got is empty.
            assert chunk.byte_length == 0
            # 16.4b.6.2. If the BYOB branch is not cancelled, respond to its BYOB request with the
            #            empty view.
            if not byob_canceled and byob_controller._pending_pull_intos:
                readable_byte_stream_controller_respond_with_new_view(byob_controller, chunk)
            # 16.4b.6.3. If the copy branch is not cancelled and has a pending pull-into, respond to
            #            the pull-into with 0 bytes.
            if not other_canceled and other_controller._pending_pull_intos:
                readable_byte_stream_controller_respond(other_controller, 0)
        # 16.4b.7. If one of the branches is not cancelled, resolve the byte tee's cancel promise
        #          with undefined.
        tee.resolve_unless_both_are_cancelled()

    @algorithm(
        "abstract-opdef-readablebytestreamtee",
        "ReadableByteStreamTee: error steps of a read into a buffer",
    )
    def error_steps(self, e: object) -> None:
        """End the read, since the stream is errored."""
        # 16.4c. (the stream is errored) The error steps of the byte tee's read-into request do not
        #        error the branches; the rejection of the reader's closed promise does.
        # 16.4c.1. Set the byte tee's flag "reading" to false, since the stream is errored.
        self._tee.reading = False
