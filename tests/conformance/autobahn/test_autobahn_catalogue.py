from collections import Counter

from websocket_conformance.autobahn.catalogue import CASES, expected_seconds, patience
from websocket_conformance.running.suites.autobahn import AutobahnSuite


def test_there_are_517_cases_each_once():
    assert len(CASES) == len(set(CASES)) == 517


def test_cases_are_in_the_order_of_their_numbers():
    assert list(CASES) == sorted(CASES, key=lambda case: [int(part) for part in case.split(".")])


def test_there_are_as_many_in_each_category_as_the_suite_has():
    assert Counter(int(case.partition(".")[0]) for case in CASES) == {
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


def test_patience_outlasts_the_server_s():
    assert patience("12.1.5") > 480
    assert patience("1.1.1") < patience("9.1.1")


def test_the_servers_have_about_the_same_to_do_each_in_the_order_of_the_suite():
    heaps = AutobahnSuite(None, None).deal(CASES, 3)
    assert sorted(case for heap in heaps for case in heap) == sorted(CASES)
    assert all(heap == [case for case in CASES if case in heap] for heap in heaps)
    first, *others = (sum(map(expected_seconds, heap)) for heap in heaps)
    assert all(abs(first - other) < 1 for other in others)
