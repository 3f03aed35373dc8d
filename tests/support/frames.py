"""Frames as a server writes and reads them, from RFC 6455 section 5.2 and from nothing else."""

import struct
from dataclasses import dataclass

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA


@dataclass(frozen=True)
class Frame:
    """A frame that a client sent, unmasked."""

    opcode: int
    payload: bytes
    fin: bool = True
    rsv: int = 0
    masked: bool = True


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0) -> bytes:
    """Write a frame as a server does: not masked."""
    first = (fin << 7) | (rsv << 4) | opcode
    length = len(payload)
    if length < 126:
        return bytes((first, length)) + payload
    if length < 65536:
        return struct.pack("!BBH", first, 126, length) + payload
    return struct.pack("!BBQ", first, 127, length) + payload


def text(string: str) -> bytes:
    return frame(TEXT, string.encode())


def binary(data: bytes) -> bytes:
    return frame(BINARY, data)


def ping(payload: bytes = b"") -> bytes:
    return frame(PING, payload)


def close(code: int | None = None, reason: str = "") -> bytes:
    return frame(CLOSE, close_payload(code, reason))


def close_payload(code: int | None = None, reason: str = "") -> bytes:
    return b"" if code is None else struct.pack("!H", code) + reason.encode()


def mask(payload: bytes, key: bytes) -> bytes:
    length = len(payload)
    keys = (key * (length // 4 + 1))[:length]
    return (int.from_bytes(payload) ^ int.from_bytes(keys)).to_bytes(length)


def header_of(data: bytes) -> tuple[int, int] | None:
    """Return where the payload of a masked frame begins and ends; None before that is known."""
    if len(data) < 2:
        return None
    assert data[1] & 0x80, "a client masks every frame"
    length, start = data[1] & 0x7F, 2
    if length >= 126:
        size = 2 if length == 126 else 8
        start += size
        if len(data) < start:
            return None
        length = int.from_bytes(data[2:start], "big")
    return start + 4, start + 4 + length


def read_frame(data: bytes) -> tuple[Frame, int] | None:
    """Read a client's frame at the start of data: the frame and its length, if it is whole."""
    bounds = header_of(data)
    if bounds is None or len(data) < bounds[1]:
        return None
    start, stop = bounds
    key = bytes(data[start - 4 : start])
    payload = mask(bytes(data[start:stop]), key)
    first = data[0]
    return Frame(first & 0xF, payload, bool(first & 0x80), first >> 4 & 0x7), stop


def read_frames(data: bytes) -> list[Frame]:
    """Read all frames of a client; there must be nothing else."""
    frames = []
    while data:
        read = read_frame(data)
        assert read is not None, f"half a frame: {data[:20]!r}"
        frames.append(read[0])
        data = data[read[1] :]
    return frames
