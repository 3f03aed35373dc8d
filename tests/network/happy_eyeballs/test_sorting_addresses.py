"""The addresses of a host, in the order in which they are tried.

https://www.rfc-editor.org/rfc/rfc8305#section-4
"""

from support.routes import V4, V6, have_routes, target
from whatwg_websockets.network.happy_eyeballs.history import History
from whatwg_websockets.network.happy_eyeballs.sorting import in_order, interlaced, without_doubles


def order(function, *hosts):
    return [each.address[0] for each in function([target(host) for host in hosts])]


def test_the_families_take_turns_and_the_one_of_the_first_begins():
    assert order(interlaced, "1::1", "1::2", "1::3", "192.0.2.1") == [
        "1::1",
        "192.0.2.1",
        "1::2",
        "1::3",
    ]
    assert order(interlaced, "192.0.2.1", "192.0.2.2", "1::1") == ["192.0.2.1", "1::1", "192.0.2.2"]


def test_one_family_keeps_its_order():
    hosts = ["192.0.2.3", "192.0.2.1", "192.0.2.2"]
    assert order(interlaced, *hosts) == hosts


def test_an_address_that_is_named_twice_is_tried_once():
    """The second time it would stand in line behind itself."""
    assert order(without_doubles, "192.0.2.1", "192.0.2.1") == ["192.0.2.1"]
    assert order(without_doubles, "192.0.2.1", "::ffff:192.0.2.1") == ["192.0.2.1"]
    assert order(without_doubles, "::ffff:192.0.2.1", "192.0.2.1") == ["::ffff:192.0.2.1"]


def in_order_without_a_past(targets):
    return in_order(targets, History())


def test_ipv6_comes_first_whatever_was_answered_first(monkeypatch):
    have_routes(monkeypatch, V4, V6)
    assert order(in_order_without_a_past, "192.0.2.1", "192.0.2.2", "2001:db8::1") == [
        "2001:db8::1",
        "192.0.2.1",
        "192.0.2.2",
    ]


def test_an_address_alone_needs_no_order():
    assert order(in_order_without_a_past, "192.0.2.1", "192.0.2.1") == ["192.0.2.1"]


def test_hundreds_of_addresses(monkeypatch):
    have_routes(monkeypatch, V4, V6)
    hosts = [f"192.0.2.{n}" for n in range(250)] + [f"2001:db8::{n:x}" for n in range(1, 250)]
    found = order(in_order_without_a_past, *hosts)
    assert sorted(found) == sorted(hosts)
    assert found[:4] == ["2001:db8::1", "192.0.2.0", "2001:db8::2", "192.0.2.1"]


def test_an_address_that_has_worked_comes_first_in_its_family(monkeypatch):
    have_routes(monkeypatch, V4, V6)
    history = History()
    history.connected(target("192.0.2.2"), "192.0.2.99", 0.01)
    found = in_order([target(f"192.0.2.{n}") for n in (1, 2, 3)], history)
    assert [each.address[0] for each in found] == ["192.0.2.2", "192.0.2.1", "192.0.2.3"]
