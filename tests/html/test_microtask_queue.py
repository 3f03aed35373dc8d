"""The microtask queue: when microtasks run, for how long, and how exceptions are reported.

https://html.spec.whatwg.org/multipage/webappapis.html#microtask-queue, and docs/ready-states.md.
The order of the reactions of promises is in webidl/test_promise_order.py.
"""

import asyncio
import logging
import socket
from functools import partial

import pytest

from support import frames
from support.inside import is_let_go
from support.loops import LOOPS, called_by_the_loop, errors_heard
from support.page import turns, until
from whatwg_websockets.html.event_loop import PAGE_TIME, the_event_loop
from whatwg_websockets.html.microtask_checkpoint import TURNS_TO_REST
from whatwg_websockets.html.microtask_queue import BETWEEN_LOOKS, MicrotaskQueue
from whatwg_websockets.webidl.promise import a_new_promise, a_promise_resolved_with, react, resolve

ENDS = pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
ON_EACH_LOOP = pytest.mark.parametrize("kind", LOOPS)


def call(steps, _):
    steps()


def queue(*steps):
    """Queue microtasks that are called without an argument."""
    for each in steps:
        the_event_loop().queue_a_microtask(partial(call, each))


class Endless:
    """A microtask that queues itself until it is stopped.

    Attributes:
        count: how often it has run.
    """

    def __init__(self):
        self.count = 0
        self.is_over = False

    def __call__(self, _=None):
        self.count += 1
        if not self.is_over:
            the_event_loop().queue_a_microtask(self)


# When they run.


async def test_they_run_behind_the_step_of_the_program_that_queues_them():
    said = []
    queue(lambda: said.append(1), lambda: queue(lambda: said.append(3)), lambda: said.append(2))
    assert said == []
    await asyncio.sleep(0)
    assert said == [1, 2, 3]


async def test_they_have_their_argument():
    said = []
    the_event_loop().queue_a_microtask(said.append, 1)
    the_event_loop().queue_a_microtask(said.append)
    await asyncio.sleep(0)
    assert said == [1, None]


async def test_they_run_before_the_tasks_of_sockets(pages):
    page, wire, _ = await pages.open()
    said = []
    page.onmessage = lambda event: (said.append(event.data), queue(lambda: said.append("m")))
    queue(lambda: said.append("script"))
    wire.receive(frames.text("1") + frames.text("2"))
    assert said == [], "the script, which is this test, is not over"
    await until(lambda: len(said) == 5)
    assert said == ["script", "1", "m", "2", "m"]


async def test_within_a_callback_of_a_transport_they_run_at_once(pages):
    page, wire, _ = await pages.open()
    said = []
    page.onmessage = lambda event: (said.append(event.data), queue(lambda: said.append("m")))
    await called_by_the_loop(lambda: wire.receive(frames.text("1") + frames.text("2")))
    assert said == ["1", "m", "2", "m"]


async def test_what_they_make_ready_runs_before_the_next_task(pages):
    """A task that goes on within a microtask may await something of asyncio's."""
    page, wire, events = await pages.open()
    event_loop, said = the_event_loop(), []

    async def function(data):
        await a_promise_resolved_with(None, event_loop)
        for _ in range(5):
            await asyncio.sleep(0)
        await a_promise_resolved_with(None, event_loop)
        said.append(f"end of {data}")

    def listener(event):
        said.append(event.data)
        event_loop.start_a_task(function(event.data))

    page.onmessage = listener
    wire.receive(frames.text("1") + frames.text("2"))
    await until(lambda: len(said) == 4)
    assert said == ["1", "end of 1", "2", "end of 2"]
    assert events.messages == ["1", "2"]


async def test_what_they_make_ready_before_the_first_task_runs_before_it(pages):
    page, wire, _ = await pages.open()
    loop, said = asyncio.get_running_loop(), []
    page.onmessage = lambda event: said.append(event.data)

    def script():
        queue(lambda: loop.call_soon(said.append, "made ready"))
        wire.receive(frames.text("1"))

    await called_by_the_loop(script)
    await until(lambda: len(said) == 2)
    assert said == ["made ready", "1"]


async def test_other_code_queues_some_while_a_page_is_waited_for(pages):
    """The rest of the program is not waited for, and its microtasks run in between."""
    page, wire, events = await pages.open()
    loop, said, left = asyncio.get_running_loop(), [], 5

    async def listener(event):
        for _ in range(20):
            await asyncio.sleep(0)
        said.append("at rest")

    def others():
        nonlocal left
        left -= 1
        queue(lambda: said.append("other"))
        if left:
            loop.call_soon(others)

    page.addEventListener("message", listener)
    wire.receive(frames.text("1") + frames.text("2"))
    others()
    await events.until("message", 2)
    await turns()
    assert said == ["other"] * 5 + ["at rest"] * 2


