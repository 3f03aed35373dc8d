"""4.9.1 ReadableStreamFromIterable: a stream of the values of an iterable.

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
        # 4.1. Request the next value of the iterator, and let the next promise be the promise of
        #      that value.
        next_promise = self.iterator.next_value()
        # 4.2. Return a promise that reacts to the promise of the next value: a value is enqueued, a
        #      rejection errors the stream.
        return react(next_promise, self._take, self._fail)

    @algorithm("readable-stream-from-iterable", "ReadableStreamFromIterable: next value")
    def _take(self, value: object) -> None:
        # 4.2.1. If the iterator has ended, close the stream that was made from the iterable.
        if value is END_OF_ITERATION:
            readable_stream_default_controller_close(self.stream._controller)
        else:
            # 4.2.2. If the iterator has given a value, enqueue the value as a chunk.
            readable_stream_default_controller_enqueue(self.stream._controller, value)

    def _fail(self, reason: object) -> None:
        readable_stream_default_controller_error(self.stream._controller, reason)

    @algorithm("readable-stream-from-iterable", "ReadableStreamFromIterable: cancel algorithm")
    def cancel(self, reason: object) -> Promise[None]:
        # 5.1. Close the iterator of the iterable with the cancel reason, and return the promise of
        #      the close.
        return self.iterator.close(reason)


@algorithm("readable-stream-from-iterable", "ReadableStreamFromIterable")
def readable_stream_from_iterable(
    async_iterable: object, agent: EventLoop
) -> "ReadableStream[Any]":
    """Make a stream of the values of an iterable.

    Args:
        async_iterable: an asynchronous iterable, or an iterable. Its next value is requested only
            when the stream is read.
        agent: the agent of the stream.

    Raises:
        TypeError: the argument is not iterable.
        BaseException: the exception that its ``__aiter__`` or ``__iter__`` raises.

    Source: https://streams.spec.whatwg.org/#readable-stream-from-iterable
    """
    # 1. Let the stream be undefined until it is created, since its algorithms refer to it.
    # 2. Open an iterator of the iterable, which may raise an exception.
    source = _Source(open_an_async_sequence(async_iterable, agent))
    # 3. Let the start algorithm of the stream be one that does nothing.
    # 4. Let the pull algorithm of the stream be one that requests one value of the iterator.
    # 5. Let the cancel algorithm of the stream be one that closes the iterator.
    # 6. Create the readable stream with the high water mark 0, so that values are requested only by
    #    reads.
    source.stream = create_readable_stream(agent, do_nothing, source.pull, source.cancel, 0)
    # 7. Return the stream that was created from the iterable.
    return source.stream
