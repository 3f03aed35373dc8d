"""Large payloads on their way into ``bytes``; what they announce is not believed (10.4)."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whatwg_websockets.rfc6455 import payload_buffer
from whatwg_websockets.rfc6455.payload_buffer import FIRST_ALLOCATION, PayloadBuffer

from .streams import pattern


def fill(buffer: PayloadBuffer, rest: bytes, count: int) -> int:
    """Write up to so many bytes to the room, as one read does, and return how many there were."""
    with buffer.room() as room:
        count = min(count, len(room))
        room[:count] = rest[:count]
    return count


@given(
    st.integers(1, 300),
    st.integers(0, 299),
    st.lists(st.integers(1, 90), min_size=1),
    st.sampled_from((1, 7, 64, FIRST_ALLOCATION)),
)
@settings(deadline=None)
def test_the_payload_is_what_came_in_whatever_counts(length, beginning, counts, first_allocation):
    payload = pattern(length)
    at = min(beginning, length - 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(payload_buffer, "FIRST_ALLOCATION", first_allocation)
        buffer = PayloadBuffer(length, payload[:at])
        while True:
            for count in counts:
                taken = fill(buffer, payload[at:], count)
                assert taken > 0
                at += taken
                assert buffer.fill(taken) == (at == length)
                if at == length:
                    assert buffer.payload() == payload
                    return


def test_the_room_is_no_larger_than_what_is_missing():
    buffer = PayloadBuffer(100, b"begun")
    assert len(buffer.room()) == 95
    buffer.fill(90)
    assert len(buffer.room()) == 5


def test_the_room_begins_small_and_grows_with_what_has_come():
    length = 40 * FIRST_ALLOCATION
    come = FIRST_ALLOCATION // 4
    buffer = PayloadBuffer(length, bytes(come))
    assert len(buffer.room()) == FIRST_ALLOCATION - come
    while come < length:
        room = len(buffer.room())
        assert room <= max(FIRST_ALLOCATION, come)
        come += room
        assert buffer.fill(room) == (come == length)


def test_a_beginning_as_large_as_the_first_allocation_leaves_room():
    buffer = PayloadBuffer(2**40, bytes(2 * FIRST_ALLOCATION))
    assert len(buffer.room()) == 2 * FIRST_ALLOCATION


def test_a_read_that_gave_nothing_changes_nothing():
    buffer = PayloadBuffer(5, b"")
    assert fill(buffer, b"", 0) == 0
    assert not buffer.fill(0)
    fill(buffer, b"whole", 5)
    assert buffer.fill(5)
    assert buffer.payload() == b"whole"


def test_there_is_no_copy_at_the_end():
    length = FIRST_ALLOCATION
    buffer = PayloadBuffer(length, b"")
    fill(buffer, pattern(length), length)
    buffer.fill(length)
    tracemalloc.start()
    try:
        payload = buffer.payload()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert payload == pattern(length)
    assert peak < 20_000


def test_nor_where_the_last_view_was_not_let_go():
    """An event loop may hold the view of its last read longer than it needs it."""
    length = FIRST_ALLOCATION
    buffer = PayloadBuffer(length, b"")
    view = buffer.room()
    view[:] = pattern(length)
    buffer.fill(length)
    tracemalloc.start()
    try:
        payload = buffer.payload()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert payload == pattern(length)
    assert peak < 20_000
    with pytest.raises(ValueError, match="released"):
        view[0]


def test_a_view_that_is_in_use_is_left_alone():
    """Then the payload is a copy, and what is written to the view later does not change it."""
    buffer = PayloadBuffer(5, b"")
    view = buffer.room()
    view[:] = b"whole"
    in_use = memoryview(view)
    buffer.fill(5)
    payload = buffer.payload()
    in_use[:] = b"later"
    assert payload == b"whole"
