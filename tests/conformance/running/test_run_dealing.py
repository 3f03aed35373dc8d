import pytest

from websocket_conformance.cases.catalogue import by_number, every
from websocket_conformance.cases.play import RoundTrips
from websocket_conformance.cases.profile import Profile
from websocket_conformance.running.breadth import Breadth, breadth
from websocket_conformance.running.dealing import deal, weight
from websocket_conformance.running.suites.autobahn import AutobahnSuite
from websocket_conformance.running.suites.embedded import EmbeddedSuite
from websocket_conformance.running.testee import own

KNOWN = by_number(Profile.QUICK)
SUITES = [EmbeddedSuite(Profile.QUICK, 1.0), AutobahnSuite(None, 1.0)]


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("lanes", [1, 2, 5])
def test_all_cases_are_dealt_out_once(suite, lanes):
    heaps = suite.deal(list(KNOWN), lanes)
    assert len(heaps) == lanes
    assert sorted(case for heap in heaps for case in heap) == sorted(KNOWN)


@pytest.mark.parametrize("suite", SUITES)
def test_there_are_no_more_lanes_than_cases(suite):
    assert sorted(suite.deal(["1.1.1", "6.4.1"], 4)) == [["1.1.1"], ["6.4.1"]]


@pytest.mark.parametrize("lanes", [2, 5])
def test_a_stream_stays_in_one_lane(lanes):
    homes: dict[object, set[int]] = {}
    for place, heap in enumerate(deal(KNOWN.values(), lanes)):
        for case in heap:
            if isinstance(case.play, RoundTrips) and case.play.asked:
                stream = case.play.stream
                homes.setdefault((stream.source, stream.size), set()).add(place)
    assert {len(home) for home in homes.values()} == {1}


def test_two_lanes_have_about_the_same_to_do():
    one, other = (sum(map(weight, heap)) for heap in deal(KNOWN.values(), 2))
    assert max(one, other) < 1.1 * min(one, other)


def test_the_cases_that_wait_come_first():
    (heap,) = deal(KNOWN.values(), 1)
    first = {case.number for case in heap[:6]}
    assert first == {"5.19", "5.20", "6.4.1", "6.4.2", "6.4.3", "6.4.4"}


def test_slow_handshakes_come_first_too_and_count_as_much_work():
    one, other = deal(every(Profile.QUICK).values(), 2)
    slow = {"24.1.7", "24.5.1"}
    assert slow <= {case.number for heap in (one, other) for case in heap[:6]}
    sums = [sum(map(weight, heap)) for heap in (one, other)]
    assert max(sums) < 1.1 * min(sums)


def test_what_is_left_of_cases_without_work_is_estimated_by_their_number():
    # A client that ignores refusals lets the judge wait in each of them, not only in the slow ones.
    suite = EmbeddedSuite(Profile.QUICK, 1.0)
    handshakes = [case for case in every(Profile.QUICK) if 20 <= int(case.partition(".")[0]) < 30]
    times = {case: suite.expected(case) for case in handshakes}
    assert {"24.1.7", "24.5.1"} <= times.keys()
    assert max(times.values()) < 1.1 * min(times.values())
    assert suite.expected("9.1.6") > 5 * max(times.values())


def test_large_and_small_cases_are_spread_among_each_other():
    (heap,) = deal(KNOWN.values(), 1)
    half = len(heap) // 2
    halves = [sum(weight(case) > 0.05 for case in part) for part in (heap[:half], heap[half:])]
    assert abs(halves[0] - halves[1]) < 20
    large = [weight(case) for case in heap if weight(case) > 0.05]
    assert large == sorted(large, reverse=True)


@pytest.mark.parametrize(
    ("command", "jobs", "lanes", "most_jobs", "expected"),
    [
        ("x {url} {jobs}", None, 1, 8, Breadth(1, 8)),
        ("x {url} {jobs}", None, 4, 8, Breadth(4, 8)),
        ("x {url} {jobs}", 3, 4, 8, Breadth(3, 1)),
        ("x {url} {jobs}", 9, 2, 8, Breadth(2, 4)),
        ("x {url} {jobs}", 9, 2, 1, Breadth(9, 1)),
        ("x {url}", 3, 4, 8, Breadth(3, 1)),
    ],
)
def test_how_many_cases_are_played_at_a_time(command, jobs, lanes, most_jobs, expected):
    assert breadth(own(command, "x"), jobs, lanes, most_jobs) == expected


def test_a_command_of_ones_own_is_asked_for_as_many_as_a_person_wants():
    assert own("x {url} {jobs}", "x").command("ws://h", "", 100)[2] == "100"


def test_a_testee_that_plays_one_at_a_time_has_a_lane_for_each_core(monkeypatch):
    monkeypatch.setattr("websocket_conformance.running.breadth.cores", lambda: 6)
    assert breadth(own("x {url}", "x"), None, 1, 8) == Breadth(6, 1)


def test_the_real_suite_has_a_server_for_each_core(monkeypatch):
    monkeypatch.setattr("websocket_conformance.running.breadth.cores", lambda: 6)
    suite = AutobahnSuite(None, None)
    assert breadth(own("x {url} {jobs}", "x"), None, suite.lanes, suite.most_jobs) == Breadth(6, 1)


def test_a_run_has_a_lane_for_each_core_and_a_short_one_more(monkeypatch):
    monkeypatch.setattr("websocket_conformance.running.suites.embedded.cores", lambda: 6)
    assert EmbeddedSuite(Profile.FULL, 1.0).lanes == 6
    assert EmbeddedSuite(Profile.QUICK, 1.0).lanes == 7


def test_the_profiles():
    assert [profile.messages for profile in Profile] == [10, 1000]
