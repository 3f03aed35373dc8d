"""Receiving, RFC 6455 sections 5.2 and 6.2: bytes in, messages out."""

import tracemalloc

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from whatwg_websockets.rfc6455 import payload, payload_buffer, receive
from whatwg_websockets.rfc6455.close_code import MESSAGE_TOO_BIG, PROTOCOL_ERROR
from whatwg_websockets.rfc6455.connection import CLOSING
from whatwg_websockets.rfc6455.failure import Failure
from whatwg_websockets.rfc6455.payload import READ_DIRECTLY
from whatwg_websockets.rfc6455.payload_buffer import FIRST_ALLOCATION, TAIL
from whatwg_websockets.rfc6455.receive import WAIT_FOR_WHOLE, carry_out_the_ending

from . import reference, streams
from .server import (
    BINARY,
    CLOSE,
    CONTINUATION,
    DEFAULT_LIMIT,
    PING,
    PONG,
    TEXT,
    Client,
    close,
    cut,
    frame,
)
from .streams import pattern


class TestAgainstTheReference:
    """The results are those of the reader in ``reference.py``, which has no fast path."""

    @given(streams.streams(), streams.limits, streams.cuts)
    @settings(deadline=None, max_examples=200)
    def test_a_stream_means_what_the_rfc_says_wherever_tcp_cuts_it(self, stream, limit, cuts):
        expected = reference.read(stream, limit)
        assert Client(limit).reads(stream).outcome() == expected
        assert Client(limit).reads(*cut(stream, cuts)).outcome() == expected

    @given(streams.noise, streams.limits, streams.cuts)
    @settings(deadline=None, max_examples=100)
    def test_so_does_a_stream_of_frames_in_no_order(self, stream, limit, cuts):
        expected = reference.read(stream, limit)
        assert Client(limit).reads(stream).outcome() == expected
        assert Client(limit).reads(*cut(stream, cuts)).outcome() == expected

    @given(streams.streams().map(lambda each: each[:400]))
    @settings(deadline=None, max_examples=60)
    def test_so_does_a_stream_that_comes_byte_by_byte(self, stream):
        outcome = Client(150).reads(*cut(stream, range(len(stream)))).outcome()
        assert outcome == reference.read(stream, 150)

    @given(st.binary(max_size=40))
    @settings(deadline=None, max_examples=100)
    def test_so_do_any_bytes_at_all(self, stream):
        assert Client(20).reads(stream).outcome() == reference.read(stream, 20)


