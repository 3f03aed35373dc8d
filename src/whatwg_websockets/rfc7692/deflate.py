"""Compressing messages, RFC 7692 section 7.2.1.

Deflate itself comes from a library; :func:`best_compressobj` picks one. Measured on CPython 3.11
(level 1, MB/s at 128 KiB with a window of 15 bits and of 9):

==============================  ==========  ==========  ==========
..                              JSON        prose       a picture
==============================  ==========  ==========  ==========
``zlib``                        453, 11     91, 10      46, 11
``zlib_ng``                     1165, 273   238, 156    113, 163
``isal`` (the fast extra)       1745, 1403  399, 368    512, 670
==============================  ==========  ==========  ==========

What they make of the JSON has 9, 11 and 9 % of its length. Decompressing stays with ``zlib``:
``isal`` does not say that a limit on the output has left something in it.
"""

import zlib
from collections.abc import Callable
from functools import cache
from typing import Protocol

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.rfc7692.parameters import Parameters

TAIL = b"\x00\x00\xff\xff"

# So many bytes of what was sent last are kept while a compressor rests: the next message may refer
# to them, so that short messages that are alike stay short.
HISTORY = 4_096

# The smallest window that the libraries compress raw deflate with.
_LEAST_WINDOW_BITS = 9


class Compressor(Protocol):
    """What compresses, and remembers what it has compressed."""

    def compress(self, data: bytes, /) -> bytes:
        """Take some bytes in, and give what is ready."""

    def flush(self, mode: int, /) -> bytes:
        """Give the rest."""


@cache
def best_compressobj() -> Callable[..., Compressor]:
    """Return the fastest ``compressobj`` that is installed; all take the arguments of zlib's."""
    try:
        from isal.isal_zlib import compressobj
    except ImportError:
        return zlib.compressobj
    return compressobj


class MessageDeflater:
    """Compresses what this client sends.

    With a window of 8 bits, which no library keeps to, messages go uncompressed: the extension
    leaves the choice to the sender, message by message.

    Args:
        parameters: what was agreed on.
        when_it_wakes: is called when a compressor begins to be kept, which :meth:`rest` gives back.

    Attributes:
        was_used: a message has been compressed since somebody last set this to false.

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
        # § rfc7692-7.2.2-3. The offer does not matter any more.
        self._window_bits = parameters.client_max_window_bits
        self._can_compress = self._window_bits >= _LEAST_WINDOW_BITS
        self._takes_over = not parameters.client_no_context_takeover
        self._compressor: Compressor | None = None
        self._history = b""
        self._when_it_wakes = when_it_wakes
        self.was_used = False

    @algorithm("rfc7692#section-7.2.1", "compress a message")
    def deflate(self, data: bytes) -> bytes | None:
        """Return the compressed payload, or None where the message has to go uncompressed.

        Source: RFC 7692 section 7.2.1
        """
        # § rfc7692-7.2.1-1. No block is made with BFINAL.
        # § rfc7692-7.2.1-2. No message is sent in fragments.
        if not data or not self._can_compress:
            return None
        # § rfc7692-7.2.1-3. There are 15 bits at most,
        # § rfc7692-7.2.1-5. or fewer, as agreed.
        compressor = self._compressor or best_compressobj()(
            level=1, wbits=-self._window_bits, zdict=self._history
        )
        # 1. Compress all of the payload.
        compressed = compressor.compress(data)
        # 2. End at a byte boundary, with an empty block.
        compressed += compressor.flush(zlib.Z_SYNC_FLUSH)
        # § rfc7692-7.2.1-4. Without context takeover the next message gets a new compressor.
        if self._takes_over:
            self._keep(compressor, data)
        # 3. The last four bytes are always the same, and the receiver knows them.
        return compressed.removesuffix(TAIL)

    def _keep(self, compressor: Compressor, data: bytes) -> None:
        """Go on with this compressor, and remember what a new one would have to know."""
        most = min(HISTORY, 1 << self._window_bits)
        self._history = (self._history + data[-most:])[-most:]
        self.was_used = True
        if self._compressor is None:
            self._compressor = compressor
            self._when_it_wakes(self)

    def rest(self) -> None:
        """Give back the memory of the compressor, which is made anew when it is needed.

        It takes up to 260 KiB, and a new one makes the next message some microseconds slower, so
        this is for a connection that has sent nothing for a while. The next message refers at most
        to the last :data:`HISTORY` bytes before it; a sender need not use all of its window.

        Source: RFC 7692 section 7.2.1
        """
        self._compressor = None
