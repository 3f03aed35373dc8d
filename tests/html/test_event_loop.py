"""The event loop: each task runs alone, and callbacks that it made ready run before the next.

https://html.spec.whatwg.org/multipage/webappapis.html#event-loop-processing-model, and
docs/ready-states.md.
"""

import asyncio
import concurrent.futures
import sys
import threading
from contextlib import suppress
from itertools import pairwise

import pytest

from support import frames
from support.loops import LOOPS, errors_heard
from support.page import Recorder, opened, turns, until
from support.server import Server
from whatwg_websockets import WebSocket
from whatwg_websockets.dom.event import TIME_ORIGIN
from whatwg_websockets.html.event_loop import A_MOMENT, PAGE_TIME, EventLoop, the_event_loop

COUNT = 300


def burst(count=COUNT, start=0):
    """Return many messages in one segment."""
    return b"".join(frames.text(str(i)) for i in range(start, start + count))


# The promise: a page that waits for one message at a time never loses or doubles one.


async def wait_for(socket):
    """Wait for the next message, as a program does that sets a future in its listener."""
    future = asyncio.get_running_loop().create_future()
    socket.onmessage = future.set_result
    return (await asyncio.wait_for(future, 30)).data


async def bare_await(socket):
    future = asyncio.get_running_loop().create_future()
    socket.onmessage = future.set_result
    return (await future).data


async def gather(socket):
    future = asyncio.get_running_loop().create_future()
    socket.onmessage = future.set_result
    _, event = await asyncio.gather(asyncio.sleep(0), future)
    return event.data


async def nested_tasks(socket):
    async def inner():
        return await asyncio.create_task(wait_for(socket))

    async def outer():
        return await asyncio.create_task(inner())

    return await asyncio.create_task(outer())


async def timeout(socket):
    async with asyncio.timeout(30):
        return await bare_await(socket)


async def shielded(socket):
    return await asyncio.shield(asyncio.ensure_future(wait_for(socket)))


async def wait(socket):
    future = asyncio.get_running_loop().create_future()
    socket.addEventListener("message", future.set_result, once=True)
    await asyncio.wait([future, asyncio.ensure_future(asyncio.sleep(0))])
    while not future.done():
        await asyncio.wait([future])
    return future.result().data


async def an_event(socket):
    event, box = asyncio.Event(), []
    socket.onmessage = lambda message: (box.append(message.data), event.set())
    await event.wait()
    (data,) = box
    return data


async def deep(socket, how, depth=12):
    """Await one message below so many awaits of a kind."""

    async def below(left):
        return await bare_await(socket) if left == 0 else await how(below(left - 1))

    return await below(depth)


async def gathers(socket):
    async def how(coroutine):
        return (await asyncio.gather(coroutine, asyncio.sleep(0)))[0]

    return await deep(socket, how)


async def task_groups(socket):
    async def how(coroutine):
        async with asyncio.TaskGroup() as group:
            task = group.create_task(coroutine)
        return task.result()

    return await deep(socket, how)


async def waits_for(socket):
    return await deep(socket, lambda coroutine: asyncio.wait_for(coroutine, 30))


async def timeouts(socket):
    async def how(coroutine):
        async with asyncio.timeout(30):
            return await asyncio.create_task(coroutine)

    return await deep(socket, how)


async def queues(socket):
    """Hand a message from one task to the next through a queue each."""
    chain = [asyncio.Queue() for _ in range(13)]

    async def hand_on(here, there):
        await there.put(await here.get())

    tasks = [asyncio.create_task(hand_on(*pair)) for pair in pairwise(chain)]
    socket.onmessage = lambda event: chain[0].put_nowait(event.data)
    data = await chain[-1].get()
    await asyncio.gather(*tasks)
    return data


async def a_future_of_another_thread(socket):
    """A future that wakes its loop as if from another thread, even if a listener resolves it."""
    future = concurrent.futures.Future()
    socket.onmessage = future.set_result
    return (await asyncio.wrap_future(future)).data


async def a_timeout_that_has_passed(socket):
    """Cancel a callback that was made ready: what is waited for is not what was counted."""
    future = asyncio.get_running_loop().create_future()

    def listener(event):
        asyncio.get_running_loop().call_soon(int).cancel()
        future.set_result(event.data)

    socket.onmessage = listener
    data = await future
    with suppress(TimeoutError):
        async with asyncio.timeout(0):
            await asyncio.sleep(0)
    return data


