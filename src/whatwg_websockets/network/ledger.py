"""The ledger: which bytes of application data have left for the operating system.

``bufferedAmount`` counts messages, not the transport's bytes: a message counts in full until its
last byte has left. What waits in asyncio's buffer, or in the TLS layer, has not left.
"""

from collections import deque


class Ledger:
    """Counts what was written, frame by frame, against what has left.

    Attributes:
        transmitted: bytes of application data in the messages that have left entirely.
    """

    __slots__ = ("_unsent", "_written", "transmitted")

    def __init__(self) -> None:
        self.transmitted = 0
        self._written = 0
        self._unsent: deque[tuple[int, int]] = deque()

    def all_has_left(self, application_bytes: int) -> None:
        """Take note that a write has left at once, and so all before it.

        Args:
            application_bytes: what the write carried.
        """
        if self._unsent:
            self.settle(0)
        self.transmitted += application_bytes

    def write(self, lengths: list[int], application_bytes: list[int]) -> None:
        """Enter frames that were written and may have to wait.

        Args:
            lengths: the length of each frame in bytes, in order.
            application_bytes: for each of them the application data that has left once it has.
        """
        written = self._written
        for length, size in zip(lengths, application_bytes, strict=True):
            written += length
            if size:
                self._unsent.append((written, size))
        self._written = written

    def settle(self, waiting: int) -> None:
        """Strike out what has left.

        Args:
            waiting: how many of the bytes written have not left.
        """
        has_left = self._written - waiting
        unsent = self._unsent
        while unsent and unsent[0][0] <= has_left:
            self.transmitted += unsent.popleft()[1]
