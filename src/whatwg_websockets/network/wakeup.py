"""A wait that ends within the callback that brings what is waited for.

A task that awaits an ``asyncio.Future`` goes on one turn of the loop after the future is done. For
the opening handshake that is a turn too late: the bytes behind a 101, and the end of TLS, come in
the same callback, and TLS ends its own side before another turn begins. The task that awaits a
:class:`Wakeup` goes on before the callback returns.

An asyncio task can await any object with the few methods of a future that are below. That they are
enough is not documented; ``tests/network/test_wakeup.py`` holds every loop and version to it.
"""

import asyncio
from collections.abc import Callable, Generator
from contextvars import Context


class Wakeup:
    """What one task waits for.

    Args:
        loop: the loop of the task.
    """

    _asyncio_future_blocking = False

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._callback: Callable[[Wakeup], object] | None = None
        self._context: Context
        self._is_cancelled = False

    def __await__(self) -> Generator["Wakeup", None, None]:
        """Wait until somebody calls :meth:`wake`."""
        self._asyncio_future_blocking = True
        yield self
        self.result()

    def wake(self) -> None:
        """Let the task go on: before this returns, or soon where another task is running."""
        if asyncio.current_task(self._loop) is None:
            self._step()
        else:
            self._loop.call_soon(self._step)

    def _step(self) -> None:
        callback, self._callback = self._callback, None
        if callback is not None:
            self._context.run(callback, self)

    # What a task asks of a future that it awaits.

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Return the loop of the task."""
        return self._loop

    def add_done_callback(
        self, callback: Callable[["Wakeup"], object], *, context: Context
    ) -> None:
        """Keep what lets the task go on, and the context that it runs in."""
        self._callback, self._context = callback, context

    def cancel(self, msg: object = None) -> bool:
        """End the wait with a CancelledError, a turn of the loop later."""
        self._is_cancelled = True
        self._loop.call_soon(self._step)
        return True

    def result(self) -> None:
        """Return nothing, or raise where the wait was cancelled.

        Raises:
            asyncio.CancelledError: the task was cancelled.
        """
        if self._is_cancelled:
            raise asyncio.CancelledError
