"""4.9.1 ReadableByteStreamTee: two byte streams that both have the bytes of one.

Where a branch pulls whose reader waits with a buffer of its own, the stream reads into that very
buffer, and the other branch gets a copy. The requests with which the stream is read are in
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
    """Make two byte streams that both have the bytes of one.

    Raises:
        TypeError: the stream is locked already.

    Source: https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamtee
    """
    # 1. The type of the argument says that it is a ReadableStream.
    # 2. The stream is a byte stream.
    assert is_a_byte_controller(stream._controller)
    # 3. The reader locks the stream, or raises if the stream is locked already.
    # 4. Nothing is being read.
    # 5. The first branch has not asked for more.
    # 6. The second branch has not asked for more.
    # 7. The first branch is not cancelled.
    # 8. The second branch is not cancelled.
    # 9. The first branch has no reason to be cancelled.
    # 10. The second branch has no reason to be cancelled.
    # 11. The first branch is created below.
    # 12. The second branch is created below.
    # 13. The promise of the cancellation is the same for both branches.
    tee = ByteTee(stream)
    # 14. The closed promise of each reader is reacted to.
    # 15. The stream is read by a default reader where no buffer waits.
    # 16. The stream is read by a reader with the buffer of a branch where one waits.
    # 17. The first branch has a pull algorithm of its own.
    # 18. The second branch has a pull algorithm of its own.
    # 19. The first branch has a cancel algorithm of its own.
    # 20. The second branch has a cancel algorithm of its own.
    # 21. The start algorithm does nothing.
    agent = stream._agent
    # 22. The first branch is created.
    tee.branches.append(create_readable_byte_stream(agent, do_nothing, tee.pull1, tee.cancel1))
    # 23. The second branch is created.
    tee.branches.append(create_readable_byte_stream(agent, do_nothing, tee.pull2, tee.cancel2))
    # 24. When the stream is errored, both branches are.
    tee.forward_reader_error()
    # 25. The caller gets both branches.
    return list(tee.branches)


class ByteTee:
    """What the two branches share. A branch has a number: 0 is the first one, 1 the second.

    Attributes:
        stream: the stream that is read.
        reader: the reader that the stream is locked to; it is replaced by one of the other kind
            where a branch needs that.
        branches: the branches.
        reading: whether something is being read.
        read_again: whether each branch has asked for more meanwhile.
        canceled: whether each branch is cancelled.
        cancel_promise: what the cancellation of a branch returns.
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
        """Cancel the stream, and have the promise of the cancellation follow it."""
        resolve(self.cancel_promise, readable_stream_cancel(self.stream, reason))

    def resolve_unless_both_are_cancelled(self) -> None:
        """Fulfil the promise of the cancellation, as the stream has ended by itself."""
        if not all(self.canceled):
            resolve(self.cancel_promise)

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: forwardReaderError")
    def forward_reader_error(self) -> None:
        """Have both branches fail when the stream fails, as long as the reader is the same."""
        this_reader = self.reader

        # 14.1. The reader is rejected also when it is released.
        upon(this_reader._closed_promise, None, lambda r: self._fail(this_reader, r))

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: upon rejection")
    def _fail(self, this_reader: object, r: Any) -> None:
        # 14.1.1. A reader that was replaced was only released.
        if this_reader is not self.reader:
            return
        # 14.1.2. The first branch is errored with the error of the stream.
        readable_byte_stream_controller_error(self.controller_of(0), r)
        # 14.1.3. The second branch is errored with the error of the stream.
        readable_byte_stream_controller_error(self.controller_of(1), r)
        # 14.1.4. The promise of the cancellation is fulfilled if a branch was not cancelled.
        self.resolve_unless_both_are_cancelled()

    @algorithm(
        "abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: pullWithDefaultReader"
    )
    def _pull_with_default_reader(self) -> None:
        # 15.1. A reader that brings its own buffers is replaced.
        if is_a_byob_reader(self.reader):
            # 15.1.1. Nothing is being read.
            assert not self.reader._read_into_requests
            # 15.1.2. The reader is released.
            readable_stream_byob_reader_release(self.reader)
            # 15.1.3. The stream is locked to a default reader.
            self.reader = acquire_readable_stream_default_reader(self.stream)
            # 15.1.4. The error of the stream reaches the branches by the new reader.
            self.forward_reader_error()
        assert is_a_default_reader(self.reader)
        # 15.2. The request hands what is read to both branches.
        # 15.3. The request is answered now or later.
        readable_stream_default_reader_read(self.reader, TeeReadRequest(self))

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: pullWithBYOBReader")
    def _pull_with_byob_reader(self, view: ArrayBufferView, branch: int) -> None:
        # 16.1. A default reader is replaced.
        if is_a_default_reader(self.reader):
            # 16.1.1. Nothing is being read.
            assert not self.reader._read_requests
            # 16.1.2. The reader is released.
            readable_stream_default_reader_release(self.reader)
            # 16.1.3. The stream is locked to a reader that brings the buffer of the branch.
            self.reader = acquire_readable_stream_byob_reader(self.stream)
            # 16.1.4. The error of the stream reaches the branches by the new reader.
            self.forward_reader_error()
        assert is_a_byob_reader(self.reader)
        # 16.2. The branch is the one whose buffer is filled.
        # 16.3. The other branch gets a copy.
        # 16.4. The request hands what is read to both branches.
        # 16.5. The request is answered now or later.
        readable_stream_byob_reader_read(self.reader, view, 1, TeeReadIntoRequest(self, branch))

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: pull1Algorithm")
    def pull1(self) -> None:
        """Read for the first branch."""
        # 17.1. Only one read is made at a time.
        if self.reading:
            # 17.1.1. The first branch gets more when the present read is done.
            self.read_again[0] = True
            # 17.1.2. The pull algorithm is done, although nothing has come.
            return
        # 17.2. Something is being read from here on.
        self.reading = True
        # 17.3. The reader of the branch may wait with a buffer.
        byob_request = readable_byte_stream_controller_get_byob_request(self.controller_of(0))
        # 17.4. Without a buffer the stream gives what it has.
        if byob_request is None:
            self._pull_with_default_reader()
        else:
            assert byob_request._view is not None
            # 17.5. The stream fills the buffer of the branch.
            # 17.6. The pull algorithm is done, although nothing may have come.
            self._pull_with_byob_reader(byob_request._view, 0)

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: pull2Algorithm")
    def pull2(self) -> None:
        """Read for the second branch."""
        # 18.1. Only one read is made at a time.
        if self.reading:
            # 18.1.1. The second branch gets more when the present read is done.
            self.read_again[1] = True
            # 18.1.2. The pull algorithm is done, although nothing has come.
            return
        # 18.2. Something is being read from here on.
        self.reading = True
        # 18.3. The reader of the branch may wait with a buffer.
        byob_request = readable_byte_stream_controller_get_byob_request(self.controller_of(1))
        # 18.4. Without a buffer the stream gives what it has.
        if byob_request is None:
            self._pull_with_default_reader()
        else:
            assert byob_request._view is not None
            # 18.5. The stream fills the buffer of the branch.
            # 18.6. The pull algorithm is done, although nothing may have come.
            self._pull_with_byob_reader(byob_request._view, 1)

    def pull_again(self) -> None:
        """Read once more, if a branch has asked for that during the last read."""
        if self.read_again[0]:
            self.pull1()
        elif self.read_again[1]:
            self.pull2()

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: cancel1Algorithm")
    def cancel1(self, reason: object) -> Promise[None]:
        """Cancel the first branch, and the stream if both are cancelled."""
        # 19.1. The first branch is cancelled.
        self.canceled[0] = True
        # 19.2. The reason is kept for the time when both branches are cancelled.
        self._reasons[0] = reason
        # 19.3. The stream is cancelled when both branches are.
        if self.canceled[1]:
            # 19.3.1. The reason is a list of both reasons.
            composite_reason = list(self._reasons)
            # 19.3.2. The stream is cancelled with both reasons.
            # 19.3.3. The promise of the cancellation is resolved with that of the stream.
            self.cancel_the_stream(composite_reason)
        # 19.4. The promise of the cancellation goes to the caller.
        return self.cancel_promise

    @algorithm("abstract-opdef-readablebytestreamtee", "ReadableByteStreamTee: cancel2Algorithm")
    def cancel2(self, reason: object) -> Promise[None]:
        """Cancel the second branch, and the stream if both are cancelled."""
        # 20.1. The second branch is cancelled.
        self.canceled[1] = True
        # 20.2. The reason is kept for the time when both branches are cancelled.
        self._reasons[1] = reason
        # 20.3. The stream is cancelled when both branches are.
        if self.canceled[0]:
            # 20.3.1. The reason is a list of both reasons.
            composite_reason = list(self._reasons)
            # 20.3.2. The stream is cancelled with both reasons.
            # 20.3.3. The promise of the cancellation is resolved with that of the stream.
            self.cancel_the_stream(composite_reason)
        # 20.4. The promise of the cancellation goes to the caller.
        return self.cancel_promise
