"""Decompressing what passes by, to show it, RFC 7692 section 7.2.2.

A receiver whose window is larger than the sender's, or that keeps it where the sender begins anew,
decompresses to the same bytes. So the parameters of the connection need not be known here.
"""

import zlib
from typing import Final

from whatwg_websockets.rfc6455.framing import CONTINUATION, CONTROL, FIN, OPCODE, RSV1
from whatwg_websockets.rfc7692.deflate import TAIL
from whatwg_websockets.steps.trace.values import WHOLE

BEGINNING: Final = WHOLE.octets
"""How many bytes of a payload are kept."""

WINDOW: Final = 32_768
"""The length of the largest window, in bytes."""

AT_A_TIME: Final = 65_536
"""How many bytes are decompressed at a time; a message of any length takes no more memory."""


class Inflation:
    """Decompresses the frames of one direction, in order.

    Attributes:
        inflated: the first bytes of what the frame's payload decompresses to; None where the frame
            is not compressed, or cannot be decompressed: the trace may have begun after messages
            that this one refers to.
        length: how many bytes the payload decompresses to.
    """

    def __init__(self) -> None:
        self.inflated: bytes | None = None
        self.length = 0
        self._window = b""
        self._decompressor: zlib._Decompress | None = None
        self._message_is_compressed = False
        self._ends_the_message = False

    def begin(self, first: int) -> None:
        """Begin a frame.

        Args:
            first: its first byte. A control frame leaves the message that it comes within as it is.
        """
        opcode = first & OPCODE
        if not opcode & CONTROL and opcode != CONTINUATION:
            self._message_is_compressed = bool(first & RSV1)
        is_compressed = self._message_is_compressed and not opcode & CONTROL
        self.inflated, self.length = b"" if is_compressed else None, 0
        self._ends_the_message = bool(first & FIN)

    def take(self, part: bytes) -> None:
        """Take the next bytes of the frame's payload."""
        if self.inflated is None:
            return
        try:
            self._decompress(part)
        except zlib.error:
            self.inflated, self.length = None, 0
            self._message_is_compressed = False
            self._decompressor, self._window = None, b""

    def end(self) -> None:
        """End the frame, and with the last frame the message."""
        if self._ends_the_message:
            self.take(TAIL)

    def _decompress(self, data: bytes) -> None:
        piece = b""
        while data or len(piece) == AT_A_TIME:
            decompressor = self._decompressor or zlib.decompressobj(-15, zdict=self._window)
            piece = decompressor.decompress(data, AT_A_TIME)
            self._keep(piece)
            # A server may end the DEFLATE stream in the middle of a message (RFC 7692 7.2.3.4).
            self._decompressor = None if decompressor.eof else decompressor
            data = decompressor.unused_data if decompressor.eof else decompressor.unconsumed_tail

    def _keep(self, piece: bytes) -> None:
        assert self.inflated is not None
        self.inflated += piece[: BEGINNING - len(self.inflated)]
        self.length += len(piece)
        self._window = (self._window + piece)[-WINDOW:]
