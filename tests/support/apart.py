"""Runs a test in its own thread, in which no trace function is set.

There is one trace function a thread: a test that sets its own takes it away from coverage, which
then would miss calls and returns, and put down lines to the wrong file.
"""

import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from support.loops import LOOPS, run


def apart(function: Callable[..., Any], *arguments: Any) -> Any:
    """Run a function in its own thread, and return its result."""

    def untraced() -> Any:
        sys.settrace(None)
        return function(*arguments)

    with ThreadPoolExecutor(1) as executor:
        return executor.submit(untraced).result()


def traced(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[str], None]:
    """Turn a coroutine function into a test that runs apart, on asyncio and on uvloop."""

    @pytest.mark.parametrize("kind", LOOPS)
    def apart_on_each_loop(kind: str) -> None:
        apart(run, test, kind)

    return apart_on_each_loop


class Blind:
    """An observer that sees nothing, for tests of the code around an observer."""

    def __init__(self, *_: object) -> None:
        pass

    def start(self) -> None:
        """Start nothing."""

    def stop(self) -> None:
        """Stop nothing."""
