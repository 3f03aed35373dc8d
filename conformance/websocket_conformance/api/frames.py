"""The server's side of the wire: frames as a server writes and reads them."""

import zlib
from dataclasses import dataclass

from websocket_conformance.wire.frames import RSV1, Opcode, encode, parse_header
from websocket_conformance.wire.masking import apply_mask

CONTINUATION, TEXT, BINARY = Opcode.CONTINUATION, Opcode.TEXT, Opcode.BINARY
CLOSE, PING, PONG = Opcode.CLOSE, Opcode.PING, Opcode.PONG
OPCODES = {"text": TEXT, "binary": BINARY, "close": CLOSE, "ping": PING, "pong": PONG}

LARGEST = 64 * 1024 * 1024
"""The octets that a client's message may have, and a frame with its header."""

_NO_KEY = b"\x00\x00\x00\x00"


def write(
    opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, masked: bool = False
) -> bytes:
    """Write a frame; one that is masked has a key that changes nothing."""
    return encode(opcode, payload, fin=fin, rsv=rsv, mask=_NO_KEY if masked else None)


def close_payload(code: int | None, reason: bytes) -> bytes:
    """Write what a Close frame carries."""
    return b"" if code is None else code.to_bytes(2) + reason


def deflated(data: bytes) -> bytes:
    """Compress a message as permessage-deflate has it."""
    deflate = zlib.compressobj(wbits=-15)
    return (deflate.compress(data) + deflate.flush(zlib.Z_SYNC_FLUSH)).removesuffix(
        b"\x00\x00\xff\xff"
    )


def inflated(data: bytes) -> bytes:
    """Decompress the first message that came compressed.

    Raises:
        ValueError: it is broken or too long; the message says which, as what the message is.
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
    """A frame that a client sent, unmasked."""

    fin: bool
    rsv1: bool
    opcode: int
    payload: bytes


def read(data: bytes, largest: int = LARGEST) -> tuple[ClientFrame, bytes] | None:
    """Read the frame that some bytes begin with; None if it is not all there.

    Args:
        data: the bytes.
        largest: how many of them may belong to the frame.

    Returns:
        The frame, and the bytes behind it.

    Raises:
        ValueError: it is longer.
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