class TestWhatIsReadDirectly:
    """A large binary payload is read directly into its own buffer, with the same results."""

    def check(self, lengths, opcode, cuts):
        stream = b""
        for length in lengths:
            stream += frame(opcode, pattern(length), fin=False) + frame(PING, b"between")
            opcode = CONTINUATION
        stream += frame(CONTINUATION, b"end") + frame(TEXT, b"after") + frame(CLOSE)
        outcome = Client().reads(*cut(stream, cuts)).outcome()
        assert outcome == Client().reads(stream).outcome() == reference.read(stream, DEFAULT_LIMIT)

    @given(
        st.sampled_from((READ_DIRECTLY, READ_DIRECTLY + 1, 3 * FIRST_ALLOCATION + 5)),
        st.lists(st.integers(0, 2**23), max_size=12),
    )
    @settings(deadline=None, max_examples=10)
    def test_with_any_counts_the_outcome_is_that_of_one_read(self, length, cuts):
        self.check([length, READ_DIRECTLY], BINARY, cuts)

    @given(
        st.lists(st.sampled_from((9, 10, 11, 19, 20, 110)), min_size=1, max_size=3),
        st.sampled_from((TEXT, BINARY)),
        st.lists(st.integers(0, 400), max_size=40),
    )
    @settings(deadline=None, max_examples=200)
    def test_so_it_is_with_smaller_bounds_and_more_counts(self, lengths, opcode, cuts):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(payload, "READ_DIRECTLY", 10)
            patch.setattr(payload_buffer, "FIRST_ALLOCATION", 20)
            patch.setattr(payload_buffer, "TAIL", 4)
            patch.setattr(receive, "WAIT_FOR_WHOLE", 5)
            self.check(lengths, opcode, cuts)

    @pytest.mark.parametrize("first", [0, 1, 1_000])
    def test_it_begins_when_much_is_missing_and_ends_before_the_payload_does(self, first):
        payload = pattern(READ_DIRECTLY + first)
        header = frame(BINARY, announced=len(payload))
        client = Client().reads(header + payload[:first])
        assert client.receiver.direct is not None
        assert len(client.receiver.payload_buffer()) == READ_DIRECTLY - TAIL
        client.reads(payload[first : -TAIL - 1])
        assert client.receiver.direct is not None
        client.reads(payload[-TAIL - 1 : -TAIL])
        assert client.receiver.direct is None
        client.reads(payload[-TAIL:-1])
        assert client.messages == []
        client.reads(payload[-1:] + frame(TEXT, b"next"))
        assert client.messages == [payload, "next"]

    def test_it_does_not_where_less_is_missing(self):
        stream = frame(BINARY, pattern(READ_DIRECTLY))
        client = Client().reads(stream[:-READ_DIRECTLY] + b"0")
        assert client.receiver.direct is None

    def test_nor_for_text_which_is_looked_at_as_it_comes(self):
        client = Client().reads(frame(TEXT, announced=2 * READ_DIRECTLY))
        assert client.receiver.direct is None
        assert client.reads(b"ok\xff").failure == 1007

    def test_the_buffer_never_goes_beyond_the_payload(self):
        """What follows the payload is the next frame, to be read as such."""
        length = FIRST_ALLOCATION + 10
        client = Client().reads(frame(BINARY, announced=length))
        taken = 0
        while client.receiver.direct is not None:
            room = len(client.receiver.payload_buffer())
            assert 0 < room <= length - TAIL - taken
            taken += room
            client.receiver.payload_received(room)
        assert client.reads(bytes(TAIL)).messages == [bytes(length)]

    def test_a_buffer_that_is_asked_for_twice_is_the_same(self):
        """A read that gave nothing, as with would-block, costs nothing."""
        client = Client().reads(frame(BINARY, announced=2 * FIRST_ALLOCATION))
        sizes = {len(client.receiver.payload_buffer()) for _ in range(5)}
        assert len(sizes) == 1


class TestWhatAFrameAnnounces:
    """10.4: an implementation protects itself against what it cannot hold."""

    @pytest.mark.parametrize("opcode", [TEXT, BINARY])
    def test_nothing_is_allocated_before_it_has_come(self, opcode):
        header = frame(opcode, announced=DEFAULT_LIMIT)
        client = Client()
        tracemalloc.start()
        try:
            client.reads(header)
            if client.receiver.direct is not None:
                assert len(client.receiver.payload_buffer()) <= FIRST_ALLOCATION
            kept, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert kept <= FIRST_ALLOCATION + 20_000
        assert peak <= 2 * FIRST_ALLOCATION + 20_000, "the buffer, and the zeros it is made from"

    def test_the_buffer_grows_with_what_has_come(self):
        client = Client().reads(frame(BINARY, announced=DEFAULT_LIMIT))
        come = 0
        while client.receiver.direct is not None:
            room = len(client.receiver.payload_buffer())
            assert room <= max(FIRST_ALLOCATION, come)
            come += room
            client.receiver.payload_received(room)
        client.reads(bytes(TAIL))
        assert [len(each) for each in client.messages] == [DEFAULT_LIMIT]

    @pytest.mark.parametrize("opcode", [TEXT, BINARY])
    @pytest.mark.parametrize("length", [DEFAULT_LIMIT + 1, 2**62, 2**63 - 1])
    def test_what_is_over_the_limit_fails_with_1009_at_its_header(self, opcode, length):
        assert Client().reads(frame(opcode, announced=length)).failure == MESSAGE_TOO_BIG

    @pytest.mark.parametrize("length", [2**63, 2**64 - 1])
    def test_5_2_the_most_significant_bit_of_a_length_must_be_0(self, length):
        assert Client().reads(frame(BINARY, announced=length)).failure == PROTOCOL_ERROR

    @pytest.mark.parametrize("opcode", [TEXT, BINARY])
    @pytest.mark.parametrize("limit", [0, 1, 125, 126, WAIT_FOR_WHOLE, 65_535, 65_536, 200_000])
    def test_the_limit_itself_is_allowed_and_one_byte_more_is_not(self, opcode, limit):
        data = pattern(limit)
        at_limit = Client(limit).reads(frame(opcode, data))
        assert at_limit.messages == [data.decode() if opcode == TEXT else data]
        assert at_limit.failure is None
        over = Client(limit).reads(frame(opcode, data + b"!"))
        assert (over.messages, over.failure) == ([], MESSAGE_TOO_BIG)


