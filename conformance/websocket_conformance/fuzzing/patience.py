"""The factor by which deadlines are longer, so that no verdict depends on the machine.

Two things keep a good peer from answering in time: the other cases that it plays at that moment,
which the judge counts, and the other work of the machine, which the judge measures: a delay of its
own event loop that its own work does not explain delays its peers too.

The mean of the last seconds counts: a single late turn delays a peer once, not for the whole length
of a deadline.
"""

import asyncio
import math
import time
from collections.abc import Callable

AT_EASE = 16
"""Up to this many cases at a time need no more patience than one case."""

_BEAT = 0.05
"""The seconds between two measurements of the delay."""

_HALF_LIFE = 2.0
"""The half-life of a delay in the mean, in seconds, whether or not a case was played."""

_FOR_A_SECOND = 40.0
"""What a mean delay of one second adds: with 25 ms for each turn, deadlines are doubled."""

_MOST = 15.0
"""The largest factor: a peer that waits for longer may end the connection by itself."""


class Patience:
    """Measures by which factor deadlines are longer now.

    Args:
        in_play: returns how many cases are being played.
        least: the least factor.
    """

    def __init__(self, in_play: Callable[[], int], least: float = 1.0) -> None:
        self._in_play = in_play
        self._least = least
        self._delay = 0.0
        self._felt = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._due: float | None = None
        self._work = 0.0

    def __call__(self) -> float:
        """Return the factor by which deadlines are longer now; 1 if they are not longer."""
        loop = self._loop = self._loop or asyncio.get_running_loop()
        if self._due is None:
            self._wait_for_the_next_beat(loop)
        cases = max(1.0, self._in_play() / AT_EASE)
        delay = 1.0 + self._delay_at(loop.time()) * _FOR_A_SECOND
        return max(self._least, min(cases * delay, _MOST))

    def _delay_at(self, now: float) -> float:
        """Return the mean delay, on the assumption of no delay since the last measurement."""
        return self._delay * math.exp2((self._felt - now) / _HALF_LIFE)

    def _wait_for_the_next_beat(self, loop: asyncio.AbstractEventLoop) -> None:
        self._due, self._work = loop.time() + _BEAT, time.process_time()
        loop.call_later(_BEAT, self._look)

    def _look(self) -> None:
        """Measure the delay for as long as a case is being played."""
        assert self._loop is not None
        assert self._due is not None
        now, work = self._loop.time(), time.process_time() - self._work
        late = max(0.0, now - self._due - work)
        share = 1.0 - math.exp2((self._due - _BEAT - now) / _HALF_LIFE)
        self._delay, self._felt = self._delay_at(now) + late * share, now
        self._due = None
        if self._in_play():
            self._wait_for_the_next_beat(self._loop)
