"""Compressing a message, RFC 7692 section 7.2.1."""

import random
import sys
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whatwg_websockets.rfc7692 import deflate
from whatwg_websockets.rfc7692.deflate import HISTORY, MessageDeflater
from whatwg_websockets.rfc7692.parameters import Parameters

from .peer import TAIL

# Text that repeats itself across messages, near and far.
words = st.sampled_from((b"", b"a", b"the same again ", b"0123456789" * 60, bytes(40_000)))
messages = st.lists(
    st.lists(st.one_of(words, st.binary(max_size=30)), max_size=4).map(b"".join), max_size=6
)
windows = st.integers(8, 15)


def best_compressobj_without_the_extra():
    """Return the function that is used if the ``fast`` extra is not installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "isal.isal_zlib", None)
        return deflate.best_compressobj.__wrapped__()


BEST, WITHOUT_THE_EXTRA = deflate.best_compressobj(), best_compressobj_without_the_extra()


@pytest.fixture(scope="module", params=[BEST, WITHOUT_THE_EXTRA], ids=["fastest", "zlib"])
def library(request):
    """Compress with the best library that is installed, and without the extra."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deflate, "best_compressobj", lambda: request.param)
        yield


pytestmark = pytest.mark.usefixtures("library")


def test_without_the_extra_zlib_does_it():
    assert WITHOUT_THE_EXTRA is zlib.compressobj


def test_with_it_the_extra_does_it():
    isal_zlib = pytest.importorskip("isal.isal_zlib")
    assert BEST is isal_zlib.compressobj


class Server:
    """A server that reads a client's messages with zlib and the steps of 7.2.2 only."""

    def __init__(self, parameters):
        self.parameters = parameters
        self.forget()

    def forget(self):
        self.decompressor = zlib.decompressobj(wbits=-self.parameters.client_max_window_bits)

    def inflate(self, compressed):
        data = self.decompressor.decompress(compressed + TAIL)
        assert not self.decompressor.eof
        assert self.decompressor.unconsumed_tail == b""
        if self.parameters.client_no_context_takeover:
            self.forget()
        return data


@given(messages, windows, st.booleans(), windows, st.booleans())
@settings(deadline=None)
def test_a_server_reads_what_was_sent_under_all_parameters(
    messages, client_window, client_forgets, server_window, server_forgets
):
    """The server's decompressor has the agreed window and no byte more (7.1.2.2)."""
    parameters = Parameters(
        client_max_window_bits=client_window,
        client_no_context_takeover=client_forgets,
        server_max_window_bits=server_window,
        server_no_context_takeover=server_forgets,
    )
    deflater, server = MessageDeflater(parameters), Server(parameters)
    for message in messages:
        compressed = deflater.deflate(message)
        if compressed is None:
            assert message == b"" or client_window == 8
        else:
            assert server.inflate(compressed) == message


def test_7_2_3_1_the_example():
    """A library's own choice of block may differ; what is left out at the end may not."""
    compressed = MessageDeflater(Parameters()).deflate(b"Hello")
    assert compressed == bytes.fromhex("f248cdc9c90700")


@pytest.mark.parametrize("forgets", [False, True])
def test_7_1_1_2_the_second_message_refers_to_the_first_only_with_takeover(forgets):
    deflater = MessageDeflater(Parameters(client_no_context_takeover=forgets))
    message = bytes(range(256))
    first, second = deflater.deflate(message), deflater.deflate(message)
    if forgets:
        assert second == first
    else:
        assert len(second) < 20


@pytest.mark.parametrize("bits", range(9, 16))
def test_7_1_2_2_nothing_refers_further_back_than_the_window(bits):
    """What repeats at a distance of the window or more is not found."""
    deflater = MessageDeflater(Parameters(client_max_window_bits=bits))
    noise = zlib.compress(bytes(range(256)) * 3)[10:110]
    far = bytes(i * i // 7 & 0xFF for i in range(2**bits))
    compressed = deflater.deflate(noise + far + noise)
    decompressor = zlib.decompressobj(wbits=-bits)
    assert decompressor.decompress(compressed + TAIL) == noise + far + noise


def test_with_a_window_that_zlib_has_not_messages_go_uncompressed():
    """6: whether a message is compressed is the sender's choice, message by message."""
    deflater = MessageDeflater(Parameters(client_max_window_bits=8))
    assert deflater.deflate(b"a" * 1_000) is None


def test_an_empty_message_goes_uncompressed():
    """That is a byte shorter than 7.2.3.6 has it."""
    deflater = MessageDeflater(Parameters())
    assert deflater.deflate(b"") is None
    assert deflater.deflate(b"Hello") == bytes.fromhex("f248cdc9c90700")


def test_the_windows_of_the_server_are_no_concern_of_the_clients():
    parameters = Parameters(server_max_window_bits=8, server_no_context_takeover=True)
    deflater = MessageDeflater(parameters)
    assert deflater.deflate(b"Hello") == bytes.fromhex("f248cdc9c90700")
    assert len(deflater.deflate(b"Hello")) < 7


@given(st.lists(st.one_of(words, st.none()), max_size=8), windows)
@settings(deadline=None, max_examples=40)
def test_a_deflater_that_has_rested_says_the_same(words, window):
    """7.2.1 lets a sender begin without history at any time; the server needs no word of it."""
    parameters = Parameters(client_max_window_bits=window)
    deflater, server = MessageDeflater(parameters), Server(parameters)
    for word in words:
        if word is None:
            deflater.rest()
        elif (compressed := deflater.deflate(word)) is not None:
            assert server.inflate(compressed) == word


def test_at_rest_it_keeps_no_compressor_but_what_it_sent_last():
    """So the next message is as short as one that a compressor which was kept would make."""
    woken = []
    kept, rested = (MessageDeflater(Parameters(), woken.append) for _ in range(2))
    message = bytes(range(256))
    for deflater in (kept, rested):
        assert len(deflater.deflate(message)) > 256
    rested.rest()
    rested.rest()
    assert woken == [kept, rested]
    assert len(rested.deflate(message)) <= len(kept.deflate(message)) + 1 < 30
    assert woken == [kept, rested, rested], "it had no compressor any more"


@pytest.mark.parametrize(("window_bits", "kept"), [(15, HISTORY), (9, 512)])
def test_what_is_kept_at_rest_is_bounded(window_bits, kept):
    """What was sent before that cannot be referred to, so it has to be sent anew."""
    noise = random.Random(1).randbytes(kept + 128)

    def size_after_a_rest(message):
        deflater = MessageDeflater(Parameters(client_max_window_bits=window_bits))
        deflater.deflate(noise)
        deflater.rest()
        return len(deflater.deflate(message))

    assert size_after_a_rest(noise[-128:]) < 40
    assert size_after_a_rest(noise[:128]) > 128
