"""4.9.1 ReadableByteStreamTee: two branches that both have the bytes of one byte stream.

If the branch that pulls has a BYOB request, the stream is read into the buffer of that request, and
the other branch gets a copy. The requests with which the stream is read are in
``byte_tee_requests.py``.

Source: https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamtee
"""

from typing import TYPE_CHECKING, Any, cast

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.algorithms import do_nothing
from whatwg_websockets.streams.byob_readers import (
    readable_stream_byob_reader_read,
    readable_stream_byob_reader_release,
)
from whatwg_websockets.streams.byob_request import readable_byte_stream_controller_get_byob_request
from whatwg_websockets.streams.byte_controllers import readable_byte_stream_controller_error
from whatwg_websockets.streams.byte_tee_requests import TeeReadIntoRequest, TeeReadRequest
from whatwg_websockets.streams.create_readable_byte_stream import (
    acquire_readable_stream_byob_reader,
    create_readable_byte_stream,
)
from whatwg_websockets.streams.implements import (
    is_a_byob_reader,
    is_a_byte_controller,
    is_a_default_reader,
)
from whatwg_websockets.streams.interfacing_with_readable_controllers import readable_stream_cancel
from whatwg_websockets.streams.readers import (
    readable_stream_default_reader_read,
    readable_stream_default_reader_release,
)
from whatwg_websockets.streams.working_with_readable_streams import (
    acquire_readable_stream_default_reader,
)
from whatwg_websockets.webidl.array_buffer import ArrayBufferView
from whatwg_websockets.webidl.promise import Promise, a_new_promise, resolve, upon

if TYPE_CHECKING:
    from whatwg_websockets.streams.byob_reader import ReadableStreamBYOBReader
    from whatwg_websockets.streams.default_reader import ReadableStreamDefaultReader
    from whatwg_websockets.streams.readable_byte_controller import ReadableByteStreamController
    from whatwg_websockets.streams.readable_stream import ReadableStream


@algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee")
def readable_byte_stream_tee(stream: "ReadableStream[Any]") -> "list[ReadableStream[Any]]":
    """Make two branches that both have the bytes of one byte stream.

    Raises:
        TypeError: the stream is already locked.

    Source: https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamtee
    """
    # 1. Assert that the stream to tee is a ReadableStream; its Python type ensures this.
    # 2. Assert that the controller of the stream to tee is a byte stream controller.
    assert is_a_byte_controller(stream._controller)
    # 3. Acquire a default reader for the byte stream to tee, which raises a TypeError if the stream
    #    is locked.
    # 4. Let the byte tee's flag "reading" be false.
    # 5. Let the first branch's flag "read again" be false.
    # 6. Let the second branch's flag "read again" be false.
    # 7. Let the first branch's cancelled flag be false.
    # 8. Let the second branch's cancelled flag be false.
    # 9. Let the first branch's cancel reason be undefined.
    # 10. Let the second branch's cancel reason be undefined.
    # 11. Let the first branch be undefined, until its stream is created.
    # 12. Let the second branch be undefined, until its stream is created.
    # 13. Let the byte tee's cancel promise be a new promise, which both branches share.
    tee = ByteTee(stream)
    # 14. Let "forward reader error" be steps that pass the error of a reader's stream to both
    #     branches.
    # 15. Let "pull with default reader" be steps that read a chunk for both branches.
    # 16. Let "pull with BYOB reader" be steps that read into the buffer of one branch.
    # 17. Let the pull algorithm of the first branch be one that reads for the first branch.
    # 18. Let the pull algorithm of the second branch be one that reads for the second branch.
    # 19. Let the cancel algorithm of the first branch be one that records its reason.
    # 20. Let the cancel algorithm of the second branch be one that records its reason.
    # 21. Let the start algorithm of both branches be one that does nothing.
    agent = stream._agent
    # 22. Create the first branch as a byte stream with its start, pull and cancel algorithms.
    tee.branches.append(create_readable_byte_stream(agent, do_nothing, tee.pull1, tee.cancel1))
    # 23. Create the second branch as a byte stream with its start, pull and cancel algorithms.
    tee.branches.append(create_readable_byte_stream(agent, do_nothing, tee.pull2, tee.cancel2))
    # 24. Forward the errors of the first reader's stream to both branches.
    tee.forward_reader_error()
    # 25. Return a list of the first branch and the second branch.
    return list(tee.branches)


