"""The header of a client's frame, RFC 6455 section 5.2."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whatwg_websockets.rfc6455.framing import (
    BINARY,
    CLOSE,
    CONTINUATION,
    FIN,
    PING,
    PONG,
    RSV1,
    RSV2,
    RSV3,
    TEXT,
    frame_header,
)

from .server import frame


def test_the_opcodes_and_bits_are_those_of_5_2():
    assert (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG) == (0, 1, 2, 8, 9, 10)
    assert (FIN, RSV1, RSV2, RSV3) == (0b10000000, 0b01000000, 0b00100000, 0b00010000)


@pytest.mark.parametrize(
    ("length", "written"),
    [
        (0, "80"),
        (1, "81"),
        (125, "fd"),
        (126, "fe 007e"),
        (127, "fe 007f"),
        (65_535, "fe ffff"),
        (65_536, "ff 0000000000010000"),
        (2**32, "ff 0000000100000000"),
        (2**63 - 1, "ff 7fffffffffffffff"),
    ],
)
def test_the_length_is_in_as_few_bytes_as_hold_it(length, written):
    """5.2: the minimal number of bytes MUST be used; the mask bit is always set (5.1)."""
    assert frame_header(0x82, length) == b"\x82" + bytes.fromhex(written)


@given(st.sampled_from((0x81, 0x82, 0xC1, 0xC2, 0x88, 0x8A)), st.integers(0, 2**63 - 1))
@settings(deadline=None)
def test_the_header_is_a_servers_with_the_mask_bit(first, length):
    servers = frame(first & 0x0F, rsv=first >> 4 & 0x7, announced=length)
    assert frame_header(first, length) == bytes((servers[0], servers[1] | 0x80)) + servers[2:]
