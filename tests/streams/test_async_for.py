"""``async for`` over a readable stream: the order of its reads, and what leaving the loop does."""

import asyncio
import gc
import threading
from contextlib import aclosing

import pytest

from support.loops import errors_heard
from support.page import turns
from support.readable_orders import Controlled, OrderLog, opened, raising
from whatwg_websockets import ReadableStream, undefined
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.webidl.promise import Rejection, a_new_promise, reject, resolve


def counting(count, log=None, **functions):
    """Make the methods of a source that enqueues one number for each pull, and then closes."""
    numbers = iter(range(count))

    def pull(controller):
        number = next(numbers, None)
        if log is not None:
            log.append(f"pull {number}")
        if number is None:
            controller.close()
        else:
            controller.enqueue(number)

    return {"pull": pull, **functions}


async def all_of(stream):
    return [chunk async for chunk in stream]


async def test_chunks_that_are_queued_are_given_without_a_turn():
    stream, controller = opened("a", "b", "c")
    controller.close()
    log = []
    asyncio.get_running_loop().call_soon(log.append, "turn")
    async for chunk in stream:
        log.append(chunk)
    log.append("end")
    await asyncio.sleep(0)
    assert log == ["a", "b", "c", "end", "turn"]
    assert not stream.locked


@pytest.mark.parametrize("high_water_mark", [0, 1, 3])
async def test_a_source_that_gives_at_once_is_read_without_a_turn(high_water_mark):
    stream = ReadableStream(counting(100), {"highWaterMark": high_water_mark})
    await turns()
    log = []
    asyncio.get_running_loop().call_soon(log.append, "turn")
    assert await all_of(stream) == list(range(100))
    assert log == []
    await asyncio.sleep(0)
    assert log == ["turn"]


async def test_each_chunk_costs_one_pull():
    log = []
    stream = ReadableStream(counting(3, log))
    await turns()
    assert log == ["pull 0"]
    async for number in stream:
        log.append(number)
    await turns()
    assert log == ["pull 0", "pull 1", 0, "pull 2", 1, "pull None", 2]


@pytest.mark.parametrize("is_iterated", [False, True])
async def test_a_source_that_is_pushed_is_pulled_as_often_by_either_way(is_iterated):
    """The source is pulled once for its empty queue, and once more for each pending read."""
    pulls = []
    stream, controller = opened(pull=pulls.append)
    await turns()

    async def read_all():
        if is_iterated:
            async for _ in stream:
                pass
        else:
            reader = stream.getReader()
            while not (await reader.read()).done:
                pass

    task = asyncio.ensure_future(read_all())
    await turns()
    counts = [len(pulls)]
    for chunk in "abc":
        controller.enqueue(chunk)
        await turns()
        counts.append(len(pulls))
    controller.close()
    await task
    assert counts == [2, 4, 6, 8]


async def test_a_pull_that_takes_time_is_not_anticipated():
    log = []
    promises = []

    def pull(controller):
        log.append("pull")
        controller.enqueue(len(log))
        promises.append(a_new_promise(the_event_loop()))
        return promises[-1]

    stream = ReadableStream(pull=pull)
    await turns()
    iterator = aiter(stream)
    assert await anext(iterator) == 1
    assert log == ["pull"]
    second = asyncio.ensure_future(anext(iterator))
    await turns()
    assert not second.done()
    resolve(promises[0])
    assert await second == 2
    assert log == ["pull", "pull"]
    reject(promises[1], KeyError("source"))
    with pytest.raises(KeyError, match="source"):
        await anext(iterator)


async def test_a_pull_that_asked_for_more_is_repeated_once():
    log = []

    def pull(controller):
        log.append(controller.desiredSize)
        controller.enqueue(len(log))

    stream = ReadableStream({"pull": pull}, {"highWaterMark": 4})
    await turns()
    assert log == [4, 3, 2, 1]
    iterator = aiter(stream)
    assert [await anext(iterator) for _ in range(6)] == [1, 2, 3, 4, 5, 6]
    assert log == [4, 3, 2, 1, 1, 1, 1, 1, 1, 1]
    await turns()
    assert log == [4, 3, 2, 1, 1, 1, 1, 1, 1, 1]