WAYS = [
    wait_for,
    bare_await,
    gather,
    nested_tasks,
    timeout,
    shielded,
    wait,
    an_event,
    gathers,
    task_groups,
    waits_for,
    timeouts,
    queues,
    a_future_of_another_thread,
    a_timeout_that_has_passed,
]


@pytest.mark.parametrize("way", WAYS)
async def test_waiting_for_one_message_at_a_time_loses_and_doubles_nothing(way):
    async with opened() as (socket, peer, _):
        await peer.send(burst())
        for i in range(COUNT):
            assert await way(socket) == str(i)


@pytest.mark.parametrize("way", WAYS)
async def test_so_it_is_beside_tasks_that_spin(way):
    async def spin():
        while True:  # noqa: ASYNC110
            await asyncio.sleep(0)

    async with opened() as (socket, peer, _):
        spinning = [asyncio.create_task(spin()) for _ in range(3)]
        await peer.send(burst(30))
        for i in range(30):
            assert await way(socket) == str(i)
        for each in spinning:
            each.cancel()


def make_an_eager_task(loop, coroutine, *, eager_start=True, **arguments):
    """Do what asyncio.eager_task_factory does.

    That of Python 3.13.0 does not know the argument ``eager_start``, which uvloop gives it.
    """
    return asyncio.Task(coroutine, loop=loop, eager_start=True, **arguments)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="there are no eager tasks before 3.12")
@pytest.mark.parametrize("way", WAYS)
async def test_so_it_is_with_eager_tasks(way):
    asyncio.get_running_loop().set_task_factory(make_an_eager_task)
    async with opened() as (socket, peer, _):
        await peer.send(burst(30))
        for i in range(30):
            assert await way(socket) == str(i)


async def test_two_sockets_that_are_waited_for_at_once():
    async def read(socket):
        for i in range(COUNT):
            assert await wait_for(socket) == str(i)

    async with opened() as (one, one_peer, _), opened() as (two, two_peer, _events):
        reading = asyncio.gather(read(one), read(two))
        await turns()
        await one_peer.send(burst())
        await two_peer.send(burst())
        await reading


async def test_a_queue_gets_every_message_once():
    async with opened() as (socket, peer, _):
        queue = asyncio.Queue()
        socket.onmessage = lambda event: queue.put_nowait(event.data)
        await peer.send(burst())
        assert [await queue.get() for _ in range(COUNT)] == [str(i) for i in range(COUNT)]


async def test_a_bounded_queue_that_is_emptied_by_a_task_never_overflows():
    """Each message is taken before the next one comes."""
    async with opened() as (socket, peer, _):
        queue = asyncio.Queue(maxsize=1)
        socket.onmessage = lambda event: queue.put_nowait(event.data)
        received = []

        async def take():
            while len(received) < COUNT:
                received.append(await queue.get())

        taking = asyncio.create_task(take())
        await turns(2)
        await peer.send(burst())
        await taking
        assert received == [str(i) for i in range(COUNT)]


async def test_an_answer_to_each_message_sees_the_state_of_its_own_time():
    """As in a browser: a request and its answer in an async function, in a burst of answers."""
    async with opened() as (socket, peer, _):
        order = []

        async def ask(name):
            order.append((name, await wait_for(socket)))

        await peer.send(burst(3))
        await ask("first")
        await ask("second")
        await ask("third")
        assert order == [("first", "0"), ("second", "1"), ("third", "2")]


# Each task runs alone.


async def test_what_a_listener_made_ready_runs_before_the_next_task(pages):
    socket, wire, _ = await pages.open()
    log = []
    loop = asyncio.get_running_loop()

    def listener(event):
        log.append(event.data)
        loop.call_soon(lambda: (log.append("soon"), loop.call_soon(log.append, "sooner or later")))

    socket.onmessage = listener
    wire.receive(burst(3))
    await turns()
    assert log == [step for i in range(3) for step in (str(i), "soon", "sooner or later")]


