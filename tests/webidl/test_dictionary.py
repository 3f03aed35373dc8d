"""Dictionaries are made of mappings and keyword arguments."""

from collections import OrderedDict, namedtuple
from types import SimpleNamespace

import pytest

from whatwg_websockets.webidl.conversions import to_boolean, to_dom_string
from whatwg_websockets.webidl.dictionary import Dictionary, Member
from whatwg_websockets.webidl.missing import MISSING

BASE = Dictionary("Base", {"z": Member(to_boolean, False), "a": Member(to_dom_string, "")})
DERIVED = Dictionary("Derived", {"m": Member(to_dom_string)}, inherits=BASE)


@pytest.mark.parametrize("value", [MISSING, None, {}])
def test_nothing_has_the_default_values_only(value):
    assert DERIVED.convert(value, {}) == {"a": "", "z": False}


def test_members_are_converted():
    assert DERIVED.convert({"a": 1.0, "z": "yes", "m": None}, {}) == {
        "a": "1",
        "z": True,
        "m": "null",
    }


def test_any_mapping_will_do():
    assert BASE.convert(OrderedDict(a="x"), {})["a"] == "x"


def test_keywords_are_members_too_and_go_first():
    assert DERIVED.convert({"a": "mapping", "z": 1}, {"a": "keyword", "m": ""}) == {
        "a": "keyword",
        "z": True,
        "m": "",
    }


def test_undefined_members_are_left_out():
    assert DERIVED.convert({"a": MISSING, "m": MISSING}, {"z": MISSING}) == {"a": "", "z": False}


def test_unknown_names_are_passed_over():
    assert BASE.convert({"other": 1}, {}) == {"a": "", "z": False}


def test_unknown_keywords_are_an_error():
    with pytest.raises(TypeError, match="Base has no member 'other'"):
        BASE.convert({}, {"other": 1})


class Options:
    a = 1.0

    @property
    def z(self):
        return "yes"


@pytest.mark.parametrize(
    "value", [Options(), Options, SimpleNamespace(a="1", z=1), namedtuple("N", "a z")("1", 1)]
)
def test_the_attributes_of_any_other_object_are_members(value):
    assert DERIVED.convert(value, {}) == {"a": "1", "z": True}
    assert DERIVED.convert(value, {"a": "keyword"})["a"] == "keyword"


@pytest.mark.parametrize("value", [[("a", "1")], print, b"a", object()])
def test_an_object_without_such_attributes_has_the_default_values_only(value):
    assert BASE.convert(value, {}) == {"a": "", "z": False}


def test_a_mapping_is_asked_for_its_keys_only():
    class Both(dict):
        a = "attribute"

    assert BASE.convert(Both(z=1), {}) == {"a": "", "z": True}


@pytest.mark.parametrize("value", ["x", 5, 1.5, True])
def test_what_is_no_object_is_an_error(value):
    with pytest.raises(TypeError, match=f"Base must be an object or a mapping, not {value!r}"):
        BASE.convert(value, {})


def test_members_are_read_in_order_the_inherited_first():
    read = []

    def note(name):
        return Member(lambda value: read.append(name))

    base = Dictionary("Base", {"y": note("y"), "b": note("b")})
    derived = Dictionary("Derived", {"x": note("x"), "a": note("a")}, inherits=base)
    derived.convert({"x": 1, "y": 1, "a": 1, "b": 1}, {})
    assert read == ["b", "y", "a", "x"]


def test_a_member_that_must_be_given_is_missed_in_its_turn():
    needy = Dictionary(
        "Needy",
        {
            "b": Member(to_boolean, is_required=True),
            "c": Member(to_boolean),
            "a": Member(to_boolean),
        },
    )
    assert needy.defaults == {}
    assert needy.convert({"b": 1}, {}) == {"b": True}
    read = []

    class Reads(dict):
        def get(self, name, default=None):
            read.append(name)
            return default

    with pytest.raises(TypeError, match="Needy needs the member 'b'"):
        needy.convert(Reads(), {})
    assert read == ["a", "b"]
