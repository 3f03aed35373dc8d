"""Promises as Python's awaitables: results, awaitables as values, unhandled rejections.

https://webidl.spec.whatwg.org/#js-promise-manipulation. The order of reactions is in
test_promise_order.py, and cancelled tasks are in test_promise_cancellation.py.
"""

import asyncio
import gc
import sys
import weakref
from contextvars import ContextVar, copy_context
from functools import partial

import pytest

from support.apart import apart
from support.loops import LOOPS, called_by_the_loop, collect_garbage, errors_heard
from support.page import turns
from whatwg_websockets import DOMException
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.webidl.promise import (
    Promise,
    Rejection,
    a_new_promise,
    a_promise_for_all,
    a_promise_rejected_with,
    a_promise_resolved_with,
    mark_as_handled,
    react,
    reject,
    resolve,
    upon,
    upon_fulfillment,
    upon_rejection,
    wait_for_all,
)
from whatwg_websockets.webidl.rejection import exception_of


def new():
    return a_new_promise(the_event_loop())


def resolved(value=None):
    return a_promise_resolved_with(value, the_event_loop())


def rejected(reason):
    return a_promise_rejected_with(reason, the_event_loop())


# Results.


async def test_a_promise_is_awaited_as_often_as_one_likes():
    promise, value = new(), object()
    waiting = [asyncio.ensure_future(promise) for _ in range(3)]
    await turns()
    resolve(promise, value)
    assert await asyncio.gather(*waiting) == [value] * 3
    assert await promise is value
    assert await promise is value


async def test_it_says_what_state_it_is_in():
    promise = new()
    assert repr(promise) == "<Promise pending>"
    resolve(promise)
    assert repr(promise) == "<Promise fulfilled>"
    other = rejected(1)
    mark_as_handled(other)
    assert repr(other) == "<Promise rejected>"


async def test_a_promise_that_follows_another_is_pending():
    promise, other = new(), new()
    resolve(promise, other)
    await turns()
    assert repr(promise) == "<Promise pending>"
    resolve(other, 1)
    assert await promise == 1


async def test_a_promise_that_follows_a_rejected_one_is_rejected():
    error = LookupError()
    with pytest.raises(LookupError) as caught:
        await resolved(rejected(error))
    assert caught.value is error


async def test_the_reason_is_raised_itself():
    error = LookupError("no")
    for _ in range(2):
        with pytest.raises(LookupError) as caught:
            await rejected(error)
        assert caught.value is error


@pytest.mark.parametrize("reason", [None, "reason", 3, ValueError])
async def test_a_reason_that_is_no_exception_is_in_one(reason):
    with pytest.raises(Rejection, match="the promise was rejected with") as caught:
        await rejected(reason)
    assert caught.value.reason is reason


async def test_a_promise_that_is_resolved_with_itself_is_rejected():
    promise = new()
    resolve(promise, promise)
    with pytest.raises(TypeError, match="resolved with itself"):
        await promise


# Steps.


async def test_steps_for_one_outcome_only():
    said = []
    assert await upon_fulfillment(resolved(1), lambda value: value + 1) == 2
    assert await upon_rejection(rejected(1), lambda reason: reason + 1) == 2
    assert await upon_rejection(resolved(1), said.append) == 1
    with pytest.raises(LookupError):
        await upon_fulfillment(rejected(LookupError()), said.append)
    upon(resolved(1), None, said.append)
    upon(rejected(1), said.append)
    await turns()
    assert said == []


async def test_upon_takes_steps_for_both():
    said = []
    upon(resolved(1), said.append, said.append)
    upon(rejected(2), said.append, said.append)
    await turns()
    assert said == [1, 2]


async def test_what_steps_raise_without_a_promise_for_it_is_reported_and_the_others_run():
    said = []

    def raising(_):
        raise LookupError

    upon(resolved(), raising)
    upon(resolved(1), said.append)
    await turns()
    assert said == [1]
    assert [type(error) for error in errors_heard().take()] == [LookupError]


async def test_to_wait_for_all():
    promises, said = [new() for _ in range(3)], []
    wait_for_all(promises, said.append, said.append, the_event_loop())
    for value in (2, 0, 1):
        assert said == []
        resolve(promises[value], value)
        await turns()
    assert said == [[0, 1, 2]]


