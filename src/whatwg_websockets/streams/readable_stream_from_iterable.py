"""4.9.1 ReadableStreamFromIterable: a stream of what can be iterated over.

Source: https://streams.spec.whatwg.org/#readable-stream-from-iterable
"""

from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.streams.algorithms import do_nothing
from whatwg_websockets.streams.create_readable_stream import create_readable_stream
from whatwg_websockets.streams.default_controllers import (
    readable_stream_default_controller_close,
    readable_stream_default_controller_enqueue,
    readable_stream_default_controller_error,
)
from whatwg_websockets.webidl.async_sequence import OpenedSequence, open_an_async_sequence
from whatwg_websockets.webidl.asynchronous_iterator import END_OF_ITERATION
from whatwg_websockets.webidl.promise import Promise, react

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_stream import ReadableStream


class _Source:
    """The source of a stream that is made from an iterable."""

    __slots__ = ("iterator", "stream")

    stream: "ReadableStream[Any]"

    def __init__(self, iterator: OpenedSequence) -> None:
        self.iterator = iterator

    @algorithm("readable-stream-from-iterable", "ReadableStreamFromIterable: pull algorithm")
    def pull(self) -> Promise[None]:
        # 4.1. The iterator is asked for one value.
        next_promise = self.iterator.next_value()
        # 4.2. The stream waits for the value of the iterator before it asks again. An exception of
        #      the iterator errors the stream.
        return react(next_promise, self._take, self._fail)

    @algorithm("readable-stream-from-iterable", "ReadableStreamFromIterable: next value")
    def _take(self, value: object) -> None:
        # 4.2.1. The stream is closed when the iterator has ended.
        if value is END_OF_ITERATION:
            readable_stream_default_controller_close(self.stream._controller)
        else:
            # 4.2.2. Any value is enqueued as a chunk.
            readable_stream_default_controller_enqueue(self.stream._controller, value)

    def _fail(self, reason: object) -> None:
        readable_stream_default_controller_error(self.stream._controller, reason)

    @algorithm("readable-stream-from-iterable", "ReadableStreamFromIterable: cancel algorithm")
    def cancel(self, reason: object) -> Promise[None]:
        # 5.1. The iterator is closed with the reason.
        return self.iterator.close(reason)


@algorithm("readable-stream-from-iterable", "ReadableStreamFromIterable")
def readable_stream_from_iterable(
    async_iterable: object, agent: EventLoop
) -> "ReadableStream[Any]":
    """Make a stream of the values of what can be iterated over.

    Args:
        async_iterable: what is iterated over, with ``async for`` or else with ``for``. It is
            iterated over no faster than the stream is read.
        agent: the agent of the stream.

    Raises:
        TypeError: it cannot be iterated over.
        BaseException: whatever its ``__aiter__`` or ``__iter__`` raises.

    Source: https://streams.spec.whatwg.org/#readable-stream-from-iterable
    """
    # 1. The stream is created below, since its algorithms refer to it.
    # 2. The iterator of the iterable is opened.
    source = _Source(open_an_async_sequence(async_iterable, agent))
    # 3. The start algorithm does nothing.
    # 4. The pull algorithm asks the iterator for one value.
    # 5. The cancel algorithm closes the iterator.
    # 6. The high water mark is 0, so that the iterator is asked only when somebody reads.
    source.stream = create_readable_stream(agent, do_nothing, source.pull, source.cancel, 0)
    # 7. The stream is returned.
    return source.stream