@pytest.mark.usefixtures("clock")
async def test_where_nothing_was_made_ready_the_next_task_runs_at_once(pages):
    """The fast path: one callback of the loop for all of them, as the clock stands still."""
    _, wire, events = await pages.open()
    wire.receive(burst(COUNT))
    assert events.messages == [str(i) for i in range(COUNT)]


async def test_the_slow_path_goes_back_to_the_fast_one(pages):
    socket, wire, events = await pages.open()
    socket.addEventListener(
        "message", lambda _: asyncio.get_running_loop().call_soon(int), once=True
    )
    wire.receive(burst(COUNT))
    assert events.messages == ["0"]
    await turns()
    assert len(events.messages) == COUNT
    wire.receive(frames.text("at once"))
    assert events.messages[-1] == "at once"


async def test_a_message_that_arrives_while_others_are_waited_for_comes_behind_them(pages):
    socket, wire, events = await pages.open()
    socket.addEventListener(
        "message", lambda _: asyncio.get_running_loop().call_soon(int), once=True
    )
    wire.receive(burst(2))
    wire.receive(burst(2, start=2))
    assert events.messages == ["0"]
    await turns()
    assert events.messages == ["0", "1", "2", "3"]


async def test_a_page_that_spins_does_not_starve_its_socket():
    async with opened() as (_, peer, events):
        is_done = False

        async def spin():
            while not is_done:  # noqa: ASYNC110
                await asyncio.sleep(0)

        spinning = asyncio.create_task(spin())
        await peer.send(burst(50))
        await events.until("message", 50)
        is_done = True
        await spinning
        assert events.messages == [str(i) for i in range(50)]


async def test_a_page_whose_listener_begins_to_spin_does_not_starve_its_socket():
    async with opened() as (socket, peer, events):
        is_done = False

        async def spin():
            while not is_done:  # noqa: ASYNC110
                await asyncio.sleep(0)

        spinning = []
        socket.addEventListener("message", lambda _: spinning.append(asyncio.ensure_future(spin())))
        await peer.send(burst(20))
        await events.until("message", 20)
        is_done = True
        await asyncio.gather(*spinning)


# Promptness: what is sent leaves at once, or joined with what follows within a moment.


async def test_a_message_event_is_as_old_as_its_task(pages, clock):
    socket, wire, _ = await pages.open()
    stamps = []

    def listener(event):
        clock.now += 0.5
        stamps.append(event.timeStamp)

    socket.addEventListener("message", listener)
    began = clock.now
    wire.receive(frames.text("1"))
    await turns()
    clock.now += 1
    wire.receive(frames.text("2"))
    assert [stamp / 1_000 for stamp in stamps] == pytest.approx(
        [began - TIME_ORIGIN, began + 1.5 - TIME_ORIGIN]
    )


async def test_what_is_sent_leaves_at_once_where_nothing_left_a_moment_before(pages, clock):
    socket, wire, _ = await pages.open()
    socket.send("a")
    assert [frame.payload for frame in wire.frames] == [b"a"]


async def test_what_is_sent_sooner_is_joined_and_leaves_when_the_batch_ends(pages, clock):
    """One write a task would halve the rate."""
    socket, wire, _ = await pages.open()
    writes = []
    write = wire.write
    wire.write = lambda data: (writes.append(len(data)), write(data))
    socket.onmessage = lambda event: socket.send(event.data)
    wire.receive(burst(100))
    assert len(writes) == 2, "the first one by itself, the others joined"
    assert [frame.payload.decode() for frame in wire.frames] == [str(i) for i in range(100)]


async def test_what_waits_leaves_before_the_next_listener_once_the_moment_is_over(pages, clock):
    socket, wire, _ = await pages.open()
    had_left = []

    def listener(event):
        had_left.append([frame.payload.decode() for frame in wire.frames])
        socket.send(f"{event.data}a")
        socket.send(f"{event.data}b")
        clock.now += 1.25 * A_MOMENT

    socket.onmessage = listener
    wire.receive(burst(3))
    assert had_left == [[], ["0a", "0b"], ["0a", "0b", "1a", "1b"]]
    assert len(wire.frames) == 6


