"""How a page may wait for one message, and what it may do before it waits for the next."""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

from support.inside import bytes_of
from whatwg_websockets import Blob, WebSocket

if TYPE_CHECKING:
    from support.random_life import Life

# How long anything may take before it is said to hang, in seconds. Nothing is measured by it.
DEADLINE: Final = 90.0

Message = str | bytes | None
"""A message, or None for the end of all messages."""

# Ways to wait for one message. Each puts a handler in place before it waits, and returns what that
# was given. They are for page code that a listener has begun: the next message comes when it has
# come to rest.

Way = Callable[["Life", random.Random], Awaitable[Message]]


def future_of(life: "Life") -> "asyncio.Future[Message]":
    future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
    life.hear(future.set_result)
    return future


async def directly(life: "Life", rng: random.Random) -> Message:
    return await future_of(life)


async def by_wait_for(life: "Life", rng: random.Random) -> Message:
    return await asyncio.wait_for(future_of(life), DEADLINE)


async def by_timeout(life: "Life", rng: random.Random) -> Message:
    async with asyncio.timeout(DEADLINE), asyncio.timeout(2 * DEADLINE):
        return await future_of(life)


async def by_shield(life: "Life", rng: random.Random) -> Message:
    return await asyncio.wait_for(asyncio.shield(future_of(life)), DEADLINE)


async def by_queue(life: "Life", rng: random.Random) -> Message:
    queue: asyncio.Queue[Message] = asyncio.Queue()
    life.hear(queue.put_nowait)
    return await queue.get()


async def by_event(life: "Life", rng: random.Random) -> Message:
    event, heard = asyncio.Event(), []

    def listener(data: Message) -> None:
        heard.append(data)
        event.set()

    life.hear(listener)
    await event.wait()
    (data,) = heard
    return data


async def by_impatience(life: "Life", rng: random.Random) -> Message:
    """Look again after each timeout. Timers go on with this, so what comes then is kept."""
    life.park()
    while not life.parked:
        life.something_is_parked.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(life.something_is_parked.wait(), rng.choice((0, 1e-6, 0.001)))
    return life.parked.popleft()


async def by_gather(life: "Life", rng: random.Random) -> Message:
    async def nested(depth: int) -> Message:
        if depth:
            return (await asyncio.gather(nested(depth - 1), asyncio.sleep(0)))[0]
        return await future

    future = future_of(life)
    return await nested(rng.randint(1, 12))


async def by_task_group(life: "Life", rng: random.Random) -> Message:
    async def nested(depth: int) -> Message:
        if not depth:
            return await future
        async with asyncio.TaskGroup() as group:
            task = group.create_task(nested(depth - 1))
            group.create_task(asyncio.sleep(0))
        return task.result()

    future = future_of(life)
    return await nested(rng.randint(1, 6))


async def by_nested_wait_for(life: "Life", rng: random.Random) -> Message:
    async def nested(depth: int) -> Message:
        if depth:
            return await asyncio.wait_for(nested(depth - 1), DEADLINE)
        return await future

    future = future_of(life)
    return await nested(rng.randint(1, 8))


async def by_wait(life: "Life", rng: random.Random) -> Message:
    async def one() -> Message:
        return await future

    future = future_of(life)
    tasks = [asyncio.create_task(one()), asyncio.create_task(asyncio.sleep(0))]
    await asyncio.wait(tasks)
    return tasks[0].result()


async def by_coroutine_listener(life: "Life", rng: random.Random) -> Message:
    future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
    turns = rng.randint(0, 5)

    async def listener(data: Message) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        future.set_result(data)

    def begin(data: Message) -> Any:
        return future.set_result(data) if data is None else listener(data)

    life.hear(begin)
    return await future


async def by_condition(life: "Life", rng: random.Random) -> Message:
    condition, heard = asyncio.Condition(), []

    async def notify(data: Message) -> None:
        async with condition:
            heard.append(data)
            condition.notify_all()

    tasks = []
    life.hear(lambda data: tasks.append(asyncio.ensure_future(notify(data))))
    async with condition:
        await condition.wait_for(lambda: heard)
    (data,) = heard
    return data