async def test_the_loop_waits_for_what_comes_later():
    stream, controller = opened()
    task = asyncio.ensure_future(all_of(stream))
    await turns()
    for chunk in "abc":
        controller.enqueue(chunk)
        await turns()
    assert not task.done()
    controller.close()
    assert await task == ["a", "b", "c"]
    assert not stream.locked


async def test_the_end_of_an_empty_stream():
    stream, controller = opened()
    controller.close()
    iterator = aiter(stream)
    for _ in range(2):
        with pytest.raises(StopAsyncIteration):
            await anext(iterator)
    assert not stream.locked


@pytest.mark.parametrize("when", ["before", "while it waits"])
async def test_the_error_of_the_stream_is_raised_in_the_loop(when):
    stream, controller = opened()
    error = KeyError("of the source")
    if when == "before":
        controller.error(error)
    else:
        asyncio.get_running_loop().call_later(0, controller.error, error)
    with pytest.raises(KeyError) as caught:
        await all_of(stream)
    assert caught.value is error
    assert not stream.locked


async def test_an_error_that_is_no_exception_is_raised_as_a_rejection():
    stream, controller = opened()
    controller.error("e")
    with pytest.raises(Rejection) as caught:
        await all_of(stream)
    assert caught.value.reason == "e"


# Leaving the loop.


async def test_to_break_the_loop_cancels_the_stream_at_once():
    reasons = []
    stream = ReadableStream(counting(5, cancel=reasons.append))
    async for number in stream:
        if number == 2:
            break
    assert reasons == [undefined]
    assert not stream.locked
    assert await stream.getReader().read() == (None, True)


async def test_to_break_the_loop_may_leave_the_stream_open():
    reasons = []
    stream = ReadableStream(counting(5, cancel=reasons.append))
    async for _ in stream.values(preventCancel=True):
        break
    assert reasons == []
    assert not stream.locked
    assert await all_of(stream) == [1, 2, 3, 4]


async def test_an_exception_in_the_loop_cancels_the_stream():
    reasons = []
    stream = ReadableStream(counting(5, cancel=reasons.append))

    async def consume():
        async for _ in stream:
            raise KeyError("of the program")

    with pytest.raises(KeyError, match="of the program") as caught:
        await consume()
    # The exception still refers to the frame of the loop.
    assert caught.tb is not None
    assert reasons == [undefined]
    assert not stream.locked


async def test_a_task_that_is_cancelled_while_the_loop_waits_cancels_the_stream():
    reasons = []
    stream, _ = opened("a", cancel=reasons.append)
    try:
        async with asyncio.timeout(None) as timeout:
            async for _ in stream:
                timeout.reschedule(asyncio.get_running_loop().time())
    except TimeoutError:
        # The exception still refers to the frames of the cancelled task.
        assert reasons == [undefined]
        assert not stream.locked
    else:
        pytest.fail("the loop was not cancelled")


async def test_a_cancel_that_fails_when_the_loop_is_left_is_reported():
    stream = ReadableStream(counting(5, cancel=raising(KeyError("of the source"))))
    async for _ in stream:
        break
    await turns()
    gc.collect()
    assert [str(error) for error in errors_heard().take()] == ["'of the source'"]


async def test_aclose_waits_for_the_end_of_the_source():
    log = []
    end = a_new_promise(the_event_loop())

    async def cancel(reason):
        log.append(f"cancel {reason}")
        await end
        log.append("cancelled")

    stream = ReadableStream(counting(5, cancel=cancel))
    async with aclosing(stream.values()) as chunks:
        async for _ in chunks:
            break
        assert log == []
        asyncio.get_running_loop().call_later(0, resolve, end)
    assert log == ["cancel undefined", "cancelled"]
    await chunks.aclose()
    with pytest.raises(StopAsyncIteration):
        await anext(chunks)


@pytest.mark.parametrize("end", ["close", "error"])
async def test_aclose_after_the_end_does_nothing(end):
    stream, controller = opened()
    getattr(controller, end)()
    async with aclosing(stream.values()) as chunks:
        with pytest.raises((StopAsyncIteration, Rejection)):
            await anext(chunks)
        assert not stream.locked
    assert await chunks.next() == (None, True)
    assert await chunks.return_("x") == ("x", True)


