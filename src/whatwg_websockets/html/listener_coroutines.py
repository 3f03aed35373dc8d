"""Coroutine functions as listeners, which run at once, as async functions do in a browser.

A browser calls a listener that is an async function, which runs up to its first ``await`` within
the call, and drops the promise. In Python, calling a coroutine function runs nothing. So the
coroutine is passed to a task, which starts within the call (see ``html/eager_tasks.py``).
"""

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Any, Final

from whatwg_websockets.html.eager_tasks import start_a_task
from whatwg_websockets.html.report_exception import report_an_exception

_RUNNING: Final = "_whatwg_websockets_listeners"
"""The attribute of an asyncio loop with the tasks of listeners that have not ended.

The loop itself refers to tasks only weakly. A set of the tasks of all loops would keep closed loops
alive as well.
"""


def run_if_coroutine(result: object, callback: object) -> None:
    """Run the result of a listener, if it is a coroutine, up to its first ``await``.

    An exception that the coroutine raises is reported like one of a plain listener. So is a missing
    event loop, without which a coroutine cannot run.

    Args:
        result: the result of the listener.
        callback: the listener, for the report.

    Raises:
        KeyboardInterrupt: the coroutine raised it before its first ``await``.
        SystemExit: the coroutine raised it before its first ``await``.
    """
    # asyncio.iscoroutine() of Python 3.11 accepts a generator as well.
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
    """Cancel the tasks of listeners on a loop, which is ending."""
    for task in tuple(running(loop)):
        task.cancel()


def running(loop: asyncio.AbstractEventLoop) -> set[asyncio.Task[object]]:
    """Return the tasks of listeners that have not ended on a loop."""
    tasks: set[asyncio.Task[object]] = vars(loop).setdefault(_RUNNING, set())
    return tasks


def hold(task: asyncio.Task[Any]) -> None:
    """Keep a reference to a task until it is done."""
    tasks = running(task.get_loop())
    tasks.add(task)
    task.add_done_callback(tasks.discard)


def _wait_for(task: asyncio.Task[object], callback: object) -> None:
    """Keep a reference to a task until it is done, and then report its exception."""
    hold(task)
    task.add_done_callback(partial(_finished, callback=callback))


def _finished(task: asyncio.Task[object], callback: object) -> None:
    """Report the exception of a task that is done, unless the task was cancelled."""
    if task.cancelled():
        return
    exception = task.exception()
    if exception is not None and not isinstance(exception, (KeyboardInterrupt, SystemExit)):
        report_an_exception(exception, callback)
