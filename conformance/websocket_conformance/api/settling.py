"""Observes how awaitables are settled, in the order in which waiting tasks would be resumed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Told = Callable[[Any], object]


def when_settled(awaitable: Awaitable[Any], fulfilled: Told, rejected: Told) -> None:
    """Call one of two functions as soon as an awaitable is settled.

    The awaitable is awaited at once, like a promise by JavaScript's ``then``. A task would begin to
    await only in a later turn of the loop, and several tasks would be resumed in the order in which
    they were made.

    Args:
        awaitable: the awaitable.
        fulfilled: is called with the value that ``await`` would return.
        rejected: is called with the exception that ``await`` would raise.
    """
    steps = awaitable.__await__()

    def go_on(_: object = None) -> None:
        try:
            waited_for = next(steps)
        except StopIteration as end:
            fulfilled(end.value)
        except Exception as error:
            rejected(error)
        else:
            if waited_for is None:
                asyncio.get_running_loop().call_soon(go_on)
            else:
                waited_for.add_done_callback(go_on)

    go_on()
