"""The timers of a page, which run in its event loop and call functions of JavaScript."""

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Any


class Timers:
    """The timers of one engine.

    Args:
        loop: the event loop.
        call: calls a function of JavaScript.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, call: Callable[[Any], object]) -> None:
        self._loop = loop
        self._call = call
        self._numbers = count(1)
        self._running: dict[int, asyncio.Handle] = {}

    def start(self, steps: Any, delay: float) -> int:
        """Start a timer, and return its number.

        Args:
            steps: the function of JavaScript that the timer calls.
            delay: the time until the call, in seconds; with 0 the call is made as soon as possible.
        """
        number = next(self._numbers)

        def expire() -> None:
            del self._running[number]
            self._call(steps)

        self._running[number] = (
            self._loop.call_later(delay, expire) if delay else self._loop.call_soon(expire)
        )
        return number

    def stop(self, number: int) -> None:
        """Stop a timer, if it has not expired."""
        timer = self._running.pop(number, None)
        if timer is not None:
            timer.cancel()
