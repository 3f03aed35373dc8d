"""The microtask checkpoint: which callbacks a listener has made ready, and when it ends.

https://html.spec.whatwg.org/multipage/webappapis.html#perform-a-microtask-checkpoint
"""

import asyncio
import logging
from contextvars import ContextVar, copy_context

import pytest

from support import frames
from support.apart import apart
from support.loops import LOOPS, errors_heard
from support.page import Recorder, turns, until
from support.wire import establish
from whatwg_websockets.html.event_loop import PAGE_TIME, the_event_loop
from whatwg_websockets.html.microtask_checkpoint import TURNS_TO_REST, Microtasks
from whatwg_websockets.html.microtask_queue import MicrotaskQueue


def loop_has_been_left_alone():
    """Return whether the loop's ``call_soon`` is its own method."""
    loop = asyncio.get_running_loop()
    return loop.call_soon == type(loop).call_soon.__get__(loop)


@pytest.mark.parametrize("kind", LOOPS)
def test_call_soon_of_a_loop_object_can_be_replaced_also_for_c_code(kind):
    """What is relied on: C code looks ``call_soon`` up on the loop object, each time."""
    seen = []

    async def main():
        loop = asyncio.get_running_loop()
        own = loop.call_soon

        def noting(callback, *arguments, context=None):
            seen.append(callback)
            return own(callback, *arguments, context=context)

        vars(loop)["call_soon"] = noting
        future = loop.create_future()
        future.add_done_callback(print_nothing)
        future.set_result(None)
        assert seen == [print_nothing], "a future schedules its callbacks"
        task = asyncio.ensure_future(asyncio.sleep(0))
        assert len(seen) == 2, "a task schedules its first step"
        await task
        del vars(loop)["call_soon"]

    def print_nothing(_):
        pass

    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        runner.run(main())


async def test_an_idle_loop_runs_unchanged(pages):
    _, wire, _ = await pages.open()
    assert loop_has_been_left_alone()
    wire.receive(frames.text("x"))
    assert loop_has_been_left_alone()
    await turns()
    assert loop_has_been_left_alone()


async def test_so_it_does_after_a_listener_that_made_something_ready_or_raised(pages):
    socket, wire, _ = await pages.open()

    def listener(_):
        asyncio.get_running_loop().call_soon(int, "no number")
        raise ValueError

    socket.onmessage = listener
    wire.receive(frames.text("x"))
    assert loop_has_been_left_alone()
    await turns()
    assert loop_has_been_left_alone()
    assert len(errors_heard().take()) == 2


async def test_somebody_elses_replacement_sees_what_page_code_schedules_and_stays(pages):
    socket, wire, events = await pages.open()
    loop, seen, ran = asyncio.get_running_loop(), [], []
    own = loop.call_soon

    def theirs(callback, *arguments, context=None):
        seen.append(callback)
        return own(callback, *arguments, context=context)

    loop.call_soon = theirs
    try:
        socket.onmessage = lambda event: loop.call_soon(ran.append, event.data)
        wire.receive(frames.text("1") + frames.text("2"))
        assert loop.call_soon is theirs
        await until(lambda: len(events.messages) == 2 and len(ran) == 2)
        assert ran == ["1", "2"]
        assert len(seen) >= 2
        assert loop.call_soon is theirs
    finally:
        del loop.call_soon


async def test_a_page_may_replace_it_within_a_listener(pages):
    socket, wire, events = await pages.open()
    loop, seen = asyncio.get_running_loop(), []

    def listener(_):
        before = loop.call_soon

        def theirs(callback, *arguments, context=None):
            seen.append(callback)
            return before(callback, *arguments, context=context)

        loop.call_soon = theirs

    socket.addEventListener("message", listener, once=True)
    wire.receive(frames.text("x"))
    try:
        assert not loop_has_been_left_alone()
        wire.receive(frames.text("y"))
        await turns()
        assert events.messages == ["x", "y"]
        assert seen
    finally:
        del loop.call_soon


