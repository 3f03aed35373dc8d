"""Fragmentation, RFC 6455 section 5.4."""

import tracemalloc
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whatwg_websockets.rfc6455 import fragmentation
from whatwg_websockets.rfc6455.fragmentation import PIECES_AT_ONCE, MessageInProgress

from .server import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Client, cut, frame


def test_a_message_is_what_its_fragments_are_together():
    client = Client().reads(
        frame(TEXT, b"one, ", fin=False)
        + frame(CONTINUATION, b"two, ", fin=False)
        + frame(CONTINUATION, fin=False)
        + frame(CONTINUATION, b"three")
    )
    assert client.messages == ["one, two, three"]


def test_control_frames_come_between_fragments_and_are_answered_at_once():
    """5.4: a Ping must not have to wait for the end of a long message."""
    client = Client().reads(frame(TEXT, b"one", fin=False) + frame(PING, b"?"))
    assert [each[:2] for each in client.sent()] == [(PONG, b"?")]
    client.reads(frame(PONG) + frame(CONTINUATION, b"two"))
    assert client.messages == ["onetwo"]


def test_a_close_frame_between_fragments_ends_it():
    client = Client().reads(
        frame(TEXT, b"one", fin=False) + frame(CLOSE) + frame(CONTINUATION, b"two")
    )
    assert client.outcome() == ([], [], ("close", None, ""))


@pytest.mark.parametrize("fin", [True, False])
@pytest.mark.parametrize("before", [b"", frame(TEXT, b"whole")])
def test_nothing_is_continued_where_nothing_was_begun(fin, before):
    client = Client().reads(before + frame(CONTINUATION, b"?", fin=fin))
    assert client.failure == 1002


@pytest.mark.parametrize("fin", [True, False])
@pytest.mark.parametrize("first", [TEXT, BINARY])
@pytest.mark.parametrize("second", [TEXT, BINARY])
@pytest.mark.parametrize("payload", [b"", b"?", bytes(1_000), bytes(100_000)])
def test_fragments_of_two_messages_are_not_mixed(first, second, fin, payload):
    stream = frame(first, b"!", fin=False) + frame(second, payload, fin=fin)
    client = Client().reads(stream)
    assert (client.messages, client.failure) == ([], 1002)
    # Its header is enough to know.
    header = stream[: len(stream) - len(payload)]
    assert Client().reads(header).failure == 1002


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_after_a_fragmented_message_another_one_may_begin(opcode):
    one = frame(opcode, b"o", fin=False) + frame(CONTINUATION, b"ne")
    client = Client().reads(one + one + frame(opcode, b"two"))
    assert [str(each) for each in client.messages][::2] == [
        str(client.messages[0]),
        str("two" if opcode == TEXT else b"two"),
    ]
    assert client.messages[0] == client.messages[1]


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("limit", [2, 300, 70_000])
def test_the_limit_is_for_the_whole_message(opcode, limit):
    begun = frame(opcode, bytes(limit - 1), fin=False)
    at_limit = Client(limit).reads(begun + frame(CONTINUATION, b"!"))
    assert [len(each) for each in at_limit.messages] == [limit]
    over = Client(limit).reads(begun + frame(CONTINUATION, b"!!"))
    assert (over.messages, over.failure) == ([], 1009)
    over = Client(limit).reads(begun + frame(CONTINUATION, announced=2**62))
    assert over.failure == 1009


def test_the_limit_is_for_each_message_anew():
    begun = frame(BINARY, bytes(9), fin=False) + frame(CONTINUATION, b"!")
    assert len(Client(10).reads(begun * 5).messages) == 5


