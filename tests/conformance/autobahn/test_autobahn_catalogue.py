import pytest

from websocket_conformance.autobahn.catalogue import (
    CASES,
    CATEGORIES,
    UnknownPatternError,
    best,
    deal,
    expected_seconds,
    patience,
    select,
)
from websocket_conformance.results.verdict import Verdict


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


def test_the_servers_have_about_the_same_to_do_each_in_the_order_of_the_suite():
    heaps = deal(CASES, 3)
    assert sorted(case for heap in heaps for case in heap) == sorted(CASES)
    assert all(heap == [case for case in CASES if case in heap] for heap in heaps)
    first, *others = (sum(map(expected_seconds, heap)) for heap in heaps)
    assert all(abs(first - other) < 1 for other in others)


@pytest.mark.parametrize("case", ["7.1.6", "7.13.1", "7.13.2"])
def test_informational_is_the_best_for_three_cases(case):
    assert best(case) is Verdict.INFORMATIONAL


def test_ok_is_the_best_for_all_others():
    assert [best(case) for case in CASES].count(Verdict.OK) == 514
