"""Decompressing a message, RFC 7692 section 7.2.2."""

import itertools
import random
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whatwg_websockets.rfc6455.failure import Failure
from whatwg_websockets.rfc7692.inflate import MessageInflater
from whatwg_websockets.rfc7692.parameters import Parameters

from .peer import compress, compressor, finished, zeros
from .test_deflate import messages, windows

ROOM = 2**26


def inflate(inflater, *parts, room=ROOM):
    """Inflate a message of these parts, as far as there is room; raise on a fault."""
    whole = b""
    for i, part in enumerate(parts, start=1):
        inflated, failure = inflater.inflate(part, room - len(whole), final=i == len(parts))
        whole += inflated
        if len(whole) > room:
            break
        if failure is not None:
            raise failure
    return whole


def cut(data, cuts):
    positions = [0, *sorted(each % (len(data) + 1) for each in cuts), len(data)]
    return [data[a:b] for a, b in itertools.pairwise(positions)]


cuts = st.lists(st.integers(0, 2**16), max_size=5)


@given(messages, windows, st.booleans(), windows, st.booleans(), cuts)
@settings(deadline=None)
def test_what_a_server_sent_is_read_under_all_parameters_in_any_parts(
    messages, server_window, server_forgets, client_window, client_forgets, cuts
):
    parameters = Parameters(
        client_max_window_bits=client_window,
        client_no_context_takeover=client_forgets,
        server_max_window_bits=server_window,
        server_no_context_takeover=server_forgets,
    )
    inflater = MessageInflater(parameters)
    server = compressor(server_window)
    for message in messages:
        if server_forgets:
            server = compressor(server_window)
        assert inflate(inflater, *cut(compress(message, server), cuts)) == message


HELLO = b"Hello"


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param("f248cdc9c90700", id="7.2.3.1, one block"),
        pytest.param("000500faff48656c6c6f00", id="7.2.3.3, a block that is not compressed"),
        pytest.param("f348cdc9c9070000", id="7.2.3.4, a block with BFINAL"),
        pytest.param("f24805000000ffffcac9c90700", id="7.2.3.5, two blocks"),
    ],
)
def test_the_examples_of_7_2_3(payload):
    data = bytes.fromhex(payload)
    inflater = MessageInflater(Parameters())
    for _ in range(3):
        assert inflate(inflater, data) == HELLO
        assert inflate(inflater, *cut(data, range(len(data)))) == HELLO


def test_7_2_3_2_the_second_message_refers_to_the_first():
    inflater = MessageInflater(Parameters())
    assert inflate(inflater, bytes.fromhex("f248cdc9c90700")) == HELLO
    assert inflate(inflater, bytes.fromhex("f200110000")) == HELLO


