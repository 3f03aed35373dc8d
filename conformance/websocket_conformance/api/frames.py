"""The frames that the scenarios' server writes and reads."""

import zlib
from dataclasses import dataclass

from websocket_conformance.wire.frames import RSV1, Opcode, encode, parse_header
from websocket_conformance.wire.masking import apply_mask

CONTINUATION, TEXT, BINARY = Opcode.CONTINUATION, Opcode.TEXT, Opcode.BINARY
CLOSE, PING, PONG = Opcode.CLOSE, Opcode.PING, Opcode.PONG
OPCODES = {"text": TEXT, "binary": BINARY, "close": CLOSE, "ping": PING, "pong": PONG}

LARGEST = 64 * 1024 * 1024
"""The largest size of a client's message, and of a frame with its header, in octets."""

_NO_KEY = b"\x00\x00\x00\x00"


def write(
    opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, masked: bool = False
) -> bytes:
    """Return the octets of a frame; a masked frame has a key of zeros, which changes nothing."""
    return encode(opcode, payload, fin=fin, rsv=rsv, mask=_NO_KEY if masked else None)


def close_payload(code: int | None, reason: bytes) -> bytes:
    """Return the payload of a Close frame."""
    return b"" if code is None else code.to_bytes(2) + reason


def deflated(data: bytes) -> bytes:
    """Return a message compressed for permessage-deflate."""
    deflate = zlib.compressobj(wbits=-15)
    return (deflate.compress(data) + deflate.flush(zlib.Z_SYNC_FLUSH)).removesuffix(
        b"\x00\x00\xff\xff"
    )


def inflated(data: bytes) -> bytes:
    """Return the decompressed payload of the first compressed message of a connection.

    Raises:
        ValueError: the payload is invalid or too long; the text is "broken" or "too long".
    """
    inflater = zlib.decompressobj(wbits=-15)
    try:
        found = inflater.decompress(data + b"\x00\x00\xff\xff", LARGEST)
    except zlib.error as error:
        raise ValueError("broken") from error
    if inflater.unconsumed_tail:
        raise ValueError("too long")
    return found


@dataclass(frozen=True)
class ClientFrame:
    """A frame that a client sent, with its payload unmasked."""

    fin: bool
    rsv1: bool
    opcode: int
    payload: bytes


def read(data: bytes, largest: int = LARGEST) -> tuple[ClientFrame, bytes] | None:
    """Decode the frame at the start of some bytes.

    Args:
        data: the bytes.
        largest: the largest size of the frame with its header, in octets.

    Returns:
        The frame, and the bytes after it; None if the bytes end before the frame does.

    Raises:
        ValueError: the frame is larger than `largest`.
    """
    parsed = parse_header(data)
    if parsed is None:
        return None
    header, start = parsed
    end = start + header.length
    if end > largest:
        raise ValueError("too long")
    if len(data) < end:
        return None
    payload = data[start:end]
    if header.mask and payload:
        payload = apply_mask(payload, header.mask)
    frame = ClientFrame(header.fin, bool(header.rsv & RSV1), header.opcode, payload)
    return frame, data[end:]
