"""Masking, RFC 6455 section 5.3."""

import itertools
import os
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whatwg_websockets.rfc6455 import masking
from whatwg_websockets.rfc6455.masking import KEYS_AT_A_TIME, SHORT


def masked_by_the_rfc(payload: bytes, key: bytes) -> bytes:
    """5.3: transformed-octet-i = original-octet-i XOR masking-key-octet-(i MOD 4)."""
    return bytes(byte ^ key[i % 4] for i, byte in enumerate(payload))


def best_mask_without_the_extra():
    """Return what is used where the ``fast`` extra is not installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "websockets.speedups", None)
        return masking.best_mask.__wrapped__()


WAYS = [
    pytest.param(masking.best_mask(), id="the best that is installed"),
    pytest.param(best_mask_without_the_extra(), id="the best without the extra"),
    pytest.param(masking.mask_by_integer, id="integer"),
    pytest.param(masking.mask_by_translate, id="translate"),
]

keys = st.binary(min_size=4, max_size=4)


def test_without_the_extra_python_alone_does_it():
    assert best_mask_without_the_extra() is masking.mask


def test_with_it_the_extra_does_it():
    speedups = pytest.importorskip("websockets.speedups")
    assert masking.best_mask() is speedups.apply_mask


@pytest.mark.parametrize("mask", WAYS)
def test_the_example_of_5_7(mask):
    """5.7: a single-frame masked text message that contains "Hello"."""
    masked = mask(b"Hello", bytes.fromhex("37fa213d"))
    assert masked == bytes.fromhex("7f9f4d5158")


@pytest.mark.parametrize("mask", WAYS)
@given(payload=st.binary(max_size=3 * SHORT), key=keys)
@settings(deadline=None, max_examples=60)
def test_each_byte_is_xored_with_its_byte_of_the_key_and_back(mask, payload, key):
    masked = mask(payload, key)
    assert masked == masked_by_the_rfc(payload, key)
    assert mask(bytes(masked), key) == payload


@pytest.mark.parametrize("mask", WAYS)
@pytest.mark.parametrize("key", [b"\0\0\0\0", b"\0\1\0\xff", b"\xff\xff\xff\xff", b"\1\2\3\4"])
@pytest.mark.parametrize(
    "length",
    [
        *range(9),
        *(SHORT - 1, SHORT, SHORT + 1),
        *(65_535, 65_536, 65_537, 65_539),
    ],
)
def test_lengths_at_which_something_changes(mask, key, length):
    payload = bytes(i * 7 & 0xFF for i in range(length))
    assert mask(payload, key) == masked_by_the_rfc(payload, key)


@pytest.mark.parametrize("mask", WAYS)
def test_the_payload_itself_is_left_alone(mask):
    """What a page gave away may still be its own."""
    payload = bytes(1_000)
    mask(payload, b"abcd")
    assert payload == bytes(1_000)


def test_keys_come_from_the_systems_strong_source_and_none_comes_twice(monkeypatch):
    """5.3: the key is fresh for each frame, from a strong source of entropy; 10.3 says why."""
    count = itertools.count()
    drawn = []

    def urandom(size):
        batch = b"".join(next(count).to_bytes(4, "big") for _ in range(size // 4))
        drawn.append(batch)
        return batch

    monkeypatch.setattr(os, "urandom", urandom)
    source = masking.masking_keys()
    assert drawn == [], "nothing is drawn before it is needed"
    taken = [next(source) for _ in range(2 * KEYS_AT_A_TIME + 1)]
    assert taken == [i.to_bytes(4, "big") for i in range(2 * KEYS_AT_A_TIME + 1)]
    assert len(drawn) == 3


def test_two_connections_have_different_keys():
    ours, theirs = masking.masking_keys(), masking.masking_keys()
    assert [next(ours) for _ in range(8)] != [next(theirs) for _ in range(8)]
