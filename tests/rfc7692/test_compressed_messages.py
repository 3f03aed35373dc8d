"""Compressed messages in frames, RFC 7692 sections 6 and 7.2 on top of RFC 6455 section 5."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whatwg_websockets.rfc6455.framing import FIN
from whatwg_websockets.rfc6455.framing import RSV1 as RSV1_BIT
from whatwg_websockets.rfc6455.send_message import send_a_websocket_message
from whatwg_websockets.rfc7692.deflate import MessageDeflater
from whatwg_websockets.rfc7692.parameters import Parameters

from .peer import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    TEXT,
    Client,
    compress,
    compressor,
    finished,
    frame,
    zeros,
)
from .test_deflate import windows
from .test_inflate import cut, cuts

HELLO = bytes.fromhex("f248cdc9c90700")

texts = st.one_of(st.text(max_size=60), st.just("the same again " * 40), st.just(""))


@st.composite
def conversations(draw):
    """Draw parameters, a stream of compressed and uncompressed messages, and its messages."""
    parameters = Parameters(
        server_max_window_bits=draw(windows), server_no_context_takeover=draw(st.booleans())
    )
    server = compressor(parameters.server_max_window_bits)
    stream, messages = b"", []
    for text in draw(st.lists(texts, max_size=5)):
        opcode = draw(st.sampled_from((TEXT, BINARY)))
        messages.append(text if opcode == TEXT else text.encode())
        rsv1 = draw(st.booleans())
        payload = text.encode()
        if rsv1:
            if parameters.server_no_context_takeover:
                server = compressor(parameters.server_max_window_bits)
            payload = compress(payload, server)
        *parts, last = cut(payload, draw(cuts))
        for part in parts:
            stream += frame(opcode, part, fin=False, rsv1=rsv1)
            # Control frames come between, and are never compressed.
            stream += frame(PING, b"between") * draw(st.integers(0, 1))
            opcode, rsv1 = CONTINUATION, False
        stream += frame(opcode, last, rsv1=rsv1)
    return parameters, stream, messages


@given(conversations(), cuts)
@settings(deadline=None)
def test_a_conversation_is_read_as_it_was_meant_wherever_it_is_cut(conversation, cuts):
    parameters, stream, messages = conversation
    assert Client(parameters).reads(stream).messages == messages
    assert Client(parameters).reads(*cut(stream, cuts)).messages == messages


@given(conversations().map(lambda each: (each[0], each[1][:400])))
@settings(deadline=None, max_examples=40)
def test_byte_by_byte_too(conversation):
    parameters, stream = conversation
    whole = Client(parameters).reads(stream)
    bytewise = Client(parameters).reads(*cut(stream, range(len(stream))))
    assert bytewise.messages == whole.messages
    assert bytewise.failure == whole.failure


def test_what_is_sent_is_what_a_client_like_this_one_would_read():
    """Both directions have the same steps; only the mask is between them."""
    sender = Client()
    sender.connection.deflater = MessageDeflater(Parameters())
    for text in ("Hello", "", "Hello", "Hello " * 1_000):
        send_a_websocket_message(sender.connection, TEXT, text.encode())
    chunks, _, _ = sender.connection.outgoing.take()
    stream, at, first_bytes = b"".join(chunks), 0, []
    receiver = Client()
    while at < len(stream):
        length = stream[at + 1] & 0x7F
        assert length < 126
        key, masked = stream[at + 2 : at + 6], stream[at + 6 : at + 6 + length]
        payload = bytes(byte ^ key[i % 4] for i, byte in enumerate(masked))
        first_bytes.append(stream[at])
        receiver.reads(bytes((stream[at], length)) + payload)
        at += 6 + length
    assert receiver.messages == ["Hello", "", "Hello", "Hello " * 1_000]
    compressed, plain = FIN | RSV1_BIT | TEXT, FIN | TEXT
    assert first_bytes == [compressed, plain, compressed, compressed]


class TestRsv1:
    """6: RSV1 may be set only in the first fragment of a data message."""

    def test_7_2_3_1_the_examples(self):
        whole = bytes.fromhex("c107f248cdc9c90700")
        fragmented = bytes.fromhex("4103f248cd 8004c9c90700")
        assert Client().reads(whole + fragmented).messages == ["Hello", "Hello"]

    @pytest.mark.parametrize("compressed", [True, False])
    @pytest.mark.parametrize("fin", [True, False])
    def test_it_is_not_set_on_a_later_fragment(self, compressed, fin):
        """6.1: MUST NOT be set there; 6.2 and RFC 6455 5.2: else the connection is failed."""
        stream = frame(TEXT, fin=False, rsv1=compressed) + frame(
            CONTINUATION, HELLO, fin=fin, rsv1=True
        )
        assert Client().reads(stream).failure == 1002

    @pytest.mark.parametrize("opcode", [CLOSE, PING, 0xA])
    def test_it_is_not_set_on_a_control_frame(self, opcode):
        assert Client().reads(frame(opcode, rsv1=True)).failure == 1002

    @pytest.mark.parametrize("rsv", [0x20, 0x10, 0x30, 0x60, 0x50, 0x70])
    def test_the_other_bits_have_no_meaning_yet(self, rsv):
        stream = bytes((0x80 | rsv | TEXT, 0))
        assert Client().reads(stream).failure == 1002

    def test_a_message_without_it_is_taken_as_it_is(self):
        stream = frame(BINARY, HELLO) + frame(BINARY, HELLO, rsv1=True) + frame(BINARY, HELLO)
        assert Client().reads(stream).messages == [HELLO, b"Hello", HELLO]

    def test_that_one_is_not_compressed_does_not_touch_the_context(self):
        second = bytes.fromhex("f200110000")
        stream = frame(TEXT, HELLO, rsv1=True) + frame(TEXT, b"plain")
        client = Client().reads(stream + frame(TEXT, second, rsv1=True))
        assert client.messages == ["Hello", "plain", "Hello"]

    @pytest.mark.parametrize("parts", [[b"", HELLO], [HELLO, b""], [b"", HELLO, b"", b""]])
    def test_fragments_may_be_empty(self, parts):
        stream = frame(TEXT, parts[0], fin=False, rsv1=True)
        stream += b"".join(frame(CONTINUATION, each, fin=False) for each in parts[1:])
        assert Client().reads(stream + frame(CONTINUATION)).messages == ["Hello"]


class TestBadMessages:
    @pytest.mark.parametrize("opcode", [TEXT, BINARY])
    @pytest.mark.parametrize("fin", [True, False])
    def test_what_cannot_be_decompressed(self, opcode, fin):
        assert Client().reads(frame(opcode, b"\x07\x00", fin=fin, rsv1=True)).failure == 1007

    def test_it_is_refused_before_the_frame_has_ended(self):
        stream = frame(BINARY, b"\x07" + bytes(100_000), rsv1=True)
        assert Client().reads(stream[:20]).failure == 1007

    def test_text_that_is_not_utf8_when_decompressed(self):
        stream = frame(TEXT, compress(b"caf\xe9!", compressor()), rsv1=True)
        assert Client().reads(stream).failure == 1007

    def test_it_is_refused_at_its_first_impossible_byte(self):
        """RFC 6455 8.1 is about what the message says, and does not wait for its end."""
        data = finished(b"caf\xe9!")
        assert Client().reads(frame(TEXT, data, fin=False, rsv1=True)).failure == 1007
        assert Client().reads(frame(TEXT, data + bytes(9), rsv1=True)[:-9]).failure == 1007

    def test_text_that_ends_in_a_character(self):
        data = compress("caf\u00e9".encode()[:-1], compressor())
        assert Client().reads(frame(TEXT, data, fin=False, rsv1=True)).failure is None
        assert Client().reads(frame(TEXT, data, rsv1=True)).failure == 1007

    def test_good_ones_before_it_count(self):
        stream = frame(TEXT, HELLO, rsv1=True) * 2 + frame(TEXT, b"\x07\x00", rsv1=True)
        client = Client().reads(stream + frame(TEXT, b"behind"))
        assert (client.messages, client.failure) == (["Hello", "Hello"], 1007)


class TestLimits:
    """The limit applies to the decompressed message."""

    @pytest.mark.parametrize("opcode", [TEXT, BINARY])
    @pytest.mark.parametrize("limit", [0, 1, 125, 5_000, 3 * 2**20])
    def test_at_the_limit_and_one_byte_beyond(self, opcode, limit):
        at_limit = frame(opcode, compress(b"a" * limit, compressor()), rsv1=True)
        client = Client(maximum_size=limit).reads(at_limit)
        assert [len(each) for each in client.messages] == [limit]
        assert client.failure is None
        over = frame(opcode, compress(b"a" * (limit + 1), compressor()), rsv1=True)
        client = Client(maximum_size=limit).reads(over)
        assert (client.messages, client.failure) == ([], 1009)

    @pytest.mark.parametrize("limit", [1, 1_000])
    def test_fragments_count_together(self, limit):
        server = compressor()
        first = compress(b"a" * limit, server)
        begun = frame(BINARY, first, fin=False, rsv1=True)
        # What ends one message cleanly, may in the middle of one be followed by its tail and more.
        more = b"\x00\x00\xff\xff" + compress(b"a", server)
        client = Client(maximum_size=limit).reads(begun)
        assert client.failure is None
        assert client.reads(frame(CONTINUATION, more)).failure == 1009

    def test_a_message_may_be_larger_compressed(self):
        """7.2.3.3: blocks that only store, of one byte each, take six for it."""
        data = b"\x00\x01\x00\xfe\xff!" * 100 + b"\x00"
        assert Client(maximum_size=100).reads(frame(TEXT, data, rsv1=True)).messages == ["!" * 100]

    @pytest.mark.parametrize("opcode", [TEXT, BINARY])
    @pytest.mark.parametrize("limit", [1_000, 16 * 2**20, 64 * 2**20])
    @pytest.mark.parametrize("in_one_read", [True, False])
    def test_an_inflate_bomb_stops_at_the_limit(self, opcode, limit, in_one_read):
        """A GiB of zeros: no more of it is made than a message may have."""
        bomb = frame(opcode, zeros(2**30), rsv1=True)
        parts = [bomb] if in_one_read else cut(bomb, range(0, len(bomb), 65_536))
        client = Client(maximum_size=limit)
        tracemalloc.start()
        try:
            client.reads(*parts)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert (client.messages, client.failure) == ([], 1009)
        # A slice of 4 KiB becomes 4 MiB at most, of which a copy is made up to the limit.
        overhead = 8 * 2**20 + 4 * max(map(len, parts))
        assert peak < limit + overhead
