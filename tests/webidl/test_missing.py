"""A missing argument is distinguished from null."""

import whatwg_websockets
from whatwg_websockets.webidl.missing import MISSING, Missing


def test_it_is_one_value_and_not_none():
    assert Missing("undefined") is MISSING
    assert list(Missing) == [MISSING]
    assert MISSING is not None


def test_it_is_false_as_undefined_is():
    assert not MISSING


def test_it_shows_its_name():
    assert repr(MISSING) == str(MISSING) == "undefined"


def test_programs_have_it_under_javascripts_name():
    assert whatwg_websockets.undefined is MISSING
    assert "undefined" in whatwg_websockets.__all__
