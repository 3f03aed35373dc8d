"""Running a test on stock asyncio and on uvloop."""

import asyncio
import gc
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from whatwg_websockets.network.line_of_connections import THE_LINE

LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {
    "asyncio": asyncio.SelectorEventLoop,
}

if sys.platform != "win32":  # where there is no uvloop
    import uvloop

    LOOPS["uvloop"] = uvloop.new_event_loop

# What a test may take before it is said to hang. Nothing is measured by it.
DEADLINE = 30.0


class LoopErrors(list[dict[str, Any]]):
    """What the loop's exception handler heard."""

    def take(self) -> list[BaseException]:
        """Return the exceptions heard so far; the test expected them."""
        heard = [context["exception"] for context in self]
        self.clear()
        return heard


def run(test: Callable[[], Coroutine[Any, Any, None]], kind: str = "asyncio") -> None:
    """Run a coroutine function to its end in a new loop, as ``asyncio.run`` does.

    A test fails also when the loop's exception handler hears of something unexpected.
    """
    errors = LoopErrors()

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: errors.append(context))
        loop.errors = errors  # type: ignore[attr-defined]
        async with asyncio.timeout(DEADLINE):
            await test()

    try:
        with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
            runner.run(main())
        assert THE_LINE.is_empty, "a place in the line of connections was not given back"
        assert not errors, errors
    finally:
        THE_LINE.begin_anew()


def errors_heard() -> LoopErrors:
    """Return what the running loop's exception handler heard; ``take()`` what was expected."""
    return asyncio.get_running_loop().errors  # type: ignore[attr-defined,no-any-return]


async def called_by_the_loop(function: Callable[[], Any]) -> Any:
    """Return what a function returns where no task runs, as in a callback of a transport."""
    loop = asyncio.get_running_loop()
    returned = loop.create_future()
    loop.call_soon(lambda: returned.set_result(function()))
    return await returned


class Function:
    """A function to which a weak reference can be made."""

    def __call__(self, *_: object) -> None:
        return None


async def collect_garbage() -> None:
    """Collect all garbage, and run the finalisers."""
    for _ in range(3):
        gc.collect()
        await asyncio.sleep(0)
