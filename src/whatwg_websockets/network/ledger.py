"""The ledger: the bytes of application data that the operating system has taken.

``bufferedAmount`` counts application data, and not the transport's bytes. Each byte of an
uncompressed message counts until it has left. A compressed message counts in full until its last
byte has left, since its bytes do not correspond to those that leave. Bytes that wait in asyncio's
buffer, or in the TLS layer, have not left.
"""

from collections import deque

LENGTHS_OF_HEADERS = (6, 8, 14)
"""The possible lengths of a masked frame's header in bytes.

A frame is uncompressed if it is longer than its application data by one of these lengths.
"""


class Ledger:
    """The ledger of the frames that were written, and of the bytes that have left.

    Attributes:
        transmitted: the number of bytes of application data that have left.
    """

    __slots__ = ("_of_the_first", "_unsent", "_written", "transmitted")

    def __init__(self) -> None:
        self.transmitted = 0
        self._written = 0
        self._unsent: deque[tuple[int, int, bool]] = deque()
        self._of_the_first = 0

    def all_has_left(self, application_bytes: int) -> None:
        """Count a write that has left at once, and everything before it.

        Args:
            application_bytes: the number of bytes of application data that the write carried.
        """
        if self._unsent:
            self.settle(0)
        self.transmitted += application_bytes

    def write(self, lengths: list[int], application_bytes: list[int]) -> None:
        """Enter frames that were written and may have to wait.

        Args:
            lengths: the length of each frame in bytes, in order.
            application_bytes: the number of bytes of application data that each frame carries.
        """
        written = self._written
        for length, size in zip(lengths, application_bytes, strict=True):
            written += length
            if size:
                self._unsent.append((written, size, length - size in LENGTHS_OF_HEADERS))
        self._written = written

    def settle(self, waiting: int) -> None:
        """Count the bytes that have left.

        Args:
            waiting: the number of written bytes that have not left. Over TLS, the number includes
                bytes that TLS has added, so it is slightly too high.
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
