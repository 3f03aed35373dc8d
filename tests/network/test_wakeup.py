"""A wait that ends within the callback that brings what is waited for.

What asyncio's tasks ask of a future is not documented: these tests are what holds it.
"""

import asyncio
import contextvars

import pytest

from support.loops import called_by_the_loop
from support.page import turns
from whatwg_websockets.network.wakeup import Wakeup

VARIABLE = contextvars.ContextVar("variable", default="the loop's")


class Waiting:
    """A task that waits, and what it has done."""

    def __init__(self):
        self.wakeup = Wakeup(asyncio.get_running_loop())
        self.done = []
        self.task = asyncio.ensure_future(self._wait())

    async def _wait(self):
        VARIABLE.set("the task's")
        try:
            await self.wakeup
        except asyncio.CancelledError:
            self.done.append("cancelled")
            raise
        self.done.append(VARIABLE.get())
        return asyncio.current_task()


async def test_the_task_goes_on_before_wake_returns():
    waiting = Waiting()
    await turns(2)

    def wake():
        waiting.wakeup.wake()
        return waiting.done[:]

    assert await called_by_the_loop(wake) == ["the task's"]
    assert await waiting.task is waiting.task
    assert VARIABLE.get() == "the loop's"


async def test_it_goes_on_soon_where_another_task_is_running():
    waiting = Waiting()
    await turns(2)
    waiting.wakeup.wake()
    assert waiting.done == []
    await waiting.task
    assert waiting.done == ["the task's"]


async def test_it_may_wait_again():
    loop, seen = asyncio.get_running_loop(), []
    wakeups = [Wakeup(loop), Wakeup(loop)]

    async def wait():
        for wakeup in wakeups:
            await wakeup
            seen.append(wakeup)

    task = asyncio.ensure_future(wait())
    await turns(2)
    for count, wakeup in enumerate(wakeups, 1):
        await called_by_the_loop(wakeup.wake)
        assert len(seen) == count
    await task


async def test_a_task_that_is_cancelled_hears_of_it():
    waiting = Waiting()
    await turns(2)
    waiting.task.cancel("enough")
    with pytest.raises(asyncio.CancelledError):
        await waiting.task
    assert waiting.done == ["cancelled"]


async def test_a_task_that_is_cancelled_before_it_waits():
    waiting = Waiting()
    waiting.task.cancel()
    await turns(2)
    assert waiting.task.cancelled()


async def test_a_task_that_was_cancelled_as_it_began_to_wait():
    wakeup = Wakeup(asyncio.get_running_loop())

    async def wait():
        asyncio.current_task().cancel()
        await wakeup

    with pytest.raises(asyncio.CancelledError):
        await asyncio.ensure_future(wait())


async def test_a_wait_that_is_cancelled_and_then_ends_is_cancelled_once():
    waiting = Waiting()
    await turns(2)

    def cancel_and_wake():
        waiting.task.cancel()
        waiting.wakeup.wake()
        return waiting.done[:]

    assert await called_by_the_loop(cancel_and_wake) == ["cancelled"]
    await turns(2)
    assert waiting.done == ["cancelled"]


async def test_to_wake_twice_does_nothing_more():
    waiting = Waiting()
    await turns(2)
    await called_by_the_loop(waiting.wakeup.wake)
    await called_by_the_loop(waiting.wakeup.wake)
    assert waiting.done == ["the task's"]


async def test_what_the_task_raises_is_the_tasks():
    wakeup = Wakeup(asyncio.get_running_loop())

    async def wait():
        await wakeup
        raise LookupError

    task = asyncio.ensure_future(wait())
    await turns(2)
    await called_by_the_loop(wakeup.wake)
    with pytest.raises(LookupError):
        await task


async def test_a_timeout_around_it_holds():
    wakeup = Wakeup(asyncio.get_running_loop())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await wakeup


async def test_a_loop_that_ends_cancels_it():
    """As asyncio.run does with every task that is left."""
    waiting = Waiting()
    await turns(2)
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.wait([waiting.task])
    assert waiting.done == ["cancelled"]
    assert "wait" in repr(waiting.task)
