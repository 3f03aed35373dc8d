"""Which fault of a compressed message counts: the first one, however TCP cuts the stream.

A message may be too big (1009), be no UTF-8 (1007), or not be deflated data (1007), and the frame
behind it may break a rule (1002). The bytes that a message is decompressed to have an order; the
fault that is met first in it decides.
"""

import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whatwg_websockets.rfc6455 import payload as payload_module
from whatwg_websockets.rfc6455 import receive
from whatwg_websockets.rfc7692.inflate import MessageInflater
from whatwg_websockets.rfc7692.parameters import Parameters

from .peer import BINARY, CONTINUATION, PING, TEXT, Client, compress, compressor, finished, frame
from .test_inflate import cut, cuts

# A block of a type that there is not.
BROKEN = b"\x07"
HELLO = bytes.fromhex("f248cdc9c90700")


def stored(data, *, final=False):
    """Write data as a block that is not compressed: one byte of payload is one of the message."""
    length = len(data).to_bytes(2, "little")
    return bytes((final,)) + length + bytes(each ^ 0xFF for each in length) + data


def outcome(client):
    ending = client.receiver.ending
    return client.messages, ending and (ending.code, ending.why)


def read_in_all_ways(stream, limit, cuts=(), parameters=None):
    """Read the stream at once, cut, and byte by byte; return the result if all are equal."""
    ways = ([stream], cut(stream, cuts), cut(stream, range(len(stream))))
    outcomes = [outcome(Client(parameters, limit).reads(*parts)) for parts in ways]
    assert outcomes[1:] == outcomes[:-1]
    return outcomes[0]


class TestTheFirstFault:
    """Each order of two faults, in one message of which five bytes are allowed."""

    @pytest.mark.parametrize(
        ("payload", "code"),
        [
            pytest.param(stored(b"123456") + BROKEN, 1009, id="too big, then broken"),
            pytest.param(stored(b"12345") + BROKEN + stored(b"6"), 1007, id="broken, then too big"),
            pytest.param(stored(b"12345\xff"), 1009, id="too big by a byte that is not UTF-8"),
            pytest.param(stored(b"123456\xff"), 1009, id="too big, then no UTF-8"),
            pytest.param(stored(b"1234\xff6"), 1007, id="no UTF-8, then too big"),
            pytest.param(stored(b"1\xff") + BROKEN, 1007, id="no UTF-8, then broken"),
            pytest.param(stored(b"1234\xc3") + b"\x00", 1007, id="no UTF-8 at its end"),
            pytest.param(stored(b"1234\xc3\xa4") + b"\x00", 1009, id="too big before that end"),
            pytest.param(
                stored(b"1234", final=True) + BROKEN, 1007, id="broken behind a final block"
            ),
            pytest.param(
                stored(b"123456", final=True) + BROKEN, 1009, id="too big in a final block"
            ),
            pytest.param(finished(b"123456") + BROKEN, 1009, id="too big, compressed"),
            pytest.param(finished(b"1234\xff6") + BROKEN, 1007, id="no UTF-8, compressed"),
        ],
    )
    @pytest.mark.parametrize("behind", [b"", frame(0x3)])
    @pytest.mark.parametrize("before", [0, 3])
    def test_decides(self, payload, code, behind, before):
        stream = frame(TEXT, HELLO, rsv1=True) * before + frame(TEXT, payload, rsv1=True) + behind
        messages, ending = read_in_all_ways(stream, 5)
        assert (messages, ending[0]) == (["Hello"] * before, code)

    @pytest.mark.parametrize("payload", [b"", stored(b"12345"), finished(b"12345")])
    def test_a_frame_that_breaks_a_rule_comes_behind_the_payload_before_it(self, payload):
        begun = frame(TEXT, payload, fin=False, rsv1=True)
        assert read_in_all_ways(begun + frame(TEXT, b"6"), 5)[1][0] == 1002
        begun = frame(TEXT, payload + stored(b"12345 67890"), fin=False, rsv1=True)
        assert read_in_all_ways(begun + frame(TEXT, b"6"), 5)[1][0] == 1009

    def test_a_payload_that_announces_too_much_is_refused_at_its_header(self):
        stream = frame(TEXT, b"\xff\xff\xff\xff\xff\xff")
        assert read_in_all_ways(stream, 5)[1][0] == 1009
        assert Client(maximum_size=5).reads(stream[:2]).failure == 1009


alphabet = st.sampled_from(("a", "ab", "the same ", "ä", "😀", "\0" * 300))
texts = st.lists(alphabet, max_size=12).map("".join).map(str.encode)
odd_texts = st.builds(
    bytes.__add__, texts, st.sampled_from((b"\xff", b"\xc3", b"\xed\xa0", b"a\x80"))
)


