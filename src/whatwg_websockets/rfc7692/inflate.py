"""Decompressing messages, RFC 7692 section 7.2.2."""

import zlib
from collections.abc import Iterator

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.rfc6455.close_code import INVALID_PAYLOAD
from whatwg_websockets.rfc6455.failure import Failure
from whatwg_websockets.rfc7692.deflate import TAIL
from whatwg_websockets.rfc7692.parameters import MAXIMUM_WINDOW_BITS, Parameters

# The longest piece that is made at a time, in bytes.
PIECE = 1_048_576

# A block that says it is the last one ends a zlib object, which copies what follows the block. So
# that many such blocks in one part do not copy it over and over, the rest is fed by so many bytes.
FED_AFTER_A_FINAL_BLOCK = 4_096


class MessageInflater:
    """Decompresses what the server sends, part by part and piece by piece.

    The window is the largest, whatever was agreed on. With a smaller one zlib refuses what a server
    should not have sent only where it refers back to an earlier part: how TCP had cut the stream
    would decide.

    Source: RFC 7692 section 7.2.2
    """

    __slots__ = ("_decompressor", "_takes_over")

    def __init__(self, parameters: Parameters) -> None:
        self._takes_over = not parameters.server_no_context_takeover
        self._decompressor: zlib._Decompress | None = None

    @algorithm("rfc7692#section-7.2.2", "decompress a message")
    def inflate(self, part: bytes, room: int, *, final: bool) -> Iterator[bytes]:
        """Give what the part decompresses to, in pieces, each made when it is asked for.

        Who takes no more, because the message has become too big, leaves the rest unmade: an
        inflate bomb costs what the message may have, not what it would become.

        Args:
            part: the next bytes of the compressed message.
            room: how many bytes the message may still have; no piece is longer than one more.
            final: the message ends with this part.

        Raises:
            Failure: the bytes are no deflated data (1007).

        Source: RFC 7692 section 7.2.2
        """
        # 1. The four bytes that the sender left out come back at the end.
        compressed = part + TAIL if final else part
        # 2. Decompress.
        try:
            yield from self._decompress(compressed, min(PIECE, room + 1))
        except zlib.error as error:
            raise Failure(
                INVALID_PAYLOAD, f"a message that cannot be decompressed: {error}"
            ) from None
        # § rfc7692-7.2.2-1. Otherwise the next message goes on with the window of this one.
        if final and not self._takes_over:
            self._decompressor = None

    def _decompress(self, compressed: bytes, most: int) -> Iterator[bytes]:
        """Decompress, going on after a block that says it is the last one (7.2.3.4, 7.2.3.5)."""
        start, end, at_once = 0, len(compressed), len(compressed)
        while start < end:
            # § rfc7692-7.2.2-2. It has 32,768 bytes, always.
            decompressor = self._decompressor or zlib.decompressobj(wbits=-MAXIMUM_WINDOW_BITS)
            self._decompressor = decompressor
            rest = compressed[start : start + at_once]
            start += len(rest)
            inflated = decompressor.decompress(rest, most)
            yield inflated
            while len(inflated) == most and not decompressor.eof:
                inflated = decompressor.decompress(decompressor.unconsumed_tail, most)
                yield inflated
            if decompressor.eof:
                self._decompressor = None
                start -= len(decompressor.unused_data)
                at_once = FED_AFTER_A_FINAL_BLOCK
