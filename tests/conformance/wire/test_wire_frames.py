import random
import sys

import pytest

from websocket_conformance.wire import masking
from websocket_conformance.wire.frames import (
    RSV1,
    Header,
    encode,
    encode_header,
    fragments,
    parse_header,
)

LENGTHS = [0, 1, 125, 126, 127, 65535, 65536, 2**24]


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("mask", [None, b"\x01\x02\x03\x04"])
def test_a_header_is_read_as_it_was_written(length, mask):
    octets = encode_header(9, length, fin=False, rsv=RSV1, mask=mask)
    assert parse_header(octets + b"rest") == (Header(9, False, RSV1, length, mask), len(octets))


@pytest.mark.parametrize("length", LENGTHS)
def test_a_header_is_not_read_before_it_is_there_as_a_whole(length):
    octets = encode_header(1, length, mask=b"abcd")
    for end in range(len(octets)):
        assert parse_header(octets[:end]) is None


@pytest.mark.parametrize(
    ("octets", "length", "is_minimal"),
    [
        (b"\x81\x7e\x00\x7d", 125, False),
        (b"\x81\x7e\x00\x7e", 126, True),
        (b"\x81\x7f" + (65535).to_bytes(8), 65535, False),
        (b"\x81\x7f" + (65536).to_bytes(8), 65536, True),
    ],
)
def test_a_length_that_takes_more_octets_than_it_needs(octets, length, is_minimal):
    header, _ = parse_header(octets)
    assert (header.length, header.is_minimal) == (length, is_minimal)


def test_the_examples_of_the_rfc():
    """RFC 6455, section 5.7."""
    assert encode(1, b"Hello") == bytes.fromhex("810548656c6c6f")
    masked = encode(1, b"Hello", mask=bytes.fromhex("37fa213d"))
    assert masked == bytes.fromhex("818537fa213d7f9f4d5158")
    assert encode(1, b"Hel", fin=False) + encode(0, b"lo") == bytes.fromhex("010348656c80026c6f")
    assert encode(9, b"Hello") == bytes.fromhex("890548656c6c6f")
    assert encode(2, bytes(256))[:4] == bytes.fromhex("827e0100")
    assert encode(2, bytes(65536))[:10] == bytes.fromhex("827f0000000000010000")


@pytest.mark.parametrize("length", [0, 1, 3, 4, 5, 1000])
def test_masking_with_and_without_help_is_the_same(length):
    data, mask = random.Random(length).randbytes(length), b"\x10\x20\x30\x40"
    expected = bytes(octet ^ mask[place % 4] for place, octet in enumerate(data))
    assert masking.xor(data, mask) == expected
    assert masking.apply_mask(data, mask) == expected


@pytest.mark.parametrize(
    ("length", "size", "expected"),
    [(3, 4, [3]), (4, 4, [4]), (5, 4, [4, 1]), (8, 4, [4, 4, 0]), (9, 4, [4, 4, 1]), (0, 1, [0])],
)
def test_fragments_that_fill_up_exactly_are_followed_by_an_empty_one(length, size, expected):
    payload = bytes(range(length))
    pieces = fragments(payload, size)
    assert list(map(len, pieces)) == expected
    assert b"".join(pieces) == payload


def test_without_a_compiled_mask_there_is_one_in_python(monkeypatch):
    monkeypatch.setitem(sys.modules, "websockets", None)
    assert masking.fastest() is masking.xor
