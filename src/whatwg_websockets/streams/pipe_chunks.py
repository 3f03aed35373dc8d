"""4.9.1 ReadableStreamPipeTo: how the chunks of a pipe are moved.

The standard leaves open how that is done. Here a microtask moves as many chunks as the source has
and the destination has room for. It makes no promise for a chunk beside the one of its write. A
chunk that comes while a read waits for it is written in a microtask of its own, so that a source
that enqueues a chunk never finds itself within the sink.

Source: https://streams.spec.whatwg.org/#readable-stream-pipe-to
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from whatwg_websockets.streams.readable_states import READABLE
from whatwg_websockets.streams.readers import readable_stream_default_reader_read
from whatwg_websockets.streams.writers import (
    writable_stream_default_writer_get_desired_size,
    writable_stream_default_writer_write,
)
from whatwg_websockets.webidl.promise import Promise, mark_as_handled, upon

if TYPE_CHECKING:
    from whatwg_websockets.streams.default_reader import ReadableStreamDefaultReader
    from whatwg_websockets.streams.default_writer import WritableStreamDefaultWriter
    from whatwg_websockets.streams.readable_stream import ReadableStream

AT_ONCE: Final = 64
"""How many chunks one microtask moves at most."""

_NO_CHUNK: Final = object()
"""What stands where the chunk is that was read and is not yet written."""


class PipedChunks:
    """Moves the chunks of a pipe. It is the read request of its reader, too.

    Attributes:
        is_stopped: whether nothing is to be read any more.
        have_begun: whether a chunk was read, or is being read.
    """

    __slots__ = (
        "_agent",
        "_chunk",
        "_is_moving",
        "_is_reading",
        "_last_write",
        "_reader",
        "_source",
        "_writer",
        "is_stopped",
    )

    def __init__(
        self,
        source: "ReadableStream[Any]",
        reader: "ReadableStreamDefaultReader[Any]",
        writer: "WritableStreamDefaultWriter[Any]",
    ) -> None:
        self._agent = source._agent
        self._source = source
        self._reader = reader
        self._writer = writer
        self._chunk: Any = _NO_CHUNK
        self._is_moving = False
        self._is_reading = False
        self._last_write: Promise[None] | None = None
        self.is_stopped = False

    @property
    def have_begun(self) -> bool:
        """Whether a chunk was read, or is being read."""
        return self._is_reading or self._last_write is not None

    def begin(self) -> None:
        """Read the first chunk at once, and move it and all others in microtasks."""
        if self._may_read():
            self._read()
        else:
            self._wait_for_room()

    def drop(self) -> None:
        """Forget a chunk that was read, as the destination takes it no more."""
        self._chunk = _NO_CHUNK

    def _move(self, _: object = None) -> None:
        """Read and write until the source has nothing, or the destination has no room.

        After some chunks the rest is left to another microtask, so that a source without end and a
        destination with room for everything do not keep the rest of the program waiting.

        Nothing is read while the pipe waits for a chunk, so that it holds one at most.
        """
        self._is_moving = True
        self.write_what_was_read()
        left = AT_ONCE
        while left and self._may_read():
            left -= 1
            self._read()
            self.write_what_was_read()
        self._is_moving = False
        if self._is_reading or self.is_stopped:
            return
        if left:
            self._wait_for_room()
        else:
            self._agent.queue_a_microtask(self._move)

    def _read(self) -> None:
        self._is_reading = True
        # § streams-pipe-public-api. The chunk is read by the abstract operation, not by a method of
        #                            the reader, which a program could have replaced.
        readable_stream_default_reader_read(self._reader, self)

    def _wait_for_room(self) -> None:
        # § streams-pipe-prompt. The pipe waits for backpressure to end, and for nothing else. A
        #                        destination that is errored meanwhile shuts the pipe down by its
        #                        closed promise.
        upon(self._writer._ready_promise, self._move)

    def _may_read(self) -> bool:
        """Tell whether the pipe may read the next chunk now."""
        # § streams-pipe-shutdown. A pipe that is shutting down begins no read.
        # § streams-pipe-conditions. A source or a destination that is closed or errored is noticed
        #                            here, before the reaction to its closed promise has run.
        if self._is_reading or self.is_stopped or self._source._state != READABLE:
            return False
        # § streams-pipe-backpressure. Nothing is read while the destination has backpressure.
        # § streams-pipe-byob-size. The pipe has no reader that could be told how much to read.
        desired_size = writable_stream_default_writer_get_desired_size(self._writer)
        return desired_size is not None and desired_size > 0

    def write_what_was_read(self) -> None:
        """Write the chunk that was read, if one was."""
        if self._chunk is _NO_CHUNK:
            return
        chunk, self._chunk = self._chunk, _NO_CHUNK
        # § streams-pipe-directly. The chunk is written by the abstract operation, not by a method
        #                          of the writer.
        self._last_write = writable_stream_default_writer_write(self._writer, chunk)
        # A write that fails has the destination fail, which ends the pipe.
        mark_as_handled(self._last_write)

    def chunk_steps(self, chunk: Any) -> None:
        """Take the chunk that was read; it is written when the source has done what it does."""
        self._is_reading = False
        self._chunk = chunk
        if not self._is_moving:
            self._agent.queue_a_microtask(self._move)

    def close_steps(self) -> None:
        """Hear that the source is closed, which ends the pipe by its closed promise."""
        self._is_reading = False

    def error_steps(self, _: object) -> None:
        """Hear that the source has failed, which ends the pipe by its closed promise."""
        self._is_reading = False

    def when_all_is_written(self, then: Callable[[], None]) -> None:
        """Go on when the last write is settled.

        A read that was waiting when the end began may still bring a chunk, which is written, too.
        """
        last_write = self._last_write

        def go_on(_: object) -> None:
            if self._last_write is last_write and self._chunk is _NO_CHUNK:
                then()
            else:
                self.write_what_was_read()
                self.when_all_is_written(then)

        if last_write is None:
            self._agent.queue_a_microtask(go_on)
        else:
            upon(last_write, go_on, go_on)
