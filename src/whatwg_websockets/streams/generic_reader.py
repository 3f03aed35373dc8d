"""4.3 The ReadableStreamGenericReader mixin: what all readers have.

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
    """What all readers have: whether the stream is closed, and how to cancel it.

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
        # 1. The closed promise may be replaced when the reader is released.
        return self._closed_promise

    @algorithm("generic-reader-cancel", "cancel(reason)")
    def cancel(self, reason: object = MISSING) -> Promise[None]:
        """Close the stream, as nobody wants to read it any more, and have its source end.

        Args:
            reason: why; the ``cancel`` method of the source is given it.

        Returns:
            a promise that is fulfilled when the source has ended. It is rejected if the source
            fails, or with a TypeError if the reader was released.

        Source: https://streams.spec.whatwg.org/#generic-reader-cancel
        """
        self._agent.require_this_thread("a ReadableStream")
        # 1. A reader that was released cannot cancel.
        if self._stream is None:
            return a_promise_rejected_with(
                TypeError("the reader was released, and has no stream to cancel"), self._agent
            )
        # 2. The stream of the reader is cancelled.
        return readable_stream_reader_generic_cancel(self, reason)


@algorithm("readable-stream-reader-generic-cancel", "ReadableStreamReaderGenericCancel")
def readable_stream_reader_generic_cancel(
    reader: ReadableStreamGenericReader, reason: object
) -> Promise[None]:
    """Cancel the stream of a reader.

    Source: https://streams.spec.whatwg.org/#readable-stream-reader-generic-cancel
    """
    # 1. The stream is the one that is locked to the reader.
    stream = reader._stream
    # 2. The reader has a stream.
    assert stream is not None
    # 3. The stream is cancelled.
    return readable_stream_cancel(stream, reason)