class TestTheHeader:
    """5.2: the rules of the header, one by one."""

    @pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
    def test_reserved_opcodes(self, opcode):
        assert Client().reads(frame(opcode)).failure == PROTOCOL_ERROR

    @pytest.mark.parametrize("opcode", [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG])
    @pytest.mark.parametrize("rsv", range(1, 8))
    def test_reserved_bits_without_an_extension(self, opcode, rsv):
        assert Client().reads(frame(opcode, rsv=rsv)).failure == PROTOCOL_ERROR

    @pytest.mark.parametrize("opcode", [TEXT, BINARY, CLOSE, PING, PONG])
    @pytest.mark.parametrize("payload", [b"", b"\x03\xe8"])
    def test_5_1_a_masked_frame_from_a_server(self, opcode, payload):
        assert Client().reads(frame(opcode, payload, masked=True)).failure == PROTOCOL_ERROR

    @pytest.mark.parametrize("opcode", [CLOSE, PING, PONG])
    def test_5_5_control_frames_are_not_fragmented(self, opcode):
        assert Client().reads(frame(opcode, fin=False)).failure == PROTOCOL_ERROR

    @pytest.mark.parametrize("opcode", [CLOSE, PING, PONG])
    def test_5_5_control_frames_have_125_bytes_at_most(self, opcode):
        payload = b"\x03\xe8" + pattern(123)
        assert Client().reads(frame(opcode, payload)).failure is None
        assert Client().reads(frame(opcode, payload + b"!")).failure == PROTOCOL_ERROR
        long = frame(opcode, announced=2**16)
        assert Client().reads(long[:2]).failure == PROTOCOL_ERROR, "the second byte shows it"

    @pytest.mark.parametrize("opcode", [TEXT, BINARY])
    @pytest.mark.parametrize(("bits", "length"), [(16, 0), (16, 125), (64, 0), (64, 65_535)])
    def test_a_length_takes_no_more_bytes_than_it_needs(self, opcode, bits, length):
        stream = frame(opcode, pattern(length), length_bits=bits)
        assert Client().reads(stream).failure == PROTOCOL_ERROR

    @pytest.mark.parametrize(("bits", "length"), [(16, 126), (16, 65_535), (64, 65_536)])
    def test_the_least_length_of_each_encoding(self, bits, length):
        stream = frame(BINARY, pattern(length), length_bits=bits)
        assert Client().reads(stream).messages == [pattern(length)]

    def test_a_header_is_waited_for(self):
        stream = frame(BINARY, pattern(65_536))
        for end in range(10):
            client = Client().reads(stream[:end])
            assert (client.messages, client.failure) == ([], None)
            assert client.reads(stream[end:]).messages == [pattern(65_536)]


