"""4.3 The ReadableStreamGenericReader mixin: the members that all readers have.

Source: https://streams.spec.whatwg.org/#generic-reader-mixin
"""

from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.streams.interfacing_with_readable_controllers import readable_stream_cancel
from whatwg_websockets.webidl.missing import MISSING
from whatwg_websockets.webidl.platform_object import PlatformObject
from whatwg_websockets.webidl.promise import Promise, a_promise_rejected_with

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_stream import ReadableStream


class ReadableStreamGenericReader(PlatformObject):
    """The members that all readers have: ``closed`` and ``cancel()``.

    Source: https://streams.spec.whatwg.org/#readablestreamgenericreader
    """

    __slots__ = ("_agent", "_closed_promise", "_stream")

    _agent: EventLoop
    _closed_promise: Promise[None]
    _stream: "ReadableStream[Any] | None"

    @property
    @algorithm("generic-reader-closed", "closed")
    def closed(self) -> Promise[None]:
        """A promise that is fulfilled when the stream is closed.

        It is rejected if the stream fails, or if the reader is released before the stream is
        closed.

        Source: https://streams.spec.whatwg.org/#generic-reader-closed
        """
        # 1. Return the reader's closed promise, which a release of the reader may replace.
        return self._closed_promise

    @algorithm("generic-reader-cancel", "cancel(reason)")
    def cancel(self, reason: object = MISSING) -> Promise[None]:
        """Cancel the stream: close it, drop the chunks in its queue, and cancel its source.

        Args:
            reason: the reason, which the ``cancel`` method of the source is given.

        Returns:
            A promise that is fulfilled when the source has ended. It is rejected if the source
            fails, or with a TypeError if the reader was released.

        Source: https://streams.spec.whatwg.org/#generic-reader-cancel
        """
        self._agent.require_this_thread("a ReadableStream")
        # 1. If the reader has no stream, since it was released, return a promise rejected with a
        #    TypeError.
        if self._stream is None:
            return a_promise_rejected_with(
                TypeError("the reader was released, so it has no stream to cancel"), self._agent
            )
        # 2. Cancel the reader's stream with the reason, and return the promise of the cancellation.
        return readable_stream_reader_generic_cancel(self, reason)


@algorithm("readable-stream-reader-generic-cancel", "ReadableStreamReaderGenericCancel")
def readable_stream_reader_generic_cancel(
    reader: ReadableStreamGenericReader, reason: object
) -> Promise[None]:
    """Cancel the stream of a reader.

    Source: https://streams.spec.whatwg.org/#readable-stream-reader-generic-cancel
    """
    # 1. Let the stream be the reader's stream.
    stream = reader._stream
    # 2. Assert that the reader has a stream.
    assert stream is not None
    # 3. Cancel the reader's stream with the reason, and return the promise of the cancellation.
    return readable_stream_cancel(stream, reason)
