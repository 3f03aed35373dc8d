"""Hears what awaitables are settled with, in the order in which tasks that wait would go on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Told = Callable[[Any], object]


def when_settled(awaitable: Awaitable[Any], fulfilled: Told, rejected: Told) -> None:
    """Call one of two functions as soon as an awaitable is settled.

    It is awaited from now on, as JavaScript's ``then`` does. A task would only begin to await in a
    later turn of the loop, and several tasks would be told in the order in which they were made.

    Args:
        awaitable: what is awaited.
        fulfilled: gets what ``await`` would return.
        rejected: gets what ``await`` would raise.
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
