"""Large payloads that are read into ``bytes``; their announced lengths are not trusted (10.4)."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whatwg_websockets.rfc6455 import payload_buffer
from whatwg_websockets.rfc6455.payload_buffer import FIRST_ALLOCATION, TAIL, PayloadBuffer

from .streams import pattern


def fill(buffer: PayloadBuffer, rest: bytes, count: int) -> int:
    """Read up to so many bytes once, and return how many were read."""
    with buffer.room_for_a_read() as room:
        count = min(count, len(room))
        room[:count] = rest[:count]
    buffer.fill(count)
    return count


@given(
    st.integers(1, 300),
    st.integers(0, 299),
    st.lists(st.integers(1, 90), min_size=1),
    st.sampled_from((1, 7, 64, FIRST_ALLOCATION)),
    st.sampled_from((1, 5, 200)),
)
@settings(deadline=None)
def test_the_payload_is_what_came_in_whatever_counts(
    length, beginning, counts, first_allocation, tail
):
    payload = pattern(length)
    at = min(beginning, length - 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(payload_buffer, "FIRST_ALLOCATION", first_allocation)
        patch.setattr(payload_buffer, "TAIL", tail)
        buffer = PayloadBuffer(length, payload[:at])
        for count in counts * 300:
            if buffer.has_room_for_a_read:
                taken = fill(buffer, payload[at:], count)
                assert taken > 0
            else:
                taken = min(count, length - at)
                buffer.put(payload[at : at + taken])
            at += taken
            assert buffer.has_room_for_a_read == (length - at > tail)
    assert buffer.payload() == payload


def test_the_room_is_what_is_missing_but_the_tail():
    length = TAIL + 100
    buffer = PayloadBuffer(length, b"begun")
    assert len(buffer.room_for_a_read()) == 95
    buffer.fill(90)
    assert len(buffer.room_for_a_read()) == 5
    buffer.fill(5)
    assert not buffer.has_room_for_a_read


def test_the_room_begins_small_and_grows_with_what_has_come():
    length = 40 * FIRST_ALLOCATION
    come = FIRST_ALLOCATION // 4
    buffer = PayloadBuffer(length, bytes(come))
    assert len(buffer.room_for_a_read()) == FIRST_ALLOCATION - come
    while buffer.has_room_for_a_read:
        room = len(buffer.room_for_a_read())
        assert room <= max(FIRST_ALLOCATION, come)
        come += room
        buffer.fill(room)
    assert come == length - TAIL


def test_a_beginning_as_large_as_the_first_allocation_leaves_room():
    buffer = PayloadBuffer(2**40, bytes(2 * FIRST_ALLOCATION))
    assert len(buffer.room_for_a_read()) == 2 * FIRST_ALLOCATION


def test_a_read_that_gave_nothing_changes_nothing():
    buffer = PayloadBuffer(TAIL + 5, b"")
    assert fill(buffer, b"", 0) == 0
    assert buffer.has_room_for_a_read
    fill(buffer, b"whole", 5)
    buffer.put(bytes(TAIL))
    assert buffer.payload() == b"whole" + bytes(TAIL)


def test_there_is_no_copy_at_the_end():
    length = FIRST_ALLOCATION
    buffer = PayloadBuffer(length, b"")
    view = buffer.room_for_a_read()
    view[:] = pattern(length)[:-TAIL]
    buffer.fill(len(view))
    del view
    tail = pattern(length)[-TAIL:]
    tracemalloc.start()
    try:
        buffer.put(tail)
        payload = buffer.payload()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert payload == pattern(length)
    assert peak < 20_000


def test_a_view_that_is_in_use_is_left_alone():
    """Then the payload is a copy, and what is written to the view later does not change it."""
    buffer = PayloadBuffer(TAIL + 5, b"")
    view = buffer.room_for_a_read()
    view[:] = b"whole"
    buffer.fill(5)
    buffer.put(bytes(TAIL))
    payload = buffer.payload()
    view[:] = b"later"
    assert payload[:5] == b"whole"
