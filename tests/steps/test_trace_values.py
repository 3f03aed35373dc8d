import asyncio
import types

import pytest

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
