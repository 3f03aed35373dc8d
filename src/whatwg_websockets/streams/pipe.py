"""4.9.1 ReadableStreamPipeTo: a pipe writes the chunks of a readable stream to a writable stream.

This module begins and ends a pipe; ``pipe_chunks.py`` moves its chunks.

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
"""The mark of an error that was not given; every other value, even undefined, may be an error."""


@algorithm("readable-stream-pipe-to", "ReadableStreamPipeTo")
def readable_stream_pipe_to(
    source: "ReadableStream[Any]",
    dest: "WritableStream[Any]",
    prevent_close: bool,
    prevent_abort: bool,
    prevent_cancel: bool,
    signal: AbortSignal | None = None,
) -> Promise[None]:
    """Write all chunks of a readable stream to a writable stream, and propagate how either ends.

    Args:
        source: the readable stream.
        dest: the writable stream.
        prevent_close: whether the destination stays open when the source is closed.
        prevent_abort: whether the destination is not aborted when the source fails, or when the
            signal is aborted.
        prevent_cancel: whether the source is not cancelled when the destination fails or is closed,
            or when the signal is aborted.
        signal: a signal that ends the pipe when it is aborted.

    Returns:
        A promise that is settled when the pipe has ended.

    Source: https://streams.spec.whatwg.org/#readable-stream-pipe-to
    """
    # 1. Assert that the source is a ReadableStream; its Python type ensures this.
    # 2. Assert that the destination is a WritableStream; its Python type ensures this.
    # 3. Assert that `preventClose`, `preventAbort` and `preventCancel` are booleans, as their types
    #    ensure.
    # 4. If no signal was given, let the signal be undefined, which is None in Python.
    # 5. Assert that the signal is undefined or an AbortSignal; its Python type ensures this.
    # 6. Assert that the source of the pipe is not locked to a reader.
    assert not is_readable_stream_locked(source)
    # 7. Assert that the destination of the pipe is not locked to a writer.
    assert not is_writable_stream_locked(dest)
    # 8. Use a default reader even for a byte stream, so that the chunks are the entries of the
    #    queue.
    # 9. Acquire a default reader for the source, which locks the source to the pipe.
    # 10. Acquire a writer for the destination, which locks the destination to the pipe.
    # 11. Set the source's disturbed flag to true, even if the pipe never reads a chunk.
    # 12. Let the pipe's flag "shutting down" be false.
    # 13. Let the promise of the pipe be a new promise, which is settled when the pipe has ended.
    pipe = Pipe(source, dest, prevent_close, prevent_abort, prevent_cancel, signal)
    # 14. If a signal was given, let the signal abort the pipe.
    if signal is not None:
        # 14.1. Let the abort algorithm be the pipe's method that ends the pipe with the signal's
        #       abort reason.
        # 14.2. If the signal is already aborted, perform the abort algorithm and return the promise
        #       of the pipe.
        if is_aborted(signal):
            pipe.abort()
            return pipe.promise
        # 14.3. Add the abort algorithm to the signal, which may be aborted later and in any thread.
        add_an_abort_algorithm(pipe.abort_from_any_thread, signal)
    # 15. Begin to read chunks from the source and write them to the destination, in microtasks.
    pipe.begin()
    # 16. Return the promise of the pipe.
    return pipe.promise


class Pipe:
    """A pipe from a readable stream to a writable stream: when and how the pipe ends.

    Attributes:
        promise: the promise that is settled when the pipe has ended.
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
        # A signal removes an algorithm by its identity, so the same function object has to be kept.
        self.abort_from_any_thread = lambda: self._agent.call_from_any_thread(self.abort)
        self._chunks = PipedChunks(source, self._reader, self._writer)

    @algorithm("readable-stream-pipe-to", "ReadableStreamPipeTo: abortAlgorithm")
    def abort(self) -> None:
        """End the pipe, since its signal is aborted."""
        assert self._signal is not None
        # 14.1.1. Let the error be the abort reason of the pipe's signal.
        error = self._signal._abort_reason
        # 14.1.2. Let the actions be an empty list.
        actions: list[Callable[[], Promise[None]]] = []
        # 14.1.3. If `preventAbort` is false, append an action that aborts the destination.
        if not self._prevent_abort:
            actions.append(lambda: self._abort_the_destination(error))
        # 14.1.4. If `preventCancel` is false, append an action that cancels the source.
        if not self._prevent_cancel:
            actions.append(lambda: self._cancel_the_source(error))
        # 14.1.5. Shut down the pipe with all of the actions and with the signal's abort reason.
        self._shut_down_with_an_action(
            lambda: a_promise_for_all([action() for action in actions], self._agent), error
        )

    @algorithm("readable-stream-pipe-to", "ReadableStreamPipeTo: the action on dest")
    def _abort_the_destination(self, error: object) -> Promise[None]:
        # 14.1.3.1. If the destination is writable, abort the destination with the signal's abort
        #           reason.
        if self._dest._state == WRITABLE:
            return writable_stream_abort(self._dest, error)
        # 14.1.3.2. If the destination is not writable, return a promise resolved with undefined.
        return a_promise_resolved_with(None, self._agent)

    @algorithm("readable-stream-pipe-to", "ReadableStreamPipeTo: the action on source")
    def _cancel_the_source(self, error: object) -> Promise[None]:
        # 14.1.4.1. If the source is readable, cancel the source with the signal's abort reason.
        if self._source._state == READABLE:
            return readable_stream_cancel(self._source, error)
        # 14.1.4.2. If the source is not readable, return a promise resolved with undefined.
        return a_promise_resolved_with(None, self._agent)

    @algorithm("readable-stream-pipe-to", "ReadableStreamPipeTo: the conditions of the end")
    def begin(self) -> None:
        """Check the conditions that end a pipe, in their order, and begin to move chunks."""
        source, dest = self._source, self._dest
        # 15.1. If the source of the pipe is or becomes errored, propagate its error to the
        #       destination.
        if source._state == ERRORED:
            self._source_is_errored(source._stored_error)
        # 15.2. If the destination of the pipe is or becomes errored, propagate its error to the
        #       source.
        if dest._state == ERRORED:
            self._dest_is_errored(dest._stored_error)
        # 15.3. If the source of the pipe is or becomes closed, propagate the close to the
        #       destination.
        if source._state == CLOSED:
            self._source_is_closed()
        # 15.4. If the destination of the pipe is closing or closed already, shut down the pipe.
        #       While the pipe runs, only the pipe can close the destination.
        if writable_stream_close_queued_or_in_flight(dest) or dest._state == CLOSED:
            self._dest_is_closed()
        if not self._is_shutting_down:
            upon(self._reader._closed_promise, self._source_is_closed, self._source_is_errored)
            upon(self._writer._closed_promise, None, self._dest_is_errored)
            self._chunks.begin()

    @algorithm("readable-stream-pipe-to", "ReadableStreamPipeTo: errors are propagated forward")
    def _source_is_errored(self, stored_error: object) -> None:
        # 15.1.1. If `preventAbort` is false, shut down the pipe with an abort of the destination
        #         and with the source's error.
        if not self._prevent_abort:
            self._shut_down_with_an_action(
                lambda: writable_stream_abort(self._dest, stored_error), stored_error
            )
        else:
            # 15.1.2. If `preventAbort` is true, shut down the pipe with the source's error, without
            #         an abort of the destination.
            self._shut_down(stored_error)

    @algorithm("readable-stream-pipe-to", "ReadableStreamPipeTo: errors are propagated backward")
    def _dest_is_errored(self, stored_error: object) -> None:
        # 15.2.1. If `preventCancel` is false, shut down the pipe with a cancellation of the source
        #         and with the destination's error.
        if not self._prevent_cancel:
            self._shut_down_with_an_action(
                lambda: readable_stream_cancel(self._source, stored_error), stored_error
            )
        else:
            # 15.2.2. If `preventCancel` is true, shut down the pipe with the destination's error,
            #         without a cancellation of the source.
            self._shut_down(stored_error)

    @algorithm("readable-stream-pipe-to", "ReadableStreamPipeTo: closing is propagated forward")
    def _source_is_closed(self, _: object = None) -> None:
        # 15.3.1. If `preventClose` is false, shut down the pipe with a close of the destination.
        if not self._prevent_close:
            self._shut_down_with_an_action(
                lambda: writable_stream_default_writer_close_with_error_propagation(self._writer)
            )
        else:
            # 15.3.2. If `preventClose` is true, shut down the pipe and leave the destination open.
            self._shut_down()

    @algorithm("readable-stream-pipe-to", "ReadableStreamPipeTo: closing is propagated backward")
    def _dest_is_closed(self) -> None:
        # 15.4.1. Assert that the pipe has read and written no chunk.
        assert not self._chunks.have_begun
        # 15.4.2. Create a TypeError for a destination of a pipe that is closing or closed.
        dest_closed = TypeError("the destination of the pipe was closed, so it takes no chunks")
        # 15.4.3. If `preventCancel` is false, shut down the pipe with a cancellation of the source
        #         and with the TypeError.
        if not self._prevent_cancel:
            self._shut_down_with_an_action(
                lambda: readable_stream_cancel(self._source, dest_closed), dest_closed
            )
        else:
            # 15.4.4. If `preventCancel` is true, shut down the pipe with the TypeError, without a
            #         cancellation of the source.
            self._shut_down(dest_closed)

    # The end of a pipe.

    @algorithm("rs-pipeTo-shutdown-with-action", "Shutdown with an action")
    def _shut_down_with_an_action(
        self, action: Callable[[], Promise[Any]], original_error: object = _NO_ERROR
    ) -> None:
        """Write the chunks that were read, perform the action, and end the pipe."""
        # 1. If the pipe is already shutting down with or without an action, return.
        if self._is_shutting_down:
            return
        # 2. Set the pipe's flag "shutting down" to true, and read no further chunks.
        self._is_shutting_down = self._chunks.is_stopped = True
        # 3. If the destination takes chunks, write the chunks that were read, and only then perform
        #    the action.
        if self._dest_takes_chunks():
            # 3.1. Write the chunk that the pipe has read but not written.
            self._chunks.write_what_was_read()
            # 3.2. Wait until every chunk that was read is written, before the action of the
            #      shutdown is performed.
            self._chunks.when_all_is_written(lambda: self._perform(action, original_error))
        else:
            self._perform(action, original_error)

    @algorithm("rs-pipeTo-shutdown-with-action", "Shutdown with an action: the action")
    def _perform(self, action: Callable[[], Promise[Any]], original_error: object) -> None:
        # 4. Perform the action of the shutdown.
        p = action()
        # 5. When the action of the shutdown has succeeded, finalize the pipe with the original
        #    error, if any.
        # 6. When the action of the shutdown has failed, finalize the pipe with the error of the
        #    action.
        upon(p, lambda _: self._finalize(original_error), self._finalize)

    @algorithm("rs-pipeTo-shutdown", "Shutdown")
    def _shut_down(self, error: object = _NO_ERROR) -> None:
        """Write the chunks that were read, and end the pipe."""
        # 1. If the pipe is already shutting down with or without an action, return.
        if self._is_shutting_down:
            return
        # 2. Set the pipe's flag "shutting down" to true, and read no further chunks.
        self._is_shutting_down = self._chunks.is_stopped = True
        # 3. If the destination takes chunks, write the chunks that were read, and only then
        #    finalize the pipe.
        if self._dest_takes_chunks():
            # 3.1. Write the chunk that the pipe has read but not written.
            self._chunks.write_what_was_read()
            # 3.2. Wait until every chunk that was read is written, before the pipe is finalized.
            self._chunks.when_all_is_written(lambda: self._finalize(error))
        else:
            # 4. Finalize the pipe with the error of the shutdown, if any.
            self._finalize(error)

    def _dest_takes_chunks(self) -> bool:
        return self._dest._state == WRITABLE and not writable_stream_close_queued_or_in_flight(
            self._dest
        )

    @algorithm("rs-pipeTo-finalize", "Finalize")
    def _finalize(self, error: object = _NO_ERROR) -> None:
        """End the pipe."""
        self._chunks.drop()
        # 1. Release the pipe's writer from the destination.
        writable_stream_default_writer_release(self._writer)
        # 2. Skip the release of a BYOB reader, since the pipe's reader is a default reader.
        # 3. Release the pipe's default reader from the source.
        readable_stream_default_reader_release(self._reader)
        # 4. If the pipe has a signal, remove the abort algorithm from the signal.
        if self._signal is not None:
            remove_an_abort_algorithm(self.abort_from_any_thread, self._signal)
        # 5. If the pipe ends with an error, reject the promise of the pipe with the error.
        if error is not _NO_ERROR:
            reject(self.promise, error)
        else:
            # 6. If the pipe ends without an error, resolve the promise of the pipe with undefined.
            resolve(self.promise)
