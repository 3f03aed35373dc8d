"""What a program does with the messages of a scene: each client carries it out in its own idiom."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from benchmarks.workloads import ANSWER_SECONDS, TICK_SECONDS, TICKER_SECONDS

#: What a client sends once it is ready, so that the scene can begin.
READY = "ready"

#: What is answered.
ANSWER = b"answer"


@dataclass
class Page:
    """The program of one scene.

    A client opens a connection, sends `READY`, and from then on does this for each message::

        if it is text:
            close, and return it: the scene is over
        page.count += 1
        if page.answer is not None:
            send(page.answer)
        page.react()
    """

    react: Callable[[], object]
    answer: bytes | None = None
    count: int = 0


def compute(seconds: float) -> None:
    """Use as much processor time, without a pause."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def make_something_ready() -> None:
    """Do what a listener does that resolves a future: the loop has a callback to run."""
    asyncio.get_running_loop().call_soon(compute, 0)


def page_of(scene: str) -> Page:
    """Make the page of a scene."""
    if scene == "ticker":
        return Page(lambda: compute(TICKER_SECONDS))
    if scene == "flood":
        return Page(make_something_ready)
    return Page(lambda: compute(ANSWER_SECONDS), answer=ANSWER)


class Ticker:
    """A task of the same program that wants to run every few milliseconds."""

    def __init__(self, seconds: float = TICK_SECONDS) -> None:
        self._seconds = seconds
        self._ticks: list[float] = []

    async def __aenter__(self) -> Self:
        """Begin to tick."""
        self._ticks.append(time.perf_counter())
        self._task = asyncio.create_task(self._tick())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop."""
        self._ticks.append(time.perf_counter())
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            self._ticks.append(time.perf_counter())

    def longest_gap(self) -> float:
        """Tell the longest time between two ticks, in seconds; once it has stopped."""
        return max(b - a for a, b in zip(self._ticks, self._ticks[1:], strict=False))
