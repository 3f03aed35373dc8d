"""4.9.1 ReadableStreamPipeTo: all chunks of a readable stream are written to a writable one.

How its chunks are moved is in ``pipe_chunks.py``; here is how a pipe begins and ends.

Source: https://streams.spec.whatwg.org/#readable-stream-pipe-to
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.dom.abort import AbortSignal
from whatwg_websockets.dom.abort_algorithms import (
    add_an_abort_algorithm,
    is_aborted,
    remove_an_abort_algorithm,
)
from whatwg_websockets.streams.acquire_writer import acquire_writable_stream_default_writer
from whatwg_websockets.streams.interfacing_with_readable_controllers import readable_stream_cancel
from whatwg_websockets.streams.interfacing_with_writable_controllers import (
    writable_stream_close_queued_or_in_flight,
)
from whatwg_websockets.streams.pipe_chunks import PipedChunks
from whatwg_websockets.streams.readable_states import CLOSED, ERRORED, READABLE
from whatwg_websockets.streams.readers import (
    readable_stream_default_reader_release,
)
from whatwg_websockets.streams.working_with_readable_streams import (
    acquire_readable_stream_default_reader,
    is_readable_stream_locked,
)
from whatwg_websockets.streams.working_with_writable_streams import (
    is_writable_stream_locked,
    writable_stream_abort,
)
from whatwg_websockets.streams.writable_states import WRITABLE
from whatwg_websockets.streams.writers import (
    writable_stream_default_writer_close_with_error_propagation,
    writable_stream_default_writer_release,
)
from whatwg_websockets.webidl.promise import (
    Promise,
    a_new_promise,
    a_promise_for_all,
    a_promise_resolved_with,
    reject,
    resolve,
    upon,
)

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_stream import ReadableStream
    from whatwg_websockets.streams.writable_stream import WritableStream

_NO_ERROR: Final = object()
"""What stands for an error that was not given: any value may be one, also undefined."""


@algorithm("readable-stream-pipe-to", "ReadableStreamPipeTo")
def readable_stream_pipe_to(
    source: "ReadableStream[Any]",
    dest: "WritableStream[Any]",
    prevent_close: bool,
    prevent_abort: bool,
    prevent_cancel: bool,
    signal: AbortSignal | None = None,
) -> Promise[None]:
    """Write all chunks of a readable stream to a writable one, and pass on how either ends.

    Args:
        source: the readable stream.
        dest: the writable stream.
        prevent_close: whether the end of the source leaves the destination open.
        prevent_abort: whether a failure of the source, or the signal, leaves the destination as it
            is.
        prevent_cancel: whether a failure or the end of the destination, or the signal, leaves the
            source as it is.
        signal: ends the pipe when it is aborted.

    Returns:
        a promise that is settled when the pipe has ended.

    Source: https://streams.spec.whatwg.org/#readable-stream-pipe-to
    """
    # 1. The type of the argument says that the source is a ReadableStream.
    # 2. The type of the argument says that the destination is a WritableStream.
    # 3. The types of the arguments say that the three options are booleans.
    # 4. None stands for a signal that was left out.
    # 5. The type of the argument says that the signal is an AbortSignal, or None.
    # 6. Nobody else reads the source.
    assert not is_readable_stream_locked(source)
    # 7. Nobody else writes to the destination.
    assert not is_writable_stream_locked(dest)
    # 8. The pipe reads a byte stream as any other: its chunks are the entries of the queue.
    # 9. The source is locked to the reader of the pipe.
    # 10. The destination is locked to the writer of the pipe.
    # 11. The source counts as disturbed, even if the pipe never reads.
    # 12. The pipe is not shutting down.
    # 13. The promise is settled when the pipe is finished.
    pipe = Pipe(source, dest, prevent_close, prevent_abort, prevent_cancel, signal)
    # 14. A signal can abort the pipe.
    if signal is not None:
        # 14.1. The abort algorithm is a method of the pipe.
        # 14.2. A signal that is aborted already aborts the pipe at once.
        if is_aborted(signal):
            pipe.abort()
            return pipe.promise
        # 14.3. A signal may be aborted later, in any thread.
        add_an_abort_algorithm(pipe.abort_from_any_thread, signal)
    # 15. Chunks are read and written in microtasks.
    pipe.begin()
    # 16. The promise goes to the caller of the pipe.
    return pipe.promise


class Pipe:
    """A pipe from a readable stream to a writable one: when and how it ends.

    Attributes:
        promise: settled when the pipe has ended.
    """

    __slots__ = (
        "_agent",
        "_chunks",
        "_dest",
        "_is_shutting_down",
        "_prevent_abort",
        "_prevent_cancel",
        "_prevent_close",
        "_reader",
        "_signal",
        "_source",
        "_writer",
        "abort_from_any_thread",
        "promise",
    )

    def __init__(
        self,
        source: "ReadableStream[Any]",
        dest: "WritableStream[Any]",
        prevent_close: bool,
        prevent_abort: bool,
        prevent_cancel: bool,
        signal: AbortSignal | None,
    ) -> None:
        self._source = source
        self._dest = dest
        self._prevent_close = prevent_close
        self._prevent_abort = prevent_abort
        self._prevent_cancel = prevent_cancel
        self._signal = signal
        self._agent = source._agent
        self._reader = acquire_readable_stream_default_reader(source)
        self._writer = acquire_writable_stream_default_writer(dest)
        source._disturbed = True
        self._is_shutting_down = False
        self.promise: Promise[None] = a_new_promise(self._agent)
        # A signal knows an algorithm by its identity, and so it has to be one object.
        self.abort_from_any_thread = lambda: self._agent.call_from_any_thread(self.abort)
        self._chunks = PipedChunks(source, self._reader, self._writer)

    @algorithm("readable-stream-pipe-to", "ReadableStreamPipeTo: abortAlgorithm")
    def abort(self) -> None:
        """End the pipe, as its signal is aborted."""
        assert self._signal is not None
        # 14.1.1. The error is the abort reason of the signal.
        error = self._signal._abort_reason
        # 14.1.2. The options say which actions are performed.
        actions: list[Callable[[], Promise[None]]] = []
        # 14.1.3. The destination is aborted, unless `preventAbort` is true.
        if not self._prevent_abort:
            actions.append(lambda: self._abort_the_destination(error))
        # 14.1.4. The source is cancelled, unless `preventCancel` is true.
        if not self._prevent_cancel:
            actions.append(lambda: self._cancel_the_source(error))
        # 14.1.5. The pipe shuts down with both actions, and with the error.
        self._shut_down_with_an_action(
            lambda: a_promise_for_all([action() for action in actions], self._agent), error
        )

    @algorithm("readable-stream-pipe-to", "ReadableStreamPipeTo: the action on dest")
    def _abort_the_destination(self, error: object) -> Promise[None]:
        # 14.1.3.1. A destination that is writable is aborted with the error.
        if self._dest._state == WRITABLE:
            return writable_stream_abort(self._dest, error)
        # 14.1.3.2. Nothing is done to any other destination.
        return a_promise_resolved_with(None, self._agent)

    @algorithm("readable-stream-pipe-to", "ReadableStreamPipeTo: the action on source")
    def _cancel_the_source(self, error: object) -> Promise[None]:
        # 14.1.4.1. A source that is readable is cancelled with the error.
        if self._source._state == READABLE:
            return readable_stream_cancel(self._source, error)
        # 14.1.4.2. Nothing is done to any other source.
        return a_promise_resolved_with(None, self._agent)

    @algorithm("readable-stream-pipe-to", "ReadableStreamPipeTo: the conditions of the end")
    def begin(self) -> None:
        """Look at the conditions of the end, in their order, and begin to move chunks."""
        source, dest = self._source, self._dest
        # 15.1. An errored source shuts the pipe down, now or later.
        if source._state == ERRORED:
            self._source_is_errored(source._stored_error)
        # 15.2. An errored destination shuts the pipe down, now or later.
        if dest._state == ERRORED:
            self._dest_is_errored(dest._stored_error)
        # 15.3. A closed source shuts the pipe down, now or later.
        if source._state == CLOSED:
            self._source_is_closed()
        # 15.4. A destination that is closing or closed shuts the pipe down. Only the pipe can close
        #       the destination later.
        if writable_stream_close_queued_or_in_flight(dest) or dest._state == CLOSED:
            self._dest_is_closed()
        if not self._is_shutting_down:
            upon(self._reader._closed_promise, self._source_is_closed, self._source_is_errored)
            upon(self._writer._closed_promise, None, self._dest_is_errored)
            self._chunks.begin()

    @algorithm("readable-stream-pipe-to", "ReadableStreamPipeTo: errors are propagated forward")
    def _source_is_errored(self, stored_error: object) -> None:
        # 15.1.1. The destination is aborted with the error of the source, which is also the error
        #         of the pipe.
        if not self._prevent_abort:
            self._shut_down_with_an_action(
                lambda: writable_stream_abort(self._dest, stored_error), stored_error
            )
        else:
            # 15.1.2. The pipe has the error of the source, and the destination is not aborted.
            self._shut_down(stored_error)

    @algorithm("readable-stream-pipe-to", "ReadableStreamPipeTo: errors are propagated backward")
    def _dest_is_errored(self, stored_error: object) -> None:
        # 15.2.1. The source is cancelled with the error of the destination, which is also the error
        #         of the pipe.
        if not self._prevent_cancel:
            self._shut_down_with_an_action(
                lambda: readable_stream_cancel(self._source, stored_error), stored_error
            )
        else:
            # 15.2.2. The pipe has the error of the destination, and the source is not cancelled.
            self._shut_down(stored_error)

    @algorithm("readable-stream-pipe-to", "ReadableStreamPipeTo: closing is propagated forward")
    def _source_is_closed(self, _: object = None) -> None:
        # 15.3.1. The destination is closed, and the pipe succeeds if that succeeds.
        if not self._prevent_close:
            self._shut_down_with_an_action(
                lambda: writable_stream_default_writer_close_with_error_propagation(self._writer)
            )
        else:
            # 15.3.2. The pipe succeeds, and the destination is not closed.
            self._shut_down()

    @algorithm("readable-stream-pipe-to", "ReadableStreamPipeTo: closing is propagated backward")
    def _dest_is_closed(self) -> None:
        # 15.4.1. No chunk has been read or written by the pipe.
        assert not self._chunks.have_begun
        # 15.4.2. The error says that the destination is closed.
        dest_closed = TypeError("the destination of the pipe was closed, and takes no chunk")
        # 15.4.3. The source is cancelled with the error, which is also the error of the pipe.
        if not self._prevent_cancel:
            self._shut_down_with_an_action(
                lambda: readable_stream_cancel(self._source, dest_closed), dest_closed
            )
        else:
            # 15.4.4. The pipe has the error, and the source is not cancelled.
            self._shut_down(dest_closed)

    # The end.

    @algorithm("rs-pipeTo-shutdown-with-action", "Shutdown with an action")
    def _shut_down_with_an_action(
        self, action: Callable[[], Promise[Any]], original_error: object = _NO_ERROR
    ) -> None:
        """Write what was read, do what is to be done at the end, and end the pipe."""
        # 1. A pipe shuts down once, for the first reason.
        if self._is_shutting_down:
            return
        # 2. The pipe is shutting down, and reads nothing any more.
        self._is_shutting_down = self._chunks.is_stopped = True
        # 3. A destination that is writable and not closing gets the chunks that were read.
        if self._dest_takes_chunks():
            # 3.1. The chunk that was read is written.
            self._chunks.write_what_was_read()
            # 3.2. The action waits until every chunk that was read is written.
            self._chunks.when_all_is_written(lambda: self._perform(action, original_error))
        else:
            self._perform(action, original_error)

    @algorithm("rs-pipeTo-shutdown-with-action", "Shutdown with an action: the action")
    def _perform(self, action: Callable[[], Promise[Any]], original_error: object) -> None:
        # 4. The action is performed.
        p = action()
        # 5. When the action has succeeded, the pipe is finalized with the error that it was given.
        # 6. When the action has failed, the pipe is finalized with the error of the action.
        upon(p, lambda _: self._finalize(original_error), self._finalize)

    @algorithm("rs-pipeTo-shutdown", "Shutdown")
    def _shut_down(self, error: object = _NO_ERROR) -> None:
        """Write what was read, and end the pipe."""
        # 1. A pipe shuts down once, for the first reason.
        if self._is_shutting_down:
            return
        # 2. The pipe is shutting down, and reads nothing any more.
        self._is_shutting_down = self._chunks.is_stopped = True
        # 3. A destination that is writable and not closing gets the chunks that were read.
        if self._dest_takes_chunks():
            # 3.1. The chunk that was read is written.
            self._chunks.write_what_was_read()
            # 3.2. The pipe is finalized only when every chunk that was read is written.
            self._chunks.when_all_is_written(lambda: self._finalize(error))
        else:
            # 4. The pipe is finalized.
            self._finalize(error)

    def _dest_takes_chunks(self) -> bool:
        return self._dest._state == WRITABLE and not writable_stream_close_queued_or_in_flight(
            self._dest
        )

    @algorithm("rs-pipeTo-finalize", "Finalize")
    def _finalize(self, error: object = _NO_ERROR) -> None:
        """End the pipe."""
        self._chunks.drop()
        # 1. The writer of the pipe is released.
        writable_stream_default_writer_release(self._writer)
        # 2. The reader of the pipe does not bring its own buffers.
        # 3. The reader of the pipe is released.
        readable_stream_default_reader_release(self._reader)
        # 4. The abort algorithm is removed from the signal.
        if self._signal is not None:
            remove_an_abort_algorithm(self.abort_from_any_thread, self._signal)
        # 5. The promise of the pipe is rejected if there is an error.
        if error is not _NO_ERROR:
            reject(self.promise, error)
        else:
            # 6. The promise of the pipe is fulfilled if there is no error.
            resolve(self.promise)
