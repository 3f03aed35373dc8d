"""The server's side of the wire: frames as a server writes and reads them."""

import struct
import zlib
from dataclasses import dataclass

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
OPCODES = {"text": TEXT, "binary": BINARY, "close": CLOSE, "ping": PING, "pong": PONG}

LARGEST = 64 * 1024 * 1024
"""The octets that a client's message may have, and a frame with its header."""

_NO_KEY = b"\x00\x00\x00\x00"


def write(
    opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, masked: bool = False
) -> bytes:
    """Write a frame; one that is masked has a key that changes nothing."""
    first, mask = (fin << 7) | (rsv << 4) | opcode, masked << 7
    length = len(payload)
    if length < 126:
        head = bytes((first, mask | length))
    elif length < 65536:
        head = struct.pack("!BBH", first, mask | 126, length)
    else:
        head = struct.pack("!BBQ", first, mask | 127, length)
    return head + (_NO_KEY if masked else b"") + payload


def close_payload(code: int | None, reason: bytes) -> bytes:
    """Write what a Close frame carries."""
    return b"" if code is None else struct.pack("!H", code) + reason


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


def size(data: bytes) -> int | None:
    """The size of the frame that some bytes begin with, None if they are too few to tell."""
    if len(data) < 2:
        return None
    length, start = data[1] & 0x7F, 2
    if length >= 126:
        start += 2 if length == 126 else 8
        if len(data) < start:
            return None
        length = int.from_bytes(data[2:start], "big")
    return start + (4 if data[1] & 0x80 else 0) + length


def read(data: bytes) -> ClientFrame:
    """Read a whole frame."""
    start = {126: 4, 127: 10}.get(data[1] & 0x7F, 2)
    is_masked = bool(data[1] & 0x80)
    payload = data[start + 4 :] if is_masked else data[start:]
    if is_masked:
        payload = _unmasked(payload, data[start : start + 4])
    return ClientFrame(bool(data[0] & 0x80), bool(data[0] & 0x40), data[0] & 0x0F, payload)


def _unmasked(payload: bytes, key: bytes) -> bytes:
    length = len(payload)
    keys = (key * (length // 4 + 1))[:length]
    number = int.from_bytes(payload, "big") ^ int.from_bytes(keys, "big")
    return number.to_bytes(length, "big")
