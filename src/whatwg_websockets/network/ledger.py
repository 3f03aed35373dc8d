"""The ledger: which bytes of application data have left for the operating system.

``bufferedAmount`` counts application data, not the transport's bytes. Of a message that goes as it
is, each byte counts until it has left. A compressed message counts in full until its last byte has
left, since no byte of it corresponds to one that leaves. What waits in asyncio's buffer, or in the
TLS layer, has not left.
"""

from collections import deque

LENGTHS_OF_HEADERS = (6, 8, 14)
"""How long the header of a masked frame may be: a frame goes as it is if it has no other bytes."""


class Ledger:
    """Counts what was written, frame by frame, against what has left.

    Attributes:
        transmitted: bytes of application data that have left.
    """

    __slots__ = ("_of_the_first", "_unsent", "_written", "transmitted")

    def __init__(self) -> None:
        self.transmitted = 0
        self._written = 0
        self._unsent: deque[tuple[int, int, bool]] = deque()
        self._of_the_first = 0

    def all_has_left(self, application_bytes: int) -> None:
        """Count a write that has left at once, and so all before it.

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
                self._unsent.append((written, size, length - size in LENGTHS_OF_HEADERS))
        self._written = written

    def settle(self, waiting: int) -> None:
        """Strike out what has left.

        Args:
            waiting: how many of the bytes written have not left. Over TLS these are also bytes that
                TLS has added, so that a little more seems to wait than does.
        """
        has_left = self._written - waiting
        unsent = self._unsent
        while unsent and unsent[0][0] <= has_left:
            self._strike_out_of_the_first(unsent[0][1])
            unsent.popleft()
            self._of_the_first = 0
        if unsent:
            end, size, goes_as_it_is = unsent[0]
            data_waits = end - has_left
            if goes_as_it_is and size - data_waits > self._of_the_first:
                self._strike_out_of_the_first(size - data_waits)

    def _strike_out_of_the_first(self, has_left: int) -> None:
        self.transmitted += has_left - self._of_the_first
        self._of_the_first = has_left
