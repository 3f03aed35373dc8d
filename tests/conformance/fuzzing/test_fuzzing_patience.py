import asyncio
import heapq
import itertools
import time

import pytest

from websocket_conformance.fuzzing.patience import AT_EASE, Patience


class Loop:
    """A loop whose turns come as late as a test wants."""

    def __init__(self):
        self.now = 100.0
        self.work = 1.0
        self.timers = []
        self.numbers = itertools.count()

    def time(self):
        return self.now

    def call_later(self, delay, act):
        heapq.heappush(self.timers, (self.now + delay, next(self.numbers), act))

    def turn(self, late=0.0, work=0.0):
        """Do what is next, later than it is due, with some work of the judge's own before it."""
        when, _, act = heapq.heappop(self.timers)
        self.now = when + late
        self.work += work
        act()


@pytest.fixture
def loop(monkeypatch):
    made = Loop()
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: made)
    monkeypatch.setattr(time, "process_time", lambda: made.work)
    return made


def test_a_quiet_machine_needs_none(loop):
    patience = Patience(lambda: 1)
    assert patience() == 1.0
    for _ in range(10):
        loop.turn()
    assert patience() == 1.0


def test_it_grows_with_the_cases_in_play(loop):
    cases = 1
    patience = Patience(lambda: cases)
    assert patience() == 1.0
    cases = 10 * AT_EASE
    assert patience() == 10.0
    cases = 100 * AT_EASE
    assert patience() == 15.0


def test_there_may_be_a_least(loop):
    assert Patience(lambda: 1, least=5.0)() == 5.0


def test_a_judge_that_is_always_late_gives_its_peers_more_time(loop):
    patience = Patience(lambda: 1)
    patience()
    for _ in range(1000):
        loop.turn(late=0.05)
    assert patience() == pytest.approx(3.0)
    loop.turn(late=0.001)
    assert 2.9 < patience() < 3.0


def test_a_single_turn_that_comes_late_adds_little_more_than_it_cost(loop):
    patience = Patience(lambda: 1)
    patience()
    loop.turn(late=0.1)
    assert 1.1 < patience() < 1.5


def test_its_own_work_makes_it_late_and_nobody_else(loop):
    patience = Patience(lambda: 1)
    patience()
    loop.turn(late=0.05, work=0.1)
    assert patience() == 1.0


def test_a_delay_is_forgotten(loop):
    patience = Patience(lambda: 1)
    patience()
    loop.turn(late=0.5)
    assert patience() > 3.0
    for _ in range(1000):
        loop.turn()
    assert patience() == pytest.approx(1.0)


def test_a_delay_is_forgotten_while_nothing_is_played_too(loop):
    cases = 1
    patience = Patience(lambda: cases)
    patience()
    cases = 0
    loop.turn(late=0.5)
    assert patience() > 3.0
    loop.now += 60
    assert patience() == pytest.approx(1.0)


def test_a_machine_that_stood_still_does_not_stop_all_deadlines(loop):
    patience = Patience(lambda: 1)
    patience()
    loop.turn(late=3600.0)
    assert patience() == 15.0


def test_nobody_looks_while_nothing_is_played(loop):
    cases = 1
    patience = Patience(lambda: cases)
    patience()
    cases = 0
    loop.turn()
    assert loop.timers == []
    cases = 1
    patience()
    patience()
    assert len(loop.timers) == 1
