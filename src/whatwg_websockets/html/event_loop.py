"""The event loop: one asyncio loop is one agent, with one queue of WebSocket tasks.

**The rule.** Each task runs alone. HTML empties its microtasks after each callback; asyncio has no
microtasks, only a queue of what is ready. So: before the next WebSocket task, what the listener
made ready runs, and what that made ready, until nothing is left, or for at most 16 turns of the
loop (a page that spins on ``sleep(0)`` must not starve its sockets). With it, a loop of
``ws.onmessage = future.set_result; await asyncio.wait_for(future, 5)`` loses and doubles nothing.

**The fast path.** Where a task made nothing ready, the next one may run at once, in the same
callback. Whether it did is seen in the length of asyncio's ready queue. Measured on CPython 3.11
(100 B messages, 64 in flight, messages a second, asyncio / uvloop):

=========================================================  =============  ==============
all tasks in one callback (breaks the rule)                343k           373k
one ``call_soon`` a task                                   50k to 140k    143k to 184k
**look at the ready queue, settle when it has grown**      334k           371k
the same where each listener makes something ready         110k           164k
=========================================================  =============  ==============

The queue is ``loop._ready`` on stock asyncio. uvloop has no name for it; there it is the one deque
that the loop object refers to. Either is tried out before it is believed, and where neither is
found each task has a ``call_soon`` of its own: slower, and right.

Source: https://html.spec.whatwg.org/multipage/webappapis.html#event-loops
"""

import asyncio
import gc
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sized
from contextlib import suppress
from threading import get_ident
from typing import Any, Protocol

from whatwg_websockets.algorithm import algorithm

logger = logging.getLogger("whatwg_websockets")

TURNS_TO_SETTLE = 16

_ATTRIBUTE = "_whatwg_websockets_event_loop"

# The steps of a task, the object they are about, and one argument.
Task = tuple[Callable[[Any, Any], object], Any, Any]


class Unloading(Protocol):
    """Something that goes away with its document, or with its event loop."""

    def disappear(self) -> None:
        """Begin to end; may be called from any thread."""

    def depart(self) -> None:
        """End now, without waiting for anybody; the loop is ending."""


class EventLoop:
    """An agent's event loop, laid over an asyncio loop.

    Attributes:
        asyncio_loop: the loop underneath.
        thread: the identifier of the thread it runs in.
        tasks: the WebSocket task queue, first in, first out, across all sockets of the agent.
        times_at_step_1: how often the loop has begun anew; what the standard reads "as of the last
            time the event loop reached step 1" is kept with this number.
        kept_alive: objects that must not be garbage collected for now, by their identity.
        unloading: what is to go away when the loop ends.
    """

    __slots__ = (
        "__weakref__",
        "_caught_up",
        "_close_asyncio_loop",
        "_end",
        "_has_ended",
        "_is_running",
        "_is_settling",
        "_outlets",
        "_ready",
        "_step_1",
        "_turn_is_scheduled",
        "_turns_left",
        "asyncio_loop",
        "kept_alive",
        "tasks",
        "thread",
        "times_at_step_1",
        "unloading",
    )

    def __init__(self, asyncio_loop: asyncio.AbstractEventLoop) -> None:
        self.asyncio_loop = asyncio_loop
        self.thread = get_ident()
        self.tasks: deque[Task] = deque()
        self.times_at_step_1 = 0
        self.kept_alive: dict[int, object] = {}
        self.unloading: set[Unloading] = set()
        self._ready = _ready_queue(asyncio_loop)
        self._is_running = False
        self._is_settling = False
        self._turns_left = 0
        self._turn_is_scheduled = False
        self._outlets: list[Callable[[], None]] = []
        self._caught_up: list[Callable[[], None]] = []
        self._step_1: list[Callable[[], None]] = []
        self._end = _at_the_end(self)
        _begin(self._end)
        self._has_ended = False
        self._close_asyncio_loop = asyncio_loop.close
        asyncio_loop.close = self._end_and_close  # type: ignore[method-assign]

    def _end_and_close(self) -> None:
        """Close the asyncio loop, but first come to the end that ``asyncio.run`` brings about.

        A program that only closes its loop would otherwise leave connections behind, and places
        in the line of connections taken.
        """
        loop = self.asyncio_loop
        if not (self._has_ended or loop.is_closed() or asyncio._get_running_loop()):
            loop.run_until_complete(self.end())
        self._close_asyncio_loop()

    async def end(self) -> None:
        """Let all connections disappear; no task runs any more, as the page is gone."""
        self._has_ended = True
        self.thread = get_ident()
        self.tasks = deque(maxlen=0)
        for each in tuple(self.unloading):
            each.disappear()
            each.depart()
        self.kept_alive.clear()
        # Transports close in callbacks of their own, as do fetches; a few turns, and they have.
        for _ in range(TURNS_TO_SETTLE):
            await asyncio.sleep(0)

    def require_this_thread(self) -> None:
        """Refuse a call that comes from another thread than the loop's.

        Raises:
            RuntimeError: it does; says what to do instead.
        """
        if get_ident() != self.thread:
            raise RuntimeError(
                "a WebSocket belongs to the thread of its event loop; "
                "from another thread, use loop.call_soon_threadsafe(...)"
            )

    def call_from_any_thread(self, steps: Callable[[], None]) -> None:
        """Run steps in the loop's thread: at once if this is it, else soon."""
        if get_ident() == self.thread:
            steps()
        else:
            self.call_soon_from_any_thread(steps)

    def call_soon_from_any_thread(self, steps: Callable[[], None]) -> None:
        """Run steps in the loop's thread, soon, or never if it has ended."""
        with suppress(RuntimeError):
            self.asyncio_loop.call_soon_threadsafe(steps)

    @algorithm("queue-a-task", "queue a task")
    def queue_a_task(
        self, steps: Callable[[Any, Any], object], subject: object, argument: object = None
    ) -> None:
        """Put ``steps(subject, argument)`` on the WebSocket task source; they run soon.

        Source: https://html.spec.whatwg.org/multipage/webappapis.html#queue-a-task
        """
        # 1. n/a: each socket knows the event loop it belongs to,
        # 2. n/a: and tasks are not held back with a document.
        # 3. A task is a tuple, since one is made for each message:
        # 4. the steps with what they are about,
        # 5. n/a: no source, as there is but one,
        # 6. n/a: no document,
        # 7. n/a: and no record of which scripts ran in it.
        # 8. All sockets share one queue, so that their events keep their order.
        # 9. It runs in its turn, and the loop may have to be woken for that.
        self.tasks.append((steps, subject, argument))
        self.schedule_a_turn()

    def run_tasks(self) -> None:
        """Run the tasks that are queued, as far as the rule lets; then let out what they sent.

        To be called where the asyncio loop itself would call: from a callback, not from a page.
        """
        if self._is_running or self._is_settling:
            self._let_out()
            return
        tasks, ready = self.tasks, self._ready
        before = len(ready)
        self._is_running = True
        try:
            while tasks:
                self.times_at_step_1 += 1
                steps, subject, argument = tasks.popleft()
                steps(subject, argument)
                if len(ready) != before:
                    self._is_settling = True
                    self._turns_left = TURNS_TO_SETTLE
                    break
        finally:
            self._is_running = False
            self._let_out()
            # What the page does next, outside of listeners, is behind another step 1.
            self.times_at_step_1 += 1
            if tasks or self._is_settling or self._step_1:
                self.schedule_a_turn()
            elif self._caught_up:
                self._call_all(self._caught_up)

    def schedule_a_turn(self) -> None:
        """See to it that the loop comes to step 1 and to the tasks again, soon, unless it ends."""
        if not (self._turn_is_scheduled or self._is_running or self._has_ended):
            self._turn_is_scheduled = True
            self.asyncio_loop.call_soon(self._turn)

    def _turn(self) -> None:
        self._turn_is_scheduled = False
        self.times_at_step_1 += 1
        if self._step_1:
            self._call_all(self._step_1)
        if self._is_settling:
            self._turns_left -= 1
            if len(self._ready) and self._turns_left:
                self._let_out()
                self.schedule_a_turn()
                return
            self._is_settling = False
        self.run_tasks()

    def when_the_batch_ends(self, let_out: Callable[[], None]) -> None:
        """Have something called once, when no further task follows at once.

        What ``send`` queues leaves together: one write a task halves the rate (175k against 334k).
        """
        self._outlets.append(let_out)
        if not self._is_running:
            self.schedule_a_turn()

    def when_caught_up(self, resume: Callable[[], None]) -> None:
        """Have something called once, when no task waits."""
        self._caught_up.append(resume)
        self.schedule_a_turn()

    def at_step_1(self, steps: Callable[[], None]) -> None:
        """Have something called once, the next time the asyncio loop begins a turn."""
        self._step_1.append(steps)
        self.schedule_a_turn()

    def _let_out(self) -> None:
        for let_out in self._outlets:
            let_out()
        self._outlets.clear()

    @staticmethod
    def _call_all(callbacks: list[Callable[[], None]]) -> None:
        waiting = callbacks[:]
        callbacks.clear()
        for callback in waiting:
            callback()


