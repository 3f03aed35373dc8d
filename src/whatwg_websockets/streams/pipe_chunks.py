"""4.9.1 ReadableStreamPipeTo: how the chunks of a pipe are moved.

The standard leaves the way of moving chunks to the implementation. Here, a microtask moves as many
chunks as the source has and the destination has room for. The only promise that is made for a
chunk is the one of its write. A chunk that arrives while a read is pending is written in its own
microtask, so that the ``enqueue`` of a source never calls the sink.

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
"""The largest number of chunks that one microtask moves."""

_NO_CHUNK: Final = object()
"""The mark that no chunk was read that is still to be written; any other value may be a chunk."""


class PipedChunks:
    """The part of a pipe that moves its chunks; it is also the read request of the pipe's reader.

    Attributes:
        is_stopped: whether no further chunk is to be read.
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
        """Read the first chunk at once if possible, and move all chunks in microtasks."""
        if self._may_read():
            self._read()
        else:
            self._wait_for_room()

    def drop(self) -> None:
        """Drop a chunk that was read, since the destination takes no more chunks."""
        self._chunk = _NO_CHUNK

    def _move(self, _: object = None) -> None:
        """Read and write chunks until the source has no chunk, or the destination has no room.

        After ``AT_ONCE`` chunks, the rest is left to another microtask, so that an endless source
        and a destination that always has room do not block the rest of the program.

        The pipe has at most one pending read, and so holds at most one chunk.
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
        # § streams-pipe-public-api. The pipe reads by the abstract operation, not by the reader's
        #                            public method, which a program may have replaced.
        readable_stream_default_reader_read(self._reader, self)

    def _wait_for_room(self) -> None:
        # § streams-pipe-prompt. The pipe waits only for backpressure to end; if the destination
        #                        fails meanwhile, its closed promise shuts the pipe down.
        upon(self._writer._ready_promise, self._move)

    def _may_read(self) -> bool:
        """Return whether the pipe may read the next chunk now."""
        # § streams-pipe-shutdown. A pipe that is shutting down begins no read.
        # § streams-pipe-conditions. Before each read, the pipe checks if its source or destination
        #                            has ended, since reactions to closed promises run later.
        if self._is_reading or self.is_stopped or self._source._state != READABLE:
            return False
        # § streams-pipe-backpressure. The pipe reads no chunk while the destination has
        #                              backpressure.
        # § streams-pipe-byob-size. The pipe uses a default reader, so the desired size cannot
        #                           determine how many bytes a read requests.
        desired_size = writable_stream_default_writer_get_desired_size(self._writer)
        return desired_size is not None and desired_size > 0

    def write_what_was_read(self) -> None:
        """Write the chunk that was read and not written yet, if any."""
        if self._chunk is _NO_CHUNK:
            return
        chunk, self._chunk = self._chunk, _NO_CHUNK
        # § streams-pipe-directly. The pipe writes by the abstract operation, not by the writer's
        #                          public method.
        self._last_write = writable_stream_default_writer_write(self._writer, chunk)
        # A failed write errors the destination, which ends the pipe.
        mark_as_handled(self._last_write)

    def chunk_steps(self, chunk: Any) -> None:
        """Receive the chunk that was read, to write it when the source has finished its call."""
        self._is_reading = False
        self._chunk = chunk
        if not self._is_moving:
            self._agent.queue_a_microtask(self._move)

    def close_steps(self) -> None:
        """End the read, since the source is closed; its closed promise ends the pipe."""
        self._is_reading = False

    def error_steps(self, _: object) -> None:
        """End the read, since the source has failed; its closed promise ends the pipe."""
        self._is_reading = False

    def when_all_is_written(self, then: Callable[[], None]) -> None:
        """Call a function when the promise of the last write is settled.

        A read that was pending when the pipe began to shut down may still get a chunk, which is
        then written first.
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