def test_7_2_2_all_of_the_window_can_be_referred_to():
    """32,768 bytes back, into the message before."""
    before = bytes(i * i // 7 & 0xFF for i in range(32_768))
    length = len(before).to_bytes(2, "little")
    stored = b"\x00" + length + bytes(each ^ 0xFF for each in length) + before
    # A block with fixed codes: three bytes from 32,768 back (code 257; code 29 and 13 bits), its
    # end (code 256), and the empty block that every message ends with.
    bits_in_order = "0" + "10" + "0000001" + "11101" + "1" * 13 + "0000000" + "000"
    padded = bits_in_order.ljust(-(-len(bits_in_order) // 8) * 8, "0")
    far = bytes(int(padded[i : i + 8][::-1], 2) for i in range(0, len(padded), 8))
    inflater = MessageInflater(Parameters())
    assert inflate(inflater, stored + b"\x00") == before
    assert inflate(inflater, far) == before[:3]


@pytest.mark.parametrize("bits", range(8, 15))
def test_7_2_2_so_can_all_of_a_smaller_one(bits):
    """7.1.2.1: the server refers no further back than it said, so no more is kept."""
    before = random.Random(bits).randbytes(40_000)
    server = zlib.compressobj(wbits=-15, zdict=before)
    last = compress(before[-(1 << bits) :], server)
    beyond = compress(before[-(1 << bits) - 1 :], zlib.compressobj(wbits=-15, zdict=before))
    inflater = MessageInflater(Parameters(server_max_window_bits=bits))
    assert inflate(inflater, before_and_after := compress(before, compressor())) == before
    assert inflate(inflater, last) == before[-(1 << bits) :]
    assert inflate(inflater, before_and_after) == before
    with pytest.raises(Failure):
        inflate(inflater, beyond)


def test_7_1_1_1_without_takeover_it_cannot():
    """A server that said it would not, and does: the reference leads to nowhere."""
    inflater = MessageInflater(Parameters(server_no_context_takeover=True))
    assert inflate(inflater, bytes.fromhex("f248cdc9c90700")) == HELLO
    with pytest.raises(Failure) as raised:
        inflate(inflater, bytes.fromhex("f200110000"))
    assert raised.value.code == 1007


@pytest.mark.parametrize("payload", [b"\x00", b"\x02\x00"])
def test_7_2_3_6_an_empty_message(payload):
    inflater = MessageInflater(Parameters())
    for _ in range(3):
        assert inflate(inflater, payload) == b""
    assert inflate(inflater, bytes.fromhex("f248cdc9c90700")) == HELLO


@given(cuts)
@settings(deadline=None, max_examples=30)
def test_7_1_2_1_a_window_that_is_larger_than_agreed_does_no_harm_in_any_parts(cuts):
    """The server must not; whether it is noticed must not depend on how TCP cuts the stream."""
    far = bytes(i * i // 7 & 0xFF for i in range(3_000))
    data = compress(far + b"between" + far, compressor(15))
    inflater = MessageInflater(Parameters(server_max_window_bits=8))
    assert inflate(inflater, *cut(data, cuts)) == far + b"between" + far


class TestFinalBlocks:
    """7.2.1: blocks with BFINAL set may be used, and what follows begins at the next byte."""

    @given(
        st.lists(st.one_of(st.just(b""), st.binary(max_size=40)), max_size=8),
        st.booleans(),
        st.booleans(),
        cuts,
    )
    @settings(deadline=None)
    def test_anywhere(self, blocks, ends_with_one, forgets, cuts):
        data = b"".join(finished(each) for each in blocks)
        if ends_with_one:
            # 7.2.3.4: then a byte of zero stands for the empty block that is cut off.
            expected, data = b"".join(blocks), data + b"\x00"
        else:
            expected, data = b"".join(blocks) + HELLO, data + bytes.fromhex("f248cdc9c90700")
        inflater = MessageInflater(Parameters(server_no_context_takeover=forgets))
        assert inflate(inflater, *cut(data, cuts)) == expected
        assert inflate(inflater, bytes.fromhex("f248cdc9c90700")) == HELLO

    def test_in_the_middle_of_a_message_and_of_a_conversation(self):
        inflater = MessageInflater(Parameters())
        server = compressor()
        assert inflate(inflater, compress(HELLO, server)) == HELLO
        assert inflate(inflater, compress(HELLO, server)) == HELLO
        # A server that ends its stream has to begin a new one.
        server = compressor()
        mixed = finished(b"one ") + compress(b"two ", server)
        assert inflate(inflater, mixed) == b"one two "
        assert inflate(inflater, compress(b"one two ", server)) == b"one two "

    @pytest.mark.parametrize("block", [b"", b"a", bytes(3_000)])
    def test_very_many(self, block):
        data = finished(block) * 1_000 + b"\x00"
        assert inflate(MessageInflater(Parameters()), data) == block * 1_000

    @pytest.mark.parametrize(
        "block",
        [
            pytest.param(finished(b"aaaaaaaaaa"), id="compressed"),
            pytest.param(b"\x01\x0a\x00\xf5\xff" + b"a" * 10, id="stored"),
        ],
    )
    @pytest.mark.parametrize("room", [0, 1, 4, 8, 9, 10])
    def test_one_that_fills_a_piece_exactly(self, block, room):
        """Of a stored block zlib sees the end together with its last byte."""
        data = block * 3 + b"\x00"
        inflater = MessageInflater(Parameters())
        assert inflater.inflate(data, room, final=True) == (b"a" * (room + 1), None)
        assert inflate(MessageInflater(Parameters()), data) == b"a" * 30


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b"\x07\x00", id="a type of block that there is not"),
        pytest.param(b"\x00\x01\x00\x01\x00", id="a length that its complement does not match"),
        pytest.param(b"Hello", id="not compressed at all"),
        pytest.param(bytes.fromhex("f200110000"), id="a reference to before the beginning"),
    ],
)
def test_what_is_no_deflated_data_is_refused(payload):
    with pytest.raises(Failure) as raised:
        inflate(MessageInflater(Parameters()), payload)
    assert raised.value.code == 1007
    with pytest.raises(Failure) as raised:
        inflate(MessageInflater(Parameters()), *cut(payload, range(len(payload))))
    assert raised.value.code == 1007


def test_7_2_2_a_message_that_ends_within_a_block_takes_nothing_of_the_next_one():
    """Each message is decompressed by itself; only the window goes on."""
    inflater = MessageInflater(Parameters())
    for begun in (b"", bytes.fromhex("f248cd"), b"\x00\x05\x00\xfa\xff"):
        inflate(inflater, begun)
        assert inflate(inflater, bytes.fromhex("f248cdc9c90700")) == HELLO
        assert inflate(inflater, bytes.fromhex("f200110000")) == HELLO


class TestRoom:
    """No more is inflated than was requested."""

    @pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 1_000])
    @pytest.mark.parametrize("room", [0, 1, 99, 100])
    def test_no_more_is_made_than_the_room_and_one_byte(self, size, room):
        data = compress(b"a" * size, compressor())
        inflated, failure = MessageInflater(Parameters()).inflate(data, room, final=True)
        assert inflated == b"a" * min(size, room + 1)
        assert failure is None

    def test_an_inflate_bomb_costs_what_there_is_room_for(self):
        bomb = zeros(2**30)
        inflater = MessageInflater(Parameters())
        tracemalloc.start()
        try:
            inflated, _ = inflater.inflate(bomb, 3 * 2**20, final=True)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert len(inflated) == 3 * 2**20 + 1
        assert peak < len(bomb) * 4 + 8 * 2**20