@st.composite
def deflated(draw):
    """Draw bytes that may be deflated data, whose text may be UTF-8, all with or without faults."""
    data = b""
    server = compressor()
    for text in draw(st.lists(st.one_of(texts, texts, odd_texts), max_size=4)):
        kind = draw(st.sampled_from(("block", "block", "final", "stored", "huffman", "last")))
        if kind == "block":
            data += server.compress(text) + server.flush(zlib.Z_SYNC_FLUSH)
        elif kind == "final":
            data += finished(text)
        elif kind == "stored":
            data += stored(text)
        elif kind == "huffman":
            each = zlib.compressobj(wbits=-15, strategy=zlib.Z_HUFFMAN_ONLY)
            data += each.compress(text * 30) + each.flush(zlib.Z_FULL_FLUSH)
        else:
            data += server.compress(text)
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(data)))
        odd = draw(st.sampled_from((BROKEN, b"\xff\xff", b"\x00", b"K", b"\x17\x01", b"\x05\x00")))
        data = data[:at] + odd + data[at + draw(st.integers(0, 2)) :]
    return data + draw(st.sampled_from((b"", b"\x00")))


@st.composite
def compressed_streams(draw):
    """Draw a stream of compressed messages, some of them broken, and frames out of place."""
    stream = b""
    for payload in draw(st.lists(deflated(), min_size=1, max_size=4)):
        *parts, last = cut(payload, draw(cuts))
        opcode = draw(st.sampled_from((TEXT, TEXT, BINARY)))
        rsv1 = True
        for part in parts[: draw(st.integers(0, 3))]:
            stream += frame(opcode, part, fin=False, rsv1=rsv1)
            stream += frame(PING, b"?") * draw(st.integers(0, 1))
            opcode, rsv1 = CONTINUATION, False
        stream += frame(opcode, last, rsv1=rsv1)
        stream += draw(st.sampled_from((b"", b"", b"", frame(0x3), frame(CONTINUATION))))
    return stream


class TestHoweverItIsCut:
    @given(
        compressed_streams(),
        st.one_of(st.integers(0, 60), st.integers(0, 2_000), st.just(2**20)),
        cuts,
        st.booleans(),
    )
    @settings(deadline=None, max_examples=300)
    def test_a_stream_ends_the_same_way(self, stream, limit, cuts, forgets):
        read_in_all_ways(stream, limit, cuts, Parameters(server_no_context_takeover=forgets))

    @given(
        compressed_streams(),
        st.integers(0, 200),
        cuts,
        st.integers(1, 9),
        st.integers(1, 50),
    )
    @settings(deadline=None, max_examples=200)
    def test_and_wherever_windows_end(self, stream, limit, cuts, inflated, size):
        expected = outcome(Client(maximum_size=limit).reads(stream))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(receive, "INFLATED_AT_A_TIME", inflated)
            patch.setattr(payload_module, "INFLATED_AT_A_TIME", inflated)
            patch.setattr(receive, "BYTES_IN_A_WINDOW", size)
            assert outcome(Client(maximum_size=limit).reads(*cut(stream, cuts))) == expected

    @pytest.mark.parametrize("seed", range(40))
    def test_noise_in_long_messages(self, seed):
        """Many slices, several windows, and one byte of them all that is another."""
        drawn = random.Random(seed)
        words = [drawn.randbytes(drawn.randrange(1, 9)).hex().encode() for _ in range(50)]
        text = b" ".join(drawn.choices(words, k=20_000))
        data = bytearray(compress(text, compressor()))
        data[drawn.randrange(len(data))] ^= 1 << drawn.randrange(8)
        stream = frame(TEXT, bytes(data), rsv1=True)
        limit = drawn.choice((2**20, drawn.randrange(len(text))))
        whole = outcome(Client(maximum_size=limit).reads(stream))
        for step in (1_000, 4_097, 20_011):
            parts = cut(stream, range(0, len(stream), step))
            assert outcome(Client(maximum_size=limit).reads(*parts)) == whole


def inflated_byte_by_byte(payload):
    """Return zlib's output for a message, and whether zlib refused the message."""
    window, made, decompressor = b"", [], zlib.decompressobj(-15)
    for byte in payload + b"\x00\x00\xff\xff":
        try:
            made.append(decompressor.decompress(bytes((byte,))))
        except zlib.error:
            return b"".join(made), True
        if decompressor.eof:
            window = b"".join(made)
            decompressor = zlib.decompressobj(-15, zdict=window[-32_768:])
    return b"".join(made), False


@given(deflated(), cuts)
@settings(deadline=None, max_examples=300)
def test_what_comes_before_a_fault_is_not_lost(payload, cuts):
    """What is returned in front of a failure is what zlib makes of the bytes one by one."""
    whole, is_broken = inflated_byte_by_byte(payload)
    for parts in ([payload], cut(payload, cuts)):
        inflater = MessageInflater(Parameters())
        inflated, failure = b"", None
        for i, part in enumerate(parts, start=1):
            if failure is None:
                made, failure = inflater.inflate(part, 2**20, final=i == len(parts))
                inflated += made
        assert inflated == whole
        assert (failure is not None) == is_broken
