"""permessage-deflate (RFC 7692)."""

import zlib
from dataclasses import replace

from agreement.strict import RSV1, Deflate, Frame, Line, Opcode, Strict

_TAIL = b"\x00\x00\xff\xff"


class NoOffer(Strict):
    """Does not offer the extension."""

    offer = ""


class NoWindowOffer(Strict):
    """Offers the extension without client_max_window_bits."""

    offer = "permessage-deflate"


class AsksForNoTakeover(Strict):
    """Asks the server to begin each message anew, as it may."""

    offer = "permessage-deflate; server_no_context_takeover; client_max_window_bits"


class AsksForWindow10(Strict):
    """Asks the server for a window of 10 bits, as it may."""

    offer = "permessage-deflate; server_max_window_bits=10; client_max_window_bits"


class OffersNonsense(Strict):
    """Offers the extension with a parameter that it does not have."""

    offer = "permessage-deflate; client_max_window_bits; nonsense=1"


class ForgetsServerContext(Strict):
    """Unpacks each message as if the server began anew."""

    def end_inflating(self) -> bytes:
        """Reset the context after each message of the server."""
        rest = super().end_inflating()
        assert self.deflate
        self.inflater = self.new_inflater(self.deflate)
        return rest


class KeepsOwnContext(Strict):
    """Goes on with its window although the server asked it not to."""

    def __init__(self, line: Line, deflate: Deflate | None = None) -> None:
        super().__init__(line, deflate and replace(deflate, client_takeover=True))


class ForgetsOwnContext(Strict):
    """Begins each message anew although it need not, as it may."""

    def pack(self, payload: bytes) -> bytes:
        """Reset the context after each message of the client."""
        packed = super().pack(payload)
        assert self.deflate
        self.deflater = self.new_deflater(self.deflate)
        return packed


class WindowTooLarge(Strict):
    """Packs with a window of 15 bits, whatever the server asked for."""

    def new_deflater(self, deflate: Deflate) -> "zlib._Compress":
        """Return a deflater with a window of 15 bits."""
        return zlib.compressobj(wbits=-15)


class WindowTooSmall(Strict):
    """Unpacks with a window of 9 bits, whatever the server uses."""

    def new_inflater(self, deflate: Deflate) -> "zlib._Decompress":
        """Return an inflater with a window of 9 bits."""
        return zlib.decompressobj(-9)


class NeverPacks(Strict):
    """Sends all messages unpacked, as it may."""

    def send_message(self, opcode: int, payload: bytes) -> None:
        """Send a message without compression and without RSV1."""
        self.send_frame(opcode, payload)


class OnlyLarge(Strict):
    """Packs messages of 1,024 bytes and more only, as it may."""

    def send_message(self, opcode: int, payload: bytes) -> None:
        """Send a message of fewer than 1,024 bytes without compression."""
        if len(payload) < 1024:
            self.send_frame(opcode, payload)
        else:
            super().send_message(opcode, payload)


class NoBit(Strict):
    """Packs messages, and does not say so."""

    def send_message(self, opcode: int, payload: bytes) -> None:
        """Send a compressed message without RSV1."""
        self.send_frame(opcode, self.pack(payload) if self.deflate else payload)


class BitWithoutPacking(Strict):
    """Says that it packs messages, and does not."""

    def send_message(self, opcode: int, payload: bytes) -> None:
        """Send a message without compression, but with RSV1."""
        self.send_frame(opcode, payload, rsv=RSV1 if self.deflate else 0)


class KeepsTail(Strict):
    """Sends the four bytes at the end of a message that are to be left out."""

    def pack(self, payload: bytes) -> bytes:
        """Append the four bytes that should be left out."""
        return super().pack(payload) + (_TAIL if self.deflate else b"")


class EndsStream(Strict):
    """Ends each message with a last block (BFINAL), as 7.2.3.4 lets it."""

    def pack(self, payload: bytes) -> bytes:
        """Compress a message to a stream of its own, and append an empty block."""
        assert self.deflate
        packer = zlib.compressobj(wbits=-self.deflate.client_bits)
        return packer.compress(payload) + packer.flush(zlib.Z_FINISH) + b"\x00"


class StoredBlocks(Strict):
    """Packs without packing, in blocks that are stored (7.2.3.3), as it may."""

    def new_deflater(self, deflate: Deflate) -> "zlib._Compress":
        """Return a deflater with level 0, which does not compress."""
        return zlib.compressobj(0, wbits=-deflate.client_bits)


class ZlibHeader(Strict):
    """Packs with the header of zlib (RFC 1950) in front."""

    def new_deflater(self, deflate: Deflate) -> "zlib._Compress":
        """Return a deflater that writes the header of zlib."""
        return zlib.compressobj(wbits=max(deflate.client_bits, 9))


class PacksControl(Strict):
    """Sets RSV1 and packs Pongs too."""

    def on_ping(self, payload: bytes) -> None:
        """Compress the payload of a Pong, and set RSV1."""
        if self.deflate:
            self.send_frame(Opcode.PONG, self.pack(payload), rsv=RSV1)
        else:
            super().on_ping(payload)


class BitInEachPart(Strict):
    """Sends packed messages in parts, with RSV1 in each of them."""

    def send_message(self, opcode: int, payload: bytes) -> None:
        """Send a compressed message in two parts, both with RSV1."""
        if not self.deflate:
            self.send_frame(opcode, payload)
            return
        packed = self.pack(payload)
        self.send_frame(opcode, packed[:1], fin=False, rsv=RSV1)
        self.send_frame(Opcode.CONTINUATION, packed[1:], rsv=RSV1)


class PartsPacked(Strict):
    """Sends packed messages in parts, as it may."""

    def send_message(self, opcode: int, payload: bytes) -> None:
        """Send a compressed message in two parts, the first with RSV1."""
        if not self.deflate:
            self.send_frame(opcode, payload)
            return
        packed = self.pack(payload)
        self.send_frame(opcode, packed[:1], fin=False, rsv=RSV1)
        self.send_frame(Opcode.CONTINUATION, packed[1:])


class RefusesUnpackedParts(Strict):
    """Wants RSV1 in each part of a packed message."""

    def go_on(self, frame: Frame) -> None:
        """Forget that the message is compressed, so that RSV1 is expected again."""
        super().go_on(frame)
        self.compressed = False
