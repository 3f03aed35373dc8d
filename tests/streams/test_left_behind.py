"""A task that is cancelled while it waits for a chunk does not lose the chunk."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.loops import run
from support.page import turns
from support.readable_orders import opened
from whatwg_websockets import DOMException, ReadableStream, WritableStream
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.webidl.promise import Promise, a_new_promise, resolve


async def waiting(promise):
    """Start a task that awaits a promise, and return the task."""

    async def wait():
        return await promise

    task = asyncio.ensure_future(wait())
    await turns()
    return task


async def cancelled(task):
    """Cancel a task, and wait until it has ended."""
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_read_that_waits_is_withdrawn():
    stream, controller = opened()
    reader = stream.getReader()
    await cancelled(await waiting(reader.read()))
    controller.enqueue("a")
    assert controller.desiredSize == 0
    assert await reader.read() == ("a", False)


async def test_a_promise_whose_read_was_withdrawn_is_rejected():
    stream, controller = opened()
    promise = stream.getReader().read()
    await cancelled(await waiting(promise))
    controller.enqueue("a")
    with pytest.raises(DOMException, match="was cancelled") as caught:
        await promise
    assert caught.value.name == "AbortError"


async def test_an_iteration_goes_on_behind_a_wait_that_was_cancelled():
    stream, controller = opened()
    iterator = aiter(stream)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await anext(iterator)
        await cancelled(await waiting(anext(iterator)))
    controller.enqueue("a")
    assert await anext(iterator) == "a"


async def test_a_chunk_that_was_given_and_not_seen_is_the_next_one():
    stream, controller = opened()
    reader = stream.getReader()
    task = await waiting(reader.read())
    controller.enqueue("a")
    controller.enqueue("b")
    await cancelled(task)
    assert [await reader.read() for _ in range(2)] == [("a", False), ("b", False)]


async def test_a_chunk_that_was_given_back_is_not_counted_again():
    stream, controller = opened()
    reader = stream.getReader()
    task = await waiting(reader.read())
    controller.enqueue("a")
    controller.enqueue("b")
    await cancelled(task)
    assert controller.desiredSize == 0
    assert await reader.read() == ("a", False)
    assert controller.desiredSize == 0
    assert await reader.read() == ("b", False)
    assert controller.desiredSize == 1


async def test_a_chunk_that_an_iteration_has_not_seen_is_the_next_one():
    stream, controller = opened()
    iterator = aiter(stream)
    task = await waiting(anext(iterator))
    controller.enqueue("a")
    controller.enqueue("b")
    await cancelled(task)
    assert [await anext(iterator) for _ in range(2)] == ["a", "b"]


async def test_a_chunk_that_was_queued_and_not_seen_is_the_next_one():
    stream, controller = opened("a", "b")
    reader = stream.getReader()
    promise = reader.read()

    async def wait():
        return await promise

    task = asyncio.ensure_future(wait())
    asyncio.get_running_loop().call_soon(task.cancel)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert controller.desiredSize == 0
    assert await reader.read() == ("a", False)
    with pytest.raises(DOMException, match="was cancelled"):
        await promise


async def test_a_chunk_goes_to_the_read_that_waits_behind():
    stream, controller = opened()
    reader = stream.getReader()
    first, second = [await waiting(reader.read()) for _ in range(2)]
    controller.enqueue("a")
    await cancelled(first)
    assert await second == ("a", False)


async def test_a_chunk_goes_to_the_next_reader():
    stream, controller = opened()
    reader = stream.getReader()
    task = await waiting(reader.read())
    controller.enqueue("a")
    reader.releaseLock()
    await cancelled(task)
    assert await stream.getReader().read() == ("a", False)


async def test_a_read_that_was_released_has_nothing_to_withdraw():
    stream, controller = opened()
    reader = stream.getReader()
    task = await waiting(reader.read())
    reader.releaseLock()
    other = stream.getReader()
    await cancelled(task)
    controller.enqueue("a")
    assert await other.read() == ("a", False)


@pytest.mark.parametrize("is_iterated", [False, True])
async def test_the_last_chunk_is_read_though_the_stream_is_closed(is_iterated):
    stream, controller = opened()
    if is_iterated:
        iterator = aiter(stream)
        task = await waiting(anext(iterator))
    else:
        reader = stream.getReader()
        task = await waiting(reader.read())
    controller.enqueue("a")
    controller.close()
    await cancelled(task)
    if is_iterated:
        assert [await anext(iterator, "end") for _ in range(2)] == ["a", "end"]
    else:
        assert [await reader.read() for _ in range(2)] == [("a", False), (None, True)]


async def test_a_stream_that_was_closed_is_readable_up_to_the_chunk():
    stream, controller = opened("z")
    reader = stream.getReader()
    await reader.read()
    task = await waiting(reader.read())
    controller.enqueue("a")
    controller.close()
    closed = reader.closed
    reader.releaseLock()
    await cancelled(task)
    assert await closed is None
    with pytest.raises(TypeError, match="closing"):
        controller.enqueue("b")
    written = []
    await stream.pipeTo(WritableStream(write=written.append))
    assert written == ["a"]
    assert controller.desiredSize == 0


@pytest.mark.parametrize("is_closed", [False, True])
async def test_a_cancelled_stream_drops_the_chunk(is_closed):
    stream, controller = opened()
    reader = stream.getReader()
    task = await waiting(reader.read())
    controller.enqueue("a")
    if is_closed:
        controller.enqueue("b")
        controller.close()
    promise = reader.cancel()
    await cancelled(task)
    await promise
    assert await reader.read() == (None, True)


async def test_an_error_drops_the_chunk_with_the_others():
    stream, controller = opened()
    reader = stream.getReader()
    task = await waiting(reader.read())
    controller.enqueue("a")
    controller.error(KeyError("e"))
    await cancelled(task)
    with pytest.raises(KeyError, match="e"):
        await reader.read()


async def test_a_read_that_two_tasks_await_is_the_others():
    stream, controller = opened()
    promise = stream.getReader().read()
    first, second = [await waiting(promise) for _ in range(2)]
    await cancelled(first)
    controller.enqueue("a")
    assert await second == ("a", False)
    stream, controller = opened()
    promise = stream.getReader().read()
    first, second = [await waiting(promise) for _ in range(2)]
    controller.enqueue("a")
    await cancelled(first)
    assert await second == ("a", False)


async def test_a_read_at_the_end_has_nothing_to_give_back():
    stream, controller = opened()
    reader = stream.getReader()
    task = await waiting(reader.read())
    controller.close()
    await cancelled(task)
    assert await reader.read() == (None, True)


@pytest.mark.parametrize("is_queued", [False, True])
async def test_a_promise_among_the_chunks_is_left_behind_as_well(is_queued):
    promise: Promise[str] = a_new_promise(the_event_loop())
    stream, controller = opened(*[promise] * is_queued)
    iterator = aiter(stream)
    task = await waiting(anext(iterator))
    if not is_queued:
        controller.enqueue(promise)
    await cancelled(task)
    resolve(promise, "a")
    assert await anext(iterator) == "a"


@given(
    count=st.integers(0, 12),
    high_water_mark=st.integers(0, 3),
    is_late=st.lists(st.booleans(), min_size=13, max_size=13),
    patience=st.lists(st.integers(0, 3), max_size=12),
    is_iterated=st.booleans(),
)
@settings(max_examples=150)
def test_each_chunk_is_read_once_and_in_order(
    count, high_water_mark, is_late, patience, is_iterated
):
    """A task reads a whole stream, although its reads are cancelled repeatedly."""
    numbers = iter(range(count))

    def give(controller):
        number = next(numbers, None)
        if number is None:
            controller.close()
        else:
            controller.enqueue(number)

    async def give_later(controller):
        await asyncio.sleep(0)
        give(controller)

    late = iter(is_late)

    async def main():
        stream = ReadableStream(
            {"pull": lambda controller: (give_later if next(late) else give)(controller)},
            {"highWaterMark": high_water_mark},
        )
        reader = None if is_iterated else stream.getReader()
        iterator = aiter(stream) if is_iterated else None
        seen = []

        async def read():
            if iterator is not None:
                seen.append(await anext(iterator, "end"))
            else:
                value, done = await reader.read()
                seen.append("end" if done else value)

        for turns_to_wait in patience:
            task = asyncio.ensure_future(read())
            for _ in range(turns_to_wait):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        while "end" not in seen:
            await read()
        assert [number for number in seen if number != "end"] == list(range(count))

    run(main)