async def test_what_another_thread_schedules_is_no_microtask(pages):
    """Also where it does so while a listener runs: nothing is followed that follows from it."""
    socket, wire, _ = await pages.open()
    loop, alone = asyncio.get_running_loop(), []

    def look():
        alone.append(loop_has_been_left_alone())

    def listener(_):
        apart(loop.call_soon_threadsafe, look)
        look()

    socket.onmessage = listener
    wire.receive(frames.text("x"))
    await until(lambda: len(alone) == 2)
    assert alone == [False, True]


async def test_the_context_of_a_callback_is_kept(pages):
    variable = ContextVar("variable", default="outside")
    socket, wire, _ = await pages.open()
    loop, seen = asyncio.get_running_loop(), []
    context = copy_context()
    context.run(variable.set, "given")

    def listener(_):
        loop.call_soon(lambda: seen.append(variable.get()), context=context)

    socket.onmessage = listener
    wire.receive(frames.text("x"))
    await until(lambda: seen)
    assert seen == ["given"]


async def test_unrelated_work_is_not_waited_for(pages):
    """What the rest of the program makes ready all the time does not delay the next task."""
    socket, wire, _ = await pages.open()
    loop = asyncio.get_running_loop()
    rounds, at = 0, []

    def spin():
        nonlocal rounds
        rounds += 1
        if len(at) < 3:
            loop.call_soon(spin)

    def listener(_):
        at.append(rounds)
        loop.call_soon(int)

    spin()
    socket.addEventListener("message", listener)
    wire.receive(frames.text("x") * 3)
    await until(lambda: len(at) == 3)
    assert at[2] - at[0] <= 4, "two turns each"


async def test_a_page_that_never_rests_is_let_go_with_one_line_in_the_log(pages, caplog):
    socket, wire, events = await pages.open()
    loop = asyncio.get_running_loop()
    is_over = False

    def spin():
        if not is_over:
            loop.call_soon(spin)

    socket.addEventListener("message", lambda _: spin())
    with caplog.at_level(logging.WARNING, "whatwg_websockets"):
        wire.receive(frames.text("x") * 3)
        await until(lambda: len(events.messages) == 3)
    is_over = True
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert f"{TURNS_TO_REST} turns" in caplog.text


async def test_what_belonged_to_a_page_that_was_let_go_is_followed_no_more(pages):
    """Each later event waits for its own reactions only."""
    socket, wire, events = await pages.open()
    loop = asyncio.get_running_loop()
    is_over, rounds = False, 0

    def spin():
        nonlocal rounds
        rounds += 1
        if not is_over:
            loop.call_soon(spin)

    socket.addEventListener("message", lambda _: spin(), once=True)
    wire.receive(frames.text("x") * 2)
    await until(lambda: len(events.messages) == 2)
    at = []
    socket.addEventListener("message", lambda _: (at.append(rounds), loop.call_soon(int)))
    wire.receive(frames.text("x") * 3)
    await until(lambda: len(events.messages) == 5)
    is_over = True
    assert at[2] - at[0] <= 6


async def test_a_loop_that_is_run_inside_of_a_listener_does_no_harm():
    """Libraries that nest loops call a followed callback while a listener runs."""
    loop = asyncio.get_running_loop()
    microtasks, ran = Microtasks(loop, MicrotaskQueue(loop, PAGE_TIME)), []
    microtasks.begin_to_follow()
    microtasks.begin_to_follow()
    loop.call_soon(ran.append, 1)
    microtasks.stop_following()
    assert loop_has_been_left_alone()
    microtasks.stop_following()
    await turns()
    assert ran == [1]


async def test_what_is_begun_in_parallel_is_not_waited_for(pages):
    socket, wire, _ = await pages.open()
    loop, event_loop, seen = asyncio.get_running_loop(), the_event_loop(), []

    def listener(event):
        seen.append(event.data)
        event_loop.in_parallel(lambda: loop.call_soon(seen.append, "in parallel"))

    socket.onmessage = listener
    wire.receive(frames.text("1") + frames.text("2"))
    assert seen == ["1", "2"]
    await until(lambda: seen == ["1", "2", "in parallel", "in parallel"])
    assert loop_has_been_left_alone()


