"""The frames that wait to be written, RFC 6455 sections 5.1 to 5.3."""

import itertools
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whatwg_websockets.rfc6455 import masking
from whatwg_websockets.rfc6455 import outgoing as outgoing_module
from whatwg_websockets.rfc6455.framing import BINARY, CLOSE, FIN, PONG, RSV1, TEXT
from whatwg_websockets.rfc6455.large_frame import LARGE, LargeFrame
from whatwg_websockets.rfc6455.outgoing import Outgoing

from .server import as_written, read_client_frames
from .streams import pattern
from .test_masking import best_mask_without_the_extra

FIRST_BYTES = (
    *(FIN | TEXT, FIN | BINARY, FIN | RSV1 | TEXT, FIN | RSV1 | BINARY),
    *(FIN | CLOSE, FIN | PONG),
)
LENGTHS = (
    0,
    1,
    2,
    3,
    124,
    125,
    126,
    127,
    210,
    211,
    1_000,
    65_535,
    65_536,
    98_303,
    98_304,
    122_879,
    122_880,
    150_001,
)

short = st.binary(max_size=125)
payloads = st.one_of(short, short, st.sampled_from(LENGTHS).map(pattern))
puts = st.lists(st.tuples(st.sampled_from(FIRST_BYTES), payloads, st.integers(0, 9)), max_size=12)


@pytest.fixture(params=["with the extra", "without it"], scope="module")
def _both_ways_of_masking(request):
    """Run each test with the installed masking, and as without the ``fast`` extra."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "without it":
            patch.setattr(outgoing_module, "best_mask", best_mask_without_the_extra)
        yield


def put_all(outgoing, frames):
    for first, payload, application_bytes in frames:
        outgoing.put(first, payload, application_bytes)


@pytest.mark.usefixtures("_both_ways_of_masking")
@given(puts)
@settings(deadline=None)
def test_what_was_put_is_what_a_server_reads_in_order(frames):
    outgoing = Outgoing()
    put_all(outgoing, frames)
    chunks, lengths, application_bytes = outgoing.take()
    stream = b"".join(as_written(chunks))
    read = read_client_frames(stream)
    assert [(FIN | each.rsv << 4 | each.opcode, each.payload) for each in read] == [
        each[:2] for each in frames
    ]
    assert application_bytes == [each[2] for each in frames]
    assert sum(lengths) == len(stream)
    # Each length is that of its frame: there a server finds exactly one.
    at = 0
    for length, sent in zip(lengths, read, strict=True):
        assert read_client_frames(stream[at : at + length]) == [sent]
        at += length


@given(st.lists(puts, max_size=4))
@settings(deadline=None, max_examples=40)
def test_what_was_taken_is_gone_and_what_follows_starts_anew(batches):
    outgoing = Outgoing()
    for frames in batches:
        put_all(outgoing, frames)
        assert len(outgoing.lengths) == len(outgoing.application_bytes) == len(frames)
        assert outgoing.application_bytes == [each[2] for each in frames]
        taken = list(outgoing.lengths)
        chunks, lengths, _ = outgoing.take()
        assert lengths == taken
        assert [each.payload for each in read_client_frames(b"".join(as_written(chunks)))] == [
            each[1] for each in frames
        ]
        assert (outgoing.length, outgoing.lengths, outgoing.application_bytes) == (0, [], [])
    assert outgoing.take() == ([], [], [])


@given(puts)
@settings(deadline=None, max_examples=40)
def test_length_is_that_of_all_frames(frames):
    outgoing = Outgoing()
    put_all(outgoing, frames)
    assert outgoing.length == sum(outgoing.lengths)


@pytest.mark.usefixtures("_both_ways_of_masking")
def test_5_3_each_frame_has_a_fresh_key_of_the_systems_strong_source(monkeypatch):
    """A key is four bytes from there that no other frame has; 10.3 says why it must be so."""
    count = itertools.count(1)
    monkeypatch.setattr(
        os, "urandom", lambda size: b"".join(next(count).to_bytes(4) for _ in range(size // 4))
    )
    monkeypatch.setattr(masking.of_this_thread, "masking_keys", masking.masking_keys())
    outgoing = Outgoing()
    for i in range(1_500):
        outgoing.put(FIN | BINARY, pattern(i % 3 * 100), 0)
    chunks, _, _ = outgoing.take()
    outgoing.put(FIN | BINARY, b"", 0)
    chunks += outgoing.take()[0]
    keys = [each.key for each in read_client_frames(b"".join(as_written(chunks)))]
    assert keys == [i.to_bytes(4) for i in range(1, 1_502)]


def test_keys_are_not_those_of_another_connection():
    keys = set()
    for _ in range(2):
        outgoing = Outgoing()
        for _ in range(50):
            outgoing.put(FIN | TEXT, b"", 0)
        keys.add(
            tuple(each.key for each in read_client_frames(b"".join(as_written(outgoing.take()[0]))))
        )
    assert len(keys) == 2


def test_a_large_payload_is_not_masked_before_it_leaves():
    outgoing = Outgoing()
    put_all(outgoing, [(FIN | TEXT, b"short", 5)] * 3)
    outgoing.put(FIN | BINARY, pattern(LARGE), LARGE)
    outgoing.put(FIN | BINARY, pattern(LARGE - 1), LARGE - 1)
    outgoing.put(FIN | TEXT, b"short", 5)
    (before, large, behind), lengths, application_bytes = outgoing.take()
    assert isinstance(large, LargeFrame)
    assert (len(before), large.left, len(behind)) == (33, LARGE + 14, LARGE - 1 + 14 + 11)
    assert lengths == [11, 11, 11, LARGE + 14, LARGE - 1 + 14, 11]
    assert application_bytes == [5, 5, 5, LARGE, LARGE - 1, 5]


def test_the_payload_may_be_changed_once_it_was_put():
    """What a page hands over is its own again when send() returns."""
    outgoing = Outgoing()
    for length in LENGTHS:
        payload = bytearray(pattern(length))
        outgoing.put(FIN | BINARY, payload, length)
        payload[:] = bytes(length)
    sent = read_client_frames(b"".join(as_written(outgoing.take()[0])))
    assert [each.payload for each in sent] == [pattern(length) for length in LENGTHS]


@pytest.mark.parametrize("size", [0, 125, 126, 65_536, LARGE - 1])
def test_one_frame_alone_is_taken_without_lists(size):
    alone, like = Outgoing(), Outgoing()
    alone.put(FIN | BINARY, pattern(size), size)
    like.put(FIN | BINARY, pattern(size), size)
    frame = alone.take_the_only_frame()
    assert len(frame) == len(b"".join(like.take()[0]))
    (read,) = read_client_frames(frame)
    assert (read.opcode, read.payload) == (BINARY, pattern(size))
    assert (alone.length, alone.lengths, alone.application_bytes) == (0, [], [])
    assert alone.take() == ([], [], [])


@pytest.mark.parametrize("sizes", [[], [1, 1], [LARGE], [LARGE, 1], [1, LARGE]])
def test_what_is_no_frame_alone_or_a_large_one_stays(sizes):
    outgoing = Outgoing()
    put_all(outgoing, [(FIN | BINARY, pattern(size), size) for size in sizes])
    assert outgoing.take_the_only_frame() is None
    chunks, _, application_bytes = outgoing.take()
    assert application_bytes == sizes
    read = read_client_frames(b"".join(as_written(chunks)))
    assert [len(each.payload) for each in read] == sizes