async def test_to_wait_for_none():
    said = []
    wait_for_all([], said.append, said.append, the_event_loop())
    assert said == [], "a microtask does it"
    await turns()
    assert said == [[]]
    assert await a_promise_for_all([], the_event_loop()) == []


async def test_the_first_rejection_of_all_counts():
    promises, said = [new() for _ in range(3)], []
    wait_for_all(promises, said.append, said.append, the_event_loop())
    both = a_promise_for_all(promises, the_event_loop())
    reject(promises[1], "first")
    reject(promises[0], "second")
    resolve(promises[2])
    with pytest.raises(Rejection, match="first"):
        await both
    assert said == ["first"]


# Awaitables as values.


async def test_a_coroutine_begins_within_the_call_and_settles_the_promise():
    said = []

    async def function():
        said.append(1)
        await asyncio.sleep(0)
        return "value"

    promise = resolved(function())
    assert said == [1]
    assert await promise == "value"


async def test_so_it_does_where_no_task_runs():
    async def function():
        assert asyncio.current_task() is not None
        await asyncio.sleep(0)
        return "value"

    promise = await called_by_the_loop(lambda: (resolved(function()),))
    assert await promise[0] == "value"


async def test_a_coroutine_that_raises_rejects_with_what_it_raised():
    async def function():
        raise LookupError("lost")

    with pytest.raises(LookupError, match="lost") as caught:
        await resolved(function())
    names = [entry.name for entry in caught.traceback]
    assert names[-1] == "function", "the traceback says where it was raised"


@pytest.mark.parametrize("is_done", [True, False])
async def test_a_future_of_asyncio(is_done):
    future = asyncio.get_running_loop().create_future()
    if is_done:
        future.set_result("value")
    promise = resolved(future)
    await turns()
    if not is_done:
        assert repr(promise) == "<Promise pending>"
        future.set_result("value")
    assert await promise == "value"


async def test_any_awaitable():
    class Awaitable:
        def __await__(self):
            yield from asyncio.sleep(0).__await__()
            return "value"

    assert await resolved(Awaitable()) == "value"
    assert await react(resolved(), lambda _: Awaitable()) == "value"


async def test_what_the_awaitable_ends_with_may_be_a_promise():
    promise = new()

    async def function():
        return promise

    waiting = resolved(function())
    await turns()
    assert repr(waiting) == "<Promise pending>"
    resolve(promise, 1)
    assert await waiting == 1


@pytest.mark.parametrize("is_cancelled_first", [True, False])
async def test_a_task_that_is_cancelled_rejects_with_an_abort_error(is_cancelled_first):
    """Whoever awaits the promise is not taken for cancelled."""
    task = asyncio.create_task(asyncio.sleep(60))
    await asyncio.sleep(0)
    if is_cancelled_first:
        task.cancel()
    promise = resolved(task)
    task.cancel()
    with pytest.raises(DOMException, match="AbortError") as caught:
        await promise
    assert isinstance(caught.value.__cause__, asyncio.CancelledError)
    assert not asyncio.current_task().cancelling()


async def test_steps_that_raise_a_cancelled_error_likewise():
    def steps(_):
        raise asyncio.CancelledError

    with pytest.raises(DOMException, match="AbortError"):
        await react(resolved(), steps)


async def test_a_coroutine_that_waits_is_held_and_cancelled_when_the_loop_ends():
    """asyncio holds tasks weakly; nobody else holds this one."""
    loop = asyncio.new_event_loop()
    ended = []

    async def function():
        try:
            await loop.create_future()
        finally:
            ended.append(True)

    async def main():
        resolved(function())
        await collect_garbage()
        assert not ended

    def run():
        loop.run_until_complete(main())
        loop.close()

    await asyncio.to_thread(run)
    assert ended == [True]


# What ends the program.


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("kind", LOOPS)
def test_a_coroutine_that_ends_the_program_rejects_the_promise_as_well(kind, error):
    async def function():
        raise error

    async def main():
        promise = new()
        with pytest.raises(error):
            resolve(promise, function())
        with pytest.raises(error):
            await promise

    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        runner.run(main())


# Rejections that nobody hears of.


async def test_a_rejection_that_nobody_awaits_is_reported_when_it_is_collected():
    error = LookupError("unheard")
    rejected(error)
    await collect_garbage()
    assert errors_heard().take() == [error]


