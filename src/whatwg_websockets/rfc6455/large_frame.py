"""A frame with a large payload, which is masked slice by slice while it is transmitted.

A masked copy of a whole payload costs more than the masking. For 128 KiB or more, glibc requests
memory from the operating system and returns it each time, so every page of a large copy causes a
page fault: masking 1 MiB takes 17 µs, or 845 µs with a copy that joins it to a header. A slice fits
into memory that the process keeps.

The table was measured on CPython 3.11 with glibc's default settings and a server that only reads.
It shows the processor time that picows takes to send a message, divided by the time that this
client takes: above 1, this client is faster. Each value is the minimum of eleven rounds, with a
first slice as long as the others:

=====================  ===========  ==========  ===========  ==========
slices of              1 MiB,       1 MiB,      256 KiB,     256 KiB,
..                     asyncio      uvloop      asyncio      uvloop
=====================  ===========  ==========  ===========  ==========
32 KiB                 1.24         1.11        1.03         1.14
**60 KiB**             1.47         1.24        1.31         1.27
64 KiB                 0.94         1.00        0.91         0.87
120 KiB                1.38         1.21        1.42         1.13
=====================  ===========  ==========  ===========  ==========

Slices of 64 KiB are slower because a TCP segment on the loopback interface holds slightly less:
each slice leaves as two segments, of which the second is tiny. Slices of 120 KiB are slower when
messages are received as well, since glibc then returns memory whenever a slice is freed: an echo
of 256 KiB causes 89 page faults per message with slices of 120 KiB, and 17 with slices of 60 KiB.
"""

from whatwg_websockets.rfc6455.masking import Mask

# A payload of this many bytes or more is masked in slices. A shorter payload is masked as a whole,
# since its copy is cheap and one write is better than two.
LARGE = 98_304

# The length of a slice in bytes: a multiple of four, so that each slice begins with the first byte
# of the key.
SLICE = 61_440

# The length of the first slice in bytes. The first slice is short because joining it to the header
# copies it a second time (echo of 1 MiB and of 256 KiB: up to 17 % less processor time than with a
# first slice of 60 KiB).
FIRST_SLICE = 16_384


class LargeFrame:
    """A frame that is masked while it is transmitted.

    Args:
        header: the header with the masking key at its end.
        payload: the unmasked payload, which is not copied if it is ``bytes``.
        key: the masking key.
        mask: the function that masks.

    Attributes:
        left: the number of bytes of the frame that have not been returned by :meth:`next_slice`.

    Source: RFC 6455 section 5.3
    """

    __slots__ = ("_header", "_key", "_mask", "_payload", "_position", "left")

    def __init__(self, header: bytes, payload: bytes, key: bytes, mask: Mask) -> None:
        self._header = header
        # § rfc6455-10.3-2. The payload is immutable, so the page cannot change it while the frame
        #   is transmitted.
        immutable = payload if isinstance(payload, bytes) else bytes(payload)
        self._payload = memoryview(immutable)
        self._key = key
        self._mask = mask
        self._position = 0
        self.left = len(header) + len(self._payload)

    def next_slice(self) -> bytes | bytearray:
        """Return the next slice of the payload, masked, with the header before the first slice."""
        position = self._position
        self._position = stop = position + SLICE if position else FIRST_SLICE
        # Each slice has memory of its own, since a transport keeps a view of what it has not
        # written yet.
        masked = self._mask(self._payload[position:stop], self._key)
        if position == 0:
            # The header is joined to the first slice, since sending it alone would take another
            # system call and would wake the server for a few bytes.
            masked = self._header + masked
        self.left -= len(masked)
        return masked
