"""Coroutine functions as listeners: they run at once, as an async function does in a browser.

A browser calls a listener that is an async function and drops the promise; the function runs up
to its first ``await`` within the call. In Python calling a coroutine function runs nothing, so the
coroutine is given to a task, which starts within the call: ``html/eager_tasks.py`` says how.
"""

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Any, Final

from whatwg_websockets.html.eager_tasks import start_a_task
from whatwg_websockets.html.report_exception import report_an_exception

_RUNNING: Final = "_whatwg_websockets_listeners"
"""The attribute of an asyncio loop with the tasks of listeners that have not ended.

The loop itself holds tasks weakly. What held those of all loops would hold closed loops as well.
"""


def run_if_coroutine(result: object, callback: object) -> None:
    """Run what a listener returned, if it is a coroutine, up to its first ``await``.

    An exception that it raises is reported like one of a plain listener, and so is a missing
    event loop, without which it cannot run.

    Args:
        result: what the listener returned.
        callback: the listener, for the report.

    Raises:
        KeyboardInterrupt: the coroutine raised it before its first ``await``.
        SystemExit: likewise.
    """
    # asyncio 3.11 takes a generator for a coroutine, too.
    if not isinstance(result, Coroutine):
        return
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        result.close()
        report_an_exception(RuntimeError("a coroutine needs a running event loop"), callback)
        return
    task = start_a_task(result, loop)
    (_finished if task.done() else _wait_for)(task, callback)


def cancel_the_listeners_of(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel the listeners that a loop is running: the loop is ending."""
    for task in tuple(running(loop)):
        task.cancel()


def running(loop: asyncio.AbstractEventLoop) -> set[asyncio.Task[object]]:
    """Return the tasks of listeners that a loop is running."""
    tasks: set[asyncio.Task[object]] = vars(loop).setdefault(_RUNNING, set())
    return tasks


def hold(task: asyncio.Task[Any]) -> None:
    """Hold on to a task until it is done."""
    tasks = running(task.get_loop())
    tasks.add(task)
    task.add_done_callback(tasks.discard)


def _wait_for(task: asyncio.Task[object], callback: object) -> None:
    """Hold on to a task until it is done, and then report its exception."""
    hold(task)
    task.add_done_callback(partial(_finished, callback=callback))


def _finished(task: asyncio.Task[object], callback: object) -> None:
    """Report the exception of a task that is done. A cancelled task is silent."""
    if task.cancelled():
        return
    exception = task.exception()
    if exception is not None and not isinstance(exception, (KeyboardInterrupt, SystemExit)):
        report_an_exception(exception, callback)
