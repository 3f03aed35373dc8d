"""The event loop: one asyncio loop is one agent, with one queue of WebSocket tasks.

**Order.** Each task runs alone. Before the next one, everything that its listener made ready has
run, at any depth: the microtask checkpoint (:mod:`.microtask_checkpoint`). With it, a loop of
``ws.onmessage = future.set_result; await asyncio.wait_for(future, 5)`` loses and doubles nothing.
Where a listener made nothing ready, the next task runs at once, in the same callback of asyncio.

**Promptness.** What page code has sent and what has not been written yet leaves between two tasks
as soon as its connection wrote nothing for :data:`A_MOMENT`, and at the latest when the batch ends.

**Fairness.** Tasks hold the asyncio loop for :data:`PAGE_TIME` seconds in one of its turns, and for
no more than the listener that is running then takes. What is left waits for the next turn, so that
timers, other sockets and other tasks of the program come in between.

Measured on CPython 3.11 (100 B messages, 64 in flight, messages a second, asyncio / uvloop): all
tasks in one callback, which keeps none of these promises, 343k / 373k; one ``call_soon`` a task,
which loses messages, 50k to 140k / 143k to 184k.

Source: https://html.spec.whatwg.org/multipage/webappapis.html#event-loops
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from threading import get_ident
from time import perf_counter
from typing import Any, Final, Protocol

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.eager_tasks import start_a_task
from whatwg_websockets.html.end_of_the_loop import EndOfTheLoop
from whatwg_websockets.html.idle import Idle
from whatwg_websockets.html.listener_coroutines import cancel_the_listeners_of, hold
from whatwg_websockets.html.microtask_checkpoint import Microtasks
from whatwg_websockets.html.microtask_queue import MicrotaskQueue
from whatwg_websockets.webidl.array_buffer import ArrayBuffers

# How long tasks may run in one turn of the asyncio loop, in seconds.
PAGE_TIME: Final = 0.003

# When so much of it is used up, the beginning of the next turn is watched for, in seconds.
SOME_PAGE_TIME: Final = 0.001

# A connection that wrote nothing for so long writes at once, in seconds.
A_MOMENT: Final = 0.001

# How many turns transports and fetches get to end in when the loop ends.
TURNS_TO_END: Final = 16

# How much is read at once, in bytes.
READ_AT_ONCE: Final = 262_144

_ATTRIBUTE: Final = "_whatwg_websockets_event_loop"

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
        array_buffers: makes the ArrayBuffers of the agent.
        asyncio_loop: the loop underneath.
        call_soon: the loop's own ``call_soon``, for what is no reaction of a page's.
        thread: the identifier of the thread in which the loop runs, or ran last.
        thread_of_tasks: the same while tasks run, and 0 while none does.
        task_began: when the task that runs began, by ``time.perf_counter()``.
        tasks: the WebSocket task queue, first in, first out, across all sockets of the agent.
        times_at_step_1: how often the loop has begun anew; what the standard reads "as of the last
            time the event loop reached step 1" is kept with this number.
        must_yield: the time of this turn is used up, and what is left waits for the next one.
        kept_alive: objects that must not be garbage collected for now, by their identity.
        unloading: what is to go away when the loop ends.
        idle: lets rest what has not been used for a while.
        read_buffer: what the connections of this loop read into, one after the other. What is in
            it is used up before the next read, so an idle connection has no buffer.
    """

    __slots__ = (
        "__weakref__",
        "_end_of_the_loop",
        "_has_ended",
        "_is_in_checkpoint",
        "_microtasks",
        "_microtasks_are_scheduled",
        "_others_have_had_their_turn",
        "_outlets",
        "_outlets_are_due",
        "_page_time",
        "_step_1",
        "_turn_is_scheduled",
        "array_buffers",
        "asyncio_loop",
        "call_soon",
        "idle",
        "kept_alive",
        "must_yield",
        "read_buffer",
        "task_began",
        "tasks",
        "thread",
        "thread_of_tasks",
        "times_at_step_1",
        "unloading",
    )

    def __init__(self, asyncio_loop: asyncio.AbstractEventLoop) -> None:
        self.array_buffers = ArrayBuffers()
        self.asyncio_loop = asyncio_loop
        self.thread = get_ident()
        self.tasks: deque[Task] = deque()
        self.times_at_step_1 = 0
        self.kept_alive: dict[int, object] = {}
        self.unloading: set[Unloading] = set()
        self.idle = Idle(asyncio_loop)
        self.read_buffer = memoryview(bytearray(READ_AT_ONCE))
        self._microtasks = Microtasks(asyncio_loop, MicrotaskQueue(asyncio_loop, PAGE_TIME))
        self._microtasks_are_scheduled = False
        self.call_soon = self._microtasks.call_soon
        self.thread_of_tasks = 0
        self.task_began = 0.0
        self._is_in_checkpoint = False
        self.must_yield = False
        self._others_have_had_their_turn = False
        self._page_time = 0.0
        self._turn_is_scheduled = False
        self._outlets: list[Callable[[], None]] = []
        self._outlets_are_due = 0.0
        self._step_1: list[Callable[[], None]] = []
        self._has_ended = False
        self._end_of_the_loop = EndOfTheLoop(asyncio_loop, self.end)

    async def end(self) -> None:
        """Let all connections disappear; no task runs any more, as the page is gone."""
        self._has_ended = True
        self.thread = get_ident()
        self.tasks = deque(maxlen=0)
        for each in tuple(self.unloading):
            each.disappear()
            each.depart()
        self.kept_alive.clear()
        cancel_the_listeners_of(self.asyncio_loop)
        # Transports close in callbacks of their own, as do fetches.
        for _ in range(TURNS_TO_END):
            await asyncio.sleep(0)

    # The thread.

    def is_of_this_thread(self) -> bool:
        """Tell whether the loop runs in this thread, or rests and ran here last.

        A loop may go on in another thread than it began in; its sockets go with it.
        """
        if asyncio._get_running_loop() is self.asyncio_loop:
            self.thread = get_ident()
            return True
        return get_ident() == self.thread and not self.asyncio_loop.is_running()

    def require_this_thread(self, what: str = "a WebSocket") -> None:
        """Refuse a call that comes from another thread than the loop's.

        Args:
            what: what belongs to the thread, for the error message.

        Raises:
            RuntimeError: the call comes from another thread; the message says what to do instead.
        """
        if not self.is_of_this_thread():
            raise RuntimeError(
                f"{what} belongs to the thread of its event loop; "
                "from another thread, use loop.call_soon_threadsafe(...)"
            )

    def call_from_any_thread(self, steps: Callable[[], None]) -> None:
        """Run steps in the loop's thread: at once if this is it, else soon."""
        if self.is_of_this_thread():
            steps()
        else:
            self.call_soon_from_any_thread(steps)

    def call_soon_from_any_thread(self, steps: Callable[[], None]) -> None:
        """Run steps in the loop's thread, soon, or never if it has ended."""
        with suppress(RuntimeError):
            self.asyncio_loop.call_soon_threadsafe(steps)

    # The tasks.

    @algorithm("queue-a-task", "queue a task")
    def queue_a_task(
        self, steps: Callable[[Any, Any], object], subject: object, argument: object = None
    ) -> None:
        """Put ``steps(subject, argument)`` on the WebSocket task source; they run soon.

        Source: https://html.spec.whatwg.org/multipage/webappapis.html#queue-a-task
        """
        # 1. Each socket knows the event loop that it belongs to, and calls this on it.
        # 2. The document is the one that the settings of the socket stand for.
        # 3. A task is a tuple, since one is made for each message.
        # 4. The tuple has the steps, with what they are about.
        # 5. There is one task source, so a task need not name its source.
        # 6. The socket knows the settings, and so the document of the task. When the settings are
        #    unloaded, each of their sockets is CLOSED at once, and the steps of a task do nothing
        #    for a socket that is CLOSED.
        # 7. n/a: only the frames of a document are told which scripts ran in a task.
        # 8. All sockets share one queue, so that their events keep their order.
        # 9. The task runs in its turn, and the loop may have to be woken for that.
        self.tasks.append((steps, subject, argument))
        self.schedule_a_turn()

    def run_tasks(self) -> None:
        """Run the tasks that are queued, as far as the promises let.

        To be called where the asyncio loop itself would call: from a callback, not from a page.
        """
        if self.thread_of_tasks or self._is_in_checkpoint or self.must_yield:
            return
        self.task_began = began = perf_counter()
        self.thread_of_tasks = get_ident()
        self._microtasks.begin_to_follow()
        try:
            self._run_a_batch(began + PAGE_TIME - self._page_time)
        except (KeyboardInterrupt, SystemExit) as exception:
            # It ends the program from a callback of its own: where uvloop has called us to bring
            # what was read, it takes every exception for the connection's.
            self.call_soon(_raise, exception)
        finally:
            self._microtasks.stop_following()
            self.thread_of_tasks = 0
            self._end_a_batch(perf_counter() - began)

    @algorithm("event-loop-processing-model", "event loop processing model")
    def _run_a_batch(self, ends: float) -> None:
        """Run tasks until none is left, one has queued a microtask, or the time is used up.

        Source: https://html.spec.whatwg.org/multipage/webappapis.html#event-loop-processing-model
        """
        # 1. No task has been taken yet.
        tasks, microtasks, outlets = self.tasks, self._microtasks, self._outlets
        waiting = microtasks.queue.waiting
        # 2. Tasks are taken one after the other, as long as there are any. The microtasks of a
        #    script that has run since go before them.
        if waiting and (self._must_wait_for_microtasks() or microtasks.are_queued):
            return
        while tasks:
            # 2.1. All sockets share one task queue, so none is to be chosen.
            self.times_at_step_1 += 1
            # 2.2. n/a: only a document may read how long what took.
            # 2.3. The oldest task is taken out of the queue.
            # 2.4. n/a: only a document may read how long what took.
            # 2.5. The task that was taken is the one that runs.
            steps, subject, argument = tasks.popleft()
            # 2.6. The steps of the task run.
            steps(subject, argument)
            # 2.7. No task runs any more when the steps have returned.
            # 2.8. The microtasks of promises run at once. If the steps have made something else
            #      ready, the checkpoint continues at the end of the batch.
            if waiting and self._must_wait_for_microtasks():
                return
            if microtasks.are_queued or not tasks:
                return
            self.task_began = now = perf_counter()
            if outlets and now >= self._outlets_are_due:
                self._let_out()
            if now >= ends:
                return
        # 3-4. n/a: only a document may read how long what took.
        # 5. n/a: only a window has idle periods.
        # 6. n/a: only a worker is rendered and closed by its event loop.

    def _must_wait_for_microtasks(self) -> bool:
        """Perform the microtasks of promises, and tell whether the next task must wait for more."""
        if self._microtasks.are_waiting():
            self._microtasks.queue.perform()
        return self._microtasks.are_waiting()

    def _end_a_batch(self, took: float) -> None:
        self._page_time += took
        if self._outlets:
            self._let_out()
        # What the page does next, outside of listeners, is behind another step 1.
        self.times_at_step_1 += 1
        if self._microtasks.are_queued or self._microtasks.are_waiting():
            self._begin_a_checkpoint()
            return
        self.must_yield = bool(self.tasks) or self._page_time >= PAGE_TIME
        if self.must_yield or self._step_1 or self._page_time >= SOME_PAGE_TIME:
            self.schedule_a_turn()

    @algorithm("perform-a-microtask-checkpoint", "perform a microtask checkpoint")
    def _perform_a_microtask_checkpoint(self) -> None:
        """Go on with the tasks, if the microtasks that were queued have queued no others.

        Source: https://html.spec.whatwg.org/multipage/webappapis.html#perform-a-microtask-checkpoint
        """
        # 1. Whoever begins a checkpoint has seen that none is being performed.
        # 2. Whoever begins a checkpoint has noted that one is being performed.
        self._microtasks.stop_following_the_script()
        is_interrupted = self._microtasks.queue.waiting and not self._perform_microtasks()
        # 3. The checkpoint goes on as long as the microtasks queue others.
        # 3.1. The queue is that of asyncio, which takes the oldest microtask out first.
        # 3.2. The microtask that asyncio has taken is the one that runs.
        # 3.3. The microtasks stand before this callback in the queue of asyncio, and so have run.
        # 3.4. No microtask runs when this callback does.
        if not is_interrupted and self._microtasks.are_at_rest(an_event_waits=bool(self.tasks)):
            # 4. An exception that nobody has retrieved is reported by asyncio.
            # 5. n/a: a program has no Indexed Database.
            # 6. n/a: a weak reference in Python keeps nothing alive until a checkpoint.
            # 7. The checkpoint is over.
            self._is_in_checkpoint = False
            # 8. n/a: only a document may read how long what took.
            if self._microtasks.queue.waiting:
                self._schedule_the_microtasks()
            self._begin_a_turn()
        else:
            self._reach_step_1()
            self.call_soon(self._perform_a_microtask_checkpoint)

    def queue_a_microtask(self, steps: Callable[[Any], object], argument: Any = None) -> None:
        """Run ``steps(argument)`` behind the microtasks that are queued, before the next task.

        Raises:
            RuntimeError: the call comes from another thread than the loop's.

        Source: https://html.spec.whatwg.org/multipage/webappapis.html#queue-a-microtask
        """
        if get_ident() != self.thread:
            self.require_this_thread("a promise")
        self._microtasks.queue.waiting.append((steps, argument))
        if not (self.thread_of_tasks or self._is_in_checkpoint or self._microtasks_are_scheduled):
            self._schedule_the_microtasks()

    def _schedule_the_microtasks(self) -> None:
        if self._microtasks_are_scheduled:
            return
        if self.asyncio_loop.is_closed():
            self._microtasks.queue.waiting.clear()
            return
        self._microtasks_are_scheduled = True
        self.call_soon(self._perform_the_microtasks_of_a_script)

    def hand_microtasks_to(self, queue: MicrotaskQueue) -> None:
        """Have a queue of another engine keep and run the microtasks, in place of our own.

        An engine of JavaScript has microtasks as well. Where its scripts share promises with
        Python, one queue says in which order the microtasks of both run.

        Args:
            queue: what they are put into from now on. Nothing waits in the queue that it replaces.
        """
        assert not self._microtasks.queue.waiting
        self._microtasks.queue = queue

    def _perform_the_microtasks_of_a_script(self) -> None:
        """Run the microtasks that a program has queued in no task of the agent's."""
        self._microtasks_are_scheduled = False
        if self._is_in_checkpoint:
            return
        self._perform_microtasks()
        if self._microtasks.are_queued or self._microtasks.are_waiting():
            self._begin_a_checkpoint()
        elif self._microtasks.queue.waiting:
            self._schedule_the_microtasks()

    def _perform_microtasks(self) -> bool:
        """Run the microtasks of promises, as far as there is time.

        Returns:
            false where one of them has ended the program.
        """
        try:
            self._microtasks.perform()
        except (KeyboardInterrupt, SystemExit) as exception:
            # It leaves from a callback of its own, and those behind it run if the loop goes on.
            self.call_soon(_raise, exception)
            return False
        return True

    def start_a_task(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run a coroutine up to its first ``await``, and go on with it in a task.

        The task is held until it is done, and cancelled when the loop ends.
        """
        task = start_a_task(coroutine, self.asyncio_loop)
        if not task.done():
            hold(task)
        return task

    def follow_the_script(self) -> None:
        """Run what the running asyncio task makes ready before the next task.

        To be called where page code begins to have a socket, in no listener.
        """
        if self._microtasks.begin_to_follow_the_script() and not self._is_in_checkpoint:
            self._begin_a_checkpoint()

    def _begin_a_checkpoint(self) -> None:
        self._is_in_checkpoint = True
        self._microtasks.begin_a_checkpoint()
        self.call_soon(self._perform_a_microtask_checkpoint)

    def in_parallel(self, steps: Callable[..., None], *arguments: Any) -> None:
        """Call a function that begins something in parallel to the page.

        The page's reactions are waited for before the next task runs. What goes on in parallel,
        such as a fetch, is no reaction of a page, though a listener's call has begun it.

        Source: https://html.spec.whatwg.org/multipage/infrastructure.html#in-parallel
        """
        self._microtasks.set_aside(steps, *arguments)

    # The turns.

    def schedule_a_turn(self) -> None:
        """Have the loop reach step 1 and the tasks again, soon, unless it ends."""
        if not (self._turn_is_scheduled or self.thread_of_tasks or self._has_ended):
            self._turn_is_scheduled = True
            self.call_soon(self._turn)

    def _turn(self) -> None:
        self._turn_is_scheduled = False
        if self._is_in_checkpoint:
            self._reach_step_1()
        elif self.must_yield and not self._others_have_had_their_turn:
            # What network and timers have brought meanwhile is called behind what was ready before,
            # and so behind this callback.
            self._others_have_had_their_turn = True
            self._reach_step_1()
            self.schedule_a_turn()
        else:
            self._begin_a_turn()

    def _begin_a_turn(self) -> None:
        self.must_yield = False
        self._others_have_had_their_turn = False
        self._page_time = 0.0
        self.thread = get_ident()
        self._reach_step_1()
        if self.tasks:
            self.run_tasks()

    def _reach_step_1(self) -> None:
        self.times_at_step_1 += 1
        if self._step_1:
            waiting = self._step_1[:]
            self._step_1.clear()
            for steps in waiting:
                steps()
        if self._outlets:
            self._let_out()

    def at_step_1(self, steps: Callable[[], None]) -> None:
        """Have something called once, the next time the asyncio loop begins a turn."""
        self._step_1.append(steps)
        self.schedule_a_turn()

    # The way out.

    def let_out_between_tasks(self, let_out: Callable[[], None], due: float) -> None:
        """Have something called once, between two tasks: when ``due`` has come or the batch ends.

        What the listeners of a batch send leaves together where it can: one write a task halves
        the rate (175k messages a second against 334k).

        Args:
            let_out: what is to be called.
            due: a time of ``time.perf_counter()``.
        """
        if not self._outlets or due < self._outlets_are_due:
            self._outlets_are_due = due
        self._outlets.append(let_out)
        if not self.thread_of_tasks:
            self.schedule_a_turn()

    def _let_out(self) -> None:
        for let_out in self._outlets:
            let_out()
        self._outlets.clear()


def _raise(exception: BaseException) -> None:
    raise exception


def the_event_loop(of: str = "a WebSocket") -> EventLoop:
    """Return the event loop of the asyncio loop that runs in this thread.

    Args:
        of: what needs it, for the error message.

    Raises:
        RuntimeError: none is running; says what to do.
    """
    try:
        asyncio_loop = asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError(
            f"{of} needs a running event loop: "
            "create it inside of a coroutine that asyncio.run(...) runs"
        ) from None
    # The agent lives and dies with its loop: as an attribute, since a dictionary by loop would
    # hold on to both.
    event_loop: EventLoop | None = getattr(asyncio_loop, _ATTRIBUTE, None)
    if event_loop is None:
        event_loop = EventLoop(asyncio_loop)
        setattr(asyncio_loop, _ATTRIBUTE, event_loop)
    return event_loop