def the_event_loop() -> EventLoop:
    """Return the event loop of the asyncio loop that runs in this thread.

    Raises:
        RuntimeError: none is running; says what to do.
    """
    try:
        asyncio_loop = asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError(
            "a WebSocket needs a running event loop: "
            "create it inside of a coroutine that asyncio.run(...) runs"
        ) from None
    # The agent lives and dies with its loop: as an attribute, since a dictionary by loop would
    # hold on to both.
    event_loop: EventLoop | None = getattr(asyncio_loop, _ATTRIBUTE, None)
    if event_loop is None:
        event_loop = EventLoop(asyncio_loop)
        setattr(asyncio_loop, _ATTRIBUTE, event_loop)
    return event_loop


class _NeverTheSame:
    """Stands for a ready queue that cannot be seen: something may always have been made ready."""

    def __init__(self) -> None:
        self._length = 0

    def __len__(self) -> int:
        self._length += 1
        return self._length


def _ready_queue(loop: asyncio.AbstractEventLoop) -> Sized:
    """Find the queue of what is ready, and make sure that it is the one."""
    candidates = [getattr(loop, "_ready", None)]
    candidates += [each for each in gc.get_referents(loop) if type(each) is deque]
    for candidate in candidates:
        if type(candidate) is deque and _grows(candidate, loop):
            return candidate
    return _NeverTheSame()


def _grows(candidate: deque[Any], loop: asyncio.AbstractEventLoop) -> bool:
    before = len(candidate)
    handle = loop.call_soon(_nothing)
    has_grown = len(candidate) == before + 1
    handle.cancel()
    return has_grown


def _nothing() -> None:
    """Be a callback."""


async def _at_the_end(event_loop: EventLoop) -> AsyncGenerator[None, None]:
    """Wait for the end of the loop.

    asyncio closes a loop's asynchronous generators before the loop itself, and this one holds on
    to that moment.
    """
    try:
        yield
    finally:
        await event_loop.end()


def _begin(generator: AsyncGenerator[None, None]) -> None:
    """Run an asynchronous generator up to its first yield, without a task."""
    with suppress(StopIteration):
        generator.__anext__().send(None)
