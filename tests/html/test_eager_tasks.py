"""Tasks that begin at once, with asyncio's eager tasks and without them."""

import asyncio
import contextvars
import gc

import pytest

from support.loops import LOOPS
from whatwg_websockets.html import eager_tasks
from whatwg_websockets.html.eager_tasks import start_a_task

VARIABLE = contextvars.ContextVar("variable", default="unset")


@pytest.fixture(params=["as on this version", "by hand"], autouse=True)
def begin(request, monkeypatch):
    """Begin tasks as this version of Python does, and as 3.11 does."""
    if request.param == "by hand":
        monkeypatch.setattr(eager_tasks, "begin", eager_tasks.begin_by_hand)


def start(coroutine):
    return start_a_task(coroutine, asyncio.get_running_loop())


async def test_it_runs_up_to_its_first_await_within_the_call():
    steps = []

    async def coroutine():
        steps.append("begun")
        await asyncio.sleep(0)
        steps.append("gone on")
        return "result"

    task = start(coroutine())
    assert steps == ["begun"]
    assert not task.done()
    assert await task == "result"
    assert steps == ["begun", "gone on"]


async def test_one_that_awaits_nothing_is_done_at_once():
    async def coroutine():
        return "result"

    assert start(coroutine()).result() == "result"


async def test_it_is_the_task_that_goes_on():
    tasks = []

    async def coroutine():
        for _ in range(3):
            tasks.append(asyncio.current_task())
            await asyncio.sleep(0)

    around = asyncio.current_task()
    task = start(coroutine())
    assert asyncio.current_task() is around
    assert task in asyncio.all_tasks()
    await task
    assert tasks == [task] * 3
    assert isinstance(task, asyncio.Task)
    assert task.get_loop() is asyncio.get_running_loop()


async def test_timeouts_and_task_groups_work_from_the_first_line_on():
    async def coroutine():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await asyncio.Event().wait()
        async with asyncio.TaskGroup() as group:
            child = group.create_task(asyncio.sleep(0, "child"))
        return await asyncio.wait_for(asyncio.gather(child), 5)

    assert await start(coroutine()) == ["child"]


async def test_it_may_be_cancelled_from_within_and_from_without():
    async def cancels_itself():
        asyncio.current_task().cancel()
        await asyncio.sleep(0)

    async def waits():
        await asyncio.Event().wait()

    tasks = [start(cancels_itself()), start(waits())]
    tasks[1].cancel()
    await asyncio.wait(tasks)
    assert all(task.cancelled() for task in tasks)


async def test_it_runs_in_a_copy_of_the_context():
    async def coroutine():
        VARIABLE.set(f"{VARIABLE.get()} within")
        await asyncio.sleep(0)
        return VARIABLE.get()

    VARIABLE.set("around")
    task = start(coroutine())
    assert VARIABLE.get() == "around"
    assert await task == "around within"


async def test_one_may_start_another():
    steps = []

    async def inner():
        steps.append("inner")
        await asyncio.sleep(0)
        steps.append("inner again")

    async def outer():
        steps.append("outer")
        task = asyncio.current_task()
        inner_task = start(inner())
        assert asyncio.current_task() is task
        steps.append("outer again")
        await inner_task

    await start(outer())
    assert steps == ["outer", "inner", "outer again", "inner again"]


async def test_it_may_start_outside_of_a_task():
    done = asyncio.get_running_loop().create_future()

    async def coroutine():
        await asyncio.sleep(0)
        return asyncio.current_task()

    def callback():
        task = start(coroutine())
        assert asyncio.current_task() is None
        task.add_done_callback(lambda task: done.set_result(task.result() is task))

    asyncio.get_running_loop().call_soon(callback)
    assert await done


async def test_an_exception_is_the_tasks():
    async def coroutine():
        raise ZeroDivisionError

    assert isinstance(start(coroutine()).exception(), ZeroDivisionError)


@pytest.mark.parametrize("exception", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("in_a_task", [True, False])
@pytest.mark.parametrize("kind", LOOPS)
def test_what_ends_the_program_is_raised_at_once(kind, in_a_task, exception):
    errors = []

    async def coroutine():
        raise exception

    def attempt():
        around = asyncio.current_task()
        with pytest.raises(exception):
            start(coroutine())
        assert asyncio.current_task() is around

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, error: errors.append(error))
        if in_a_task:
            attempt()
        else:
            loop.call_soon(attempt)
        await asyncio.sleep(0)
        gc.collect()
        await asyncio.sleep(0)

    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        runner.run(main())
    assert errors == []


async def test_a_call_soon_that_somebody_put_at_the_loop_stays_there():
    loop = asyncio.get_running_loop()
    calls = []

    def call_soon(callback, *arguments, context=None):
        calls.append(callback)
        return type(loop).call_soon(loop, callback, *arguments, context=context)

    async def coroutine():
        calls.append("begun")
        await asyncio.sleep(0)

    loop.call_soon = call_soon
    try:
        task = start(coroutine())
        assert loop.call_soon is call_soon
        assert calls[0] == "begun"
        assert len(calls) == 2
    finally:
        del loop.call_soon
    await task
    assert "call_soon" not in vars(loop)


async def test_asyncio_has_the_private_names_that_beginning_by_hand_needs():
    """docs/dependencies.md lists them."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    asyncio.tasks._leave_task(loop, task)  # noqa: SLF001 (asyncio's)
    assert asyncio.current_task() is None
    asyncio.tasks._enter_task(loop, task)  # noqa: SLF001 (asyncio's)
    assert asyncio.current_task() is task
