"""The signals that ask a process to end, and what is done then."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_ENDING = {signal.SIGINT, signal.SIGTERM}
"""Ctrl-C, and what a supervisor sends."""

_TERMINAL_IS_GONE = {signal.SIGHUP} if hasattr(signal, "SIGHUP") else set()
"""Windows has no such signal."""


@contextmanager
def asked_to_end(stop: Callable[[], object]) -> Iterator[None]:
    """Call something when this process is asked to end, for as long as the context lasts.

    What has been asked to end already is asked again, and no harm is done: so reports that are
    written in the context are written to the end. Where it has been arranged that the process
    outlives its terminal, as ``nohup`` does, it does so.
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