async def test_what_several_connections_let_wait_leaves_when_the_first_moment_is_over(pages, clock):
    first, first_wire, _ = await pages.open()
    second, second_wire, _ = await pages.open()
    had_left = []

    def listener(_):
        had_left.append([len(first_wire.frames), len(second_wire.frames)])
        first.send("1")
        clock.now += 0.5 * A_MOMENT
        second.send("2")

    first.onmessage = listener
    first_wire.receive(burst(3))
    assert had_left == [[0, 0], [1, 1], [2, 2]]


async def test_a_send_within_a_listener_that_goes_on_leaves_at_once(pages, clock):
    socket, wire, _ = await pages.open()

    def listener(_):
        for i in range(3):
            socket.send(str(i))
            assert len(wire.frames) == i + 1
            clock.now += 1.25 * A_MOMENT

    socket.onmessage = listener
    wire.receive(burst(1))
    assert not errors_heard()


async def test_what_page_code_outside_of_listeners_sends_sooner_leaves_with_the_next_turn(
    pages, clock
):
    socket, wire, _ = await pages.open()
    socket.send("a")
    socket.send("b")
    assert [frame.payload for frame in wire.frames] == [b"a"]
    await turns(2)
    assert [frame.payload for frame in wire.frames] == [b"a", b"b"]


async def test_what_a_reaction_sends_leaves_while_the_reaction_goes_on(pages, clock):
    """The microtask checkpoint of a page does not hold its own answers back."""
    socket, wire, _ = await pages.open()
    seen = []

    async def listener(event):
        socket.send("a")
        socket.send("b")
        while len(wire.frames) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0)
        seen.append(event.data)

    socket.onmessage = listener
    wire.receive(burst(2))
    await until(lambda: len(seen) == 2)
    assert seen == ["0", "1"]


async def test_what_has_grown_large_leaves_earlier(pages, clock):
    socket, wire, _ = await pages.open()
    socket.send("first")
    socket.send(bytes(70_000))
    assert len(wire.written) > 70_000


async def test_what_left_at_once_counts_until_step_1(pages, clock):
    socket, wire, _ = await pages.open()
    socket.send("abc")
    assert wire.written
    assert socket.bufferedAmount == 3
    await turns(2)
    assert socket.bufferedAmount == 0


# Fairness: a batch holds the asyncio loop for some milliseconds, and a listener.


async def test_a_listener_that_takes_long_is_followed_by_a_turn_of_the_loop(pages, clock):
    socket, wire, _ = await pages.open()
    loop, log = asyncio.get_running_loop(), []

    def tick():
        log.append("tick")
        if len(log) < 20:
            loop.call_soon(tick)

    def listener(event):
        log.append(event.data)
        clock.now += 2 * PAGE_TIME

    socket.onmessage = listener
    loop.call_soon(tick)
    wire.receive(burst(4))
    await turns()
    assert [entry for entry, after in pairwise(log) if entry != "tick" and after != "tick"] == []
    assert [entry for entry in log if entry != "tick"] == ["0", "1", "2", "3"]


async def test_short_listeners_share_the_time(pages, clock):
    socket, wire, events = await pages.open()

    def listener(_):
        clock.now += PAGE_TIME / 3.5

    socket.addEventListener("message", listener)
    wire.receive(burst(10))
    assert len(events.messages) == 4
    await turns()
    assert len(events.messages) == 10


async def test_the_time_is_summed_over_all_sockets(pages, clock):
    """One loop turn may bring reads of many sockets."""
    counts = []
    opened_pages = [await pages.open() for _ in range(5)]

    def listener(_):
        clock.now += PAGE_TIME / 1.5

    for socket, _, _ in opened_pages:
        socket.addEventListener("message", listener)
    for _, wire, _ in opened_pages:
        wire.receive(frames.text("x"))
    counts = [len(events.messages) for _, _, events in opened_pages]
    assert counts == [1, 1, 0, 0, 0]
    await turns()
    assert [len(events.messages) for _, _, events in opened_pages] == [1] * 5


async def test_a_later_turn_has_the_whole_time_again(pages, clock):
    socket, wire, events = await pages.open()

    def listener(_):
        clock.now += PAGE_TIME / 1.5

    socket.addEventListener("message", listener)
    for i in range(1, 5):
        wire.receive(frames.text("x"))
        assert len(events.messages) == i
        await turns(2)


# Listeners that raise.


