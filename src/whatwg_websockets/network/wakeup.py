"""A future whose task continues within the callback that completes the future.

A task that awaits an ``asyncio.Future`` continues one turn of the loop after the future is done.
That is too late for the opening handshake: the bytes after a 101 response, and the end of TLS, may
arrive in the same callback, and TLS closes its own side before the next turn. A task that awaits a
:class:`Wakeup` continues before the callback returns.

An asyncio task can await any object with the methods of a future that :class:`Wakeup` has. Python
does not document that these are enough, so ``tests/network/test_wakeup.py`` checks every loop and
version.
"""

import asyncio
from collections.abc import Callable, Generator
from contextvars import Context


class Wakeup:
    """A future that one task awaits.

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
        """Wait until :meth:`wake` is called."""
        self._asyncio_future_blocking = True
        yield self
        self.result()

    def wake(self) -> None:
        """Continue the task before this returns, or soon if another task is running."""
        if asyncio.current_task(self._loop) is None:
            self._step()
        else:
            self._loop.call_soon(self._step)

    def _step(self) -> None:
        callback, self._callback = self._callback, None
        if callback is not None:
            self._context.run(callback, self)

    # The methods of a future that an asyncio task uses.

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Return the loop of the task."""
        return self._loop

    def add_done_callback(
        self, callback: Callable[["Wakeup"], object], *, context: Context
    ) -> None:
        """Keep the callback that continues the task, and the context that it runs in."""
        self._callback, self._context = callback, context

    def cancel(self, msg: object = None) -> bool:
        """End the wait with a CancelledError, one turn of the loop later."""
        self._is_cancelled = True
        self._loop.call_soon(self._step)
        return True

    def result(self) -> None:
        """Return None, or raise if the wait was cancelled.

        Raises:
            asyncio.CancelledError: the task was cancelled.
        """
        if self._is_cancelled:
            raise asyncio.CancelledError
