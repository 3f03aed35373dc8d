"""Streams whose program calls them within an algorithm, or whose sizes are very large.

https://streams.spec.whatwg.org/
"""

import asyncio

import pytest

from whatwg_websockets import (
    ByteLengthQueuingStrategy,
    CountQueuingStrategy,
    DOMException,
    ReadableStream,
    WritableStream,
    undefined,
)
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.webidl.asynchronous_iterator import (
    DefaultAsynchronousIterator,
    IteratorResult,
)
from whatwg_websockets.webidl.promise import a_promise_resolved_with
from whatwg_websockets.webidl.rejection import Rejection


def opened(strategy):
    """Make a stream, and return it with its controller."""
    controllers = []
    stream = ReadableStream({"start": controllers.append}, strategy)
    return stream, controllers[0]


async def test_a_chunk_whose_size_function_closes_the_stream_cannot_be_read():
    def size(_):
        controller.close()
        return 1

    stream, controller = opened({"size": size})
    controller.enqueue("a")
    assert (await stream.getReader().read()).done


async def test_a_chunk_whose_size_function_has_the_stream_fail_cannot_be_read():
    def size(_):
        controller.error(KeyError("mine"))
        return 1

    stream, controller = opened({"size": size})
    controller.enqueue("a")
    with pytest.raises(KeyError, match="mine"):
        await stream.getReader().read()


async def test_sizes_are_counted_as_numbers_of_javascript_are():
    """Not every integer above 2**53 is a number in JavaScript."""
    stream, controller = opened({"size": lambda chunk: chunk, "highWaterMark": 0})
    controller.enqueue(2)
    controller.enqueue(2**53 - 1)
    assert controller.desiredSize == -(2**53)
    await stream.getReader().read()
    assert controller.desiredSize == 2 - 2**53


async def test_a_reason_that_is_left_out_is_undefined():
    reasons = []
    source = {"cancel": reasons.append}
    await ReadableStream(source).cancel()
    await ReadableStream(source).getReader().cancel()
    await ReadableStream(source).values().return_()
    assert reasons == [undefined] * 3
    stream, controller = opened({})
    controller.error()
    with pytest.raises(Rejection) as caught:
        await stream.getReader().read()
    assert caught.value.reason is undefined


@pytest.mark.parametrize(
    "pair", [{}, {"readable": undefined}, {"writable": None}, {"readable": None, "writable": None}]
)
async def test_a_pipe_through_half_a_pair_is_refused(pair):
    with pytest.raises(TypeError, match=r"readable|ReadableStream"):
        ReadableStream().pipeThrough(pair)


async def test_a_pair_without_the_side_that_is_written_to_is_refused():
    with pytest.raises(TypeError, match="needs the member 'writable'"):
        ReadableStream().pipeThrough({"readable": ReadableStream()})
    pair = {"readable": ReadableStream(), "writable": WritableStream()}
    assert ReadableStream().pipeThrough(pair) is pair["readable"]


@pytest.mark.parametrize("strategy", [ByteLengthQueuingStrategy, CountQueuingStrategy])
def test_a_strategy_needs_a_high_water_mark(strategy):
    with pytest.raises(TypeError, match="needs the member 'highWaterMark'"):
        strategy({})


class Iterates(DefaultAsynchronousIterator):
    """An asynchronous iterator with the methods that JavaScript calls."""

    def __init__(self, result, end):
        super().__init__(the_event_loop())
        self.result, self.end = result, end

    def __aiter__(self):
        return self

    def next(self):
        return a_promise_resolved_with(self.result, self._agent)

    def return_(self, value=undefined):
        return a_promise_resolved_with(self.end, self._agent)

    def _get_the_next_iteration_result(self):
        return self.next()

    def _return(self, value):
        return self.return_(value)


async def test_an_iterator_gives_objects():
    result, end = IteratorResult("a", False), IteratorResult(None, True)
    stream = ReadableStream.from_(Iterates(result, end))
    assert (await stream.getReader().read()).value == "a"
    assert await ReadableStream.from_(Iterates(result, end)).cancel() is None
    with pytest.raises(TypeError, match="returns objects, not 5"):
        await ReadableStream.from_(Iterates(5, end)).getReader().read()
    with pytest.raises(TypeError, match="returns objects, not 'x'"):
        await ReadableStream.from_(Iterates(result, "x")).cancel()


class OfItsOwnKind(BaseException):
    """An exception that is not an Exception, like the CancelledError of asyncio."""


def reading(function):
    return ReadableStream({"pull": function}).getReader().read()


def writing(function):
    return WritableStream({"write": function}).getWriter().write("chunk")


def closing(function):
    return WritableStream({"close": function}).close()


def cancelling(function):
    return ReadableStream({"cancel": function}).cancel()


class Iterator:
    """A Python iterator whose ``__next__`` calls a function."""

    def __init__(self, function):
        self._function = function

    def __iter__(self):
        return self

    def __next__(self):
        return self._function()


def iterating(function):
    return ReadableStream.from_(Iterator(function)).getReader().read()


@pytest.mark.parametrize("doing", [reading, writing, closing, cancelling, iterating])
async def test_whatever_a_function_raises_is_the_reason(doing):
    """A promise is settled even if the function has raised a BaseException."""

    def function():
        raise OfItsOwnKind

    with pytest.raises(OfItsOwnKind):
        await asyncio.wait_for(doing(function), 30)


@pytest.mark.parametrize("doing", [reading, writing, closing, cancelling, iterating])
async def test_a_function_that_asks_for_the_result_of_what_was_cancelled(doing):
    """The caller is not cancelled, but its promise is rejected with an AbortError."""
    cancelled = asyncio.get_running_loop().create_future()
    cancelled.cancel()
    with pytest.raises(DOMException) as caught:
        await asyncio.wait_for(doing(lambda: cancelled.result()), 30)
    assert caught.value.name == "AbortError"
    assert isinstance(caught.value.__cause__, asyncio.CancelledError)


async def test_a_source_whose_own_source_is_at_its_end_does_not_end_the_loop_without_a_word():
    """A pull algorithm that calls ``anext()`` may raise a StopAsyncIteration."""

    async def numbers():
        yield 1

    iterator = numbers()

    async def pull(controller):
        controller.enqueue(await anext(iterator))

    read = []

    async def read_all():
        async for chunk in ReadableStream({"pull": pull}):
            read.append(chunk)

    with pytest.raises(RuntimeError, match="errored with a StopAsyncIteration") as caught:
        await read_all()
    assert read == [1]
    assert isinstance(caught.value.__cause__, StopAsyncIteration)
