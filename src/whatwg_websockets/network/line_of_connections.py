"""The line of connections: one at a time in CONNECTING for each address, RFC 6455 section 4.1.

An address is an IP address and a port, under whatever name it was asked for, and from whichever
thread. Whoever comes second waits until the first is established or has failed.
"""

import asyncio
import threading
from collections import deque

Address = tuple[str, int]


class _Waiting:
    """One who stands in line.

    Attributes:
        loop: the loop to wake.
        turn: is set in that loop when the place is free.
        was_called: the place has been given to this one.
    """

    __slots__ = ("loop", "turn", "was_called")

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.turn = asyncio.Event()
        self.was_called = False

    def call(self) -> bool:
        """Say that it is this one's turn, and tell whether anybody heard it."""
        try:
            self.loop.call_soon_threadsafe(self.turn.set)
        except RuntimeError:
            return False  # its loop is closed
        self.was_called = True
        return True


class LineOfConnections:
    """All the lines of this process, one an address."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: dict[Address, deque[_Waiting]] = {}

    async def wait_for_a_place(self, address: Address) -> None:
        """Wait until no other connection to the address is in CONNECTING.

        A wait that is cancelled leaves the line. A place that was given has to be given back with
        :meth:`leave`.
        """
        with self._lock:
            # § rfc6455-4.1-5. An address that has a line has somebody at its head.
            line = self._lines.get(address)
            if line is None:
                self._lines[address] = deque()
                return
            waiting = _Waiting()
            line.append(waiting)
        try:
            # § rfc6455-4.1-6. They come one after the other.
            await waiting.turn.wait()
        except asyncio.CancelledError:
            self._give_up(address, waiting)
            raise

    def leave(self, address: Address) -> None:
        """Give the place to the next in line, if there is one."""
        with self._lock:
            line = self._lines[address]
            while line:
                if line.popleft().call():
                    return
            del self._lines[address]

    def _give_up(self, address: Address, waiting: _Waiting) -> None:
        with self._lock:
            if not waiting.was_called:
                self._lines[address].remove(waiting)
                return
        self.leave(address)


THE_LINE = LineOfConnections()


class Place:
    """A place at the head of a line."""

    __slots__ = ("_address", "_is_held")

    def __init__(self, address: Address) -> None:
        self._address = address
        self._is_held = True

    @classmethod
    async def take(cls, address: Address) -> "Place":
        """Wait in line for a place."""
        await THE_LINE.wait_for_a_place(address)
        return cls(address)

    def leave(self) -> None:
        """Give the place back; a second time does nothing."""
        if self._is_held:
            self._is_held = False
            THE_LINE.leave(self._address)
