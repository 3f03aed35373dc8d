"""Sequences of Web IDL: each element is converted, and neither a string nor a mapping is one."""

import pytest

from whatwg_websockets.webidl.conversions import to_dom_string
from whatwg_websockets.webidl.sequence import create_sequence, to_sequence


@pytest.mark.parametrize("value", [[1, None, True], (1, None, True), iter([1, None, True])])
def test_each_element_is_converted_in_order(value):
    assert to_sequence(value, to_dom_string, "names must be a list") == ["1", "null", "true"]


@pytest.mark.parametrize("value", [None, 1, "ab", {"a": "b"}, object()])
def test_anything_else_is_a_type_error_that_names_the_value(value):
    with pytest.raises(TypeError, match="names must be a list, not "):
        to_sequence(value, to_dom_string, "names must be a list")


def test_an_element_that_cannot_be_converted_ends_the_iteration():
    elements = iter([0, "x", 1])
    with pytest.raises(ValueError, match="'x'"):
        create_sequence(elements, int)
    assert list(elements) == [1]