async def test_behind_what_is_begun_in_parallel_microtasks_are_waited_for_again(pages):
    """Also where it failed to begin."""
    socket, wire, _ = await pages.open()
    loop, event_loop, seen = asyncio.get_running_loop(), the_event_loop(), []

    def listener(event):
        seen.append(event.data)
        with pytest.raises(LookupError):
            event_loop.in_parallel(lambda: {}["nothing"])  # type: ignore[index]
        loop.call_soon(seen.append, "microtask")

    socket.onmessage = listener
    wire.receive(frames.text("1") + frames.text("2"))
    await until(lambda: len(seen) == 4)
    assert seen == ["1", "microtask", "2", "microtask"]


async def test_a_page_begins_something_in_parallel_outside_of_listeners(pages):
    await pages.open()
    seen = []
    the_event_loop().in_parallel(lambda: seen.append("begun"))
    assert seen == ["begun"]


# The script that makes a socket.


async def await_below(future, depth=12):
    """Await a future below so many tasks, each of which has to begin first."""
    if depth == 0:
        return await future
    return (await asyncio.gather(await_below(future, depth - 1)))[0]


async def test_what_a_script_makes_ready_runs_before_the_first_task(pages):
    """The first message is there before the script, which awaits it, has begun to wait."""
    loop = asyncio.get_running_loop()
    socket, connection = pages.connecting()
    establish(connection, b"".join(frames.text(str(i)) for i in range(10)))
    for i in range(10):
        future = loop.create_future()
        socket.onmessage = future.set_result
        assert (await await_below(future)).data == str(i)


async def test_other_code_of_the_same_turn_is_not_of_the_script(pages):
    loop, is_over, rounds = asyncio.get_running_loop(), False, 0

    async def spin():
        nonlocal rounds
        while not is_over:
            rounds += 1
            await asyncio.sleep(0)

    def spin_in_callbacks():
        if not is_over:
            loop.call_soon(spin_in_callbacks)

    spinning = asyncio.create_task(spin())
    spin_in_callbacks()
    await asyncio.sleep(0)
    socket, connection = pages.connecting()
    events = Recorder(socket)
    another, _ = pages.connecting()
    assert another.readyState == 0
    establish(connection, frames.text("x"))
    before = rounds
    await events.until("message")
    assert rounds - before < 20, "neither of the two has been waited for"
    is_over = True
    await spinning


async def test_a_socket_that_no_task_makes_has_no_script(pages):
    loop = asyncio.get_running_loop()
    made = loop.create_future()

    def make():
        page = pages.connecting()
        made.set_result((page, loop_has_been_left_alone()))

    loop.call_soon(make)
    (socket, connection), is_left_alone = await made
    assert is_left_alone
    events = Recorder(socket)
    establish(connection, frames.text("x"))
    await events.until("message")


async def test_a_listener_is_followed_as_before_where_it_makes_a_socket(pages):
    socket, wire, events = await pages.open()
    made = []

    async def listener(_):
        made.append(pages.connecting()[0])
        await await_below(asyncio.sleep(0))
        made.append("at rest")

    socket.addEventListener("message", listener)
    wire.receive(frames.text("1") + frames.text("2"))
    await events.until("message", 2)
    await until(lambda: len(made) == 4)
    assert [each == "at rest" for each in made] == [False, True, False, True]


async def test_another_engine_may_keep_the_microtasks():
    event_loop = the_event_loop()
    kept = MicrotaskQueue(asyncio.get_running_loop(), PAGE_TIME)
    event_loop.hand_microtasks_to(kept)
    seen = []
    event_loop.queue_a_microtask(seen.append, "a")
    assert list(kept.waiting) == [(seen.append, "a")]
    await turns()
    assert seen == ["a"]
