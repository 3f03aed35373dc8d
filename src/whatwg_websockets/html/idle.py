"""Resting: an object that has not been used for a while frees memory that it can allocate anew.

One timer serves all connections of an event loop. While no object is awake, no timer runs, so an
idle program does nothing.
"""

import asyncio
from typing import Final, Protocol

# The number of seconds for which an object must have been unused before it rests, which it then
# does before twice the time has passed.
A_WHILE: Final = 0.01


class Resting(Protocol):
    """The interface of an object that can rest.

    Attributes:
        was_used: whether the object was used since the attribute was last set to False.
    """

    was_used: bool

    def rest(self) -> None:
        """Free the memory that can be allocated anew."""


class Idle:
    """The watcher of the objects that are awake on one asyncio loop.

    Args:
        asyncio_loop: the loop that runs the timer.
    """

    __slots__ = ("_asyncio_loop", "_awake")

    def __init__(self, asyncio_loop: asyncio.AbstractEventLoop) -> None:
        self._asyncio_loop = asyncio_loop
        self._awake: list[Resting] = []

    def watch(self, thing: Resting) -> None:
        """Watch an object until it has not been used for a while, and let it rest then."""
        self._awake.append(thing)
        if len(self._awake) == 1:
            self._look_again()

    def _look_again(self) -> None:
        self._asyncio_loop.call_later(A_WHILE, self._look)

    def _look(self) -> None:
        still_awake = []
        for thing in self._awake:
            if thing.was_used:
                thing.was_used = False
                still_awake.append(thing)
            else:
                thing.rest()
        self._awake = still_awake
        if still_awake:
            self._look_again()