class TestMemoryBetweenMessages:
    """What is kept is the window that the server may refer to (7.2.2), as far as it is filled."""

    def kept(self, sizes, parameters):
        """Return how many bytes an inflater keeps after messages of these sizes."""
        server = compressor(parameters.server_max_window_bits)
        drawn = random.Random(1)
        payloads = [compress(drawn.randbytes(size), server) for size in sizes]
        tracemalloc.start()
        try:
            inflaters = [MessageInflater(parameters) for _ in range(20)]
            for inflater in inflaters:
                for payload in payloads:
                    inflate(inflater, *cut(payload, range(0, len(payload), 4_096)))
            return tracemalloc.get_traced_memory()[0] / len(inflaters)
        finally:
            tracemalloc.stop()

    @pytest.mark.parametrize("sizes", [[], [0], [100], [100] * 20, [1] * 2_000])
    def test_after_small_messages_it_is_small(self, sizes):
        assert self.kept(sizes, Parameters()) < 2_000 + 1.2 * sum(sizes)

    @pytest.mark.parametrize(
        "sizes",
        [
            *([100] * 1_000, [32_768], [32_767, 32_767, 1], [30_000] * 7, [20_000] * 5),
            *([2_000] * 40, [2_048] * 40, [3_000] * 40, [1_000_000], [65_536, 100, 65_536]),
        ],
    )
    def test_after_any_it_is_a_window(self, sizes):
        assert self.kept(sizes, Parameters()) < 40_000

    @pytest.mark.parametrize("bits", range(8, 15))
    def test_of_a_smaller_window_it_is_less(self, bits):
        parameters = Parameters(server_max_window_bits=bits)
        assert self.kept([100] * 400 + [40_000], parameters) < 2_000 + 1.3 * (1 << bits)
        assert self.kept([40_000] + [100] * 400, parameters) < 2_000 + 1.3 * (1 << bits)

    def test_without_takeover_nothing_is_kept(self):
        parameters = Parameters(server_no_context_takeover=True)
        assert self.kept([100, 100_000, 100], parameters) < 1_000
