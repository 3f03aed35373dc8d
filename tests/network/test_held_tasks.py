"""The tasks of one connection, which wait while backpressure is applied."""

import asyncio

import pytest

from support import frames
from support.page import turns
from support.streams import open_stream
from whatwg_websockets.html.event_loop import PAGE_TIME, the_event_loop
from whatwg_websockets.network.connection import A_LONG_READ
from whatwg_websockets.network.held_tasks import HeldTasks


def held(seen, argument):
    seen.append(argument)


def applies(seen, argument):
    seen[0].append(argument)
    seen[1].apply()


def at_once(seen, argument):
    seen.append(argument)


def other(seen, argument):
    seen.append(argument)


@pytest.fixture
def a_queue():
    """Return a function that makes a queue, once the loop runs."""
    return lambda: HeldTasks(the_event_loop(), {held, applies}, {held, applies, at_once})


async def test_tasks_run_in_order_soon(a_queue):
    queue, seen = a_queue(), []
    for number, steps in enumerate((held, other, at_once, held)):
        queue.queue_a_task(steps, seen, number)
    assert seen == []
    await turns()
    assert seen == [0, 1, 2, 3]


async def test_backpressure_stops_before_a_task_that_waits_for_it(a_queue):
    queue, seen = a_queue(), []
    queue.apply()
    for number, steps in enumerate((other, at_once, held, other)):
        queue.queue_a_task(steps, seen, number)
    await turns()
    assert seen == [0, 1]
    assert queue.holds_something
    queue.release()
    await turns()
    assert seen == [0, 1, 2, 3]
    assert not queue.holds_something


async def test_what_waits_behind_a_task_that_may_run_is_held_as_well(a_queue):
    queue, seen = a_queue(), []
    queue.apply()
    queue.queue_a_task(other, seen, 0)
    assert not queue.holds_something
    queue.queue_a_task(held, seen, 1)
    assert queue.holds_something


async def test_backpressure_that_is_applied_before_the_task_runs_holds_it(a_queue):
    queue, seen = a_queue(), []
    queue.queue_a_task(held, seen, 0)
    queue.apply()
    await turns()
    assert seen == []


async def test_a_queue_that_was_emptied_has_nothing_to_run(a_queue):
    queue, seen = a_queue(), []
    queue.queue_a_task(held, seen, 0)
    queue.tasks.clear()
    await turns()
    assert seen == []


async def test_release_runs_at_once_what_was_released_before(a_queue, clock):
    queue, seen = a_queue(), []
    the_event_loop().task_began = clock.now
    queue.queue_a_task(held, seen, 0)
    queue.release()
    assert seen == [0]
    await turns()
    assert seen == [0]


async def test_tasks_run_from_a_callback_without_a_turn(a_queue):
    queue, seen = a_queue(), []
    queue.tasks.append((held, seen, 0))
    queue.run_tasks()
    assert seen == [0]


async def test_release_runs_what_may_run_at_once_up_to_the_next_that_applies(a_queue, clock):
    queue, seen = a_queue(), []
    the_event_loop().task_began = clock.now

    queue.apply()
    queue.tasks += [(at_once, seen, 0), (applies, (seen, queue), 1), (held, seen, 2)]
    queue.release()
    assert seen == [0, 1]
    queue.release()
    assert seen == [0, 1, 2]
    queue.apply()
    queue.tasks += [(applies, (seen, queue), 3), (at_once, seen, 4), (held, seen, 5)]
    queue.release()
    assert seen == [0, 1, 2, 3]
    await turns()
    assert seen == [0, 1, 2, 3, 4]
    queue.release()
    queue.tasks.append((other, seen, 6))
    queue.apply()
    queue.release()
    assert seen == [0, 1, 2, 3, 4, 5], "a page can tell it from nothing"
    await turns()
    assert seen == [0, 1, 2, 3, 4, 5, 6]


async def test_release_without_time_has_the_task_run_in_another_turn(a_queue, clock):
    queue, seen = a_queue(), []
    the_event_loop().task_began = clock.now
    queue.apply()
    queue.tasks.append((held, seen, 0))
    clock.now += PAGE_TIME
    queue.release()
    assert seen == []
    await turns()
    assert seen == [0]


async def test_release_where_no_task_waits(a_queue):
    queue, seen = a_queue(), []
    queue.apply()
    queue.release()
    queue.queue_a_task(held, seen, 0)
    await turns()
    assert seen == [0]


async def test_backpressure_that_has_ended_is_not_applied_any_more(a_queue):
    queue, seen = a_queue(), []
    queue.apply()
    queue.queue_a_task(held, seen, 0)
    queue.end_backpressure()
    queue.apply()
    queue.queue_a_task(held, seen, 1)
    await turns()
    assert seen == [0, 1]


async def test_other_tasks_of_the_loop_come_in_between(a_queue):
    event_loop, queue, seen = the_event_loop(), a_queue(), []
    queue.queue_a_task(other, seen, "a")
    queue.queue_a_task(other, seen, "b")
    event_loop.queue_a_task(other, seen, "of another socket")
    await turns()
    assert seen == ["a", "of another socket", "b"]


async def test_a_long_read_in_a_turn_without_time_is_read_in_the_next(pages):
    """The queue of the connection is told that something waits in it."""
    _, wire, opened = await open_stream(pages)
    reader = opened.readable.getReader()
    reading = reader.read()
    await turns()
    the_event_loop().must_yield = True
    wire.receive(frames.text("x" * A_LONG_READ))
    the_event_loop().must_yield = False
    assert (await reading).value == "x" * A_LONG_READ


async def test_a_stream_that_nobody_reads_holds_up_no_other(pages):
    _, held_up, _ = await open_stream(pages)
    held_up.receive(b"".join(frames.text(str(i)) for i in range(10_000)))
    await asyncio.sleep(0)
    assert held_up.is_paused
    _, wire, opened = await open_stream(pages)
    wire.receive(frames.text("a") + frames.text("b"))
    reader = opened.readable.getReader()
    assert [(await reader.read()).value, (await reader.read()).value] == ["a", "b"]
    assert not wire.is_paused