async def test_a_reason_that_is_no_exception_is_reported_in_one():
    rejected("unheard")
    await collect_garbage()
    (error,) = errors_heard().take()
    assert isinstance(error, Rejection)
    assert error.reason == "unheard"


async def test_what_is_derived_is_reported_where_the_reactions_handle_it_not():
    react(rejected(LookupError("unheard")), lambda _: None)
    await turns()
    await collect_garbage()
    assert [str(error) for error in errors_heard().take()] == ["unheard"]


async def test_what_is_handled_is_not_reported():
    before, after = new(), new()
    mark_as_handled(before)
    reject(before, LookupError())
    reject(after, LookupError())
    mark_as_handled(after)
    mark_as_handled(after)
    react(rejected(LookupError()), None, lambda _: None)
    with pytest.raises(LookupError):
        await rejected(LookupError())
    waiting = asyncio.ensure_future(rejected(LookupError()))
    await asyncio.wait([waiting])
    assert waiting.exception() is not None
    del before, after
    await collect_garbage()
    assert errors_heard() == []


async def test_what_ends_the_program_is_not_reported():
    rejected(KeyboardInterrupt())
    rejected(SystemExit())
    await collect_garbage()
    assert errors_heard() == []


@pytest.mark.parametrize("kind", LOOPS)
def test_a_rejection_is_reported_also_behind_the_end_of_its_loop(kind):
    heard = []

    async def main():
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: heard.append(context["exception"])
        )
        return rejected("unheard")

    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        promise = runner.run(main())
    assert heard == []
    del promise
    gc.collect()
    assert [error.reason for error in heard] == ["unheard"]


# Threads and loops.


async def test_a_promise_belongs_to_the_thread_of_its_loop():
    promise = new()
    waiting = asyncio.ensure_future(promise)
    await turns()
    with pytest.raises(RuntimeError, match="a promise belongs to the thread of its event loop"):
        apart(resolve, promise, 1)
    waiting.cancel()


async def test_it_is_settled_from_another_thread_by_way_of_the_loop():
    promise = new()
    loop = asyncio.get_running_loop()
    apart(loop.call_soon_threadsafe, resolve, promise, 1)
    assert await promise == 1


async def test_another_loop_cannot_wait_for_it():
    promise = resolved(1)

    async def main():
        await promise

    with pytest.raises(RuntimeError, match="attached to a different loop"):
        apart(asyncio.run, main())


async def test_a_promise_of_another_loop_cannot_follow_it():
    promise = resolved(1)

    async def main():
        await resolved(promise)

    with pytest.raises(RuntimeError, match="a promise of another event loop"):
        await asyncio.to_thread(asyncio.run, main())


@pytest.mark.parametrize("kind", LOOPS)
def test_behind_the_end_of_the_loop_nothing_runs_and_nothing_is_raised(kind):
    said = []

    async def main():
        promise = new()
        upon(promise, said.append)
        return promise

    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        promise = runner.run(main())
    resolve(promise, 1)
    upon(promise, said.append)
    assert repr(promise) == "<Promise fulfilled>"
    assert said == []


@pytest.mark.parametrize("kind", LOOPS)
def test_a_loop_at_rest_goes_on_with_them(kind):
    said = []

    async def main():
        return new()

    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        promise = runner.run(main())
        upon(promise, said.append)
        resolve(promise, 1)
        assert said == []
        runner.run(turns())
        assert said == [1]


# Contexts.


async def test_the_context_of_a_task_is_kept():
    variable, seen = ContextVar("variable", default="outside"), []

    async def function(name, promise):
        variable.set(name)
        await promise
        seen.append((name, variable.get()))
        await resolved()
        seen.append((name, variable.get()))

    promise = new()
    tasks = [asyncio.create_task(function(name, promise)) for name in "ab"]
    await turns()
    resolve(promise)
    await asyncio.gather(*tasks)
    assert seen == [("a", "a"), ("b", "b")] * 2
    assert variable.get() == "outside"


