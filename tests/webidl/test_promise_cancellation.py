"""Tasks that are cancelled while they await a promise: the promise stays as it is.

JavaScript knows nothing like it. What stands here is what asyncio promises of its own futures.
"""

import asyncio

import pytest

from support.loops import errors_heard
from support.page import turns
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.webidl.promise import Promise, a_promise_resolved_with, resolve, upon
from whatwg_websockets.webidl.promise_objects import Waiter


class Withdrawable(Promise):
    """A promise that notes when no task waits for its result any longer."""

    __slots__ = ("withdrawn",)

    def __init__(self):
        super().__init__(the_event_loop())
        self.withdrawn = []

    def _waiting_was_cancelled(self):
        self.withdrawn.append(repr(self))


async def wait_for(promise):
    return await promise


async def waiting_task(promise):
    task = asyncio.create_task(wait_for(promise))
    await turns()
    return task


async def test_a_task_that_is_cancelled_leaves_the_promise():
    promise = Withdrawable()
    task, other = await waiting_task(promise), await waiting_task(promise)
    assert task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    assert repr(promise) == "<Promise pending>"
    resolve(promise, 1)
    assert await other == 1
    assert promise.withdrawn == [], "the other task has asked for it as well"


async def test_the_last_who_is_cancelled_withdraws():
    promise = Withdrawable()
    tasks = [await waiting_task(promise) for _ in range(3)]
    for task in tasks:
        assert promise.withdrawn == []
        task.cancel()
    assert promise.withdrawn == ["<Promise pending>"]
    await asyncio.wait(tasks)


async def test_steps_have_asked_for_the_result_as_well():
    promise, said = Withdrawable(), []
    task = await waiting_task(promise)
    upon(promise, said.append)
    task.cancel()
    assert promise.withdrawn == []
    resolve(promise, 1)
    await asyncio.wait([task])
    await turns()
    assert said == [1]


async def test_a_task_that_is_cancelled_between_the_result_and_its_step():
    promise = Withdrawable()
    task = await waiting_task(promise)
    resolve(promise, 1)
    task.cancel()
    assert promise.withdrawn == ["<Promise fulfilled>"]
    await asyncio.wait([task])
    assert task.cancelled()


async def test_of_two_tasks_one_is_cancelled_between_the_result_and_its_step():
    promise = Withdrawable()
    task, other = await waiting_task(promise), await waiting_task(promise)
    resolve(promise, 1)
    task.cancel()
    assert promise.withdrawn == []
    assert await other == 1
    assert task.cancelled()


async def test_a_task_that_has_gone_on_has_the_result():
    """A step is over when the next callback runs, so that nobody can cancel the ``await`` then."""
    promise = Withdrawable()
    task = await waiting_task(promise)
    resolve(promise, 1)
    assert await task == 1
    assert not task.cancel()
    assert promise.withdrawn == []


async def test_a_waiter_is_cancelled_once():
    promise = Withdrawable()
    task = await waiting_task(promise)
    assert task.cancel()
    assert task.cancel()
    await asyncio.wait([task])
    assert promise.withdrawn == ["<Promise pending>"]


async def test_the_message_reaches_the_task():
    promise = Withdrawable()
    task = await waiting_task(promise)
    task.cancel("enough")
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    assert caught.value.args == ("enough",)


async def test_a_cancellation_has_no_message_of_its_own():
    promise = Withdrawable()
    task = await waiting_task(promise)
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    assert caught.value.args == ()


async def test_a_task_that_was_cancelled_before_it_awaits():
    promise, seen = Withdrawable(), []

    async def function():
        asyncio.current_task().cancel()
        try:
            await promise
        except asyncio.CancelledError:
            seen.append(promise.withdrawn[:])
        return await promise

    task = asyncio.create_task(function())
    await turns()
    assert seen == [["<Promise pending>"]]
    resolve(promise, 1)
    assert await task == 1


async def test_wait_for():
    promise = Withdrawable()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(promise, 0.001)
    assert promise.withdrawn == ["<Promise pending>"]
    resolve(promise, 1)
    assert await asyncio.wait_for(promise, 60) == 1


