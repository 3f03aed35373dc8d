"""Waits for conditions that no event announces, where no event loop runs."""

import time
from collections.abc import Callable

from support.loops import DEADLINE


def wait_until(condition: Callable[[], object]) -> None:
    """Check a condition repeatedly until it holds.

    Raises:
        AssertionError: the condition does not hold when the test's time is over.
    """
    over = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < over, "what the test waits for does not come"
        time.sleep(0.01)
