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
from whatwg_websockets.rfc6455.masking import mask
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


KEY = 4
"""The length of a masking key in bytes."""

LONGEST_HEADER = 14
"""The length of the longest header in bytes, with its masking key."""

IN_THE_TEXT = 125
"""How many bytes of a payload the text of a frame has: all of a control frame."""


@dataclass(frozen=True)
class HalfAHeader:
    """The beginning of a frame's header, of which the rest has not arrived.

    Attributes:
        data: what has arrived of it.
    """

    data: bytes
    kind = ""

    @property
    def text(self) -> str:
        """The bytes, and how many they are."""
        said = hexadecimal(self.data)
        return f"the beginning of a header, {counted(len(self.data), 'byte')}: {said}"

    def parts(self) -> dict[str, str]:
        """Return what is on the wire."""
        return {"on the wire": hexadecimal(self.data)}


@dataclass(frozen=True)
class Frame:
    """A frame that passed, or as much of it as has arrived.

    Attributes:
        header: its header, without the masking key.
        length: the length of its payload in bytes.
        beginning: the first bytes of the payload, not masked: all of a control frame's.
        key: the masking key; empty for a frame that is not masked.
        inflated: the first bytes of what a compressed payload decompresses to; None where the
            payload is not compressed, or cannot be decompressed.
        inflated_length: how many bytes a compressed payload decompresses to.
        missing: how many bytes of the payload have not arrived, and never will.
    """

    header: bytes
    length: int
    beginning: bytes
    key: bytes = b""
    inflated: bytes | None = None
    inflated_length: int = 0
    missing: int = 0

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
    def kind(self) -> str:
        """The kind of a frame that is whole; "" of one that is not, as no receiver takes it."""
        return "" if self.missing else self.name

    @property
    def text(self) -> str:
        """The frame in words: its kind, its length, and what it carries."""
        words = [self.name, counted(self.length, "byte")]
        if self.missing:
            words[1] += " announced"
            words.append(f"{self._arrived} arrived")
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
        if self.missing:
            fields["arrived"] = counted(self._arrived, "byte")
        if self.key:
            fields["masking key"] = self.key.hex(" ")
        carried, length = self._carried
        fields["payload"] = in_hex_and_text(carried, length)
        if self._is_compressed:
            fields["compressed payload"] = hexadecimal(self.beginning, self._arrived)
        fields["on the wire"] = self._on_the_wire()
        return fields

    def _on_the_wire(self) -> str:
        """Return header, masking key and payload as they are sent, with bars between them."""
        payload = self.beginning
        if self.key:
            payload = bytes(mask(payload, self.key))
        parts = [self.header.hex(" "), self.key.hex(" ")]
        parts.append(hexadecimal(payload, self._arrived) if payload else "")
        return " | ".join(filter(None, parts))

    @property
    def _arrived(self) -> int:
        """The length of what has arrived of the payload, in bytes."""
        return self.length - self.missing

    @property
    def _is_compressed(self) -> bool:
        return bool(self.first & RSV1) or self.inflated is not None

    @property
    def _carried(self) -> tuple[bytes, int]:
        """The first bytes of what the payload means to the receiver, and their number in all."""
        if not self._is_compressed:
            return self.beginning, self._arrived
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
        self._key = b""
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
                part, data = self._unmasked(data[: self._left]), data[self._left :]
                self._inflation.take(part)
                self._count(len(part), part)
                if not self._left:
                    frames.append(self._whole())
        return frames

    def skip(self, count: int, beginning: bytes) -> None:
        """Count bytes of the payload that are read straight into a buffer, and so not fed.

        They are neither compressed nor masked, and never the last ones of a payload.

        Args:
            count: how many bytes there are.
            beginning: the first of them, as far as they may have to be kept.
        """
        if self._unseen:
            self._unseen -= count
        else:
            self._count(count, beginning)

    def _count(self, count: int, beginning: bytes) -> None:
        assert self._left is not None
        self._beginning += beginning[: BEGINNING - len(self._beginning)]
        self._left -= count

    def _whole(self) -> Frame:
        self._inflation.end()
        frame = self._frame(missing=0)
        self._header, self._key, self._left, self._beginning = b"", b"", None, b""
        return frame

    def unfinished(self) -> Frame | HalfAHeader | None:
        """Return what has arrived of a frame that is not whole; None where none has begun."""
        if self._left is not None:
            return self._frame(missing=self._left)
        return HalfAHeader(self._header) if self._header else None

    def _frame(self, *, missing: int) -> Frame:
        return Frame(
            self._header,
            self._length,
            self._beginning,
            self._key,
            self._inflation.inflated,
            self._inflation.length,
            missing,
        )

    def _read_header(self, data: bytes) -> bytes:
        """Take what belongs to a header, and return the rest."""
        known = len(self._header)
        header = self._header + data[:LONGEST_HEADER]
        size = self._size(header)
        self._header = header[:size]
        if len(header) >= size:
            self._end_the_header()
        return data[size - known :]

    @staticmethod
    def _size(header: bytes) -> int:
        """Return how long a header is, with a masking key, which a server must not use."""
        if len(header) < 2:
            return 2
        key = KEY if header[1] & MASKED else 0
        return 2 + {LENGTH_16: 2, LENGTH_64: 8}.get(header[1] & 0x7F, 0) + key

    def _end_the_header(self) -> None:
        """Read the masking key and the length of the payload."""
        if self._header[1] & MASKED:
            self._header, self._key = self._header[:-KEY], self._header[-KEY:]
        length = self._header[1] & 0x7F
        if length >= LENGTH_16:
            length = int.from_bytes(self._header[2:], "big")
        self._length = self._left = length
        self._inflation.begin(self._header[0])

    def _unmasked(self, part: bytes) -> bytes:
        """Return the next part of the payload as it was before it was masked."""
        if not self._key:
            return part
        assert self._left is not None
        at = (self._length - self._left) % KEY
        return bytes(mask(part, self._key[at:] + self._key[:at]))
