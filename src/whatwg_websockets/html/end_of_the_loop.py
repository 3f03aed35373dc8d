"""The end of an asyncio loop, at which the page's connections disappear.

``asyncio.run`` closes the asynchronous generators of a loop before the loop itself, and waits for
them. So a generator that is suspended in the loop detects the loop's end. For a program that only
calls ``loop.close()``, that method is replaced by one that runs the same end first.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress


class EndOfTheLoop:
    """The hook that calls ``end`` once, in the loop, before the loop is closed.

    Args:
        asyncio_loop: the loop.
        end: the function to call at the end of the loop.
    """

    __slots__ = ("_asyncio_loop", "_close", "_end", "_generator", "_has_come")

    def __init__(
        self, asyncio_loop: asyncio.AbstractEventLoop, end: Callable[[], Awaitable[None]]
    ) -> None:
        self._asyncio_loop = asyncio_loop
        self._end = end
        self._has_come = False
        self._generator = self._wait()
        _begin(self._generator)
        self._close = asyncio_loop.close
        asyncio_loop.close = self._end_and_close  # type: ignore[method-assign]

    async def _wait(self) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            self._has_come = True
            await self._end()

    def _end_and_close(self) -> None:
        """Call ``end`` as ``asyncio.run`` would have done, and then close the loop."""
        loop = self._asyncio_loop
        # A loop cannot run inside another loop that is running.
        if not (self._has_come or loop.is_closed() or asyncio._get_running_loop()):
            loop.run_until_complete(self._end())
        self._close()


def _begin(generator: AsyncGenerator[None, None]) -> None:
    """Run an asynchronous generator up to its first yield, without a task."""
    with suppress(StopIteration):
        generator.__anext__().send(None)
