import asyncio
import types

import pytest

from whatwg_websockets.authentication.credentials import Secret
from whatwg_websockets.steps.trace.values import changes, shown, shown_locals


class Unfinished:
    def __repr__(self):
        raise AttributeError("url")


class Plain:
    pass


class Somewhere:
    def __repr__(self):
        return "<Somewhere at 0x7f00aa>"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (None, "None"),
        ("Zwölf", "'Zwölf'"),
        (b"\x00", r"b'\x00'"),
        (bytearray(b"a"), "b'a'"),
        ([1, "a", Plain()], "[1, 'a', <Plain>]"),
        ((1,), "(1)"),
        ({1}, "{1}"),
        ({"a": [1]}, "{'a': [1]}"),
        ([[[1]]], "[[[…]]]"),
        (list(range(9)), "[0, 1, 2, 3, … 9 in all]"),
        (Somewhere(), "<Somewhere>"),
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


def test_a_long_value_is_cut_and_its_length_said():
    assert shown("a" * 1000).endswith("… (1000 characters)")
    assert shown(b"a" * 1000).endswith("… (1000 bytes)")
    assert len(shown("a" * 1_000_000)) < 110
    assert len(shown(["a" * 100] * 4)) == 80


def test_the_variables_of_a_function():
    variables = {"self": 1, "socket": 2, "_": 3, "code": 1000, "thing": Plain()}
    assert shown_locals(variables) == {"code": "1000"}


def test_what_has_changed():
    assert changes({"a": "1", "b": "2"}, {"a": "1", "b": "3", "c": "4"}) == {"b": "3", "c": "4"}
    many = {str(i): "x" for i in range(20)}
    assert len(changes({}, many)) == 6


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("ws://joe:pw@host.example/a@b", "'ws://joe:***@host.example/a@b'"),
        ("ws://joe@work:pw@host.example/", "'ws://joe@work:***@host.example/'"),
        ("ws://:pw@host.example", "'ws://:***@host.example'"),
        ("ws://joe:p w@x@host.example/", "'ws://joe:***@host.example/'"),
        (["ws://joe:pw@host.example/"], "['ws://joe:***@host.example/']"),
        (b"ws://joe:pw@host.example/", "b'ws://joe:***@host.example/'"),
        # No URL: all up to the last @ may be a password.
        ("ws://joe:p/w@host.example/", "'ws://joe:***@host.example/'"),
        ("ws://joe:" + "p" * 1_000 + "@host/", "'ws://joe:***@host/' (1015 characters)"),
        ("ws://host.example:8080/a@b", "'ws://host.example:8080/a@b'"),
        ("ws://joe@host.example/", "'ws://joe@host.example/'"),
        (b"Basic am9lOnB3", "b'Basic ***'"),
        ("Bearer a.b-c", "'Bearer ***'"),
        (b"GET / HTTP/1.1\r\nAuthorization: Basic am9lOnB3\r\n", None),
        (b"CONNECT a:1 HTTP/1.1\r\nProxy-Authorization: Bearer am9lOnB3\r\n", None),
        (b"Basic " + b"am9lOnB3" * 20, "b'Basic ***' (166 bytes)"),
        ("no Basic training", "'no Basic training'"),
        (Secret(b"am9lOnB3"), "***"),
        ([Secret(b"am9lOnB3")], "[***]"),
    ],
)
def test_no_password_is_shown(value, text):
    told = shown(value)
    assert "am9lOnB3" not in told
    assert "***" in told or text == told
    assert text in (None, told)
