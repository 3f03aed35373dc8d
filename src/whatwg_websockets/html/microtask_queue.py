"""The microtask queue of an agent: what promises have to do, first in, first out.

HTML performs the microtasks after each callback of a page, before anything else happens. Here they
run right after each task of the agent, and after each callback of asyncio's that a listener made
ready (:mod:`.microtask_checkpoint`). Where a program that runs in no listener queues one, it runs
in a callback of its own, as soon as the program's step is over. No microtask runs while a task of
asyncio's is being stepped, so a microtask may step another one.

Source: https://html.spec.whatwg.org/multipage/webappapis.html#microtask-queue
"""

from collections import deque
from collections.abc import Callable
from typing import Any


class MicrotaskQueue:
    """The microtasks that wait.

    Attributes:
        waiting: the steps of each microtask and their argument.
    """

    __slots__ = ("_is_performing", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[tuple[Callable[[Any], object], Any]] = deque()
        self._is_performing = False

    def perform(self) -> None:
        """Run the microtasks, and those that they queue, until none is left."""
        if self._is_performing:
            return
        self._is_performing = True
        take = self.waiting.popleft
        try:
            while self.waiting:
                steps, argument = take()
                steps(argument)
        finally:
            self._is_performing = False
