"""A large frame, masked slice by slice, RFC 6455 section 5.3."""

import tracemalloc

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from whatwg_websockets.rfc6455.framing import BINARY, FIN, frame_header
from whatwg_websockets.rfc6455.large_frame import FIRST_SLICE, LARGE, SLICE, LargeFrame
from whatwg_websockets.rfc6455.masking import best_mask, mask

from .server import ClientFrame, read_client_frames
from .streams import pattern

KEY = b"\x01\x80\xfe\x37"


def slices_of(frame):
    slices = []
    while frame.left:
        before = frame.left
        slices.append(frame.next_slice())
        assert frame.left == before - len(slices[-1])
    return slices


def large_frame(payload, mask=None):
    header = frame_header(FIN | BINARY, len(payload)) + KEY
    return LargeFrame(header, payload, KEY, mask or best_mask())


def lengths_around(border):
    return st.integers(border - 9, border + 9)


lengths = st.one_of(
    st.integers(0, 4).flatmap(lambda count: lengths_around(FIRST_SLICE + count * SLICE)),
    lengths_around(LARGE),
    st.integers(1, 400_000),
)


@pytest.mark.parametrize("way", [best_mask(), mask], ids=["with the extra", "without it"])
@given(length=lengths)
@example(length=FIRST_SLICE)
@example(length=FIRST_SLICE + SLICE)
@example(length=FIRST_SLICE + SLICE + 1)
@settings(deadline=None, max_examples=60)
def test_all_slices_together_are_the_frame(way, length):
    payload = pattern(length)
    stream = b"".join(slices_of(large_frame(payload, way)))
    assert read_client_frames(stream) == [ClientFrame(BINARY, payload, 0, KEY)]


def test_the_header_leaves_with_the_first_slice_and_no_slice_is_longer_than_the_others():
    length = FIRST_SLICE + 2 * SLICE + 5
    frame = large_frame(pattern(length))
    assert frame.left == 14 + length
    assert [len(each) for each in slices_of(frame)] == [14 + FIRST_SLICE, SLICE, SLICE, 5]


def test_no_slice_is_written_over_by_a_later_one():
    """Transports keep what they were given until it has left."""
    frame = large_frame(pattern(4 * SLICE))
    slices, copies = [], []
    while frame.left:
        slices.append(frame.next_slice())
        copies.append(bytes(slices[-1]))
    assert slices == copies


def test_10_3_what_leaves_later_cannot_be_changed_by_then():
    payload = bytearray(pattern(3 * SLICE))
    frame = large_frame(payload)
    first = frame.next_slice()
    payload[:] = bytes(len(payload))
    (sent,) = read_client_frames(first + b"".join(slices_of(frame)))
    assert sent.payload == pattern(3 * SLICE)


def test_a_subclass_of_bytes_leaves_as_what_it_holds():
    class Named(bytes):
        __slots__ = ()

        def __bytes__(self):
            return b"another"

    (sent,) = read_client_frames(b"".join(slices_of(large_frame(Named(pattern(2 * SLICE))))))
    assert sent.payload == pattern(2 * SLICE)


def test_there_is_never_a_copy_of_the_whole_payload():
    payload = bytes(64 * SLICE)
    tracemalloc.start()
    try:
        frame = large_frame(payload)
        while frame.left:
            frame.next_slice()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * SLICE
