"""Frames as they pass by: read from the bytes, RFC 6455 section 5.2, and put into words.

The tracer looks on from outside, so it reads and decompresses the frames itself. It judges nothing:
whether a frame is allowed is for :mod:`whatwg_websockets.rfc6455` to decide.
"""

from dataclasses import dataclass

from whatwg_websockets.rfc6455.framing import (
    BINARY,
    CLOSE,
    CONTINUATION,
    FIN,
    LENGTH_16,
    LENGTH_64,
    MASKED,
    OPCODE,
    PING,
    PONG,
    RSV1,
    RSV2,
    RSV3,
    TEXT,
    frame_header,
)
from whatwg_websockets.steps.trace.inflation import BEGINNING, Inflation
from whatwg_websockets.steps.trace.values import (
    BRIEF,
    counted,
    hexadecimal,
    in_hex_and_text,
    quoted,
)

NAMES = {
    CONTINUATION: "continuation",
    TEXT: "text",
    BINARY: "binary",
    CLOSE: "Close",
    PING: "Ping",
    PONG: "Pong",
}


IN_THE_TEXT = 125
"""How many bytes of a payload the text of a frame has: all of a control frame."""


@dataclass(frozen=True)
class Frame:
    """A frame that passed.

    Attributes:
        header: its header, without the masking key.
        length: the length of its payload in bytes.
        beginning: the first bytes of the payload, not masked: all of a control frame's.
        key: the masking key; empty for a frame that is not masked.
        inflated: the first bytes of what a compressed payload decompresses to; None where the
            payload is not compressed, or cannot be decompressed.
        inflated_length: how many bytes a compressed payload decompresses to.
    """

    header: bytes
    length: int
    beginning: bytes
    key: bytes = b""
    inflated: bytes | None = None
    inflated_length: int = 0

    @property
    def first(self) -> int:
        """The first byte: FIN, the reserved bits and the opcode."""
        return self.header[0]

    @property
    def name(self) -> str:
        """The kind of the frame."""
        opcode = self.first & OPCODE
        return NAMES.get(opcode, f"opcode {opcode}")

    @property
    def text(self) -> str:
        """The frame in words: its kind, its length, and what it carries."""
        words = [self.name, counted(self.length, "byte")]
        if not self.first & FIN:
            words.append("to be continued")
        if self._is_compressed:
            words.append("compressed")
        payload = self._payload()
        return ", ".join(words) + (f": {payload}" if payload else "")

    def parts(self) -> dict[str, str]:
        """Return the fields of the frame and its payload, by the names that RFC 6455 has."""
        opcode = self.first & OPCODE
        fields = {
            "FIN": _bit(self.first & FIN),
            "RSV1": _bit(self.first & RSV1),
            "RSV2": _bit(self.first & RSV2),
            "RSV3": _bit(self.first & RSV3),
            "opcode": f"{opcode} ({NAMES[opcode]})" if opcode in NAMES else str(opcode),
            "MASK": _bit(self.header[1] & MASKED),
            "payload length": str(self.length),
        }
        if self.key:
            fields["masking key"] = self.key.hex(" ")
        carried, length = self._carried
        fields["payload"] = in_hex_and_text(carried, length)
        if self._is_compressed:
            fields["compressed payload"] = hexadecimal(self.beginning, self.length)
        fields["on the wire"] = self._on_the_wire()
        return fields

    def _on_the_wire(self) -> str:
        """Return header, masking key and payload as they are sent, with bars between them."""
        payload = self.beginning
        if self.key:
            payload = bytes(byte ^ self.key[at % 4] for at, byte in enumerate(payload))
        parts = [self.header.hex(" "), self.key.hex(" ")]
        parts.append(hexadecimal(payload, self.length) if payload else "")
        return " | ".join(filter(None, parts))

    @property
    def _is_compressed(self) -> bool:
        return bool(self.first & RSV1) or self.inflated is not None

    @property
    def _carried(self) -> tuple[bytes, int]:
        """The first bytes of what the payload means to the receiver, and their number in all."""
        if not self._is_compressed:
            return self.beginning, self.length
        return self.inflated or b"", self.inflated_length

    def _payload(self) -> str:
        opcode = self.first & OPCODE
        carried, length = self._carried
        carried = carried[:IN_THE_TEXT]
        if not carried:
            return ""
        if opcode == CLOSE and length > 1:
            code, reason = carried[:2], carried[2:]
            return f"{int.from_bytes(code, 'big')} {quoted(reason.decode(errors='replace'))}"
        if opcode == TEXT:
            is_cut = length > len(carried)
            text = quoted(carried.decode(errors="ignore" if is_cut else "replace"))
            return text + ("…" if is_cut else "")
        return in_hex_and_text(carried, length, BRIEF)


def _bit(value: int) -> str:
    return "1" if value else "0"


class OutgoingFrames:
    """Makes a :class:`Frame` of each frame that this client sends, in order."""

    def __init__(self) -> None:
        self._inflation = Inflation()

    def frame(self, first: int, payload: bytes, key: bytes) -> Frame:
        """Return a frame.

        Args:
            first: its first byte.
            payload: its payload, not masked.
            key: its masking key.
        """
        self._inflation.begin(first)
        self._inflation.take(payload)
        self._inflation.end()
        header = frame_header(first, len(payload))
        inflated = self._inflation.inflated
        length = self._inflation.length
        return Frame(header, len(payload), payload[:BEGINNING], key, inflated, length)


class FrameReader:
    """Finds the frames of a server in what arrives.

    Args:
        unseen: how many of the next bytes belong to the payload of a frame whose beginning arrived
            before the trace began. That frame is not told.
    """

    def __init__(self, unseen: int = 0) -> None:
        self._unseen = unseen
        self._header = b""
        self._length = 0
        self._left: int | None = None
        self._beginning = b""
        self._inflation = Inflation()

    def feed(self, data: bytes) -> list[Frame]:
        """Take bytes, and return the frames that are whole by then."""
        frames: list[Frame] = []
        unseen = min(self._unseen, len(data))
        self._unseen -= unseen
        data = data[unseen:]
        while data or self._left == 0:
            if self._left is None:
                data = self._read_header(data)
            else:
                part, data = data[: self._left], data[self._left :]
                self._inflation.take(part)
                frames += self.skip(len(part), part)
        return frames

    def skip(self, count: int, beginning: bytes) -> list[Frame]:
        """Count bytes of the payload, and keep the first ones; return the frame if it is whole.

        What is read straight into a buffer, and so not fed, is never compressed.

        Args:
            count: how many bytes there are.
            beginning: the first of them, as far as they may have to be kept.
        """
        if self._unseen:
            self._unseen -= count
            return []
        assert self._left is not None
        self._beginning += beginning[: BEGINNING - len(self._beginning)]
        self._left -= count
        if self._left:
            return []
        self._inflation.end()
        inflated, length = self._inflation.inflated, self._inflation.length
        frame = Frame(self._header, self._length, self._beginning, b"", inflated, length)
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
            self._inflation.begin(self._header[0])
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
