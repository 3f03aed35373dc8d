"""The microtask queue of an agent: the reactions of promises, first in, first out.

HTML performs the microtasks after each callback of a page, before anything else happens. Here they
run right after each task of the agent, and after each callback of asyncio that a listener made
ready (:mod:`.microtask_checkpoint`). A microtask that a program queues outside of a listener runs
in a separate callback, as soon as the program's step is over.

No microtask runs while asyncio is stepping a task: the microtask may step another task, whose
context may be the one that is entered.

**Fairness.** The microtasks hold the asyncio loop for the time of a page in one of its turns, and
for no longer than the microtask that is running then takes. The remaining microtasks keep their
order.

Source: https://html.spec.whatwg.org/multipage/webappapis.html#microtask-queue
"""

import asyncio
from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import Any, Final

from whatwg_websockets.html.report_exception import report_an_exception

# The number of microtasks that run between two readings of the clock. A reading takes 40 ns, and
# one of the smallest microtasks 200 ns.
BETWEEN_LOOKS: Final = 8


class MicrotaskQueue:
    """The queue of the microtasks that wait.

    Args:
        asyncio_loop: the loop of the agent.
        page_time: the number of seconds for which microtasks may run in one turn of the loop.

    Attributes:
        waiting: the steps of each microtask and their argument.
        is_let_go: whether the microtasks have not come to rest, so that tasks no longer wait for
            them until they do.
    """

    __slots__ = ("_asyncio_loop", "_page_time", "is_let_go", "waiting")

    def __init__(self, asyncio_loop: asyncio.AbstractEventLoop, page_time: float) -> None:
        self.waiting: deque[tuple[Callable[[Any], object], Any]] = deque()
        self.is_let_go = False
        self._asyncio_loop = asyncio_loop
        self._page_time = page_time

    def perform(self) -> None:
        """Run the microtasks, and those that they queue, until the queue is empty or time is up.

        While asyncio is stepping a task, no microtask runs. So the queue may not be empty when this
        returns, and the caller must schedule another call in that case.

        Raises:
            KeyboardInterrupt: a microtask raised it. The microtasks behind it stay in the queue.
                Any other exception of a microtask, except for SystemExit, is reported.
            SystemExit: a microtask raised it. The microtasks behind it stay in the queue.
        """
        if asyncio.current_task(self._asyncio_loop) is not None:
            return
        waiting = self.waiting
        ends = 0.0
        while True:
            for _ in range(BETWEEN_LOOKS):
                if not waiting:
                    self.is_let_go = False
                    return
                steps, argument = waiting.popleft()
                try:
                    steps(argument)
                except (KeyboardInterrupt, SystemExit):
                    raise
                except BaseException as exception:
                    report_an_exception(exception, steps)
                # An exception may keep this frame alive, which therefore must refer to nothing.
                del steps, argument
            now = perf_counter()
            if not ends:
                ends = now + self._page_time
            elif now >= ends:
                return
