"""Time that the test advances, for the timers that the code under test sets."""

import asyncio
import heapq
from collections.abc import Callable
from fractions import Fraction
from itertools import count
from typing import Any

import pytest

PACKAGE = "whatwg_websockets."

# The clocks that are read beside these timers.
CLOCKS = ("whatwg_websockets.network.closing.monotonic",)


class HeldTimer:
    """What ``call_later`` returns: a timer that goes off when the test lets time pass.

    Attributes:
        when: when it is due, by the time of :class:`Timers`.
    """

    def __init__(self, when: Fraction, callback: Callable[..., Any], arguments: tuple[Any, ...]):
        self.when = when
        self._call: tuple[Callable[..., Any], tuple[Any, ...]] | None = (callback, arguments)

    def cancel(self) -> None:
        self._call = None

    @property
    def is_pending(self) -> bool:
        return self._call is not None

    def go_off(self) -> None:
        call, self._call = self._call, None
        if call is not None:
            callback, arguments = call
            callback(*arguments)


class Timers:
    """The timers that the code under test sets on a loop; those of asyncio and of the test go on.

    A test that asks whether something happens too early, or never, needs no time for that: it asks
    what is pending, or lets time pass, and each timer goes off exactly when it is due.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._now = Fraction(1_000)  # Exact, so that nothing is due a little too late.
        self._order = count()
        self._held: list[tuple[Fraction, int, HeldTimer]] = []

    def hold(self) -> None:
        """Hold the timers that are set on the running loop from now on."""
        loop = asyncio.get_running_loop()
        call_later = loop.call_later

        def hold(delay: float, callback: Any, *arguments: Any, **context: Any) -> Any:
            if not f"{callback.__module__}.".startswith(PACKAGE):
                return call_later(delay, callback, *arguments, **context)
            timer = HeldTimer(self._now + Fraction(delay), callback, arguments)
            heapq.heappush(self._held, (timer.when, next(self._order), timer))
            return timer

        loop.call_later = hold  # type: ignore[method-assign]
        for clock in CLOCKS:
            self._monkeypatch.setattr(clock, lambda: float(self._now))

    @property
    def pending(self) -> list[float]:
        """The seconds until each timer fires, in order."""
        return [
            float(when - self._now) for when, _, timer in sorted(self._held) if timer.is_pending
        ]

    def let_pass(self, seconds: float) -> None:
        """Fire the timers that are due within so many seconds, including those set meanwhile."""
        end = self._now + Fraction(seconds)
        while self._held and self._held[0][0] <= end:
            self._now, _, timer = heapq.heappop(self._held)
            timer.go_off()
        self._now = end
