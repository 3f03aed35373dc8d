import hashlib
import zlib

import pytest

from websocket_conformance.cases.payloads import SOURCES, Stream, repeated


def octets(name: str) -> bytes:
    source = SOURCES[name]()
    return source.encode() if isinstance(source, str) else source


def test_repeated_octets_have_the_length_asked_for():
    assert repeated(b"abc", 7) == b"abcabca"
    assert repeated(b"abc", 0) == b""


@pytest.mark.parametrize(
    ("name", "length", "digest", "least", "most"),
    [
        ("json", 194_056, "6fdb5c9edf0000a1", 0.02, 0.12),
        ("bitmap", 263_222, "2cbac07bc4ba49ce", 0.7, 0.95),
        ("prose", 222_218, "4b17a71d6ab6f525", 0.2, 0.5),
        ("html", 258_000, "cf3d4e06dc759f31", 0.03, 0.12),
        ("document", 1_042_328, "d9c3009941cd3da4", 0.6, 0.95),
    ],
)
def test_the_texts_are_always_the_same_and_about_as_easy_to_compress(
    name, length, digest, least, most
):
    assert len(SOURCES[name]()) == length
    assert hashlib.sha256(octets(name)).hexdigest().startswith(digest)
    assert least < len(zlib.compress(octets(name))) / len(octets(name)) < most


def test_text_is_text_of_which_some_is_not_ascii():
    assert isinstance(SOURCES["html"](), str)
    assert not SOURCES["html"]().isascii()
    assert isinstance(SOURCES["json"](), str)


@pytest.mark.parametrize("name", ["json", "document"])
def test_a_stream_begins_anew_at_the_end_of_its_text(name):
    source, stream = octets(name), Stream(name, 131072, 40)
    joined = b"".join(stream[index] for index in range(40))
    assert joined == (source * 41)[: len(joined)]


def test_the_size_of_text_is_counted_in_characters():
    stream = Stream("html", 1024, 300)
    assert {len(stream[index].decode()) for index in range(300)} == {1024}
    assert any(len(stream[index]) > 1024 for index in range(300))


def test_messages_longer_than_their_text_and_empty_ones():
    assert Stream("stars", 5, 1)[3] == b"*****"
    assert Stream("0xfe", 0, 1)[0] == b""
