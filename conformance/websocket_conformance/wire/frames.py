"""Encoding and decoding of frames, valid or not.

The functions do not check what they encode, because the judge sends invalid frames on purpose.

Source: RFC 6455, section 5.2.
"""

from dataclasses import dataclass
from enum import IntEnum

from websocket_conformance.wire.masking import apply_mask


class Opcode(IntEnum):
    """The opcodes that RFC 6455 defines."""

    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


DATA_OPCODES = frozenset({Opcode.CONTINUATION, Opcode.TEXT, Opcode.BINARY})
CONTROL_OPCODES = frozenset({Opcode.CLOSE, Opcode.PING, Opcode.PONG})
FIRST_CONTROL_OPCODE = 8

RSV1 = 4
RSV2 = 2
RSV3 = 1

_MASKED = 0x80
_TWO_OCTETS = 126
_EIGHT_OCTETS = 127
_LARGEST_IN_TWO_OCTETS = 0xFFFF


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a frame.

    Attributes:
        opcode: any number from 0 to 15.
        fin: whether the frame is the last one of its message.
        rsv: the three reserved bits as a number, `RSV1` being the highest.
        length: the length of the payload, in octets.
        mask: the masking key; None if the frame is not masked.
        is_minimal: whether the length is encoded in as few octets as possible.
    """

    opcode: int
    fin: bool
    rsv: int
    length: int
    mask: bytes | None
    is_minimal: bool = True

    @property
    def is_control(self) -> bool:
        """Whether the opcode is that of a control frame, defined or reserved."""
        return self.opcode >= FIRST_CONTROL_OPCODE


def parse_header(data: bytes | bytearray) -> tuple[Header, int] | None:
    """Decode the header at the start of some octets.

    Returns:
        The header and its length in octets; None if the octets end before the header does.
    """
    if len(data) < 2:
        return None
    first, second = data[0], data[1]
    length, end = second & 0x7F, 2
    if length >= _TWO_OCTETS:
        end = 4 if length == _TWO_OCTETS else 10
    start_of_mask = end
    if second & _MASKED:
        end += 4
    if len(data) < end:
        return None
    is_minimal = True
    if length >= _TWO_OCTETS:
        least = _TWO_OCTETS if length == _TWO_OCTETS else _LARGEST_IN_TWO_OCTETS + 1
        length = int.from_bytes(data[2:start_of_mask])
        is_minimal = length >= least
    mask = bytes(data[start_of_mask:end]) if second & _MASKED else None
    header = Header(first & 0x0F, first >= 0x80, first >> 4 & 7, length, mask, is_minimal)
    return header, end


def encode_header(
    opcode: int, length: int, *, fin: bool = True, rsv: int = 0, mask: bytes | None = None
) -> bytes:
    """Return the octets of a header, with the length in as few octets as possible."""
    first = (0x80 if fin else 0) | rsv << 4 | opcode
    masked = _MASKED if mask else 0
    if length < _TWO_OCTETS:
        start = bytes((first, masked | length))
    elif length <= _LARGEST_IN_TWO_OCTETS:
        start = bytes((first, masked | _TWO_OCTETS)) + length.to_bytes(2)
    else:
        start = bytes((first, masked | _EIGHT_OCTETS)) + length.to_bytes(8)
    return start + (mask or b"")


def encode(
    opcode: int, payload: bytes, *, fin: bool = True, rsv: int = 0, mask: bytes | None = None
) -> bytes:
    """Return the octets of a frame: header and payload, masked if there is a masking key."""
    header = encode_header(opcode, len(payload), fin=fin, rsv=rsv, mask=mask)
    return header + (apply_mask(payload, mask) if mask and payload else payload)


def fragments(payload: bytes, size: int) -> list[bytes]:
    """Divide a message's payload into fragments.

    A payload that fits into one fragment is not divided. If a longer payload fills its fragments
    exactly, an empty fragment ends the message, as from a sender that learns of the end too late.
    """
    if len(payload) <= size:
        return [payload]
    return [payload[start : start + size] for start in range(0, len(payload) + 1, size)]