async def test_aclose_raises_what_the_source_raises():
    iterator = aiter(ReadableStream(cancel=raising(KeyError("of the source"))))
    with pytest.raises(KeyError, match="of the source"):
        await iterator.aclose()


async def test_aclose_ends_the_task_that_waits_for_a_chunk():
    stream, _ = opened()
    iterator = aiter(stream)
    task = asyncio.ensure_future(anext(iterator, "end"))
    await turns()
    await iterator.aclose()
    assert await task == "end"
    assert not stream.locked


async def test_an_iterator_is_an_iterator_and_locks_its_stream():
    stream, _ = opened("a")
    iterator = stream.values()
    assert aiter(iterator) is iterator
    for another in (stream.values, stream.getReader, stream.__aiter__):
        with pytest.raises(TypeError, match="already locked to a reader"):
            another()
    assert await anext(iterator) == "a"


async def test_an_iterator_that_could_not_be_made_is_let_go_of():
    stream, _ = opened()
    reader = stream.getReader()
    with pytest.raises(TypeError):
        stream.values()
    gc.collect()
    assert stream.locked
    reader.releaseLock()


async def test_an_iterator_may_be_let_go_of_in_another_thread():
    reasons = []
    stream, _ = opened(cancel=reasons.append)
    iterators = [aiter(stream)]
    thread = threading.Thread(target=iterators.clear)
    thread.start()
    thread.join()
    await turns()
    assert reasons == [undefined]
    assert not stream.locked


def test_an_iterator_may_outlive_its_loop():
    kept = []

    async def main():
        stream, _ = opened("a", cancel=raising(KeyError("nobody is there")))
        kept.append(aiter(stream))

    asyncio.run(main())
    kept.clear()


# More than one reader at a time.


async def test_two_tasks_share_an_iterator():
    stream, controller = opened()
    iterator = aiter(stream)
    tasks = [asyncio.ensure_future(anext(iterator, "end")) for _ in range(4)]
    await turns()
    controller.enqueue("a")
    controller.enqueue("b")
    controller.close()
    assert await asyncio.gather(*tasks) == ["a", "b", "end", "end"]
    assert not stream.locked


async def test_two_tasks_share_the_error_of_an_iterator():
    stream, controller = opened()
    iterator = aiter(stream)
    tasks = [asyncio.ensure_future(anext(iterator)) for _ in range(2)]
    await turns()
    controller.error(KeyError("e"))
    heard = await asyncio.gather(*tasks, return_exceptions=True)
    assert [str(error) for error in heard] == ["'e'", "'e'"]


async def test_next_is_served_before_anext():
    log = OrderLog()
    stream, controller = opened()
    iterator = stream.values()
    log.then(iterator.next(), "next")
    task = asyncio.ensure_future(anext(iterator))
    end = asyncio.ensure_future(anext(iterator, "end"))
    await turns()
    controller.enqueue("a")
    controller.enqueue("b")
    controller.close()
    assert await task == "b"
    assert await end == "end"
    assert log.events == ["next chunk a"]


# Chunks that are promises.


async def test_a_chunk_that_is_awaitable_is_awaited():
    async def coroutine():
        await asyncio.sleep(0)
        return "b"

    log = OrderLog()
    stream, controller = opened(log.promise("a"), coroutine(), log.promise("c"))
    controller.close()
    assert await all_of(stream) == ["a", "b", "c"]
    stream, controller = opened()
    task = asyncio.ensure_future(all_of(stream))
    await turns()
    controller.enqueue(log.promise("a"))
    controller.close()
    assert await task == ["a"]


# The state that a later step of the standard finds.


async def test_a_total_below_zero_is_zero_as_it_is_for_read():
    """By rounding errors, the sum of the three sizes less each of them is -0.125."""
    for is_iterated in (False, True):
        source = Controlled()
        stream = ReadableStream(source, {"highWaterMark": 1, "size": lambda chunk: chunk})
        for size in (0.1, 0.2, 1e15):
            source.controller.enqueue(size)
        if is_iterated:
            iterator = aiter(stream)
            read = [await anext(iterator) for _ in range(3)]
        else:
            reader = stream.getReader()
            read = [(await reader.read()).value for _ in range(3)]
        assert read == [0.1, 0.2, 1e15]
        assert source.controller.desiredSize == 1