class TestTheEnding:
    """Data before the frame that ends the connection counts; data after the frame does not."""

    @pytest.mark.parametrize(
        ("last", "ending"),
        [
            (frame(CLOSE), ("close", None, "")),
            (close(1000, b"bye"), ("close", 1000, "bye")),
            (frame(0x3), ("fail", 1002)),
            (frame(TEXT, b"\xff"), ("fail", 1007)),
            (frame(BINARY, announced=2**62), ("fail", 1009)),
        ],
    )
    @example(cuts=[]).via("all in one read")
    @given(cuts=streams.cuts)
    @settings(deadline=None, max_examples=20)
    def test_good_frames_before_it_count_and_nothing_behind_it_does(self, last, ending, cuts):
        """7.1.7, and 1.4: after a Close frame, or a failure, further data is discarded."""
        before = frame(TEXT, b"one") + frame(PING, b"two") + frame(BINARY, b"three")
        behind = frame(TEXT, b"four") + frame(PING, b"five") + close(1001) + frame(0x3)
        client = Client().reads(*cut(before + last + behind, cuts))
        assert client.outcome() == (["one", b"three"], [b"two"], ending)
        assert client.reads(behind).outcome() == (["one", b"three"], [], ending)

    def test_a_message_that_has_not_ended_is_not_delivered(self):
        client = Client().reads(frame(TEXT, b"begun", fin=False) + frame(CLOSE))
        assert client.outcome() == ([], [], ("close", None, ""))

    def test_what_comes_behind_it_is_not_kept(self):
        client = Client()
        behind = frame(CLOSE) + frame(BINARY, pattern(1_000_000))
        tracemalloc.start()
        try:
            client.reads(behind)
            client.reads(behind)
            kept, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert kept < 20_000

    def test_a_close_frame_is_answered(self):
        """5.5.1: with the status code that was received, unless one was sent already."""
        client = Client().reads(close(4000, b"bye"))
        carry_out_the_ending(client.connection, client.receiver.ending)
        assert [each[:2] for each in client.sent()] == [(CLOSE, (4000).to_bytes(2, "big"))]
        assert client.connection.close_received == (4000, "bye")
        assert client.connection.state == CLOSING
        assert client.connection.must_close

    def test_a_failure_is_carried_out(self):
        """7.1.7: with a Close frame that has the fitting code."""
        client = Client()
        carry_out_the_ending(client.connection, Failure(1007, "why"))
        assert [each[:2] for each in client.sent()] == [(CLOSE, (1007).to_bytes(2, "big"))]
        assert client.connection.close_received is None
        assert client.connection.has_failed


def test_6_2_a_message_has_the_type_of_its_first_frame():
    client = Client().reads(
        frame(TEXT, b"text")
        + frame(BINARY, b"binary")
        + frame(TEXT, b"te", fin=False)
        + frame(CONTINUATION, b"xt")
        + frame(BINARY, b"bina", fin=False)
        + frame(CONTINUATION, b"ry")
    )
    assert client.messages == ["text", b"binary", "text", b"binary"]
    assert [type(each) for each in client.messages] == [str, bytes, str, bytes]


def test_empty_messages_are_messages():
    client = Client().reads(frame(TEXT) + frame(BINARY), frame(BINARY, fin=False) + frame(0))
    assert client.messages == ["", b"", b""]


def test_the_examples_of_5_7():
    stream = bytes.fromhex("810548656c6c6f 0103 48656c 8002 6c6f 8905 48656c6c6f")
    stream += bytes.fromhex("827e0100") + bytes(256)
    stream += bytes.fromhex("827f0000000000010000") + bytes(65_536)
    assert Client().reads(stream).outcome() == (
        ["Hello", "Hello", bytes(256), bytes(65_536)],
        [b"Hello"],
        None,
    )


def test_a_short_binary_frame_is_waited_for_and_a_long_one_is_taken_in_parts():
    for length in (WAIT_FOR_WHOLE, WAIT_FOR_WHOLE + 1):
        stream = frame(BINARY, pattern(length))
        assert Client().reads(*cut(stream, range(0, len(stream), 500))).messages == [
            pattern(length)
        ]
