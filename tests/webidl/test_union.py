"""The union of a string and a sequence of strings: a mapping is a string, as an object is."""

import pytest

from whatwg_websockets.webidl.missing import MISSING
from whatwg_websockets.webidl.union import to_dom_string_or_sequence


@pytest.mark.parametrize("value", [["a", 1], ("a", 1), {"a": 0, 1: 0}.keys(), iter(["a", 1])])
def test_what_can_be_iterated_over_becomes_a_sequence(value):
    assert to_dom_string_or_sequence(value) == ["a", "1"]


@pytest.mark.parametrize(
    ("value", "string"), [("ab", "ab"), (7, "7"), (None, "null"), (MISSING, "undefined")]
)
def test_everything_else_becomes_a_string(value, string):
    assert to_dom_string_or_sequence(value) == string


def test_a_mapping_becomes_a_string_rather_than_the_sequence_of_its_keys():
    with pytest.warns(RuntimeWarning, match="a value of type dict was converted"):
        assert to_dom_string_or_sequence({"a": 1}) == "[object Object]"