@given(
    st.sampled_from((TEXT, BINARY)),
    st.sampled_from((PIECES_AT_ONCE - 1, PIECES_AT_ONCE, 2 * PIECES_AT_ONCE + 1)),
    st.lists(st.integers(0, 2**13), max_size=9),
)
@settings(deadline=None, max_examples=30)
def test_many_small_fragments_make_the_same_message(opcode, count, cuts):
    data = "".join(chr(0x61 + i % 7) for i in range(count)).encode()
    stream = frame(opcode, fin=False)
    stream += b"".join(frame(CONTINUATION, bytes((byte,)), fin=False) for byte in data)
    stream += frame(CONTINUATION) + frame(TEXT, b"next")
    client = Client().reads(*cut(stream, cuts))
    assert client.messages == [data.decode() if opcode == TEXT else data, "next"]


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize(
    ("fragment", "times", "at_most"),
    [
        pytest.param(frame(CONTINUATION, b"", fin=False), 10_000, 30_000, id="empty"),
        pytest.param(frame(CONTINUATION, b"ab", fin=False), 20_000, 250_000, id="small"),
    ],
)
def test_small_fragments_take_memory_in_proportion_to_what_they_carry(
    opcode, fragment, times, at_most
):
    """10.4: an endless message of tiny fragments must not fill the memory."""
    client = Client().reads(frame(opcode, fin=False))
    read = fragment * 1_000
    tracemalloc.start()
    try:
        client.reads(*[read] * (times // 1_000))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert client.failure is None
    assert peak < at_most


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_so_do_small_reads_of_one_large_frame(opcode):
    client = Client().reads(frame(opcode, announced=60_000))
    tracemalloc.start()
    try:
        for _ in range(10_000):
            client.reads(b"ab")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 200_000


def test_nothing_is_copied_over_and_over(monkeypatch):
    """However many the pieces are, each byte is joined to others a few times at most."""
    joined = []
    join = fragmentation.join

    def count(pieces):
        joined.append(sum(map(len, pieces)))
        return join(pieces)

    monkeypatch.setattr(fragmentation, "join", count)
    monkeypatch.setattr(fragmentation, "PIECES_AT_ONCE", 4)
    stream = frame(BINARY, fin=False) + frame(CONTINUATION, b"!", fin=False) * 400
    client = Client().reads((stream + frame(CONTINUATION)) * 2)
    assert client.messages == [b"!" * 400] * 2
    assert joined == [*[4] * 100, 400] * 2


def test_wide_text_takes_no_more_memory_while_it_arrives():
    """One wide character makes a str of four bytes for each; what is kept is what came."""
    part = "😀".encode() + b"x" * 99_996
    client = Client().reads(frame(TEXT, announced=20 * len(part)))
    tracemalloc.start()
    try:
        client.reads(*[part] * 19)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 20 * len(part)
    assert client.reads(part).messages == [(part * 20).decode()]


def test_what_is_decompressed_is_never_more_than_may_still_come():
    """The room that the inflater is told is what the limit leaves."""

    class Inflater:
        rooms: ClassVar[list[int]] = []

        def inflate(self, part, room, *, final):
            self.rooms.append(room)
            return part * 2, None

    client = Client(10, Inflater())
    client.reads(frame(BINARY, b"a", fin=False, rsv=0b100) + frame(0, b"bcd", fin=False))
    client.reads(frame(CONTINUATION, b"e"), frame(BINARY, b"f", rsv=0b100))
    assert client.messages == [b"aabcdbcdee", b"ff"]
    assert Inflater.rooms == [10, 8, 2, 10]
    assert client.reads(frame(BINARY, b"123456", rsv=0b100)).failure == 1009


def test_a_message_in_progress_is_open_from_its_first_frame_to_its_end():
    message = MessageInProgress(10, None)
    assert not message.is_open
    message.begin_frame(TEXT, 2, is_compressed=False)
    assert (message.is_open, message.is_text, message.is_compressed) == (True, True, False)
    message.put(b"ab", final=True)
    assert message.end() == "ab"
    assert not message.is_open
    message.begin_frame(BINARY, 0, is_compressed=False)
    assert (message.is_open, message.is_text) == (True, False)
    assert message.end() == b""
