"""Blob: its constructor, slices, and ways to read it."""

import array
import asyncio
import gc
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whatwg_websockets.fileapi import blob as blob_module
from whatwg_websockets.fileapi.blob import (
    CHUNK_SIZE,
    Blob,
    byte_sequence_of,
    convert_line_endings_to_native,
    create_a_blob,
)
from whatwg_websockets.webidl.missing import MISSING


def content(blob):
    return asyncio.run(blob.arrayBuffer())


def test_without_arguments():
    blob = Blob()
    assert (blob.size, blob.type, content(blob)) == (0, "", b"")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], b""),
        (["text"], b"text"),
        (["\u00e9\u4e16"], "\u00e9\u4e16".encode()),
        (["a\ud800b"], b"a\xef\xbf\xbdb"),
        ([b"\x00\xff", bytearray(b"b"), memoryview(b"abcd")[::2]], b"\x00\xffbac"),
        ([array.array("B", [1, 2])], b"\x01\x02"),
        ([Blob(["in"]), "side"], b"inside"),
        ([None, True, 1.0, 7], b"nulltrue17"),
        ([["a", None]], b"a,"),
        (("a", "b"), b"ab"),
        ((part for part in "xy"), b"xy"),
        ({"one"}, b"one"),
        (b"ab", b"9798"),
    ],
)
def test_parts_are_put_together(parts, expected):
    blob = Blob(parts)
    assert blob.size == len(expected)
    assert content(blob) == expected
    assert byte_sequence_of(blob) == expected


@pytest.mark.parametrize("parts", [None, "text", 5, True, {"a": 1}, object()])
def test_parts_have_to_be_a_sequence(parts):
    with pytest.raises(TypeError, match="blobParts must be a sequence"):
        Blob(parts)


def test_buffers_are_copied():
    buffer = bytearray(b"before")
    blob = Blob([buffer])
    buffer[:] = b"after!"
    assert content(blob) == b"before"


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("", ""),
        ("image/png", "image/png"),
        ("Text/HTML; Charset=UTF-8", "text/html; charset=utf-8"),
        (" ~", " ~"),
        ("te\u0161t/plain", ""),
        ("text/plain\n", ""),
        ("text\x7f", ""),
        ("\u212a", ""),
        (None, "null"),
    ],
)
def test_the_type_is_in_lower_case_and_printable(media_type, expected):
    assert Blob([], {"type": media_type}).type == expected
    assert Blob([], type=media_type).type == expected
    assert Blob([]).slice(0, 0, media_type).type == expected


def test_options_may_be_left_out():
    assert Blob([], None).type == ""
    assert Blob([], MISSING).type == ""
    assert Blob(MISSING, {"type": "a/b"}).type == "a/b"


@pytest.mark.parametrize("options", ["x", 5, True])
def test_options_have_to_be_a_mapping(options):
    with pytest.raises(TypeError):
        Blob([], options)


def test_unknown_endings_are_an_error():
    with pytest.raises(TypeError, match="'NATIVE' is not a value of EndingType"):
        Blob([], endings="NATIVE")


def test_transparent_endings_leave_strings_as_they_are():
    text = "a\r\nb\rc\nd"
    assert content(Blob([text])) == text.encode()
    assert content(Blob([text], endings="transparent")) == text.encode()


@pytest.mark.parametrize(("linesep", "native"), [("\n", "\n"), ("\r\n", "\r\n")])
def test_native_endings(monkeypatch, linesep, native):
    monkeypatch.setattr(blob_module.os, "linesep", linesep)
    blob = Blob(["a\r\nb\r\rc\n", "\r", "\nd", b"\r\n\r"], endings="native")
    expected = f"a{native}b{native}{native}c{native}{native}{native}d".encode() + b"\r\n\r"
    assert content(blob) == expected


