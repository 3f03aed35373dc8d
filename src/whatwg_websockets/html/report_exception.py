"""Reporting an exception to the loop's exception handler, in place of a browser's console.

Source: https://html.spec.whatwg.org/multipage/webappapis.html#report-the-exception
"""

import asyncio
import sys

from whatwg_websockets.algorithm import algorithm


@algorithm("report-an-exception", "report an exception")
def report_an_exception(exception: BaseException, callback: object) -> None:
    """Report an exception that a listener raised to the program.

    The exception goes to the running loop's exception handler, which by default writes it to the
    logger ``asyncio``. Without a running loop, it goes to ``sys.excepthook``.

    Args:
        exception: the exception.
        callback: the listener that raised the exception.

    Source: https://html.spec.whatwg.org/multipage/webappapis.html#report-an-exception
    """
    # 1. The exception has not been handled yet.
    # 2. The console gets the exception itself, so no information is extracted from the exception.
    # 3-5. n/a: a program has no scripts or workers of another origin, whose errors would be muted.
    # 6. n/a: a program has no global object at which an "error" event could be fired.
    # 7. Report the exception to the program, since no "error" event has handled it.
    # 7.1. n/a: a program has no other realms, from which error information would be withheld.
    # 7.2. n/a: a program has no dedicated workers, whose exceptions would go to the parent.
    # 7.3. Report the exception to the loop's exception handler, which stands for the console.
    report_to_the_console(exception, callback)


def report_to_the_console(exception: BaseException, callback: object) -> None:
    """Pass an exception to the running loop, or to ``sys.excepthook`` if no loop is running."""
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
