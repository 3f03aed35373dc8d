"""A task that Ctrl-C or SIGTERM ends early, so that its results so far can still be printed."""

import asyncio
import signal
import threading
from collections.abc import Coroutine
from types import FrameType
from typing import Any, Self, TypeVar

T = TypeVar("T")

SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""The signals of Ctrl-C and of process supervisors."""


class Ending:
    """A context in which SIGINT and SIGTERM cancel a coroutine, and do not end the process.

    Output that the context writes after the coroutine is therefore complete. Signals are handled
    in the main thread only, as Python delivers them nowhere else.

    Attributes:
        status: the exit status that the signal asks for: 130 after Ctrl-C, 143 after SIGTERM; 0
            while there was no signal.
    """

    def __init__(self) -> None:
        self.status = 0
        self._task: asyncio.Task[Any] | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                self._before[number] = signal.signal(number, self._asked_to_end)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in a new event loop, and return its result.

        Where it is cancelled, it has to return what it has.
        """
        return asyncio.run(self._run(coroutine))

    def stop(self) -> None:
        """Cancel the coroutine; it need not have begun, and may be over."""
        if self._task is not None and not self._task.done():
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)

    async def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        task = asyncio.ensure_future(coroutine)
        self._task = task
        if self.status:
            self.stop()
        return await task

    def _asked_to_end(self, number: int, _: FrameType | None) -> None:
        self.status = 128 + number
        self.stop()
