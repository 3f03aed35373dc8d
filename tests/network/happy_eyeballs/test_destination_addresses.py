"""Destination Address Selection, with the examples of RFC 6724 section 10.2.

https://www.rfc-editor.org/rfc/rfc6724#section-6
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.routes import V4, V6, have_routes, have_sources, target
from whatwg_websockets.network.happy_eyeballs import routes
from whatwg_websockets.network.happy_eyeballs.destination_addresses import order_of_destinations
from whatwg_websockets.network.happy_eyeballs.history import NOT_USED
from whatwg_websockets.network.happy_eyeballs.policy_table import PolicyTable


def nothing_known(target, source):
    return NOT_USED


def order(monkeypatch, *pairs, known=nothing_known):
    """Return addresses in order; each is given with its source address."""
    have_sources(monkeypatch, dict(pairs))
    targets = [target(destination) for destination, _ in pairs]
    found = order_of_destinations(targets, known, PolicyTable())
    return [each.address[0] for each in found]


EXAMPLES = {
    "matching scope, IPv6 first": [
        ("2001:db8:1::1", "2001:db8:1::2"),
        ("198.51.100.121", "169.254.13.78"),
    ],
    "matching scope, IPv4 first": [
        ("198.51.100.121", "198.51.100.117"),
        ("2001:db8:1::1", "fe80::1"),
    ],
    "higher precedence": [
        ("2001:db8:1::1", "2001:db8:1::2"),
        ("10.1.2.3", "10.1.2.4"),
    ],
    "smaller scope": [
        ("fe80::1", "fe80::2"),
        ("2001:db8:1::1", "2001:db8:1::2"),
    ],
    "matching label": [
        ("2002:c633:6401::1", "2002:c633:6401::2"),
        ("2001:db8:1::1", "2002:c633:6401::2"),
    ],
    "no way to it": [
        ("192.0.2.1", "192.0.2.2"),
        ("2001:db8:1::1", None),
    ],
    "a local address of another network": [
        ("198.51.100.121", "198.51.100.117"),
        ("fd00::1", "2001:db8:1::2"),
    ],
    "site-local": [
        ("2001:db8:1::1", "2001:db8:1::2"),
        ("fec0::1", "fec0::2"),
    ],
}


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("turned", [False, True])
def test_the_examples(monkeypatch, example, turned):
    pairs = EXAMPLES[example]
    expected = [destination for destination, _ in pairs]
    assert order(monkeypatch, *(pairs[::-1] if turned else pairs)) == expected


def test_equals_stay_in_the_order_of_the_system(monkeypatch):
    hosts = ["192.0.2.3", "192.0.2.1", "192.0.2.2"]
    assert order(monkeypatch, *((host, "192.0.2.99") for host in hosts)) == hosts


def test_a_shorter_round_trip_time_comes_first_and_what_was_not_used_last(monkeypatch):
    known = {"192.0.2.2": (False, 0.02), "192.0.2.3": (False, 0.01)}
    hosts = ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
    assert order(
        monkeypatch,
        *((host, "192.0.2.99") for host in hosts),
        known=lambda target, source: known.get(target.address[0], NOT_USED),
    ) == ["192.0.2.3", "192.0.2.2", "192.0.2.1"]


def test_what_is_known_does_not_come_before_the_precedence(monkeypatch):
    assert order(
        monkeypatch,
        ("192.0.2.1", "192.0.2.2"),
        ("2001:db8:1::1", "2001:db8:1::2"),
        known=lambda target, source: NOT_USED if ":" in source else (False, 0.001),
    ) == ["2001:db8:1::1", "192.0.2.1"]


def test_an_ipv4_address_that_is_mapped_to_ipv6_is_one_of_ipv4(monkeypatch):
    assert order(
        monkeypatch, ("::ffff:192.0.2.1", "::ffff:192.0.2.2"), ("2001:db8:1::1", "2001:db8:1::2")
    ) == ["2001:db8:1::1", "::ffff:192.0.2.1"]


def test_an_address_with_an_interface(monkeypatch):
    assert order(
        monkeypatch, ("2001:db8:1::1", "fe80::2%eth0"), ("fe80::1%eth0", "fe80::2%eth0")
    ) == [
        "fe80::1%eth0",
        "2001:db8:1::1",
    ]


addresses = st.ip_addresses().filter(lambda address: not address.is_multicast).map(str)


@given(st.dictionaries(addresses, st.none() | addresses))
def test_whatever_the_addresses_none_is_lost(sources):
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert sorted(order(monkeypatch, *sources.items())) == sorted(sources)


def test_the_source_address_is_what_the_system_says():
    assert routes.source_address(target("127.0.0.1")) == "127.0.0.1"


def test_an_address_to_which_there_is_no_way_has_no_source_address():
    """The system connects no socket to a broadcast address that does not ask for it."""
    assert routes.source_address(target("255.255.255.255")) is None


def test_the_families_with_a_route_are_those_that_lead_far_away(monkeypatch):
    have_routes(monkeypatch, V4)
    assert routes.families_with_a_route() == [V4]
    assert not routes.is_ipv6_only()
    have_routes(monkeypatch, V6)
    assert routes.families_with_a_route() == [V6]
    assert routes.is_ipv6_only()
    have_routes(monkeypatch, V4, V6)
    assert routes.families_with_a_route() == [V6, V4]