async def test_a_microtask_may_let_the_loop_go_round_itself():
    """As libraries do that nest loops: the microtasks go on within, in their order."""
    event_loop, said = the_event_loop(), []

    def nest():
        said.append("before")
        event_loop.run_tasks()
        said.append("behind")

    queue(nest, lambda: said.append("next"))
    event_loop.queue_a_task(lambda *_: said.append("task"), None)
    await turns()
    assert said == ["before", "next", "task", "behind"]


def test_nothing_runs_in_the_step_of_a_task():
    said = []

    async def main():
        queue = MicrotaskQueue(asyncio.get_running_loop(), PAGE_TIME)
        queue.waiting.append((said.append, 1))
        queue.perform()
        assert said == []
        await called_by_the_loop(queue.perform)
        assert said == [1]

    asyncio.run(main())


async def test_another_thread_cannot_queue_one():
    event_loop = the_event_loop()
    with pytest.raises(RuntimeError, match="belongs to the thread of its event loop"):
        await asyncio.to_thread(event_loop.queue_a_microtask, print)


# For how long they run.


async def test_those_that_never_come_to_rest_let_others_have_their_turn():
    endless, loop, ticks = Endless(), asyncio.get_running_loop(), []

    def tick():
        ticks.append(endless.count)
        if len(ticks) < 10:
            loop.call_later(0.001, tick)

    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.setblocking(False)
        tick()
        endless()
        for _ in range(5):
            await loop.sock_sendall(ours, b"x")
            assert await loop.sock_recv(theirs, 1) == b"x"
        await until(lambda: len(ticks) == 10)
    assert ticks == sorted(set(ticks)), "they went on in between"
    endless.is_over = True


async def test_the_order_is_kept_over_the_turns(monkeypatch):
    """Here the time is used up with each look at the clock."""
    now = iter(range(1_000_000))
    monkeypatch.setattr(
        "whatwg_websockets.html.microtask_queue.perf_counter", lambda: float(next(now))
    )
    said = []

    async def function(name):
        for i in range(4 * BETWEEN_LOOKS):
            await a_promise_resolved_with(None, the_event_loop())
            said.append((i, name))

    await asyncio.gather(*[function(name) for name in "abc"])
    assert said == [(i, name) for i in range(4 * BETWEEN_LOOKS) for name in "abc"]


async def test_a_task_waits_over_the_turns_for_those_that_are_left(pages, monkeypatch):
    now = iter(range(1_000_000))
    monkeypatch.setattr(
        "whatwg_websockets.html.microtask_queue.perf_counter", lambda: float(next(now))
    )
    page, wire, _ = await pages.open()
    said, event_loop = [], the_event_loop()

    def count_down(left):
        if left:
            react(a_promise_resolved_with(left - 1, event_loop), count_down)
        else:
            said.append("at rest")

    def listener(event):
        said.append(event.data)
        count_down(10 * BETWEEN_LOOKS)

    page.onmessage = listener
    wire.receive(frames.text("1") + frames.text("2"))
    await until(lambda: len(said) == 4)
    assert said == ["1", "at rest", "2", "at rest"]


@pytest.fixture
def impatient(monkeypatch):
    """Have a page be let go after few turns, since each takes as long as a page may."""
    monkeypatch.setattr("whatwg_websockets.html.microtask_checkpoint.TURNS_TO_REST", 5)


async def test_a_page_that_never_comes_to_rest_is_let_go_with_one_line(pages, impatient, caplog):
    page, wire, events = await pages.open()
    endless = Endless()
    page.addEventListener("message", endless, once=True)
    with caplog.at_level(logging.WARNING, "whatwg_websockets"):
        wire.receive(frames.text("x") * 30)
        await events.until("message", 30)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "awaited a promise" in caplog.text
    before = endless.count
    await until(lambda: endless.count > before)
    assert is_let_go(the_event_loop())
    endless.is_over = True
    await until(lambda: not is_let_go(the_event_loop()))


async def test_once_it_has_come_to_rest_it_is_waited_for_again(pages, impatient):
    page, wire, events = await pages.open()
    endless, said = Endless(), []
    page.addEventListener("message", endless, once=True)
    wire.receive(frames.text("x") * 2)
    await events.until("message", 2)
    endless.is_over = True
    await until(lambda: not is_let_go(the_event_loop()))
    page.onmessage = lambda event: (said.append(event.data), queue(lambda: said.append("m")))
    wire.receive(frames.text("1") + frames.text("2"))
    await until(lambda: len(said) == 4)
    assert said == ["1", "m", "2", "m"]


