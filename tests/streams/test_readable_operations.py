"""Operations of other standards on a readable stream, and operations that no program reaches."""

import asyncio
import math

import pytest

from support.page import turns
from support.readable_orders import OrderLog, opened, raising
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.streams.interfacing_with_readable_controllers import (
    readable_stream_fulfill_read_request,
    readable_stream_get_num_read_requests,
    readable_stream_has_default_reader,
)
from whatwg_websockets.streams.queue_with_sizes import is_non_negative_number
from whatwg_websockets.streams.readable_for_other_specifications import (
    a_new_readable_stream,
    close,
    enqueue,
    error,
    set_up_a_readable_stream,
)


def new():
    return a_new_readable_stream(the_event_loop())


async def all_of(stream):
    return [chunk async for chunk in stream]


async def test_a_stream_without_algorithms():
    stream = new()
    set_up_a_readable_stream(stream)
    enqueue(stream, "a")
    close(stream)
    enqueue(stream, "too late")
    close(stream)
    assert await all_of(stream) == ["a"]
    stream = new()
    set_up_a_readable_stream(stream)
    await stream.cancel("why")
    assert await all_of(stream) == []


async def test_an_error_drops_what_is_queued():
    stream = new()
    set_up_a_readable_stream(stream)
    enqueue(stream, "a")
    error(stream, KeyError("e"))
    error(stream, KeyError("too late"))
    with pytest.raises(KeyError, match="'e'"):
        await all_of(stream)


@pytest.mark.parametrize("kind", ["nothing", "promise", "coroutine"])
async def test_the_algorithms_may_return_what_they_like(kind):
    log = OrderLog()
    stream = new()

    async def later():
        await asyncio.sleep(0)

    def result():
        if kind == "promise":
            return log.promise()
        return later() if kind == "coroutine" else None

    def pull():
        enqueue(stream, len(log.events))
        log("pull")
        return result()

    def cancel(reason):
        log("cancel", reason)
        return result()

    set_up_a_readable_stream(stream, pull_algorithm=pull, cancel_algorithm=cancel)
    reader = stream.getReader()
    assert [(await reader.read()).value for _ in range(3)] == [0, 1, 2]
    await reader.cancel("why")
    assert log.events[-1] == "cancel why"


async def test_an_algorithm_that_raises():
    stream = new()
    set_up_a_readable_stream(stream, pull_algorithm=raising(KeyError("pull")))
    with pytest.raises(KeyError, match="pull"):
        await all_of(stream)
    stream = new()
    set_up_a_readable_stream(stream, cancel_algorithm=raising(KeyError("cancel")))
    with pytest.raises(KeyError, match="cancel"):
        await stream.cancel()


async def test_the_strategy_is_the_standards_own():
    pulls = []
    stream = new()
    set_up_a_readable_stream(
        stream, pull_algorithm=lambda: pulls.append(1), high_water_mark=10, size_algorithm=len
    )
    await turns()
    enqueue(stream, "12345")
    enqueue(stream, "12345")
    await turns()
    assert len(pulls) == 2
    stream = new()
    set_up_a_readable_stream(stream, pull_algorithm=lambda: pulls.append(1), high_water_mark=0)
    await turns()
    assert len(pulls) == 2


async def test_who_reads_and_how_many_reads_wait():
    stream, _ = opened()
    assert not readable_stream_has_default_reader(stream)
    reader = stream.getReader()
    assert readable_stream_has_default_reader(stream)
    log = OrderLog()
    for number in range(3):
        assert readable_stream_get_num_read_requests(stream) == number
        log.then(reader.read(), f"read {number}")
    readable_stream_fulfill_read_request(stream, "a", False)
    readable_stream_fulfill_read_request(stream, None, True)
    assert readable_stream_get_num_read_requests(stream) == 1
    await turns()
    assert log.events == ["read 0 chunk a", "read 1 done nothing"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, True), (-0.0, True), (math.inf, True), (math.nan, False), (-1, False), ("1", False)],
)
def test_a_number_that_is_not_negative(value, expected):
    assert is_non_negative_number(value) is expected
