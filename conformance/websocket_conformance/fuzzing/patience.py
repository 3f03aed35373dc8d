"""By how much a deadline is longer than its case says, so that no verdict depends on the machine.

Two things keep a good peer from answering in time: the other cases that it plays at that moment,
which the judge counts; and whatever else the machine does, which the judge feels itself. What keeps
its own loop from a turn that is due, except its own work, keeps its peers from theirs.

It is the mean of the last seconds that counts: a single turn that comes late delays a peer once,
and not for as long as a deadline lasts.
"""

import asyncio
import math
import time
from collections.abc import Callable

AT_EASE = 16
"""How many cases at a time need no more patience than one."""

_BEAT = 0.05
"""How often the judge looks how late it is, in seconds."""

_HALF_LIFE = 2.0
"""How many seconds count half in the mean, whether any case was played meanwhile or not."""

_FOR_A_SECOND = 40.0
"""What a mean delay of a second adds: who waits 25 ms for each turn gets twice the time."""

_MOST = 15.0
"""More is of no use: a peer that is left alone for long may end the connection by itself."""


class Patience:
    """Tells by how much a deadline is longer now.

    Args:
        in_play: says how many cases are being played.
        least: by how much it is longer at least.
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
        """By how much a deadline is longer now, 1 for not at all."""
        loop = self._loop = self._loop or asyncio.get_running_loop()
        if self._due is None:
            self._wait_for_the_next_beat(loop)
        cases = max(1.0, self._in_play() / AT_EASE)
        delay = 1.0 + self._delay_at(loop.time()) * _FOR_A_SECOND
        return max(self._least, min(cases * delay, _MOST))

    def _delay_at(self, now: float) -> float:
        """The mean delay, with no delay since it was last felt."""
        return self._delay * math.exp2((self._felt - now) / _HALF_LIFE)

    def _wait_for_the_next_beat(self, loop: asyncio.AbstractEventLoop) -> None:
        self._due, self._work = loop.time() + _BEAT, time.process_time()
        loop.call_later(_BEAT, self._look)

    def _look(self) -> None:
        """See how late it is, for as long as there is a case that this matters to."""
        assert self._loop is not None
        assert self._due is not None
        now, work = self._loop.time(), time.process_time() - self._work
        late = max(0.0, now - self._due - work)
        share = 1.0 - math.exp2((self._due - _BEAT - now) / _HALF_LIFE)
        self._delay, self._felt = self._delay_at(now) + late * share, now
        self._due = None
        if self._in_play():
            self._wait_for_the_next_beat(self._loop)
