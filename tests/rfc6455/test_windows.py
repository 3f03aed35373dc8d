"""Reading in windows: the messages of a read are bounded before they are created."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rfc7692.peer import compress, compressor, finished, zeros
from whatwg_websockets.rfc6455 import payload as payload_module
from whatwg_websockets.rfc6455 import receive
from whatwg_websockets.rfc6455.framing import FIN
from whatwg_websockets.rfc6455.payload import (
    BYTES_FOR_A_COMPRESSED_ONE,
    INFLATED_AT_A_TIME,
    READ_DIRECTLY,
)
from whatwg_websockets.rfc6455.receive import (
    BYTES_FOR_A_MESSAGE,
    BYTES_IN_A_WINDOW,
    FRAMES_IN_A_WINDOW,
    LARGE_READ,
    WAIT_FOR_WHOLE,
)
from whatwg_websockets.rfc7692.inflate import MessageInflater
from whatwg_websockets.rfc7692.parameters import Parameters

from . import reference, streams
from .server import BINARY, CLOSE, CONTINUATION, DEFAULT_LIMIT, PING, TEXT, Client, cut, frame
from .streams import pattern

RSV1 = 0b100


def compressed(data, opcode=BINARY):
    return frame(opcode, compress(data, compressor()), rsv=RSV1)


def compressing_client(limit=DEFAULT_LIMIT):
    return Client(limit, MessageInflater(Parameters()))


def cost(message):
    return len(message.encode() if isinstance(message, str) else message) + BYTES_FOR_A_MESSAGE


def windows(receiver, data):
    """Read the data; yield the messages of each window and their cost."""
    yield receiver.receive(data), receiver.cost
    while receiver.has_more:
        yield receiver.go_on(), receiver.cost


class TestWhereAWindowEnds:
    @pytest.mark.parametrize("opcode", [TEXT, BINARY])
    def test_behind_so_many_messages(self, opcode):
        empty = "" if opcode == TEXT else b""
        client = Client()
        each = list(windows(client.receiver, frame(opcode) * (2 * FRAMES_IN_A_WINDOW + 5)))
        assert [len(messages) for messages, _ in each] == [FRAMES_IN_A_WINDOW] * 2 + [5]
        assert {message for messages, _ in each for message in messages} == {empty}
        assert [cost for _, cost in each] == [
            len(messages) * BYTES_FOR_A_MESSAGE for messages, _ in each
        ]

    def test_behind_so_many_compressed_messages_that_are_empty(self):
        client = compressing_client()
        each = list(windows(client.receiver, frame(TEXT, b"\0", rsv=RSV1) * 20_000))
        assert sum(len(messages) for messages, _ in each) == 20_000
        assert max(len(messages) for messages, _ in each) <= FRAMES_IN_A_WINDOW

    def test_behind_so_many_control_frames(self):
        client = Client()
        client.receiver.receive(frame(PING) * (FRAMES_IN_A_WINDOW + 1) + frame(TEXT))
        assert len(client.sent()) == FRAMES_IN_A_WINDOW
        assert client.receiver.has_more
        assert client.receiver.go_on() == [""]
        assert len(client.sent()) == 1
        assert not client.receiver.has_more

    def test_behind_so_many_fragments(self):
        client = Client()
        fragments = frame(CONTINUATION, b"a", fin=False) * (2 * FRAMES_IN_A_WINDOW)
        stream = frame(TEXT, fin=False) + fragments + frame(CONTINUATION)
        each = list(windows(client.receiver, stream))
        assert [len(messages) for messages, _ in each] == [0, 0, 1]
        assert each[-1] == (["a" * 2 * FRAMES_IN_A_WINDOW], each[-1][1])
        assert each[-1][1] == 2 * FRAMES_IN_A_WINDOW + BYTES_FOR_A_MESSAGE

    def test_at_so_many_bytes(self):
        """A read has 256 KiB, and more where it comes on top of what waited."""
        client = Client()
        stream = frame(BINARY, pattern(60_000)) * 100 + frame(BINARY, pattern(70_000)) * 60
        each = list(windows(client.receiver, stream))
        assert sum(len(messages) for messages, _ in each) == 160
        assert max(cost for _, cost in each) < 2 * BYTES_IN_A_WINDOW

    @pytest.mark.parametrize("opcode", [TEXT, BINARY])
    @pytest.mark.parametrize("size", [1_000, 100_000, 3 * 2**20])
    def test_at_so_many_bytes_that_were_made_by_inflating(self, size, opcode):
        """A thousandth of it comes: 100 messages of 3 MiB in a read of 300 KiB."""
        client = compressing_client()
        each = list(windows(client.receiver, compressed(bytes(size), opcode) * 100))
        assert [message for messages, _ in each for message in messages] == [
            "\0" * size if opcode == TEXT else bytes(size)
        ] * 100
        assert max(cost for _, cost in each) < BYTES_IN_A_WINDOW + size + 2 * BYTES_FOR_A_MESSAGE

    def test_in_the_middle_of_a_compressed_message(self):
        """64 MiB of zeros: no window makes more than a slice of the payload becomes."""
        client = compressing_client()
        stream = frame(BINARY, zeros(64 * 2**20), rsv=RSV1) + frame(TEXT, b"next")
        made = []
        messages = client.receiver.receive(stream)
        while client.receiver.has_more:
            tracemalloc.start()
            try:
                messages += client.receiver.go_on()
                made.append(tracemalloc.get_traced_memory()[0])
            finally:
                tracemalloc.stop()
        assert [len(message) for message in messages] == [64 * 2**20, 4]
        assert len(made) > 12
        assert max(made[:-1]) < BYTES_IN_A_WINDOW + 1_100 * INFLATED_AT_A_TIME

    @pytest.mark.parametrize(
        "block",
        [
            pytest.param(b"\x00\x00\x00\xff\xff", id="stored"),
            pytest.param(finished(b""), id="final"),
        ],
    )
    def test_at_so_many_bytes_of_compressed_payload_whatever_they_become(self, block):
        """Blocks that hold nothing make nothing, and take their time all the same."""
        client = compressing_client()
        payload = block * (5 * BYTES_IN_A_WINDOW // BYTES_FOR_A_COMPRESSED_ONE // len(block))
        each = list(windows(client.receiver, frame(BINARY, payload + b"\x00", rsv=RSV1)))
        assert len(each) >= 5
        assert [messages for messages, _ in each if messages] == [[b""]]


class TestWhatWaits:
    def test_it_is_not_copied_over_and_over(self):
        receiver = Client().receiver
        receiver.receive(frame(BINARY) * 500_000)
        while receiver.has_more:
            tracemalloc.start()
            try:
                count = len(receiver.go_on())
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
            assert peak < 100 * count

    def test_it_is_let_go_when_it_has_been_read(self):
        receiver = Client().receiver
        tracemalloc.start()
        try:
            receiver.receive(frame(TEXT) * 10_000 + frame(BINARY, announced=500) + b"begun")
            while receiver.has_more:
                receiver.go_on()
            kept, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert kept < 20_000

    def test_what_is_received_meanwhile_comes_behind_it(self):
        receiver = Client().receiver
        texts = [str(i) for i in range(2 * FRAMES_IN_A_WINDOW)]
        stream = b"".join(frame(TEXT, text.encode()) for text in texts)
        messages = receiver.receive(stream[:-1])
        assert len(messages) == FRAMES_IN_A_WINDOW
        messages += receiver.receive(stream[-1:] + frame(TEXT, b"last"))
        assert len(messages) == 2 * FRAMES_IN_A_WINDOW
        assert receiver.has_more
        messages += receiver.go_on()
        assert not receiver.has_more
        assert messages == [*texts, "last"]

    def test_to_go_on_where_nothing_waits_is_to_do_nothing(self):
        receiver = Client().receiver
        assert (receiver.go_on(), receiver.cost) == ([], 0)
        assert receiver.receive(frame(TEXT, b"text")[:3]) == []
        assert (receiver.go_on(), receiver.cost) == ([], 0)
        assert receiver.receive(frame(TEXT, b"text")[3:]) == ["text"]
        receiver.receive(frame(CLOSE))
        assert (receiver.go_on(), receiver.cost, receiver.has_more) == ([], 0, False)

    @pytest.mark.parametrize("last", [frame(CLOSE), frame(0x3), frame(TEXT, b"\xff")])
    def test_the_ending_comes_when_all_before_it_has_been_handed_out(self, last):
        receiver = Client().receiver
        count = len(receiver.receive(frame(BINARY) * 10_000 + last + frame(TEXT, b"behind")))
        while receiver.has_more:
            assert receiver.ending is None
            count += len(receiver.go_on())
        assert receiver.ending is not None
        assert count == 10_000
        assert (receiver.receive(frame(TEXT)), receiver.cost) == ([], 0)


texts_and_binaries = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.binary(max_size=20),
        st.sampled_from((125, 126, 4_000, 65_535, 65_536, 70_000)).map(pattern),
    ),
    max_size=12,
)


@st.composite
def mixed_streams(draw):
    """Draw messages, and a stream in which some are compressed, and some in fragments."""
    messages = draw(texts_and_binaries)
    stream = b""
    for message in messages:
        opcode = TEXT if isinstance(message, str) else BINARY
        payload = message.encode() if isinstance(message, str) else message
        rsv = draw(st.sampled_from((0, RSV1)))
        if rsv:
            payload = compress(payload, compressor())
        if draw(st.booleans()):
            at = draw(st.integers(0, len(payload)))
            stream += frame(opcode, payload[:at], fin=False, rsv=rsv)
            stream += frame(PING) * draw(st.integers(0, 1))
            stream += frame(CONTINUATION, payload[at:])
        else:
            stream += frame(opcode, payload, rsv=rsv)
    return messages, stream


class TestWhereTheyEndMakesNoDifference:
    @given(mixed_streams(), streams.cuts, st.integers(1, 5), st.integers(1, 300))
    @settings(deadline=None)
    def test_to_the_messages_and_to_what_they_cost(self, drawn, cuts, frames, size):
        messages, stream = drawn
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(receive, "FRAMES_IN_A_WINDOW", frames)
            patch.setattr(receive, "BYTES_IN_A_WINDOW", 2 * size)
            patch.setattr(receive, "INFLATED_AT_A_TIME", size)
            patch.setattr(payload_module, "INFLATED_AT_A_TIME", size)
            for parts in ([stream], cut(stream, cuts)):
                client = compressing_client().reads(*parts)
                assert client.messages == messages
                assert client.cost == sum(map(cost, messages))

    @given(streams.streams(), streams.limits, streams.cuts, st.integers(1, 5))
    @settings(deadline=None)
    def test_nor_to_what_is_wrong_with_a_stream(self, stream, limit, cuts, frames):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(receive, "FRAMES_IN_A_WINDOW", frames)
            client = Client(limit).reads(*cut(stream, cuts))
            assert client.outcome() == reference.read(stream, limit)

    @given(mixed_streams(), streams.cuts)
    @settings(deadline=None)
    def test_what_waits_is_never_behind_a_payload_that_is_read_directly(self, drawn, cuts):
        messages, stream = drawn
        client = compressing_client()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(receive, "FRAMES_IN_A_WINDOW", 1)
            for part in cut(stream, cuts):
                client.reads(part)
                assert client.receiver.direct is None or not client.receiver.has_more
        assert client.messages == messages


class TestAViewOfARead:
    """A view refers to the buffer of the next read, so no part of it may be kept."""

    def reads(self, client, parts):
        for part in parts:
            if client.receiver.direct is not None:
                client.reads(part)
                continue
            buffer = bytearray(part)
            with memoryview(buffer) as view:
                client.reads(view)
            buffer[:] = b"\xff" * len(buffer)
        return client

    @given(
        st.lists(
            st.sampled_from((0, 100, 5_000, LARGE_READ - 1, LARGE_READ, 3 * READ_DIRECTLY)),
            min_size=1,
            max_size=8,
        ),
        st.booleans(),
        st.sampled_from((TEXT, BINARY)),
        streams.cuts,
    )
    @settings(deadline=None)
    def test_what_is_read_is_what_was_there(self, lengths, fin, opcode, cuts):
        stream, messages = b"", []
        for length in lengths:
            stream += frame(opcode, pattern(length), fin=fin)
            stream += b"" if fin else frame(PING, b"?") + frame(CONTINUATION, b"!")
            whole = pattern(length) + (b"" if fin else b"!")
            messages.append(whole.decode() if opcode == TEXT else whole)
        for parts in ([stream], cut(stream, cuts), cut(stream, range(0, len(stream), 100_000))):
            client = self.reads(Client(), parts)
            assert client.messages == messages
            assert client.cost == sum(map(cost, messages))

    @given(mixed_streams(), streams.cuts)
    @settings(deadline=None)
    def test_so_it_is_with_what_is_compressed(self, drawn, cuts):
        messages, stream = drawn
        client = self.reads(compressing_client(), cut(stream, cuts))
        assert client.messages == messages

    def test_a_large_compressed_payload(self):
        data = bytes(range(256)) * 4_000
        payload = b"".join(
            b"\x00\x00\x01\xff\xfe" + data[i : i + 256] for i in range(0, len(data), 256)
        )
        stream = frame(BINARY, payload + b"\x00", rsv=RSV1) * 2
        for parts in ([stream], cut(stream, range(0, len(stream), 200_000))):
            client = self.reads(compressing_client(), parts)
            assert client.messages == [data] * 2

    @pytest.mark.parametrize("count", [1, 2, 5, 9])
    def test_the_header_of_a_large_frame_may_be_cut(self, count):
        stream = frame(BINARY, pattern(READ_DIRECTLY)) * 3
        client = self.reads(Client(), cut(stream, [len(stream) // 3 + count]))
        assert client.messages == [pattern(READ_DIRECTLY)] * 3

    @pytest.mark.parametrize("opcode", [TEXT, BINARY])
    @pytest.mark.parametrize("size", [WAIT_FOR_WHOLE, WAIT_FOR_WHOLE + 1, 65_535, 65_536])
    def test_whole_large_messages_are_read_out_of_a_view(self, size, opcode):
        text = b"x" * size
        stream = frame(opcode, text) * 5 + frame(opcode, b"short") + frame(opcode, text) * 2
        client = self.reads(Client(), [stream])
        message = text.decode() if opcode == TEXT else text
        short = "short" if opcode == TEXT else b"short"
        assert client.messages == [message] * 5 + [short] + [message] * 2

    @pytest.mark.parametrize("size", [WAIT_FOR_WHOLE + 1, 65_536])
    def test_text_that_is_not_utf8_fails_in_a_large_read_as_elsewhere(self, size):
        stream = frame(TEXT, b"x" * size) * 2 + frame(TEXT, b"x" * size + b"\xff")
        client = self.reads(Client(), [stream])
        assert client.messages == ["x" * size] * 2
        assert client.failure == 1007

    def test_a_length_in_more_bytes_than_it_needs_fails_in_a_large_read(self):
        header = bytes((FIN | BINARY, 127)) + (0xFFFF).to_bytes(8, "big")
        client = self.reads(Client(), [header + pattern(0xFFFF)])
        assert client.failure == 1002

    def test_fragments_in_a_large_read_stay_one_message(self):
        size = 2 * WAIT_FOR_WHOLE
        parts = frame(BINARY, pattern(size), fin=False), frame(CONTINUATION, pattern(size))
        client = self.reads(Client(), [b"".join(parts) + frame(BINARY, pattern(size)) * 2])
        assert client.messages == [pattern(size) * 2, pattern(size), pattern(size)]

    @pytest.mark.parametrize("size", [LARGE_READ - 5, LARGE_READ, 2 * LARGE_READ])
    def test_a_failure_in_a_large_read(self, size):
        stream = frame(BINARY, pattern(size)) * 2 + frame(0x3, pattern(size))
        client = self.reads(Client(), [stream])
        assert client.messages == [pattern(size)] * 2
        assert client.failure == 1002
        assert self.reads(Client(100), [stream]).failure == 1009