async def test_timeout():
    promise = Withdrawable()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await promise
    assert promise.withdrawn == ["<Promise pending>"]
    async with asyncio.timeout(60):
        assert await a_promise_resolved_with(1, the_event_loop()) == 1


async def test_a_timeout_that_is_over_already():
    promise = Withdrawable()
    resolve(promise, 1)

    async def function():
        async with asyncio.timeout(0):
            await promise
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        await function()


async def test_shield():
    promise = Withdrawable()
    task = asyncio.ensure_future(asyncio.shield(promise))
    await turns()
    task.cancel()
    await asyncio.wait([task])
    assert promise.withdrawn == []
    resolve(promise, 1)
    await turns()
    assert repr(promise) == "<Promise fulfilled>"


async def test_gather():
    promises = [Withdrawable() for _ in range(3)]
    task = asyncio.ensure_future(asyncio.gather(*promises))
    await turns()
    for i, promise in enumerate(promises):
        resolve(promise, i)
    assert await task == [0, 1, 2]
    promises = [Withdrawable() for _ in range(3)]
    task = asyncio.ensure_future(asyncio.gather(*promises))
    await turns()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [promise.withdrawn for promise in promises] == [["<Promise pending>"]] * 3


async def test_a_task_group_cancels_those_who_wait_when_one_fails():
    promise = Withdrawable()

    async def fail():
        await turns()
        raise LookupError

    async def function():
        async with asyncio.TaskGroup() as group:
            group.create_task(wait_for(promise))
            group.create_task(fail())

    with pytest.raises(ExceptionGroup) as caught:
        await function()
    assert [type(error) for error in caught.value.exceptions] == [LookupError]
    assert promise.withdrawn == ["<Promise pending>"]


async def test_the_host_of_a_task_group_waits_for_a_promise():
    promise = Withdrawable()

    async def fail():
        await turns()
        raise LookupError

    async def function():
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
            await promise

    with pytest.raises(ExceptionGroup):
        await function()
    assert promise.withdrawn == ["<Promise pending>"]
    assert not asyncio.current_task().cancelling()


async def test_a_scope_that_cancels_again_and_again_until_the_task_ends():
    """As anyio's scopes do: each await of a cancelled scope is cancelled, also in ``finally``."""
    loop, promise, said = asyncio.get_running_loop(), Withdrawable(), []

    async def function():
        for i in range(3):
            try:
                await promise
            except asyncio.CancelledError:
                said.append(i)
        await promise

    def cancel():
        if not task.done():
            task.cancel()
            loop.call_soon(cancel)

    task = await waiting_task(function())
    cancel()
    await asyncio.wait([task])
    assert said == [0, 1, 2]
    assert task.cancelled()
    assert promise.withdrawn == ["<Promise pending>"] * 4


async def test_polling_leaves_nothing_at_the_promise():
    promise = Withdrawable()
    for _ in range(100):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await promise
    said = []
    upon(promise, said.append)
    resolve(promise, 1)
    await turns()
    assert said == [1]
    assert promise.withdrawn == ["<Promise pending>"] * 100


async def test_a_waiter_is_a_future_to_those_who_have_no_task():
    """A callback that says nothing of a context is called in a copy of the current one."""
    promise, called = Withdrawable(), []
    waiter = Waiter(promise)
    assert asyncio.isfuture(waiter)
    assert waiter.get_loop() is asyncio.get_running_loop()
    assert not waiter.cancel(), "nobody waits yet"
    waiter.add_done_callback(called.append)
    resolve(promise, 1)
    await turns()
    assert called == [waiter]
    waiter.result()


async def test_what_a_callback_of_a_waiter_raises_is_reported():
    def raising(_):
        raise RuntimeError("raised")

    promise = Withdrawable()
    Waiter(promise).add_done_callback(raising)
    resolve(promise, 1)
    await turns()
    assert [str(error) for error in errors_heard().take()] == ["raised"]