async def test_a_listener_that_raises_is_reported_and_harms_nothing_else():
    async with opened() as (socket, peer, events):
        heard = []

        def fail(event):
            raise ValueError(event.data)

        socket.addEventListener("message", fail)
        socket.onmessage = lambda event: heard.append(event.data)
        await peer.send(burst(3))
        await events.until("message", 3)
        await turns()
        assert heard == ["0", "1", "2"]
        assert [str(error) for error in errors_heard().take()] == ["0", "1", "2"]
        socket.send("still here")
        assert (await peer.read_frame()).payload == b"still here"


async def test_a_handler_that_raises_is_reported_too():
    async with opened() as (socket, peer, events):
        socket.onmessage = lambda event: 1 / 0
        await peer.send(burst(2))
        await events.until("message", 2)
        await turns()
        assert [type(error) for error in errors_heard().take()] == [ZeroDivisionError] * 2


async def test_each_event_may_raise():
    async with Server() as server:
        socket = WebSocket(server.url)
        for event_type in ("open", "message", "error", "close"):
            socket.addEventListener(event_type, lambda event: 1 / 0)
        events = Recorder(socket)
        peer = await server.accept_handshake(then=frames.text("x"))
        await events.until("message")
        peer.close()
        await events.until("close")
        await turns()
        assert events.types == ["open", "message", "error", "close"]
        assert len(errors_heard().take()) == 4


async def test_a_coroutine_function_as_listener_runs_and_its_error_is_reported():
    async with opened() as (socket, peer, events):
        log = []

        async def listener(event):
            log.append(event.data)
            await asyncio.sleep(0)
            raise ValueError(event.data)

        socket.addEventListener("message", listener)
        await peer.send(burst(3))
        await events.until("message", 3)
        await until(lambda: len(errors_heard()) == 3)
        assert log == ["0", "1", "2"]
        assert [str(error) for error in errors_heard().take()] == ["0", "1", "2"]


async def test_a_coroutine_listener_may_send_and_close():
    async with opened() as (socket, peer, events):

        async def answer(event):
            await asyncio.sleep(0)
            socket.send(event.data)
            socket.close(1000)

        socket.onmessage = answer
        await peer.send_text("hello")
        assert (await peer.read_frame()).payload == b"hello"
        await peer.expect_close(1000)
        await peer.send_close(1000)
        peer.close()
        await events.until("close")


