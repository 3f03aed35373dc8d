import asyncio
import types
from collections import deque

import pytest

from whatwg_websockets.authentication.credentials import Secret
from whatwg_websockets.fetch.header_list import HeaderList
from whatwg_websockets.rfc6455.failure import Failure
from whatwg_websockets.steps.trace.values import (
    BRIEF,
    changes,
    counted,
    in_brief,
    in_hex_and_text,
    shown,
    shown_locals,
)
from whatwg_websockets.url.url_record import parse
from whatwg_websockets.webidl.dictionary import Member


class Unfinished:
    def __repr__(self):
        raise AttributeError("url")


class Plain:
    pass


class Entries:
    pass


class Holder:
    def __repr__(self):
        return "Holder(<whatwg_websockets.thing object at 0x7f>)"


class Somewhere:
    def __repr__(self):
        return "<Somewhere at 0x7f00aa>"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (True, "true"),
        (None, "null"),
        ("Zwölf", '"Zwölf"'),
        (b"\x00\xff", "00 ff"),
        (bytearray(b"GET"), "`GET` (47 45 54)"),
        (memoryview(b""), "nothing"),
        ([1, "a", Plain(), Entries()], '« 1, "a", a Plain, an Entries »'),
        ((1,), "(1)"),
        ({1}, "« 1 »"),
        ([], "« »"),
        ({}, "«[ ]»"),
        (deque([1]), "« 1 »"),
        ([(b"Host", b"a")], "« (`Host`, `a`) »"),
        ({"a": [1]}, '«[ "a" → « 1 » ]»'),
        ([[[1]]], "« « « 1 item » » »"),
        (Somewhere(), "Somewhere"),
        (Holder(), "a Holder"),
        (Member(convert=len), "a Member"),
    ],
)
def test_a_value_is_shown(value, text):
    assert shown(value) == text


@pytest.mark.parametrize("value", [Unfinished(), Plain(), len.__class__, types, lambda: 0])
def test_what_says_nothing_is_left_out(value):
    assert shown(value) == ""


async def test_nothing_is_said_of_the_loop_and_its_futures():
    loop = asyncio.get_running_loop()
    assert shown(loop.create_future()) == ""


def test_a_value_is_whole_up_to_64_kib():
    assert shown("a" * 65_536) == '"' + "a" * 65_536 + '"'
    assert shown("a" * 65_537) == '"' + "a" * 65_536 + '" (65537 characters)'
    data = bytes(65_536)
    assert shown(data) == data.hex(" ")
    assert shown(data + b"a") == data.hex(" ") + " … (65537 bytes)"
    assert shown(b"a" * 300) == f"`{'a' * 300}` ({' '.join(['61'] * 300)})"
    assert shown([(b"Sec-WebSocket-Extensions", b"a" * 80)]) == (
        f"« (`Sec-WebSocket-Extensions`, `{'a' * 80}`) »"
    )
    assert shown(list(range(1_001))).endswith(" 999, … (1001 items) »")
    assert shown(["a" * 40_000] * 9).endswith('a", … (9 items) »')
    assert shown(Failure(1002, "a" * 65_536)).endswith("a… (14 more characters)")


def test_a_long_value_is_cut_in_the_text_of_an_entry_and_its_length_said():
    assert in_brief("a" * 1000) == '"' + "a" * 200 + '" (1000 characters)'
    url = "ws://host.example/" + "a" * 1000
    assert in_brief(url) == f'"{url[:199]}…" (1018 characters)'
    assert in_brief(b"a" * 1000).endswith('61 … (1000 bytes)  "' + "a" * 48 + '"')
    assert in_brief(b"a\r\n") == r'61 0d 0a  "a\r\n"'
    assert in_brief(list(range(9))) == "« 0, 1, 2, 3, 4, 5, 6, 7, … (9 items) »"


@pytest.mark.parametrize(
    ("data", "length", "text"),
    [
        (b"", None, "nothing"),
        (b"hi", None, '68 69  "hi"'),
        (b"\x00", None, "00"),
        (b"\xff", None, "ff"),
        ("ä".encode() * 24 + b"\xc3", 49, "c3 a4 " * 23 + 'c3 a4 … (49 bytes)  "' + "ä" * 24 + '"'),
    ],
)
def test_bytes_in_hexadecimal_and_as_text(data, length, text):
    assert in_hex_and_text(data, length, BRIEF) == text


def test_a_number_with_its_unit():
    assert [counted(number, "byte") for number in (0, 1, 2)] == ["0 bytes", "1 byte", "2 bytes"]


def test_the_variables_of_a_function():
    variables = {"self": 1, "socket": 2, "_": 3, "code": 1000, "thing": Plain()}
    assert shown_locals(variables) == {"code": "1000"}


def test_what_has_changed():
    assert changes({"a": "1", "b": "2"}, {"a": "1", "b": "3", "c": "4"}) == {"b": "3", "c": "4"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("ws://joe:pw@host.example/a@b", '"ws://joe:***@host.example/a@b"'),
        ("ws://joe@work:pw@host.example/", '"ws://joe@work:***@host.example/"'),
        ("ws://:pw@host.example", '"ws://:***@host.example"'),
        ("ws://joe:p w@x@host.example/", '"ws://joe:***@host.example/"'),
        (["ws://joe:pw@host.example/"], '« "ws://joe:***@host.example/" »'),
        (b"ws://joe:pw@host.example/", "`ws://joe:***@host.example/`"),
        # No URL: all up to the last @ may be a password.
        ("ws://joe:p/w@host.example/", '"ws://joe:***@host.example/"'),
        ("ws://joe:" + "p" * 1_000 + "@host/", '"ws://joe:***@host/"'),
        ("ws://host.example:8080/a@b", '"ws://host.example:8080/a@b"'),
        ("ws://joe@host.example/", '"ws://joe@host.example/"'),
        (parse("ws://joe:pw@host.example/"), "ws://joe:***@host.example/"),
        (b"Basic am9lOnB3", "`Basic ***`"),
        ("Bearer a.b-c", '"Bearer ***"'),
        (HeaderList([(b"Authorization", b"Basic am9lOnB3"), (b"a", Secret(b"am9lOnB3"))]), None),
        (b"GET / HTTP/1.1\r\nAuthorization: Basic am9lOnB3\r\n", None),
        (b"CONNECT a:1 HTTP/1.1\r\nProxy-Authorization: Bearer am9lOnB3\r\n", None),
        (b"Basic " + b"am9lOnB3" * 20, "`Basic ***`"),
        ("no Basic training", '"no Basic training"'),
        (Secret(b"am9lOnB3"), "***"),
        ([Secret(b"am9lOnB3")], "« *** »"),
    ],
)
def test_no_password_is_shown(value, text):
    told = shown(value)
    assert "***" in in_brief(value) or text == told
    assert "am9lOnB3" not in told
    assert b"am9lOnB3".hex(" ") not in told
    assert "***" in told or text == told
    assert text in (None, told)