class ByteTee:
    """The state that the two branches share. The first branch has the number 0, the second 1.

    Attributes:
        stream: the stream that is read.
        reader: the reader that the stream is locked to; it is replaced by a reader of the other
            kind if a branch needs that kind.
        branches: the branches.
        reading: whether a read of the stream is running.
        read_again: whether each branch has pulled during the running read.
        canceled: whether each branch is cancelled.
        cancel_promise: the promise that the cancellation of each branch returns.
    """

    __slots__ = (
        "_reasons",
        "branches",
        "cancel_promise",
        "canceled",
        "read_again",
        "reader",
        "reading",
        "stream",
    )

    reader: "ReadableStreamDefaultReader[Any] | ReadableStreamBYOBReader"

    def __init__(self, stream: "ReadableStream[Any]") -> None:
        self.stream = stream
        self.reader = acquire_readable_stream_default_reader(stream)
        self.reading = False
        self.read_again = [False, False]
        self.canceled = [False, False]
        self._reasons: list[object] = [None, None]
        self.branches: list[ReadableStream[Any]] = []
        self.cancel_promise: Promise[None] = a_new_promise(stream._agent)

    def controller_of(self, branch: int) -> "ReadableByteStreamController":
        """Return the controller of a branch."""
        return cast("ReadableByteStreamController", self.branches[branch]._controller)

    def cancel_the_stream(self, reason: object) -> None:
        """Cancel the stream, and let the cancel promise follow the promise of that cancellation."""
        resolve(self.cancel_promise, readable_stream_cancel(self.stream, reason))

    def resolve_unless_both_are_cancelled(self) -> None:
        """Fulfil the cancel promise, since the stream has ended by itself."""
        if not all(self.canceled):
            resolve(self.cancel_promise)

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: forwardReaderError")
    def forward_reader_error(self) -> None:
        """Error both branches when the stream fails, unless the reader was replaced."""
        this_reader = self.reader

        # 14.1. When the closed promise of the byte tee's reader is rejected, error both branches,
        #       unless the reader was replaced.
        upon(this_reader._closed_promise, None, lambda r: self._fail(this_reader, r))

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: upon rejection")
    def _fail(self, this_reader: object, r: Any) -> None:
        # 14.1.1. If the byte tee has replaced the reader, return, since the closed promise was
        #         rejected by the release of the reader.
        if this_reader is not self.reader:
            return
        # 14.1.2. Error the first branch with the error of the byte stream that was teed.
        readable_byte_stream_controller_error(self.controller_of(0), r)
        # 14.1.3. Error the second branch with the error of the byte stream that was teed.
        readable_byte_stream_controller_error(self.controller_of(1), r)
        # 14.1.4. If one of the branches is not cancelled, resolve the byte tee's cancel promise
        #         with undefined.
        self.resolve_unless_both_are_cancelled()

    @algorithm(
        "abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: pullWithDefaultReader"
    )
    def _pull_with_default_reader(self) -> None:
        # 15.1. If the byte tee's reader is a BYOB reader, replace it by a default reader.
        if is_a_byob_reader(self.reader):
            # 15.1.1. Assert that the BYOB reader has no pending read-into request.
            assert not self.reader._read_into_requests
            # 15.1.2. Release the byte tee's BYOB reader.
            readable_stream_byob_reader_release(self.reader)
            # 15.1.3. Acquire a default reader for the byte stream that was teed, in place of the
            #         BYOB reader.
            self.reader = acquire_readable_stream_default_reader(self.stream)
            # 15.1.4. Forward the errors of the new default reader's stream to both branches.
            self.forward_reader_error()
        assert is_a_default_reader(self.reader)
        # 15.2. Let the read request be one that hands the chunk to both branches.
        # 15.3. Read a chunk of the byte stream with the default reader and the read request.
        readable_stream_default_reader_read(self.reader, TeeReadRequest(self))

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: pullWithBYOBReader")
    def _pull_with_byob_reader(self, view: ArrayBufferView, branch: int) -> None:
        # 16.1. If the byte tee's reader is a default reader, replace it by a BYOB reader.
        if is_a_default_reader(self.reader):
            # 16.1.1. Assert that the default reader has no pending read request.
            assert not self.reader._read_requests
            # 16.1.2. Release the byte tee's default reader.
            readable_stream_default_reader_release(self.reader)
            # 16.1.3. Acquire a BYOB reader for the byte stream that was teed, in place of the
            #         default reader.
            self.reader = acquire_readable_stream_byob_reader(self.stream)
            # 16.1.4. Forward the errors of the new BYOB reader's stream to both branches.
            self.forward_reader_error()
        assert is_a_byob_reader(self.reader)
        # 16.2. Let the BYOB branch be the branch whose buffer is filled.
        # 16.3. Let the copy branch, which the standard calls the other branch, be the branch that
        #   gets a copy of the bytes.
        # 16.4. Let the read-into request be one that returns the buffer to the BYOB branch and
        #       copies the bytes.
        # 16.5. Read into the BYOB branch's buffer with the BYOB reader and the read-into request.
        readable_stream_byob_reader_read(self.reader, view, 1, TeeReadIntoRequest(self, branch))

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: pull1Algorithm")
    def pull1(self) -> None:
        """Read for the first branch."""
        # 17.1. If a read of the byte tee is already running, do not start a second read for the
        #       first branch.
        if self.reading:
            # 17.1.1. Set the first branch's flag "read again" to true.
            self.read_again[0] = True
            # 17.1.2. Return a promise resolved with undefined to the first branch, although the
            #         read has not ended.
            return
        # 17.2. Set the byte tee's flag "reading" to true, for a read for the first branch.
        self.reading = True
        # 17.3. Let the BYOB request be that of the first branch's controller, or null.
        byob_request = readable_byte_stream_controller_get_byob_request(self.controller_of(0))
        # 17.4. If the first branch has no BYOB request, pull with a default reader.
        if byob_request is None:
            self._pull_with_default_reader()
        else:
            assert byob_request._view is not None
            # 17.5. If the first branch has a BYOB request, pull into its view with a BYOB reader.
            # 17.6. Return a promise resolved with undefined to the first branch, although bytes may
            #       not have arrived.
            self._pull_with_byob_reader(byob_request._view, 0)

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: pull2Algorithm")
    def pull2(self) -> None:
        """Read for the second branch."""
        # 18.1. If a read of the byte tee is already running, do not start a second read for the
        #       second branch.
        if self.reading:
            # 18.1.1. Set the second branch's flag "read again" to true.
            self.read_again[1] = True
            # 18.1.2. Return a promise resolved with undefined to the second branch, although the
            #         read has not ended.
            return
        # 18.2. Set the byte tee's flag "reading" to true, for a read for the second branch.
        self.reading = True
        # 18.3. Let the BYOB request be that of the second branch's controller, or null.
        byob_request = readable_byte_stream_controller_get_byob_request(self.controller_of(1))
        # 18.4. If the second branch has no BYOB request, pull with a default reader.
        if byob_request is None:
            self._pull_with_default_reader()
        else:
            assert byob_request._view is not None
            # 18.5. If the second branch has a BYOB request, pull into its view with a BYOB reader.
            # 18.6. Return a promise resolved with undefined to the second branch, although bytes
            #       may not have arrived.
            self._pull_with_byob_reader(byob_request._view, 1)

    def pull_again(self) -> None:
        """Read again, if a branch has pulled during the last read."""
        if self.read_again[0]:
            self.pull1()
        elif self.read_again[1]:
            self.pull2()

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: cancel1Algorithm")
    def cancel1(self, reason: object) -> Promise[None]:
        """Cancel the first branch, and the stream if both are cancelled."""
        # 19.1. Set the first branch's cancelled flag to true.
        self.canceled[0] = True
        # 19.2. Set the first branch's cancel reason to the given reason.
        self._reasons[0] = reason
        # 19.3. If the second branch is also cancelled, cancel the byte stream that was teed.
        if self.canceled[1]:
            # 19.3.1. Let the composite reason be a list of the first and the second branch's cancel
            #         reasons.
            composite_reason = list(self._reasons)
            # 19.3.2. Cancel the byte stream that was teed with the composite reason.
            # 19.3.3. Resolve the byte tee's cancel promise with the promise of the stream's
            #         cancellation.
            self.cancel_the_stream(composite_reason)
        # 19.4. Return the byte tee's cancel promise to the first branch.
        return self.cancel_promise

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: cancel2Algorithm")
    def cancel2(self, reason: object) -> Promise[None]:
        """Cancel the second branch, and the stream if both are cancelled."""
        # 20.1. Set the second branch's cancelled flag to true.
        self.canceled[1] = True
        # 20.2. Set the second branch's cancel reason to the given reason.
        self._reasons[1] = reason
        # 20.3. If the first branch is also cancelled, cancel the byte stream that was teed.
        if self.canceled[0]:
            # 20.3.1. Let the composite reason be a list of the first and the second branch's cancel
            #         reasons.
            composite_reason = list(self._reasons)
            # 20.3.2. Cancel the byte stream that was teed with the composite reason.
            # 20.3.3. Resolve the byte tee's cancel promise with the promise of the stream's
            #         cancellation.
            self.cancel_the_stream(composite_reason)
        # 20.4. Return the byte tee's cancel promise to the second branch.
        return self.cancel_promise
