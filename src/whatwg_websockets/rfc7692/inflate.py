"""Decompressing messages, RFC 7692 section 7.2.2.

Each message has a zlib object of its own, which begins with the end of what was decompressed before
it. A new object costs 0.4 µs (keeping one: 40 KiB a connection), and a message then means the same
however long the connection has rested, and wherever a server has ended a DEFLATE stream.
"""

import zlib

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.rfc6455.close_code import INVALID_PAYLOAD
from whatwg_websockets.rfc6455.failure import Failure
from whatwg_websockets.rfc7692.deflate import TAIL
from whatwg_websockets.rfc7692.parameters import MAXIMUM_WINDOW_BITS, Parameters


class MessageInflater:
    """Decompresses what the server sends, part by part.

    Within a message the window is the largest, whatever was agreed on: with a smaller one zlib
    refuses what a server should not have sent only where it refers back to an earlier part, so that
    how TCP had cut the stream would decide. What is kept from one message to the next is the window
    that was agreed on.

    Source: RFC 7692 section 7.2.2
    """

    __slots__ = ("_decompressor", "_takes_over", "_window", "_window_size")

    def __init__(self, parameters: Parameters) -> None:
        self._takes_over = not parameters.server_no_context_takeover
        # § rfc7692-7.2.2-2. Without server_max_window_bits the window has 32,768 bytes.
        self._window_size: int = 1 << parameters.server_max_window_bits
        self._window = bytearray()
        self._decompressor: zlib._Decompress | None = None

    @algorithm("rfc7692#section-7.2.2", "decompress a message")
    def inflate(self, part: bytes, room: int, *, final: bool) -> tuple[bytes, Failure | None]:
        """Return what the part decompresses to, and what is wrong behind it.

        An inflate bomb costs what the message may have, not what it would become: at ``room`` + 1
        bytes decompressing stops, and the connection has to be failed. In what is returned, and in
        which failure is found, the parts of a message make no difference.

        Args:
            part: the next bytes of the compressed message, a few KiB at most.
            room: how many bytes the message may still have.
            final: the message ends with this part.

        Returns:
            ``room`` + 1 bytes at most; a failure (1007) if what comes behind them is no deflated
            data, else None.

        Source: RFC 7692 section 7.2.2
        """
        # 1. The four bytes that the sender left out are appended to the end of the message.
        compressed = part + TAIL if final else part
        # 2. The bytes are decompressed.
        inflated, failure = self._decompress(compressed, room + 1)
        if final:
            self._decompressor = None
            # § rfc7692-7.2.2-1. The next message begins with the window of this one, where the
            #   server takes its context over.
            if self._takes_over:
                self._trim_the_window()
            else:
                self._window.clear()
        return inflated, failure

    def _decompress(self, compressed: bytes, most: int) -> tuple[bytes, Failure | None]:
        """Decompress, going on after a block that says it is the last one (7.2.3.4, 7.2.3.5)."""
        inflated = b""
        while True:
            before = self._decompressor and self._decompressor.copy()
            decompressor = self._decompressor or self._begin_a_stream()
            try:
                piece = decompressor.decompress(compressed, most - len(inflated))
            except zlib.error as error:
                self._decompressor = before
                piece, failure = self._decompress_up_to_the_fault(
                    compressed, most - len(inflated), error
                )
                return inflated + piece, failure
            self._remember(piece)
            inflated = inflated + piece if inflated else piece
            if not decompressor.eof:
                self._decompressor = decompressor
                return inflated, None
            self._decompressor = None
            compressed = decompressor.unused_data
            if not compressed or len(inflated) == most:
                return inflated, None

    def _begin_a_stream(self) -> "zlib._Decompress":
        return zlib.decompressobj(-MAXIMUM_WINDOW_BITS, zdict=self._window)

    def _decompress_up_to_the_fault(
        self, compressed: bytes, most: int, error: zlib.error
    ) -> tuple[bytes, Failure | None]:
        """Decompress bytes among which is one that zlib refuses, from before it was given them.

        With its error, zlib gives nothing of what it had made of the bytes in front. What these
        become may have a fault of its own, which then is the first; so they are fed one by one.
        """
        if len(compressed) == 1:
            return b"", Failure(INVALID_PAYLOAD, f"a message that cannot be decompressed: {error}")
        pieces = []
        position = 0
        failure = None
        while failure is None and most and position < len(compressed):
            piece, failure = self._decompress(compressed[position : position + 1], most)
            pieces.append(piece)
            most -= len(piece)
            position += 1
        return b"".join(pieces), failure

    def _remember(self, piece: bytes) -> None:
        """Keep what was decompressed, at least as much as the window has."""
        self._window += piece[-self._window_size :]
        if len(self._window) > 4 * self._window_size:
            self._trim_the_window()

    def _trim_the_window(self) -> None:
        """Keep no more than the window has; nor memory that was needed once, which ``del`` does."""
        excess = len(self._window) - self._window_size
        if excess > self._window_size // 16:
            self._window = self._window[excess:]
        elif excess > 0:
            del self._window[:excess]