@given(st.text(alphabet="ab\r\n"))
def test_native_endings_agree_with_splitting_into_lines(text):
    # What is left between the endings, and how many of them there are, does not change.
    expected = "\n".join(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    assert convert_line_endings_to_native(text).replace("\r\n", "\n") == expected


SLICES = [
    ((), b"0123456789"),
    ((3,), b"3456789"),
    ((3, 5), b"34"),
    ((-3,), b"789"),
    ((-3, -1), b"78"),
    ((0, -1), b"012345678"),
    ((5, 3), b""),
    ((-100, 100), b"0123456789"),
    ((100, 200), b""),
    ((MISSING, 2), b"01"),
    ((2, MISSING), b"23456789"),
    ((None, None), b""),
    ((None, "3"), b"012"),
    ((1.5, 4.5), b"23"),
    ((float("nan"), float("inf")), b"0123456789"),
    ((10**30,), b""),
    ((-(10**30),), b"0123456789"),
    (("garbage",), b"0123456789"),
    ((True,), b"123456789"),
]


@pytest.mark.parametrize(("arguments", "expected"), SLICES)
def test_slice(arguments, expected):
    part = Blob([b"0123456789"], type="text/plain").slice(*arguments)
    assert content(part) == expected
    assert part.size == len(expected)
    assert part.type == ""


def test_a_slice_has_its_own_type():
    assert Blob(["x"], type="a/b").slice(0, 1, "Text/X").type == "text/x"
    assert Blob(["x"], type="a/b").slice(0, 1, MISSING).type == ""


@given(st.binary(max_size=20), st.integers(-30, 30), st.integers(-30, 30))
def test_slices_are_those_of_python(data, start, end):
    assert content(Blob([data]).slice(start, end)) == data[start:end]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"plain", "plain"),
        ("\u00e9\u4e16\U0001f600".encode(), "\u00e9\u4e16\U0001f600"),
        (b"\xef\xbb\xbfx", "x"),
        (b"\xef\xbb\xbf\xef\xbb\xbfx", "\ufeffx"),
        (b"x\xef\xbb\xbf", "x\ufeff"),
        (b"a\xffb", "a\ufffdb"),
        (b"\xf0\x9f\x98", "\ufffd"),
        (b"\xf0\x80\x80a", "\ufffd\ufffd\ufffda"),
        (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd"),
        (b"\xef\xbb", "\ufffd"),
    ],
)
def test_text_is_decoded_as_utf_8(data, text):
    assert asyncio.run(Blob([data]).text()) == text


def test_bytes():
    assert asyncio.run(Blob([b"abc"]).bytes()) == b"abc"


def stream_of(blob):
    async def collect():
        return [chunk async for chunk in blob.stream()]

    return asyncio.run(collect())


@pytest.mark.parametrize("size", [0, 1, CHUNK_SIZE, CHUNK_SIZE + 1, 3 * CHUNK_SIZE])
def test_stream(size):
    data = bytes(index % 251 for index in range(size))
    chunks = stream_of(Blob([data]))
    assert b"".join(chunks) == data
    assert all(0 < len(chunk) <= CHUNK_SIZE for chunk in chunks)


def test_streams_are_independent_of_each_other():
    async def both():
        blob = Blob([b"x"])
        one, other = aiter(blob.stream()), aiter(blob.stream())
        assert await anext(one) == b"x"
        assert await anext(other) == b"x"

    asyncio.run(both())


def test_it_cannot_be_changed():
    for attribute in ("size", "type"):
        with pytest.raises(AttributeError):
            setattr(Blob(), attribute, 1)


def test_made_of_bytes_at_once():
    data = b"\x00" * 10
    blob = create_a_blob(data, "a/b")
    assert type(blob) is Blob
    assert byte_sequence_of(blob) is data
    assert (blob.size, blob.type) == (10, "a/b")
    assert create_a_blob(b"").type == ""


def test_it_shows_size_and_type():
    assert repr(Blob(["x"], type="a/b")) == "<Blob of 1 bytes, type 'a/b'>"


def test_weak_references():
    blob = Blob()
    reference = weakref.ref(blob)
    assert reference() is blob
    del blob
    gc.collect()
    assert reference() is None
