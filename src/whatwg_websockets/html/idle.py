"""What has not been used for a while rests: it gives back memory that it can make anew.

One timer serves all connections of an event loop, and there is none while nothing is awake: an idle
program does nothing.
"""

import asyncio
from typing import Final, Protocol

# How long something may lie unused before it rests, in seconds: at least so long, and less than
# twice as long.
A_WHILE: Final = 0.01


class Resting(Protocol):
    """Something that can rest.

    Attributes:
        was_used: it has been used since this was last set to false.
    """

    was_used: bool

    def rest(self) -> None:
        """Give back what can be made anew."""


class Idle:
    """Watches, on one asyncio loop, what is in use.

    Args:
        asyncio_loop: the loop whose timer is used.
    """

    __slots__ = ("_asyncio_loop", "_awake")

    def __init__(self, asyncio_loop: asyncio.AbstractEventLoop) -> None:
        self._asyncio_loop = asyncio_loop
        self._awake: list[Resting] = []

    def watch(self, thing: Resting) -> None:
        """Let a thing rest once it has not been used for a while; then it is forgotten."""
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