@pytest.mark.parametrize("is_cancelled", [False, True])
async def test_a_task_whose_context_is_entered_goes_on_behind_that_code(is_cancelled):
    """The code that runs in the context performs microtasks, as the code of a transport may."""
    event_loop, loop = the_event_loop(), asyncio.get_running_loop()
    context, promise, said = copy_context(), new(), []

    async def function():
        said.append(await promise)

    def steps():
        event_loop.queue_a_task(lambda *_: resolve(promise, 1), None)
        event_loop.run_tasks()
        said.append("steps")
        if is_cancelled:
            task.cancel()

    task = loop.create_task(function(), context=context)
    await turns()
    loop.call_soon(partial(steps), context=context)
    await asyncio.wait([task])
    assert said == (["steps"] if is_cancelled else ["steps", 1])
    assert task.cancelled() == is_cancelled


# What is left in memory.


async def test_a_promise_keeps_nobody_alive():
    """Nothing waits for the garbage collector, on the way or afterwards."""
    loop, gone = asyncio.get_running_loop(), []

    class Value:
        pass

    async def function(promise):
        await promise

    gc.disable()
    try:
        for settle in (resolve, reject, None):
            promise, value = new(), Value()
            task = asyncio.create_task(function(promise))
            await turns()
            if settle is None:
                task.cancel()
            else:
                settle(promise, value)
            await asyncio.wait([task])
            if settle is reject:
                assert task.exception() is not None
            gone += [weakref.ref(each) for each in (promise, task, value)]
            del promise, task, value
            await turns()
        assert [each() for each in gone] == [None] * 9
    finally:
        gc.enable()
    assert loop.is_running()


async def test_a_promise_that_nobody_can_settle_goes_with_those_who_wait_for_it():
    async def function(promise):
        await promise

    async def begin():
        coroutine = function(new())
        task = asyncio.create_task(coroutine)
        await turns()
        return weakref.ref(task)

    gone = await begin()
    await collect_garbage()
    assert gone() is None
    # asyncio says of such a task that it was destroyed.
    assert [context["message"] for context in errors_heard()] == [
        "Task was destroyed but it is pending!"
    ]
    errors_heard().clear()


# What is raised again and again.


def length(traceback):
    return 0 if traceback is None else 1 + length(traceback.tb_next)


async def test_the_traceback_of_a_reason_does_not_grow_and_says_where_it_came_from():
    def fail():
        raise LookupError

    try:
        fail()
    except LookupError as error:
        reason = error
    lengths = set()
    for _ in range(5):
        with pytest.raises(LookupError) as caught:
            await rejected(reason)
        assert caught.traceback[-1].name == "fail"
        lengths.add(length(caught.tb))
    assert len(lengths) == 1
    assert length(exception_of(reason).__traceback__) == 2


async def test_a_reason_that_was_never_raised_has_no_traceback_of_its_own():
    reason = LookupError()
    for _ in range(2):
        with pytest.raises(LookupError):
            await rejected(reason)
        assert exception_of(reason).__traceback__ is None


# Kinds of loops and tasks.


@pytest.mark.parametrize("kind", LOOPS)
def test_debug_mode_of_asyncio_has_nothing_to_say(kind, caplog):
    async def function():
        await resolved()
        return await resolved(1)

    async def main():
        asyncio.get_running_loop().slow_callback_duration = 60
        assert await resolved(function()) == 1
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.001):
                await new()

    with asyncio.Runner(debug=True, loop_factory=LOOPS[kind]) as runner:
        runner.run(main())
    assert [each for each in caplog.records if each.levelname != "DEBUG"] == []


@pytest.mark.skipif(sys.version_info < (3, 12), reason="there are no eager tasks before 3.12")
async def test_eager_tasks():
    def eager(loop, coroutine, **arguments):
        """Be ``asyncio.eager_task_factory``, which uvloop gives one argument too many on 3.13."""
        return asyncio.Task(coroutine, loop=loop, **(arguments | {"eager_start": True}))

    said = []

    async def function(name, promise):
        said.append(f"{name} begins")
        said.append(f"{name} {await promise}")

    loop = asyncio.get_running_loop()
    loop.set_task_factory(eager)
    promise = new()
    tasks = [loop.create_task(function(name, promise)) for name in "ab"]
    assert said == ["a begins", "b begins"]
    resolve(promise, 1)
    await asyncio.gather(*tasks, resolved(function("c", promise)))
    assert said == ["a begins", "b begins", "c begins", "a 1", "b 1", "c 1"]


async def test_a_type_that_says_what_it_is_a_promise_of():
    assert Promise[int] is not Promise
