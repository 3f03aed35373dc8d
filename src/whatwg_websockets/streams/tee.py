"""4.9.1 ReadableStreamTee: two streams that both have the chunks of one.

Source: https://streams.spec.whatwg.org/#readable-stream-tee
"""

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.algorithms import do_nothing
from whatwg_websockets.streams.byte_tee import readable_byte_stream_tee
from whatwg_websockets.streams.create_readable_stream import create_readable_stream
from whatwg_websockets.streams.default_controllers import (
    readable_stream_default_controller_close,
    readable_stream_default_controller_enqueue,
    readable_stream_default_controller_error,
)
from whatwg_websockets.streams.implements import is_a_byte_controller
from whatwg_websockets.streams.interfacing_with_readable_controllers import readable_stream_cancel
from whatwg_websockets.streams.readers import readable_stream_default_reader_read
from whatwg_websockets.streams.working_with_readable_streams import (
    acquire_readable_stream_default_reader,
)
from whatwg_websockets.webidl.promise import Promise, a_new_promise, resolve, upon

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_stream import ReadableStream

T = TypeVar("T")


@algorithm("readable-stream-tee", "ReadableStreamTee")
def readable_stream_tee(
    stream: "ReadableStream[T]",
) -> "list[ReadableStream[T]]":
    """Make two streams that both have the chunks of one. That one is locked for good.

    Raises:
        TypeError: the stream is locked already.

    Source: https://streams.spec.whatwg.org/#readable-stream-tee
    """
    # 1. The type of the argument says that it is a ReadableStream.
    # 2. No chunk is cloned for the second branch, since no caller asks for it.
    # 3. The bytes of a byte stream are copied, and buffers of the branches are filled.
    if is_a_byte_controller(stream._controller):
        return readable_byte_stream_tee(stream)
    # 4. The chunks of both branches are the same objects.
    return readable_stream_default_tee(stream)


@algorithm("abstract-opdef-readablestreamdefaulttee", "ReadableStreamDefaultTee")
def readable_stream_default_tee(
    stream: "ReadableStream[T]",
) -> "list[ReadableStream[T]]":
    """Make two streams that both have the chunks of one.

    Raises:
        TypeError: the stream is locked already.

    Source: https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaulttee
    """
    # 1. The type of the argument says that it is a ReadableStream.
    # 2. No chunk is cloned for the second branch, since no caller asks for it.
    # 3. The reader locks the stream, or raises if the stream is locked already.
    # 4. No chunk is being read.
    # 5. No other chunk has been asked for.
    # 6. The first branch is not cancelled.
    # 7. The second branch is not cancelled.
    # 8. The first branch has no reason to be cancelled.
    # 9. The second branch has no reason to be cancelled.
    # 10. The first branch is created below.
    # 11. The second branch is created below.
    # 12. The promise of the cancellation is the same for both branches.
    tee: _Tee[T] = _Tee(stream)
    # 13. Both branches pull from the stream.
    # 14. The first branch has a cancel algorithm of its own.
    # 15. The second branch has a cancel algorithm of its own.
    # 16. The start algorithm does nothing.
    agent = stream._agent
    # 17. The first branch is created.
    tee.branch1 = create_readable_stream(agent, do_nothing, tee.pull, tee.cancel1)
    # 18. The second branch is created.
    tee.branch2 = create_readable_stream(agent, do_nothing, tee.pull, tee.cancel2)
    # 19. When the stream is errored, both branches are.
    upon(tee.reader._closed_promise, None, tee.fail)
    # 20. The caller gets both branches.
    return [tee.branch1, tee.branch2]