async def test_while_it_is_let_go_its_own_reactions_are_not_followed(pages, impatient):
    """Other reactions are: those of a listener that makes something of asyncio's ready."""
    page, wire, events = await pages.open()
    endless, said = Endless(), []
    page.addEventListener("message", endless, once=True)
    wire.receive(frames.text("x") * 2)
    await events.until("message", 2)

    async def listener(event):
        said.append(event.data)
        for _ in range(5):
            await asyncio.sleep(0)
        said.append("at rest")

    page.addEventListener("message", listener)
    wire.receive(frames.text("1") + frames.text("2"))
    await until(lambda: len(said) == 4)
    assert said == ["1", "at rest", "2", "at rest"]
    assert is_let_go(the_event_loop())
    before = endless.count
    await until(lambda: endless.count > before)
    endless.is_over = True


async def test_while_it_is_let_go_it_has_one_turn_in_each_of_the_loop(
    pages, impatient, monkeypatch
):
    """However many checkpoints there have been; the time is used up with each look at the clock."""
    now = iter(range(1_000_000))
    monkeypatch.setattr(
        "whatwg_websockets.html.microtask_queue.perf_counter", lambda: float(next(now))
    )
    page, wire, events = await pages.open()
    endless = Endless()
    page.addEventListener("message", endless, once=True)
    wire.receive(frames.text("x") * 2)
    await events.until("message", 2)

    async def listener(event):
        for _ in range(3):
            await asyncio.sleep(0)

    page.addEventListener("message", listener)
    for i in range(20):
        wire.receive(frames.text("x"))
        await events.until("message", 3 + i)
    await turns()
    assert is_let_go(the_event_loop())
    before = endless.count
    await turns(50)
    assert 0 < endless.count - before <= 60 * 2 * BETWEEN_LOOKS
    endless.is_over = True


async def test_a_script_that_never_comes_to_rest(impatient, caplog):
    """There is no socket, and no event that waits: it is let go without a word, and goes on."""
    endless = Endless()
    with caplog.at_level(logging.WARNING, "whatwg_websockets"):
        endless()
        await until(lambda: is_let_go(the_event_loop()))
        before = endless.count
        await until(lambda: endless.count > before)
    assert not caplog.records
    endless.is_over = True


def test_the_turns_are_many():
    """A page that computes for long in its reactions is not taken for one that never rests."""
    assert TURNS_TO_REST * PAGE_TIME >= 1


# What they raise.


async def test_what_one_raises_is_reported_and_the_others_run():
    said = []

    def raising():
        raise LookupError

    queue(raising, lambda: said.append(1))
    await asyncio.sleep(0)
    assert said == [1]
    assert [type(error) for error in errors_heard().take()] == [LookupError]


@ENDS
@ON_EACH_LOOP
def test_what_ends_the_program_goes_through_and_the_others_run_if_the_loop_goes_on(kind, error):
    said = []

    async def function(promise):
        await promise
        raise error

    async def main():
        event_loop = the_event_loop()
        promise = a_new_promise(event_loop)
        tasks.append(asyncio.create_task(function(promise)))
        await turns()
        react(promise, lambda _: said.append("reaction"))
        resolve(promise)
        try:
            await turns(1_000_000)
        finally:
            said.append("cancelled")
            await a_promise_resolved_with(None, event_loop)
            said.append("behind a promise")

    tasks = []
    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        with pytest.raises(error):
            runner.run(main())
        runner.run(turns())
    assert said == ["reaction", "cancelled", "behind a promise"]
    with pytest.raises(error):
        tasks[0].result()


@ENDS
@ON_EACH_LOOP
def test_so_it_does_where_it_is_the_last(kind, error):
    async def main():
        def raising():
            raise error

        queue(raising)
        await turns(1_000_000)

    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        with pytest.raises(error):
            runner.run(main())
        runner.run(turns())


@ENDS
@ON_EACH_LOOP
@pytest.mark.parametrize("is_awaited", [False, True])
def test_so_it_does_within_a_task_of_the_page_and_within_a_checkpoint(kind, error, is_awaited):
    """The next task runs only when the loop goes on; uvloop goes on with what is ready."""
    said = []

    async def function():
        if is_awaited:
            for _ in range(3):
                await asyncio.sleep(0)
        await a_promise_resolved_with(None, the_event_loop())
        said.append("raises")
        raise error

    async def main():
        event_loop = the_event_loop()

        def first(*_):
            tasks.append(event_loop.start_a_task(function()))
            react(a_promise_resolved_with(None, event_loop), lambda _: said.append("reaction"))

        event_loop.queue_a_task(first, None)
        event_loop.queue_a_task(lambda *_: said.append("second"), None)
        await turns(1_000_000)

    tasks = []
    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        with pytest.raises(error):
            runner.run(main())
        assert "raises" in said
        if kind == "asyncio":
            assert "second" not in said
        runner.run(turns())
    assert said == (["reaction", "raises"] if is_awaited else ["raises", "reaction"]) + ["second"]
    with pytest.raises(error):
        tasks[0].result()
