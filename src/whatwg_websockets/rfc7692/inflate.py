"""Decompressing messages, RFC 7692 section 7.2.2.

Each message is decompressed by a new zlib object, which begins with the window of the message
before. A new object costs 0.4 µs, where keeping one would cost 40 KiB per connection. So the result
does not depend on how long the connection has rested, or on where the server has ended a DEFLATE
stream.
"""

import zlib

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.rfc6455.close_code import INVALID_PAYLOAD
from whatwg_websockets.rfc6455.failure import Failure
from whatwg_websockets.rfc7692.deflate import TAIL
from whatwg_websockets.rfc7692.parameters import MAXIMUM_WINDOW_BITS, Parameters


class MessageInflater:
    """The decompressor of the server's messages, part by part.

    Within a message, the window has the maximum size, whatever was negotiated. With a smaller
    window, zlib refuses a reference that is too far back only if it refers to an earlier part, so
    the result would depend on how TCP divided the stream. From one message to the next, the window
    that was negotiated is kept.

    Source: RFC 7692 section 7.2.2
    """

    __slots__ = ("_decompressor", "_takes_over", "_window", "_window_size")

    def __init__(self, parameters: Parameters) -> None:
        self._takes_over = not parameters.server_no_context_takeover
        # § rfc7692-7.2.2-2. Without server_max_window_bits, the window to decompress with has
        #   32,768 bytes.
        self._window_size: int = 1 << parameters.server_max_window_bits
        self._window = bytearray()
        self._decompressor: zlib._Decompress | None = None

    @algorithm("rfc7692#section-7.2.2", "decompress a message")
    def inflate(self, part: bytes, room: int, *, final: bool) -> tuple[bytes, Failure | None]:
        """Return the decompressed part, and the failure that follows it or None.

        Decompression stops after ``room`` + 1 bytes, where the connection must be failed, so a
        decompression bomb takes no more memory than a message may have. The result and the failure
        do not depend on how the message was divided into parts.

        Args:
            part: the next bytes of the compressed message, a few KiB at most.
            room: the number of bytes that the message may still have.
            final: whether the message ends with the part.

        Returns:
            at most ``room`` + 1 bytes, and a failure (1007) if the data after them is not
            compressed data, or else None.

        Source: RFC 7692 section 7.2.2
        """
        # 1. Append the four bytes 00 00 FF FF, which the sender has removed, to the message.
        compressed = part + TAIL if final else part
        # 2. Decompress the received part of the message.
        inflated, failure = self._decompress(compressed, room + 1)
        if final:
            self._decompressor = None
            # § rfc7692-7.2.2-1. Unless the server has accepted server_no_context_takeover, the next
            #   message is decompressed with the window of the current one.
            if self._takes_over:
                self._trim_the_window()
            else:
                self._window.clear()
        return inflated, failure

    def _decompress(self, compressed: bytes, most: int) -> tuple[bytes, Failure | None]:
        """Decompress, and continue after a block with BFINAL (7.2.3.4, 7.2.3.5)."""
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
        """Decompress the bytes in front of the one that zlib refused.

        When zlib raises an error, it returns nothing of what it has decompressed before. So the
        bytes are decompressed again, one by one: the output may have a fault of its own, such as
        text that is not UTF-8, which then is the first fault.
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
        """Keep the decompressed bytes, at least as many as the window has."""
        self._window += piece[-self._window_size :]
        if len(self._window) > 4 * self._window_size:
            self._trim_the_window()

    def _trim_the_window(self) -> None:
        """Discard the bytes beyond the window.

        A large excess is discarded by copying the window, since ``del`` would keep the memory.
        """
        excess = len(self._window) - self._window_size
        if excess > self._window_size // 16:
            self._window = self._window[excess:]
        elif excess > 0:
            del self._window[:excess]
