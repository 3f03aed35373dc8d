"""A left-out argument is told from null."""

from whatwg_websockets.webidl.missing import MISSING, Missing


def test_it_is_one_value_and_not_none():
    assert Missing("undefined") is MISSING
    assert list(Missing) == [MISSING]
    assert MISSING is not None


def test_it_is_false_as_undefined_is():
    assert not MISSING


def test_it_shows_its_name():
    assert repr(MISSING) == "MISSING"
