"""Frames as they pass by: read from the bytes, RFC 6455 section 5.2, and put into words.

The tracer looks on from outside, so it reads the frames anew. It judges nothing: whether a frame
may be so is for :mod:`whatwg_websockets.rfc6455` to say.
"""

from dataclasses import dataclass

from whatwg_websockets.rfc6455.framing import (
    BINARY,
    CLOSE,
    CONTINUATION,
    FIN,
    LENGTH_16,
    LENGTH_64,
    OPCODE,
    PING,
    PONG,
    RSV1,
    TEXT,
)
from whatwg_websockets.steps.trace.values import shown

NAMES = {
    CONTINUATION: "continuation",
    TEXT: "text",
    BINARY: "binary",
    CLOSE: "Close",
    PING: "Ping",
    PONG: "Pong",
}

BEGINNING = 125
"""How many bytes of a payload are kept: all of a control frame."""


@dataclass(frozen=True)
class Frame:
    """A frame that passed.

    Attributes:
        first: its first byte: FIN, the reserved bits and the opcode.
        length: the length of its payload in bytes.
        beginning: the first bytes of the payload, not masked.
    """

    first: int
    length: int
    beginning: bytes

    @property
    def name(self) -> str:
        """What kind of frame it is."""
        opcode = self.first & OPCODE
        return NAMES.get(opcode, f"opcode {opcode}")

    @property
    def text(self) -> str:
        """The frame in words."""
        words = [self.name, f"{self.length} bytes"]
        if not self.first & FIN:
            words.append("to be continued")
        if self.first & RSV1:
            words.append("compressed")
        payload = self._payload()
        return ", ".join(words) + (f": {payload}" if payload else "")

    def _payload(self) -> str:
        opcode = self.first & OPCODE
        if self.first & RSV1 or not self.beginning:
            return ""
        if opcode == CLOSE and len(self.beginning) > 1:
            code, reason = self.beginning[:2], self.beginning[2:]
            return f"{int.from_bytes(code, 'big')} {shown(reason.decode(errors='replace'))}"
        if opcode == TEXT:
            whole = self.beginning.decode(errors="ignore" if self._is_cut else "replace")
            return shown(whole) + ("…" if self._is_cut else "")
        return shown(self.beginning) + ("…" if self._is_cut else "")

    @property
    def _is_cut(self) -> bool:
        return self.length > len(self.beginning)


class FrameReader:
    """Finds the frames of a server in what arrives."""

    def __init__(self) -> None:
        self._header = b""
        self._length = 0
        self._left: int | None = None
        self._beginning = b""

    def feed(self, data: bytes) -> list[Frame]:
        """Take bytes, and return the frames that are whole by then."""
        frames: list[Frame] = []
        while data or self._left == 0:
            if self._left is None:
                data = self._read_header(data)
            else:
                part, data = data[: self._left], data[self._left :]
                self._beginning += part[: BEGINNING - len(self._beginning)]
                frames += self.skip(len(part))
        return frames

    def skip(self, count: int) -> list[Frame]:
        """Take note of bytes of the payload that are not seen; return the frame if it is whole."""
        assert self._left is not None
        self._left -= count
        if self._left:
            return []
        frame = Frame(self._header[0], self._length, self._beginning)
        self._header, self._left, self._beginning = b"", None, b""
        return [frame]

    def _read_header(self, data: bytes) -> bytes:
        """Take what belongs to a header, and return the rest."""
        known = len(self._header)
        header = self._header + data[:10]
        size = self._size(header)
        self._header = header[:size]
        if len(header) >= size:
            self._length = self._left = self._payload_length()
        return data[size - known :]

    @staticmethod
    def _size(header: bytes) -> int:
        """Return how long a header is; a server's frame has no masking key."""
        if len(header) < 2:
            return 2
        return 2 + {LENGTH_16: 2, LENGTH_64: 8}.get(header[1] & 0x7F, 0)

    def _payload_length(self) -> int:
        length = self._header[1] & 0x7F
        return length if length < LENGTH_16 else int.from_bytes(self._header[2:], "big")
