"""The tasks of one connection, which wait while backpressure is applied.

A WebSocket's tasks stand in the queue of the event loop, and its messages keep coming. A
WebSocketStream takes its messages one by one, as they are read. What its connection has to do
stands in a queue of its own, in the same order, of which the event loop runs one task after the
other, and which stops **before a message** while backpressure is applied. So everything behind a
message that nobody reads waits with it: the bytes that are counted as waiting, the next window of a
read, the Close frame, the end of TCP. By that what waits is bounded for each connection by itself
(:mod:`whatwg_websockets.network.connection`), TCP stops, and no other socket waits.

A reader that reads releases the backpressure, and gets the next message within that call. The time
of the event loop's turn counts: once it is used up, the next message comes in another turn.

Source: https://whatpr.org/websockets/48.html#handle-a-websocketstream-message
"""

from collections import deque
from collections.abc import Callable, Set
from time import perf_counter
from typing import Any

from whatwg_websockets.html.event_loop import PAGE_TIME, EventLoop, Task

Steps = Callable[[Any, Any], object]


class HeldTasks:
    """The queue of one connection's tasks.

    Args:
        event_loop: runs the tasks.
        held: the steps of tasks that wait while backpressure is applied.
        at_once: the steps of tasks that may run within :meth:`release`: those that are held, and
            those that no page can tell from nothing.

    Attributes:
        is_applied: backpressure is applied.
        tasks: the tasks that wait, first in, first out.
    """

    __slots__ = (
        "_at_once",
        "_event_loop",
        "_held",
        "_is_over",
        "_is_queued",
        "_is_running",
        "is_applied",
        "tasks",
    )

    def __init__(self, event_loop: EventLoop, held: Set[Steps], at_once: Set[Steps]) -> None:
        self.tasks: deque[Task] = deque()
        self._event_loop = event_loop
        self._held = held
        self._at_once = at_once
        self.is_applied = False
        self._is_over = False
        self._is_queued = False
        self._is_running = False

    # Backpressure.

    def apply(self) -> None:
        """Apply backpressure: no further message is handled."""
        self.is_applied = not self._is_over

    def release(self) -> None:
        """Release the backpressure, if it is applied, and handle the next message that is there.

        A message that was released before, and whose task has not come yet, is handled as well.
        Within a task of this queue the next one comes when that is over, so that a thousand reads
        which wait are a thousand turns of a loop, and not as many calls inside each other.
        """
        self.is_applied = False
        tasks = self.tasks
        if not tasks or self._is_running:
            return
        # The time is that since the event loop began the task behind which the page runs.
        if perf_counter() - self._event_loop.task_began < PAGE_TIME:
            at_once = self._at_once
            self._is_running = True
            try:
                while tasks and not self.is_applied and tasks[0][0] in at_once:
                    steps, subject, argument = tasks.popleft()
                    steps(subject, argument)
            finally:
                self._is_running = False
        if tasks and not (self.is_applied and tasks[0][0] in self._held):
            self.schedule_a_turn()

    def end_backpressure(self) -> None:
        """Hold nothing back any more, whatever is applied from now on."""
        self._is_over = True
        self.is_applied = False
        self.schedule_a_turn()

    @property
    def holds_something(self) -> bool:
        """Whether one of those tasks is there that wait while backpressure is applied."""
        return any(task[0] in self._held for task in self.tasks)

    # What the connection calls.

    def queue_a_task(self, steps: Steps, subject: object, argument: object = None) -> None:
        """Put ``steps(subject, argument)`` behind the others; they run soon, if nothing is held."""
        self.tasks.append((steps, subject, argument))
        self.schedule_a_turn()

    def run_tasks(self) -> None:
        """Have the event loop run what is queued, as far as its promises and backpressure let.

        To be called where the asyncio loop itself would call: from a callback, not from a page.
        """
        self._queue_the_next()
        self._event_loop.run_tasks()

    def schedule_a_turn(self) -> None:
        """Have the event loop run what is queued soon."""
        if self._queue_the_next():
            self._event_loop.schedule_a_turn()

    # The tasks of the event loop.

    def _queue_the_next(self) -> bool:
        """Queue a task of the event loop for the next of the tasks, if that may run."""
        if self._is_queued:
            return True
        if not self.tasks or (self.is_applied and self.tasks[0][0] in self._held):
            return False
        self._is_queued = True
        self._event_loop.tasks.append((HeldTasks._run_the_next, self, None))
        return True

    def _run_the_next(self, _: None) -> None:
        """Run the next of the tasks, as a task of the event loop, if it may still run."""
        self._is_queued = False
        tasks = self.tasks
        if tasks and not (self.is_applied and tasks[0][0] in self._held):
            steps, subject, argument = tasks.popleft()
            self._is_running = True
            try:
                steps(subject, argument)
            finally:
                self._is_running = False
            self._queue_the_next()
