"""The history of addresses: its entries, their lifetimes, and where they apply.

https://www.rfc-editor.org/rfc/rfc8305#section-4
"""

import pytest

from support.routes import target
from whatwg_websockets import EnvironmentSettings
from whatwg_websockets.network.happy_eyeballs import history
from whatwg_websockets.network.happy_eyeballs.history import NOT_USED, History, history_of


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(history, "monotonic", lambda: now[0])
    return now


A, B = target("192.0.2.1"), target("192.0.2.2")


def test_an_address_that_was_connected_to_is_known(clock):
    known = History()
    assert known.what_is_known(A, "10.0.0.1") == NOT_USED
    known.connected(A, "10.0.0.1", 0.2)
    known.connected(A, "10.0.0.1", 0.1)
    assert known.what_is_known(A, "10.0.0.1") == (False, 0.1)
    assert known.what_is_known(target("192.0.2.1", 443), "10.0.0.1") == (False, 0.1)
    assert known.what_is_known(B, "10.0.0.1") == NOT_USED


def test_it_is_not_known_from_another_network(clock):
    known = History()
    known.connected(A, "10.0.0.1", 0.1)
    assert known.what_is_known(A, "10.7.0.1") == NOT_USED


def test_it_is_forgotten_after_a_time(clock):
    known = History()
    known.connected(A, "10.0.0.1", 0.1)
    clock[0] = history.REMEMBERED_FOR
    assert known.what_is_known(A, "10.0.0.1") == (False, 0.1)
    clock[0] += 1
    assert known.what_is_known(A, "10.0.0.1") == NOT_USED


def test_what_was_not_used_for_longest_is_forgotten_where_there_is_too_much(clock, monkeypatch):
    monkeypatch.setattr(history, "MOST_ADDRESSES", 2)
    known = History()
    for each in (A, B, A, target("192.0.2.3")):
        known.connected(each, "10.0.0.1", 0.1)
    assert known.what_is_known(B, "10.0.0.1") == NOT_USED
    assert known.what_is_known(A, "10.0.0.1") == (False, 0.1)


def test_each_settings_object_has_a_memory_of_its_own():
    one, other = EnvironmentSettings(), EnvironmentSettings()
    assert one.history_of_addresses is None
    assert history_of(one) is history_of(one)
    assert history_of(one) is not history_of(other)
