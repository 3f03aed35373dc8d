"""The server's side of permessage-deflate, with zlib used directly, and a server's frames."""

import zlib

from whatwg_websockets.rfc6455.connection import ESTABLISHED, Connection
from whatwg_websockets.rfc6455.failure import Failure
from whatwg_websockets.rfc6455.receive import Receiver
from whatwg_websockets.rfc7692.inflate import MessageInflater
from whatwg_websockets.rfc7692.parameters import Parameters

TAIL = b"\x00\x00\xff\xff"

CONTINUATION, TEXT, BINARY, CLOSE, PING = 0x0, 0x1, 0x2, 0x8, 0x9

RSV1 = 0x40


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, rsv1: bool = False) -> bytes:
    """Write a server's frame, RFC 6455 5.2."""
    first = bytes((fin << 7 | rsv1 << 6 | opcode,))
    length = len(payload)
    if length < 126:
        return first + bytes((length,)) + payload
    if length < 2**16:
        return first + b"\x7e" + length.to_bytes(2, "big") + payload
    return first + b"\x7f" + length.to_bytes(8, "big") + payload


def compressor(window_bits: int = 15) -> "zlib._Compress":
    """Return a compressor that keeps to a window; with 8 bits it finds no repetition at all.

    zlib has no raw deflate with 8 bits, so there it only stores or codes what is there.
    """
    if window_bits == 8:
        return zlib.compressobj(wbits=-9, strategy=zlib.Z_HUFFMAN_ONLY)
    return zlib.compressobj(wbits=-window_bits)


def compress(data: bytes, compressor: "zlib._Compress") -> bytes:
    """Compress a message by the steps of RFC 7692 7.2.1."""
    compressed = compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH)
    if not compressed.endswith(TAIL):
        # zlib does not flush twice in a row; 7.2.3.6: an empty message is a byte of zero.
        return b"\x00"
    return compressed[: -len(TAIL)]


def finished(data: bytes, window_bits: int = 15) -> bytes:
    """Compress data to blocks of which the last has BFINAL set."""
    each = compressor(window_bits)
    return each.compress(data) + each.flush(zlib.Z_FINISH)


def zeros(count: int) -> bytes:
    """Return compressed zeros that inflate to so many bytes, an inflate bomb."""
    each = zlib.compressobj(wbits=-15)
    head = each.compress(bytes(2**20)) + each.flush(zlib.Z_FULL_FLUSH)
    again = each.compress(bytes(2**20)) + each.flush(zlib.Z_FULL_FLUSH)
    return head + again * (count // 2**20 - 1) + b"\x00"


class Client:
    """A client with an established connection and permessage-deflate in use."""

    def __init__(
        self, parameters: Parameters | None = None, maximum_size: int = 64 * 2**20
    ) -> None:
        self.connection = Connection()
        self.connection.state = ESTABLISHED
        self.receiver = Receiver(
            self.connection, maximum_size, MessageInflater(parameters or Parameters())
        )
        self.messages: list[str | bytes] = []
        self.cost = 0

    def reads(self, *parts: bytes) -> "Client":
        """Read the stream in these parts, as a transport would: each where it is wanted."""
        for part in parts:
            rest = part
            while rest and self.receiver.direct is not None:
                buffer = self.receiver.payload_buffer()
                count = min(len(buffer), len(rest))
                buffer[:count] = rest[:count]
                buffer.release()
                self.receiver.payload_received(count)
                rest = rest[count:]
            if self.receiver.direct is None:
                self._take(self.receiver.receive(rest))
                while self.receiver.has_more:
                    self._take(self.receiver.go_on())
        return self

    def _take(self, messages: list[str | bytes]) -> None:
        self.messages += messages
        self.cost += self.receiver.cost

    @property
    def failure(self) -> int | None:
        """The close code with which the connection has to be failed."""
        ending = self.receiver.ending
        return ending.code if isinstance(ending, Failure) else None
