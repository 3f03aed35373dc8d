"""Reporting an exception: what a browser's console is to a page, the loop's handler is here.

Source: https://html.spec.whatwg.org/multipage/webappapis.html#report-the-exception
"""

import asyncio
import sys

from whatwg_websockets.algorithm import algorithm


@algorithm("report-an-exception", "report an exception")
def report_an_exception(exception: BaseException, callback: object) -> None:
    """Let the program hear of an exception that a listener raised.

    The running loop's exception handler gets it; by default it goes to the logger ``asyncio``.
    Without a running loop it goes to ``sys.excepthook``.

    Args:
        exception: what was raised.
        callback: the listener that raised it.

    Source: https://html.spec.whatwg.org/multipage/webappapis.html#report-an-exception
    """
    # 1. Nobody has handled the exception yet.
    # 2. The console is given the exception itself, so nothing is extracted from it.
    # 3-5. n/a: only a script or a worker of another origin has its errors muted.
    # 6. n/a: there is no global object that an "error" event could be fired at.
    # 7. Nobody has handled the exception, so the program hears of it.
    # 7.1. n/a: the exception goes to no other realm, from which it would have to be kept.
    # 7.2. n/a: a thread has no page above it that its exceptions could be reported to.
    # 7.3. The loop's exception handler is the console.
    report_to_the_console(exception, callback)


def report_to_the_console(exception: BaseException, callback: object) -> None:
    """Hand an exception to the running loop, or to Python if there is none."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        sys.excepthook(type(exception), exception, exception.__traceback__)
        return
    loop.call_exception_handler(
        {
            "message": "Exception in event listener",
            "exception": exception,
            "listener": callback,
        }
    )
