"""The echo server answers right, however its input is cut."""

import random

import pytest
from benchmarks.server import Echo, mask_by_integer
from websockets.frames import Frame, Opcode
from websockets.speedups import apply_mask

REQUEST = (
    b"GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def answers(echo, chunks):
    """What the server answers to chunks, kept as `EchoProtocol` keeps what is left of each."""
    out, kept = b"", b""
    for chunk in chunks:
        buffer = bytearray(kept + chunk)
        at = 0
        while True:
            parts, at = echo.answer(buffer, memoryview(buffer), at, len(buffer))
            if not parts:
                break
            out += b"".join(parts)
        kept = bytes(buffer[at:])
    assert not kept
    return out


def opened():
    echo = Echo()
    echo.upgraded = True
    return echo


def test_the_handshake_is_answered_with_the_key_of_the_rfc():
    echo = Echo()
    response = answers(echo, [REQUEST[:30], REQUEST[30:]])
    assert response.startswith(b"HTTP/1.1 101 ")
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in response
    assert b"Extensions" not in response
    assert echo.upgraded


FRAMES = (
    Frame(Opcode.BINARY, b""),
    Frame(Opcode.BINARY, b"abcdefg"),
    Frame(Opcode.TEXT, b"x" * 125),
    Frame(Opcode.BINARY, bytes(range(256)) * 3),
    Frame(Opcode.BINARY, b"0123456789" * 7000),
    *(Frame(Opcode.TEXT, b"x" * size) for size in range(40)),
)


@pytest.mark.parametrize("seed", range(30))
def test_frames_come_back_unmasked_at_any_split(seed):
    source = random.Random(seed)
    data = b"".join(frame.serialize(mask=True) for frame in FRAMES)
    cuts = sorted(source.sample(range(len(data)), 40) + [source.randrange(30) for _ in range(4)])
    chunks = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]
    assert answers(opened(), chunks) == b"".join(f.serialize(mask=False) for f in FRAMES)


def test_a_frame_that_comes_byte_by_byte():
    data = Frame(Opcode.BINARY, b"z" * 300).serialize(mask=True)
    chunks = [data[i : i + 1] for i in range(len(data))]
    assert answers(opened(), chunks) == Frame(Opcode.BINARY, b"z" * 300).serialize(mask=False)


def test_a_ping_is_answered_with_a_pong():
    ping, pong = Frame(Opcode.PING, b"p"), Frame(Opcode.PONG, b"p")
    assert answers(opened(), [ping.serialize(mask=True)]) == pong.serialize(mask=False)


def test_a_close_is_answered_once_it_is_whole():
    frame = Frame(Opcode.CLOSE, b"\x03\xe8bye")
    data = frame.serialize(mask=True)
    echo = opened()
    buffer = bytearray(data[:8])
    assert echo.answer(buffer, memoryview(buffer), 0, 8) == ([], 0)
    assert not echo.closing
    assert answers(echo, [data]) == frame.serialize(mask=False)
    assert echo.closing


@pytest.mark.parametrize("size", [0, 1, 3, 4, 5, 100, 1001])
def test_the_stand_in_masks_as_the_library_does(size):
    data, mask = random.Random(size).randbytes(size), b"\x01\xf2\x33\x84"
    assert mask_by_integer(data, mask) == apply_mask(data, mask)
