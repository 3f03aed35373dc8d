"""The end of an asyncio loop, at which the page's connections disappear.

``asyncio.run`` closes a loop's asynchronous generators before the loop itself, and waits for them:
a generator that waits in the loop learns in this way that the loop ends. A program that calls only
``loop.close()`` is met there: the close is preceded by the same end.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress


class EndOfTheLoop:
    """Calls ``end`` once, in the loop, before the loop is closed.

    Args:
        asyncio_loop: the loop.
        end: what is to be done at its end.
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
        """Close the loop, but first do what ``asyncio.run`` would have brought about."""
        loop = self._asyncio_loop
        # Inside of another loop that runs, no loop can be run.
        if not (self._has_come or loop.is_closed() or asyncio._get_running_loop()):
            loop.run_until_complete(self._end())
        self._close()


def _begin(generator: AsyncGenerator[None, None]) -> None:
    """Run an asynchronous generator up to its first yield, without a task."""
    with suppress(StopIteration):
        generator.__anext__().send(None)
