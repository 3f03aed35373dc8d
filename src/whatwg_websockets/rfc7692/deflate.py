"""Compressing messages, RFC 7692 section 7.2.1."""

import zlib

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.rfc7692.parameters import Parameters

TAIL = b"\x00\x00\xff\xff"

# The smallest window that zlib compresses raw deflate with.
_LEAST_WINDOW_BITS = 9


class MessageDeflater:
    """Compresses what this client sends.

    With a window of 8 bits, which zlib cannot keep to, messages go uncompressed: the extension
    leaves the choice to the sender, message by message.

    Source: RFC 7692 section 7.2.1
    """

    __slots__ = ("_can_compress", "_compressor", "_takes_over", "_window_bits")

    def __init__(self, parameters: Parameters) -> None:
        # § rfc7692-7.2.2-3. The offer does not matter any more.
        self._window_bits = parameters.client_max_window_bits
        self._can_compress = self._window_bits >= _LEAST_WINDOW_BITS
        self._takes_over = not parameters.client_no_context_takeover
        self._compressor: zlib._Compress | None = None

    @algorithm("rfc7692#section-7.2.1", "compress a message")
    def deflate(self, data: bytes) -> bytes | None:
        """Return the compressed payload, or None where the message has to go uncompressed.

        Source: RFC 7692 section 7.2.1
        """
        # § rfc7692-7.2.1-1. n/a: no block is made with BFINAL.
        # § rfc7692-7.2.1-2. n/a: no message is sent in fragments.
        if not data or not self._can_compress:
            return None
        # § rfc7692-7.2.1-3. There are 15 bits at most,
        # § rfc7692-7.2.1-5. or fewer, as agreed.
        compressor = self._compressor or zlib.compressobj(
            level=1, wbits=-self._window_bits, memLevel=8
        )
        # 1. Compress all of the payload.
        compressed = compressor.compress(data)
        # 2. End at a byte boundary, with an empty block.
        compressed += compressor.flush(zlib.Z_SYNC_FLUSH)
        # § rfc7692-7.2.1-4. Otherwise the next message gets a new compressor.
        if self._takes_over:
            self._compressor = compressor
        # 3. The last four bytes are always the same, and the receiver knows them.
        return compressed.removesuffix(TAIL)
