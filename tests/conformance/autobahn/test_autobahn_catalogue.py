import pytest

from websocket_conformance.autobahn.catalogue import (
    CASES,
    CATEGORIES,
    UnknownPatternError,
    expected_seconds,
    in_playing_order,
    patience,
    select,
)


def test_there_are_517_cases_each_once():
    assert len(CASES) == len(set(CASES)) == 517


def test_cases_are_in_the_order_of_their_numbers():
    assert list(CASES) == sorted(CASES, key=lambda case: [int(part) for part in case.split(".")])


def test_categories_are_those_of_the_suite():
    assert {category.number: len(category.cases) for category in CATEGORIES} == {
        1: 16,
        2: 11,
        3: 7,
        4: 10,
        5: 20,
        6: 145,
        7: 37,
        9: 54,
        10: 1,
        12: 90,
        13: 126,
    }


def test_a_pattern_selects_in_the_order_of_the_suite():
    assert select(["7.1.1", "6.4.*", "6.4.1"]) == ("6.4.1", "6.4.2", "6.4.3", "6.4.4", "7.1.1")
    assert select(["*"]) == CASES
    assert select(["2.*"])[-1] == "2.11"


@pytest.mark.parametrize("pattern", ["8.*", "6", "6.4", "", "1.1.1 "])
def test_a_pattern_that_selects_nothing_is_named(pattern):
    with pytest.raises(UnknownPatternError, match=f"{pattern!r}"):
        select(["1.*", pattern])


def test_patience_outlasts_the_server_s():
    assert patience("12.1.5") > 480
    assert patience("1.1.1") < patience("9.1.1")


def test_quick_cases_are_played_first_and_long_ones_before_shorter_ones():
    order = in_playing_order(CASES)
    assert sorted(order) == sorted(CASES)
    quick = [case for case in CASES if not case.startswith(("12.", "13."))]
    assert order[: len(quick)] == quick
    seconds = [expected_seconds(case) for case in order[len(quick) :]]
    assert order[len(quick)] == "12.3.10"
    assert seconds == sorted(seconds, reverse=True)
