"""The microtask queue of an agent: what promises have to do, first in, first out.

HTML performs the microtasks after each callback of a page, before anything else happens. Here they
run right after each task of the agent, and after each callback of asyncio's that a listener made
ready (:mod:`.microtask_checkpoint`). Where a program that runs in no listener queues one, it runs
in a callback of its own, as soon as the program's step is over.

No microtask runs while a task of asyncio's is being stepped: a microtask may step another one, and
that may have the very context that is entered.

**Fairness.** The microtasks hold the asyncio loop for the time of a page in one of its turns, and
for no more than the microtask that is running then takes. Those that are left keep their order.

Source: https://html.spec.whatwg.org/multipage/webappapis.html#microtask-queue
"""

import asyncio
from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import Any, Final

from whatwg_websockets.html.report_exception import report_an_exception

# How many microtasks run between two looks at the clock. A look takes 40 ns, and one of the
# smallest microtasks 200 ns.
BETWEEN_LOOKS: Final = 8


class MicrotaskQueue:
    """The microtasks that wait.

    Args:
        asyncio_loop: the loop of the agent.
        page_time: how long they may run in one turn of the loop, in seconds.

    Attributes:
        waiting: the steps of each microtask and their argument.
        is_let_go: they did not come to rest, and no task waits for them until they do.
    """

    __slots__ = ("_asyncio_loop", "_page_time", "is_let_go", "waiting")

    def __init__(self, asyncio_loop: asyncio.AbstractEventLoop, page_time: float) -> None:
        self.waiting: deque[tuple[Callable[[Any], object], Any]] = deque()
        self.is_let_go = False
        self._asyncio_loop = asyncio_loop
        self._page_time = page_time

    def perform(self) -> None:
        """Run the microtasks, and those that they queue, until none is left or the time is used up.

        Within the step of a task of asyncio's none runs. So some may be left: whoever calls this
        has to see to it that it is called again.

        Raises:
            KeyboardInterrupt: a microtask raised it; those behind it are left. What else a
                microtask raises is reported.
            SystemExit: likewise.
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
                # What a task raised in it may keep this frame, which is to keep nothing.
                del steps, argument
            now = perf_counter()
            if not ends:
                ends = now + self._page_time
            elif now >= ends:
                return
