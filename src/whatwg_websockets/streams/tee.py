"""4.9.1 ReadableStreamTee: two branches that both have the chunks of one stream.

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
    """Make two branches that both have the chunks of one stream, which stays locked.

    Raises:
        TypeError: the stream is already locked.

    Source: https://streams.spec.whatwg.org/#readable-stream-tee
    """
    # 1. Assert that the stream to tee is a ReadableStream; its Python type ensures this.
    # 2. Assert that the flag to clone for the second branch is a boolean; in this package it is
    #    always false.
    # 3. If the stream is a byte stream, tee it as a byte stream.
    if is_a_byte_controller(stream._controller):
        return readable_byte_stream_tee(stream)
    # 4. If the stream is not a byte stream, tee it by handing the same chunks to both branches.
    return readable_stream_default_tee(stream)


@algorithm("abstract-opdef-readablestreamdefaulttee", "ReadableStreamDefaultTee")
def readable_stream_default_tee(
    stream: "ReadableStream[T]",
) -> "list[ReadableStream[T]]":
    """Make two branches that both have the chunks of one stream.

    Raises:
        TypeError: the stream is already locked.

    Source: https://streams.spec.whatwg.org/#abstract-opdef-readablestreamdefaulttee
    """
    # 1. Assert that the stream to tee is a ReadableStream; its Python type ensures this.
    # 2. Assert that the flag to clone for the second branch is a boolean; in this package it is
    #    always false.
    # 3. Acquire a default reader for the stream to tee, which raises a TypeError if the stream is
    #    locked.
    # 4. Let the tee's flag "reading" be false.
    # 5. Let the tee's flag "read again" be false.
    # 6. Let the first branch's cancelled flag be false.
    # 7. Let the second branch's cancelled flag be false.
    # 8. Let the first branch's cancel reason be undefined.
    # 9. Let the second branch's cancel reason be undefined.
    # 10. Let the first branch be undefined, until its stream is created.
    # 11. Let the second branch be undefined, until its stream is created.
    # 12. Let the tee's cancel promise be a new promise, which both branches share.
    tee: _Tee[T] = _Tee(stream)
    # 13. Let the pull algorithm of both branches be one that reads a chunk for both.
    # 14. Let the cancel algorithm of the first branch be one that records its reason.
    # 15. Let the cancel algorithm of the second branch be one that records its reason.
    # 16. Let the start algorithm of both branches be one that does nothing.
    agent = stream._agent
    # 17. Create the first branch with the start, pull and cancel algorithms of the tee.
    tee.branch1 = create_readable_stream(agent, do_nothing, tee.pull, tee.cancel1)
    # 18. Create the second branch with the start, pull and cancel algorithms of the tee.
    tee.branch2 = create_readable_stream(agent, do_nothing, tee.pull, tee.cancel2)
    # 19. When the reader's closed promise is rejected, error both branches of the tee.
    upon(tee.reader._closed_promise, None, tee.fail)
    # 20. Return a list of the first branch and the second branch.
    return [tee.branch1, tee.branch2]


class _Tee(Generic[T]):
    """The state that the two branches share; it is also the read request, one read at a time.

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
        # 13.1. If a read for the branches is already running, do not start a second read.
        if self._reading:
            # 13.1.1. Set the flag "read again" to true, so that the next chunk is read after the
            #         running read.
            self._read_again = True
            # 13.1.2. Return a promise resolved with undefined, although the running read has not
            #         ended.
            return
        # 13.2. Set the tee's flag "reading" to true.
        self._reading = True
        # 13.3. Let the read request be the tee itself, which also has the steps of a read request.
        # 13.4. Read a chunk for both branches, by means of the tee's reader and the read request.
        # 13.5. Return a promise resolved with undefined, although the chunk may not have arrived.
        readable_stream_default_reader_read(self.reader, self)

    @algorithm("abstract-opdef-readablestreamdefaulttee", "ReadableStreamDefaultTee: chunk steps")
    def chunk_steps(self, chunk: T) -> None:
        # 13.3a. (a chunk) The chunk steps of the tee's read request receive the chunk for both
        #        branches.
        # 13.3a.1. Queue a microtask to enqueue the chunk, so that an error that arrives with the
        #          chunk is seen first.
        self._stream._agent.queue_a_microtask(self._hand_on, chunk)

    @algorithm("abstract-opdef-readablestreamdefaulttee", "ReadableStreamDefaultTee: microtask")
    def _hand_on(self, chunk: T) -> None:
        # 13.3a.1.1. Set the flag "read again" to false, so that only a later pull sets it to true.
        self._read_again = False
        # 13.3a.1.2. Let the chunks of the first and the second branch be the same object.
        # 13.3a.1.3. If the second branch is not cancelled and the flag to clone is true, clone the
        #            chunk; in this package the flag is always false.
        # 13.3a.1.3.1-13.3a.1.3.3. not built: StructuredClone does not exist in this package, so
        #                          chunks are never cloned.
        # 13.3a.1.4. If the first branch is not cancelled, enqueue the chunk to the first branch.
        if not self._canceled1:
            readable_stream_default_controller_enqueue(self.branch1._controller, chunk)
        # 13.3a.1.5. If the second branch is not cancelled, enqueue the chunk to the second branch.
        if not self._canceled2:
            readable_stream_default_controller_enqueue(self.branch2._controller, chunk)
        # 13.3a.1.6. Set the tee's flag "reading" to false, since the chunk was delivered.
        self._reading = False
        # 13.3a.1.7. If a branch has pulled during the read, read the next chunk.
        if self._read_again:
            self.pull()

    @algorithm("abstract-opdef-readablestreamdefaulttee", "ReadableStreamDefaultTee: close steps")
    def close_steps(self) -> None:
        # 13.3b. (the stream is closed) The close steps of the tee's read request end both branches.
        # 13.3b.1. Set the tee's flag "reading" to false, since the stream is closed.
        self._reading = False
        # 13.3b.2. If the first branch is not cancelled, close the first branch.
        if not self._canceled1:
            readable_stream_default_controller_close(self.branch1._controller)
        # 13.3b.3. If the second branch is not cancelled, close the second branch.
        if not self._canceled2:
            readable_stream_default_controller_close(self.branch2._controller)
        # 13.3b.4. If one of the branches is not cancelled, resolve the tee's cancel promise with
        #          undefined.
        self._resolve_unless_both_are_cancelled()

    @algorithm("abstract-opdef-readablestreamdefaulttee", "ReadableStreamDefaultTee: error steps")
    def error_steps(self, e: object) -> None:
        # 13.3c. (the stream is errored) The error steps of the tee's read request do not error the
        #        branches; the rejection of the reader's closed promise does.
        # 13.3c.1. Set the tee's flag "reading" to false, since the stream is errored.
        self._reading = False

    def _resolve_unless_both_are_cancelled(self) -> None:
        if not self._canceled1 or not self._canceled2:
            resolve(self._cancel_promise)

    @algorithm(
        "abstract-opdef-readablestreamdefaulttee", "ReadableStreamDefaultTee: cancel1 algorithm"
    )
    def cancel1(self, reason: object) -> Promise[None]:
        # 14.1. Set the first branch's cancelled flag to true.
        self._canceled1 = True
        # 14.2. Set the first branch's cancel reason to the given reason.
        self._reason1 = reason
        # 14.3. If the second branch is also cancelled, cancel the stream that was teed.
        if self._canceled2:
            # 14.3.1. Let the composite reason be a list of the first and the second branch's cancel
            #         reasons.
            # 14.3.2. Cancel the stream that was teed with the composite reason.
            # 14.3.3. Resolve the tee's cancel promise with the promise of the stream's
            #         cancellation.
            self._cancel()
        # 14.4. Return the tee's cancel promise to the first branch.
        return self._cancel_promise

    @algorithm(
        "abstract-opdef-readablestreamdefaulttee", "ReadableStreamDefaultTee: cancel2 algorithm"
    )
    def cancel2(self, reason: object) -> Promise[None]:
        # 15.1. Set the second branch's cancelled flag to true.
        self._canceled2 = True
        # 15.2. Set the second branch's cancel reason to the given reason.
        self._reason2 = reason
        # 15.3. If the first branch is also cancelled, cancel the stream that was teed.
        if self._canceled1:
            # 15.3.1. Let the composite reason be a list of the first and the second branch's cancel
            #         reasons.
            # 15.3.2. Cancel the stream that was teed with the composite reason.
            # 15.3.3. Resolve the tee's cancel promise with the promise of the stream's
            #         cancellation.
            self._cancel()
        # 15.4. Return the tee's cancel promise to the second branch.
        return self._cancel_promise

    def _cancel(self) -> None:
        reasons = [self._reason1, self._reason2]
        resolve(self._cancel_promise, readable_stream_cancel(self._stream, reasons))

    @algorithm(
        "abstract-opdef-readablestreamdefaulttee", "ReadableStreamDefaultTee: upon rejection"
    )
    def fail(self, r: Any) -> None:
        # 19.1. Error the first branch with the error of the stream that was teed.
        readable_stream_default_controller_error(self.branch1._controller, r)
        # 19.2. Error the second branch with the error of the stream that was teed.
        readable_stream_default_controller_error(self.branch2._controller, r)
        # 19.3. If one of the branches is not cancelled, resolve the tee's cancel promise with
        #       undefined.
        self._resolve_unless_both_are_cancelled()