@pytest.mark.parametrize("kind", LOOPS)
@pytest.mark.parametrize("exception", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("event_type", ["open", "message", "close"])
@pytest.mark.parametrize("as_handler", [False, True])
def test_what_is_to_end_the_program_goes_through(kind, exception, event_type, as_handler):
    """And a loop that is run again goes on where it was."""
    log = []

    def end(event):
        raise exception

    async def main():
        async with Server() as server:
            socket = WebSocket(server.url)
            events = Recorder(socket)
            log.append(events)
            if as_handler:
                setattr(socket, f"on{event_type}", end)
            else:
                socket.addEventListener(event_type, end)
            peer = await server.accept_handshake()
            await peer.send(frames.text("1") + frames.close(1000))
            await peer.expect_close(1000)
            peer.close()
            await events.until("close")

    loop = LOOPS[kind]()
    try:
        task = loop.create_task(main())
        with pytest.raises(exception):
            loop.run_until_complete(task)
        loop.run_until_complete(task)
        assert log[0].types == ["open", "message", "close"]
    finally:
        # uvloop, interrupted and run again, may stop once more than it is asked to.
        with suppress(RuntimeError):
            loop.run_until_complete(turns(1))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


# One asyncio loop is one agent, in one thread.


async def test_a_loop_has_one_event_loop_for_all_its_sockets():
    assert the_event_loop() is the_event_loop()
    async with opened(), opened():
        assert len(the_event_loop().unloading) == 2


def test_without_a_running_loop_it_says_what_to_do():
    with pytest.raises(RuntimeError, match=r"running event loop.*asyncio\.run"):
        the_event_loop()


async def test_from_another_thread_it_says_what_to_do():
    event_loop = the_event_loop()
    event_loop.require_this_thread()
    with pytest.raises(RuntimeError, match=r"loop\.call_soon_threadsafe"):
        await asyncio.to_thread(event_loop.require_this_thread)


def test_two_threads_have_an_event_loop_each():
    """The counterpart of a worker."""
    echoes = {}

    def thread(name, kind):
        async def main():
            async with opened() as (socket, peer, _):
                for i in range(50):
                    socket.send(f"{name}{i}")
                    await peer.send_text((await peer.read_frame()).payload.decode())
                    assert await wait_for(socket) == f"{name}{i}"
            echoes[name] = the_event_loop()

        with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
            runner.run(main())

    threads = [
        threading.Thread(target=thread, args=(name, kind))
        for name, kind in [("a", "asyncio"), ("b", "uvloop"), ("c", "asyncio")]
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert set(echoes) == {"a", "b", "c"}
    assert len({id(event_loop) for event_loop in echoes.values()}) == 3


async def test_what_may_be_called_from_any_thread_runs_in_the_loops_thread():
    event_loop = the_event_loop()
    ran_in = []

    def steps():
        ran_in.append(threading.get_ident())

    event_loop.call_from_any_thread(steps)
    assert len(ran_in) == 1, "in the loop's own thread, at once"
    await asyncio.to_thread(event_loop.call_from_any_thread, steps)
    await asyncio.to_thread(event_loop.call_soon_from_any_thread, steps)
    event_loop.call_soon_from_any_thread(steps)
    await turns()
    assert ran_in == [event_loop.thread] * 4


def test_what_comes_after_the_end_of_the_loop_is_never_run():
    async def main():
        return the_event_loop()

    event_loop = asyncio.run(main())
    event_loop.call_soon_from_any_thread(pytest.fail)


# Step 1: what the rest of the house asks of the event loop.


async def test_step_1_falls_between_tasks_and_once_a_turn():
    event_loop = the_event_loop()
    times = []

    def task(subject, argument):
        times.append(event_loop.times_at_step_1)

    for _ in range(3):
        event_loop.queue_a_task(task, None)
    await turns()
    times.append(event_loop.times_at_step_1)
    assert times == sorted(set(times))


async def test_something_is_called_once_at_step_1():
    event_loop = the_event_loop()
    called = []
    event_loop.at_step_1(lambda: called.append(1))
    assert called == []
    await turns()
    assert called == [1]


async def test_something_that_a_task_wants_at_step_1_is_called():
    event_loop = the_event_loop()
    called = []
    event_loop.queue_a_task(lambda *_: event_loop.at_step_1(lambda: called.append(1)), None)
    await turns()
    assert called == [1]


async def test_tasks_get_subject_and_argument_and_keep_their_order():
    event_loop = the_event_loop()
    log = []
    for i in range(5):
        event_loop.queue_a_task(lambda subject, argument: log.append((subject, argument)), "s", i)
    assert log == [], "a task never runs within the call that queues it"
    await turns()
    assert log == [("s", i) for i in range(5)]


async def test_a_task_that_queues_a_task():
    event_loop = the_event_loop()
    log = []

    def first(*_):
        event_loop.queue_a_task(lambda *_: log.append("second"), None)
        log.append("first")

    event_loop.queue_a_task(first, None)
    await turns()
    assert log == ["first", "second"]


async def test_tasks_are_not_run_within_a_task(pages):
    """A listener that makes bytes arrive, as a server in the same loop may."""
    socket, wire, _ = await pages.open()
    log = []

    def listener(event):
        log.append(f"begin {event.data}")
        if event.data == "0":
            wire.receive(frames.text("inner"))
        log.append(f"end {event.data}")

    socket.onmessage = listener
    wire.receive(burst(2))
    await turns()
    assert log == ["begin 0", "end 0", "begin 1", "end 1", "begin inner", "end inner"]


async def test_a_listener_that_goes_on_is_cancelled_at_the_end_of_the_loop(pages):
    """It may have begun after ``asyncio.run`` had cancelled all tasks."""
    socket, wire, _ = await pages.open()
    ended = []

    async def listener(_):
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    socket.onmessage = listener
    wire.receive(frames.text("x"))
    await turns()
    await the_event_loop().end()
    assert ended == [True]


def test_an_event_loop_ends_with_its_loop():
    async def main():
        return the_event_loop()

    first = asyncio.run(main())
    second = asyncio.run(main())
    assert isinstance(first, EventLoop)
    assert first is not second
