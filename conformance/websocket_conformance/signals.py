"""React to the signals that ask a process to end."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_ENDING = {signal.SIGINT, signal.SIGTERM}
"""The signals of Ctrl-C and of process supervisors."""

_TERMINAL_IS_GONE = {signal.SIGHUP} if hasattr(signal, "SIGHUP") else set()
"""Windows has no such signal."""


@contextmanager
def asked_to_end(stop: Callable[[], object]) -> Iterator[None]:
    """A context in which a function is called when this process is asked to end.

    A further signal calls the function again, and does nothing else, so reports that are written in
    the context are written to the end. A process that is to outlive its terminal, as with
    ``nohup``, still does so.
    """
    loop = asyncio.get_running_loop()
    heeded = {each for each in _TERMINAL_IS_GONE if signal.getsignal(each) is not signal.SIG_IGN}
    before = {number: signal.getsignal(number) for number in _ENDING | heeded}
    for number in before:
        try:
            loop.add_signal_handler(number, stop)
        except NotImplementedError:
            # On Windows the event loop has no signals; Python's own wake it.
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))
    try:
        yield
    finally:
        for number, handler in before.items():
            # An event loop that has no signals, as on Windows, has none to remove, either.
            with suppress(NotImplementedError):
                loop.remove_signal_handler(number)
            signal.signal(number, handler)