class _Tee(Generic[T]):
    """What the two branches share. It is the read request as well, as one chunk is read at a time.

    Attributes:
        reader: the reader that the stream is locked to.
        branch1: the first branch.
        branch2: the second branch.
    """

    __slots__ = (
        "_cancel_promise",
        "_canceled1",
        "_canceled2",
        "_read_again",
        "_reading",
        "_reason1",
        "_reason2",
        "_stream",
        "branch1",
        "branch2",
        "reader",
    )

    branch1: "ReadableStream[T]"
    branch2: "ReadableStream[T]"

    def __init__(self, stream: "ReadableStream[T]") -> None:
        self._stream = stream
        self.reader = acquire_readable_stream_default_reader(stream)
        self._reading = self._read_again = False
        self._canceled1 = self._canceled2 = False
        self._reason1: object = None
        self._reason2: object = None
        self._cancel_promise: Promise[None] = a_new_promise(stream._agent)

    @algorithm(
        "abstract-opdef-readablestreamdefaulttee", "ReadableStreamDefaultTee: pull algorithm"
    )
    def pull(self) -> None:
        # 13.1. Only one chunk is read at a time.
        if self._reading:
            # 13.1.1. The next chunk is read when the present one has come.
            self._read_again = True
            # 13.1.2. The pull algorithm is done, although the chunk has not come.
            return
        # 13.2. A chunk is being read from here on.
        self._reading = True
        # 13.3. The object itself is the read request.
        # 13.4. The read request is answered now or later.
        # 13.5. The pull algorithm is done, although the chunk may not have come.
        readable_stream_default_reader_read(self.reader, self)

    @algorithm("abstract-opdef-readablestreamdefaulttee", "ReadableStreamDefaultTee: chunk steps")
    def chunk_steps(self, chunk: T) -> None:
        # 13.3a. (a chunk) The chunk goes to both branches.
        # 13.3a.1. An error of the stream that comes together with the chunk reaches the branches
        #          first, so the chunk waits for a microtask.
        self._stream._agent.queue_a_microtask(self._hand_on, chunk)

    @algorithm("abstract-opdef-readablestreamdefaulttee", "ReadableStreamDefaultTee: microtask")
    def _hand_on(self, chunk: T) -> None:
        # 13.3a.1.1. No other chunk has been asked for since this read.
        self._read_again = False
        # 13.3a.1.2. Both branches get the same object.
        # 13.3a.1.3. No chunk is cloned for the second branch, since no caller asks for it.
        # 13.3a.1.3.1-13.3a.1.3.3. not built: the structured clone of HTML does not exist here.
        # 13.3a.1.4. The first branch gets the chunk, unless it was cancelled.
        if not self._canceled1:
            readable_stream_default_controller_enqueue(self.branch1._controller, chunk)
        # 13.3a.1.5. The second branch gets the chunk, unless it was cancelled.
        if not self._canceled2:
            readable_stream_default_controller_enqueue(self.branch2._controller, chunk)
        # 13.3a.1.6. No chunk is being read any more.
        self._reading = False
        # 13.3a.1.7. A branch may have asked for more while the chunk was read.
        if self._read_again:
            self.pull()

    @algorithm("abstract-opdef-readablestreamdefaulttee", "ReadableStreamDefaultTee: close steps")
    def close_steps(self) -> None:
        # 13.3b. (the stream is closed) No chunk is left.
        # 13.3b.1. No chunk is being read any more.
        self._reading = False
        # 13.3b.2. The first branch is closed, unless it was cancelled.
        if not self._canceled1:
            readable_stream_default_controller_close(self.branch1._controller)
        # 13.3b.3. The second branch is closed, unless it was cancelled.
        if not self._canceled2:
            readable_stream_default_controller_close(self.branch2._controller)
        # 13.3b.4. The promise of the cancellation is fulfilled if a branch was not cancelled.
        self._resolve_unless_both_are_cancelled()

    @algorithm("abstract-opdef-readablestreamdefaulttee", "ReadableStreamDefaultTee: error steps")
    def error_steps(self, e: object) -> None:
        # 13.3c. (the stream is errored) The error reaches the branches by the closed promise of the
        #        reader.
        # 13.3c.1. No chunk is being read any more.
        self._reading = False

    def _resolve_unless_both_are_cancelled(self) -> None:
        if not self._canceled1 or not self._canceled2:
            resolve(self._cancel_promise)

    @algorithm(
        "abstract-opdef-readablestreamdefaulttee", "ReadableStreamDefaultTee: cancel1 algorithm"
    )
    def cancel1(self, reason: object) -> Promise[None]:
        # 14.1. The first branch is cancelled.
        self._canceled1 = True
        # 14.2. The reason is kept for the time when both branches are cancelled.
        self._reason1 = reason
        # 14.3. The stream is cancelled when both branches are.
        if self._canceled2:
            # 14.3.1. The reason is a list of both reasons.
            # 14.3.2. The stream is cancelled with both reasons.
            # 14.3.3. The promise of the cancellation is resolved with that of the stream.
            self._cancel()
        # 14.4. The promise of the cancellation goes to the caller.
        return self._cancel_promise

    @algorithm(
        "abstract-opdef-readablestreamdefaulttee", "ReadableStreamDefaultTee: cancel2 algorithm"
    )
    def cancel2(self, reason: object) -> Promise[None]:
        # 15.1. The second branch is cancelled.
        self._canceled2 = True
        # 15.2. The reason is kept for the time when both branches are cancelled.
        self._reason2 = reason
        # 15.3. The stream is cancelled when both branches are.
        if self._canceled1:
            # 15.3.1. The reason is a list of both reasons.
            # 15.3.2. The stream is cancelled with both reasons.
            # 15.3.3. The promise of the cancellation is resolved with that of the stream.
            self._cancel()
        # 15.4. The promise of the cancellation goes to the caller.
        return self._cancel_promise

    def _cancel(self) -> None:
        reasons = [self._reason1, self._reason2]
        resolve(self._cancel_promise, readable_stream_cancel(self._stream, reasons))

    @algorithm(
        "abstract-opdef-readablestreamdefaulttee", "ReadableStreamDefaultTee: upon rejection"
    )
    def fail(self, r: Any) -> None:
        # 19.1. The first branch is errored with the error of the stream.
        readable_stream_default_controller_error(self.branch1._controller, r)
        # 19.2. The second branch is errored with the error of the stream.
        readable_stream_default_controller_error(self.branch2._controller, r)
        # 19.3. The promise of the cancellation is fulfilled if a branch was not cancelled.
        self._resolve_unless_both_are_cancelled()
