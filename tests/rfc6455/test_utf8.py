"""UTF-8 is refused at the first impossible byte, RFC 6455 section 8.1.

The oracle is table 3-7 of the Unicode standard, in ``reference.py``.
"""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whatwg_websockets.rfc6455.utf8 import Utf8Decoder

from .reference import can_become_well_formed, is_well_formed
from .server import CONTINUATION, TEXT, Client, cut, frame

# Where the table changes from one byte to the next.
EDGES = bytes.fromhex(
    "00 7f 80 8f 90 9f a0 bf c0 c1 c2 df e0 e1 ec ed ee ef f0 f1 f3 f4 f5 f7 f8 ff"
)


def is_refused(data: bytes) -> bool:
    """Tell whether a decoder refuses the bytes while more may follow."""
    try:
        Utf8Decoder().decode(data, final=False)
    except UnicodeDecodeError:
        return True
    return False


def begun_characters(length: int) -> list[bytes]:
    """Return beginnings of longer characters, including every edge of the table."""
    begun = [b""]
    for _ in range(length):
        begun = [each + bytes((byte,)) for each in begun for byte in EDGES]
        begun = [
            each for each in begun if can_become_well_formed(each) and not is_well_formed(each)
        ]
    return begun


def test_the_oracle_agrees_with_the_strict_decoder_of_python():
    """Else all that follows would say little. The table and CPython are independent."""
    for length in (1, 2):
        for each in itertools.product(range(256), repeat=length):
            data = bytes(each)
            assert is_well_formed(data) == (data.decode(errors="ignore").encode() == data)


def test_every_sequence_of_one_and_two_bytes_is_refused_iff_nothing_can_complete_it():
    for first in range(256):
        assert is_refused(bytes((first,))) != can_become_well_formed(bytes((first,)))
        for second in range(256):
            data = bytes((first, second))
            assert is_refused(data) != can_become_well_formed(data), data.hex()


@pytest.mark.parametrize("length", [2, 3])
def test_every_kind_of_third_and_fourth_byte(length):
    begun = begun_characters(length)
    assert len(begun) > 40
    for each in begun:
        for byte in EDGES:
            data = each + bytes((byte,))
            assert is_refused(data) != can_become_well_formed(data), data.hex()


texts = st.text().map(str.encode)
bad = st.sampled_from(
    [
        *(b"\x80", b"\xbf", b"\xc0\xaf", b"\xc1\xbf", b"\xe0\x80\xaf", b"\xe0\x9f\xbf"),
        *(b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf0\x80\x80\xaf", b"\xf0\x8f\xbf\xbf"),
        *(b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xfe", b"\xff"),
        *(b"\xce", b"\xe1\xbd", b"\xf0\x9f\x92", b"\xce\xce", b"\xe1\xbdA"),
    ]
)
mixtures = st.one_of(
    st.lists(st.one_of(texts, bad, st.binary(max_size=3)), max_size=6).map(b"".join),
    st.lists(st.sampled_from(EDGES), max_size=6).map(bytes),
)


@given(mixtures)
@settings(deadline=None, max_examples=120)
def test_byte_by_byte_it_is_refused_at_the_first_prefix_that_nothing_completes(data):
    decoder = Utf8Decoder()
    text = ""
    for end in range(1, len(data) + 1):
        if not can_become_well_formed(data[:end]):
            with pytest.raises(UnicodeDecodeError):
                decoder.decode(data[end - 1 : end], final=False)
            return
        text += decoder.decode(data[end - 1 : end], final=False)
    if is_well_formed(data):
        assert text + decoder.decode(b"", final=True) == data.decode()
    else:
        with pytest.raises(UnicodeDecodeError):
            decoder.decode(b"", final=True)


@given(mixtures, st.lists(st.integers(0, 99), max_size=5))
@settings(deadline=None, max_examples=120)
def test_in_any_split_the_verdict_is_that_of_the_strict_decoder(data, cuts):
    decoder = Utf8Decoder()
    *parts, last = cut(data, cuts)
    try:
        decoded = "".join(decoder.decode(part, final=False) for part in parts)
        decoded += decoder.decode(last, final=True)
    except UnicodeDecodeError:
        assert not is_well_formed(data)
        with pytest.raises(UnicodeDecodeError):
            data.decode()
    else:
        assert decoded == data.decode()


@given(mixtures, st.lists(st.integers(0, 99), max_size=5), st.integers(0, 300))
@settings(deadline=None, max_examples=120)
def test_inside_fragments_and_unfinished_frames_too(data, cuts, announced_beyond):
    """8.1 and 5.4: the message is what must be UTF-8; where frames end does not matter to it.

    The last fragment is one that announces more than has come, so nothing here ever ends.
    """
    *parts, last = cut(data, cuts)
    opcodes = itertools.chain([TEXT], itertools.repeat(CONTINUATION))
    stream = b"".join(
        frame(opcode, part, fin=False) for opcode, part in zip(opcodes, parts, strict=False)
    )
    announced = len(last) + 1 + announced_beyond
    stream += frame(CONTINUATION if parts else TEXT, last, announced=announced)
    refused = not can_become_well_formed(data)

    assert Client().reads(stream).failure == (1007 if refused else None)
    assert Client().reads(*cut(stream, range(len(stream)))).failure == (1007 if refused else None)


@given(mixtures)
@settings(deadline=None)
def test_when_the_message_ends_a_character_may_not_be_unfinished(data):
    client = Client().reads(frame(TEXT, data, fin=False) + frame(CONTINUATION))
    if is_well_formed(data):
        assert client.messages == [data.decode()]
    else:
        assert client.failure == 1007


def test_a_tail_is_forgotten_with_its_message():
    client = Client().reads(
        frame(TEXT, "é".encode()[:1], fin=False) + frame(CONTINUATION, "é".encode()[1:]),
        frame(TEXT, b"\xa9"),
    )
    assert client.messages == ["é"]
    assert client.failure == 1007
