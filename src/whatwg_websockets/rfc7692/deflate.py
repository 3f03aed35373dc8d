"""Compressing messages, RFC 7692 section 7.2.1.

A library implements DEFLATE, and :func:`best_compressobj` chooses one. Measured on CPython 3.11
(level 1, in MB/s for 128 KiB, with a window of 15 bits and of 9 bits):

==============================  ==========  ==========  ==========
..                              JSON        prose       a picture
==============================  ==========  ==========  ==========
``zlib``                        453, 11     91, 10      46, 11
``zlib_ng``                     1165, 273   238, 156    113, 163
``isal`` (the fast extra)       1745, 1403  399, 368    512, 670
==============================  ==========  ==========  ==========

The compressed JSON has 9, 11 and 9 % of the original length. ``zlib`` is always used to decompress:
``isal`` does not report that it stopped at the limit on the output with input left.
"""

import zlib
from collections.abc import Callable
from functools import cache
from typing import Protocol

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.rfc7692.parameters import Parameters

TAIL = b"\x00\x00\xff\xff"

# The number of bytes of the latest messages that are kept while a compressor rests. The next
# message may refer to them, so that short messages with similar content stay short.
HISTORY = 4_096

# The smallest window, in bits, with which the libraries compress raw DEFLATE.
_LEAST_WINDOW_BITS = 9


class Compressor(Protocol):
    """The interface of zlib's compression objects."""

    def compress(self, data: bytes, /) -> bytes:
        """Compress bytes, and return the output that is ready."""

    def flush(self, mode: int, /) -> bytes:
        """Return the rest of the output."""


@cache
def best_compressobj() -> Callable[..., Compressor]:
    """Return the fastest ``compressobj`` that is installed, with the arguments of zlib's."""
    try:
        from isal.isal_zlib import compressobj
    except ImportError:
        return zlib.compressobj
    return compressobj


class MessageDeflater:
    """The compressor of the messages that this client sends.

    With a window of 8 bits, which no library supports, messages are sent uncompressed, as the
    extension allows for each message.

    Args:
        parameters: the negotiated parameters.
        when_it_wakes: a function that is called when a compressor is created and kept, until
            :meth:`rest` frees it.

    Attributes:
        was_used: whether a message has been compressed since the attribute was last set to False.

    Source: RFC 7692 section 7.2.1
    """

    __slots__ = (
        "_can_compress",
        "_compressor",
        "_history",
        "_takes_over",
        "_when_it_wakes",
        "_window_bits",
        "was_used",
    )

    def __init__(
        self,
        parameters: Parameters,
        when_it_wakes: Callable[["MessageDeflater"], None] = lambda _: None,
    ) -> None:
        # § rfc7692-7.2.2-3. The server's response, and not the offer, determines the window of this
        #   client.
        self._window_bits = parameters.client_max_window_bits
        self._can_compress = self._window_bits >= _LEAST_WINDOW_BITS
        self._takes_over = not parameters.client_no_context_takeover
        self._compressor: Compressor | None = None
        self._history = b""
        self._when_it_wakes = when_it_wakes
        self.was_used = False

    @algorithm("rfc7692#section-7.2.1", "compress a message")
    def deflate(self, data: bytes) -> bytes | None:
        """Return the compressed payload, or None if the message must be sent uncompressed.

        Source: RFC 7692 section 7.2.1
        """
        # § rfc7692-7.2.1-1. The compressor writes no block with BFINAL.
        # § rfc7692-7.2.1-2. The message is sent in one frame, which is its last fragment.
        if not data or not self._can_compress:
            return None
        # § rfc7692-7.2.1-3, -5. The window has at most 15 bits, or client_max_window_bits if the
        #   server's response has that parameter.
        compressor = self._compressor or best_compressobj()(
            level=1, wbits=-self._window_bits, zdict=self._history
        )
        # 1. Compress the whole payload of the message.
        compressed = compressor.compress(data)
        # 2. Flush the compressor, which ends the output at a byte boundary with an empty block.
        compressed += compressor.flush(zlib.Z_SYNC_FLUSH)
        # § rfc7692-7.2.1-4. With client_no_context_takeover, each message gets a new compressor.
        if self._takes_over:
            self._keep(compressor, data)
        # 3. Remove the last four bytes, 00 00 FF FF, which the receiver appends.
        return compressed.removesuffix(TAIL)

    def _keep(self, compressor: Compressor, data: bytes) -> None:
        """Keep the compressor, and the bytes that a new compressor would have to begin with."""
        most = min(HISTORY, 1 << self._window_bits)
        self._history = (self._history + data[-most:])[-most:]
        self.was_used = True
        if self._compressor is None:
            self._compressor = compressor
            self._when_it_wakes(self)

    def rest(self) -> None:
        """Free the memory of the compressor, until the next message creates a new one.

        A compressor takes up to 260 KiB, and creating one delays a message by some microseconds. So
        this is for a connection that has sent nothing for a while. The next message can refer only
        to the last :data:`HISTORY` bytes before it, since a sender need not use its whole window.

        Source: RFC 7692 section 7.2.1
        """
        self._compressor = None