async def by_once(life: "Life", rng: random.Random) -> Message:
    future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
    life.hear(None)
    life.deliver = future.set_result
    life.socket.addEventListener(
        "message", lambda event: life.give(future.set_result, event), {"once": True}
    )
    return await future


# Those that wait at once, without a turn of the loop before; for page code that no listener began.
AT_ONCE: Final[tuple[Way, ...]] = (
    directly, by_wait_for, by_timeout, by_shield, by_queue, by_event, by_impatience,
)  # fmt: skip
WAYS_TO_WAIT: Final[tuple[Way, ...]] = (
    *AT_ONCE, by_gather, by_task_group, by_nested_wait_for, by_wait, by_coroutine_listener,
    by_condition, by_once,
)  # fmt: skip


# What a page may do between two messages without waiting for anything outside of itself.


async def nothing(life: "Life", rng: random.Random) -> None:
    pass


async def take_turns(life: "Life", rng: random.Random) -> None:
    for _ in range(rng.randint(1, 30)):
        await asyncio.sleep(0)


async def gather_deeply(life: "Life", rng: random.Random) -> None:
    async def nested(depth: int) -> None:
        await asyncio.gather(nested(depth - 1), take_turns(life, rng)) if depth else None

    await nested(rng.randint(1, 8))


async def give_up_at_once(life: "Life", rng: random.Random) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0):
            await asyncio.sleep(DEADLINE)


async def cancel_a_task(life: "Life", rng: random.Random) -> None:
    task = asyncio.create_task(asyncio.sleep(DEADLINE))
    await asyncio.sleep(0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def pass_on_by_queue(life: "Life", rng: random.Random) -> None:
    queue: asyncio.Queue[int] = asyncio.Queue(1)

    async def produce() -> None:
        for i in range(rng.randint(1, 9)):
            await queue.put(i)
        await queue.put(-1)

    task = asyncio.create_task(produce())
    while await queue.get() >= 0:
        pass
    await task


async def wait_for_a_callback(life: "Life", rng: random.Random) -> None:
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def later(count: int) -> None:
        loop.call_soon(later, count - 1) if count else future.set_result(None)

    later(rng.randint(0, 20))
    await future


async def send_some(life: "Life", rng: random.Random) -> None:
    for _ in range(rng.randint(1, 4)):
        life.send(rng)
        if rng.random() < 0.3:
            await asyncio.sleep(0)


async def compute(life: "Life", rng: random.Random) -> None:
    busy(rng)


# These wait for something outside: messages that come meanwhile are kept.


async def sleep_a_little(life: "Life", rng: random.Random) -> None:
    life.park()
    await asyncio.sleep(rng.choice((1e-6, 0.001, 0.005)))


async def wait_for_a_thread(life: "Life", rng: random.Random) -> None:
    life.park()
    await asyncio.to_thread(busy, rng)


async def wait_until_all_has_left(life: "Life", rng: random.Random) -> None:
    life.park()
    began = time.monotonic()
    while life.socket.readyState == WebSocket.OPEN and life.socket.bufferedAmount:
        await asyncio.sleep(0.003)
        if time.monotonic() - began > DEADLINE / 3:
            life.faults.append(f"bufferedAmount stays at {life.socket.bufferedAmount}")
            return


REACTIONS: Final = (
    nothing, nothing, take_turns, gather_deeply, give_up_at_once, cancel_a_task, pass_on_by_queue,
    wait_for_a_callback, send_some, send_some, compute,
)  # fmt: skip
WAITS: Final = (sleep_a_little, wait_for_a_thread, wait_until_all_has_left)


def busy(rng: random.Random) -> None:
    """Compute for up to some milliseconds."""
    over = time.monotonic() + rng.choice((0, 0.0002, 0.001, 0.006))
    while time.monotonic() < over:
        pass


def bytes_or_str(data: Any) -> str | bytes:
    if isinstance(data, Blob):
        return bytes_of(data)
    return data  # type: ignore[no-any-return]
