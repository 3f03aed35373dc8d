"""The tasks of one connection, which wait while backpressure is applied.

The tasks of a WebSocket are in the queue of the event loop, and its messages are handled as they
arrive. A WebSocketStream handles its messages one by one, as they are read. The tasks of its
connection are in a queue of their own, in order. The event loop runs them one after the other, and
stops **before a message** while backpressure is applied. So everything behind an unread message
waits with it: the count of waiting bytes, the next window of a read, the Close frame, the end of
TCP. Therefore the waiting data is bounded for each connection separately
(:mod:`whatwg_websockets.network.connection`), TCP stops, and no other socket has to wait.

A reader that reads releases the backpressure, and gets the next message within that call, unless
the time of the event loop's turn is used up. In that case the next message comes in another turn.

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
        event_loop: the event loop that runs the tasks.
        held: the steps of tasks that wait while backpressure is applied.
        at_once: the steps of tasks that may run within :meth:`release`: those that are held, and
            those that no page can observe.

    Attributes:
        is_applied: whether backpressure is applied.
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
        """Apply backpressure, so that no further message is handled."""
        self.is_applied = not self._is_over

    def release(self) -> None:
        """Release the backpressure, if it is applied, and handle the next message, if it is queued.

        A message that was released before, and whose task has not run yet, is handled as well. If a
        task of this queue is running, the next task runs after it. So a thousand pending reads are
        a thousand iterations of a loop, and not a thousand nested calls.
        """
        self.is_applied = False
        tasks = self.tasks
        if not tasks or self._is_running:
            return
        # The time counts from the start of the event loop's current task, in which the page runs.
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
        """Release the backpressure for good. Applying it later has no effect."""
        self._is_over = True
        self.is_applied = False
        self.schedule_a_turn()

    @property
    def holds_something(self) -> bool:
        """Whether the queue has a task that waits while backpressure is applied."""
        return any(task[0] in self._held for task in self.tasks)

    # The methods that the connection calls.

    def queue_a_task(self, steps: Steps, subject: object, argument: object = None) -> None:
        """Append the task ``steps(subject, argument)``, which runs soon unless it is held back."""
        self.tasks.append((steps, subject, argument))
        self.schedule_a_turn()

    def run_tasks(self) -> None:
        """Run the queued tasks, as far as the event loop's rules and backpressure allow.

        This must be called from a callback of the asyncio loop, and not from a page.
        """
        self._queue_the_next()
        self._event_loop.run_tasks()

    def schedule_a_turn(self) -> None:
        """Schedule a turn of the event loop, in which the queued tasks run."""
        if self._queue_the_next():
            self._event_loop.schedule_a_turn()

    # The tasks of the event loop.

    def _queue_the_next(self) -> bool:
        """Queue a task of the event loop that runs the next task, if the next task may run."""
        if self._is_queued:
            return True
        if not self.tasks or (self.is_applied and self.tasks[0][0] in self._held):
            return False
        self._is_queued = True
        self._event_loop.tasks.append((HeldTasks._run_the_next, self, None))
        return True

    def _run_the_next(self, _: None) -> None:
        """Run the next task, as a task of the event loop, if the next task still may run."""
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
