"""IPv4 addresses in a network that has IPv6 only.

https://www.rfc-editor.org/rfc/rfc8305#section-7
"""

import asyncio
import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.routes import V4, V6, have_routes, target
from whatwg_websockets.network.cause import Cause
from whatwg_websockets.network.happy_eyeballs.synthesis import (
    PREFIX_LENGTHS,
    WELL_KNOWN_NAME,
    ipv6_in_place_of,
    last_resort,
    prefix_in,
    synthesized,
)

# https://www.rfc-editor.org/rfc/rfc6052#section-2.4
EXAMPLES = [
    ("2001:db8::", 32, "2001:db8:c000:221::"),
    ("2001:db8:100::", 40, "2001:db8:1c0:2:21::"),
    ("2001:db8:122::", 48, "2001:db8:122:c000:2:2100::"),
    ("2001:db8:122:300::", 56, "2001:db8:122:3c0:0:221::"),
    ("2001:db8:122:344::", 64, "2001:db8:122:344:c0:2:2100::"),
    ("2001:db8:122:344::", 96, "2001:db8:122:344::c000:221"),
    ("64:ff9b::", 96, "64:ff9b::c000:221"),
]


@pytest.mark.parametrize(("prefix", "length", "expected"), EXAMPLES)
def test_the_examples(prefix, length, expected):
    made = synthesized("192.0.2.33", ipaddress.IPv6Address(prefix).packed, length)
    assert ipaddress.ip_address(made) == ipaddress.ip_address(expected)


@given(st.binary(min_size=12, max_size=12), st.sampled_from(PREFIX_LENGTHS), st.booleans())
def test_the_prefix_is_found_in_what_was_made_with_it(octets, length, is_first):
    prefix = bytearray(octets[: length // 8].ljust(16, b"\0"))
    prefix[8] = 0
    made = synthesized(f"192.0.0.17{0 if is_first else 1}", bytes(prefix), length)
    found = prefix_in(made)
    # The prefix may have a well-known address of its own inside: then there are two to choose from.
    assert found in (None, (bytes(prefix), length))


def test_what_has_no_well_known_address_or_two_has_no_prefix():
    assert prefix_in("2001:db8::1") is None
    assert prefix_in("2001:db8:c000:aa:0:0:c000:aa") is None
    assert prefix_in("64:ff9b::c000:aa%eth0") is not None


def have_dns(answers):
    """Make the loop's resolver return these addresses."""
    asked = []

    async def getaddrinfo(host, port, *, family, **_):
        asked.append((host, family))
        found = answers.get((host, family), socket.gaierror(socket.EAI_NONAME, "no"))
        if isinstance(found, Exception):
            raise found
        return [(family, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    asyncio.get_running_loop().getaddrinfo = getaddrinfo
    return asked


NAT64 = {(WELL_KNOWN_NAME, V6): ["64:ff9b::c000:aa", "64:ff9b::c000:ab", "2001:db8::1"]}


async def test_the_prefix_of_the_network_leads_to_ipv4_addresses(monkeypatch):
    have_routes(monkeypatch, V6)
    have_dns(NAT64)
    assert await ipv6_in_place_of([target("192.0.2.33", 443), target("2001:db8::7")], 1) == [
        target("64:ff9b::c000:221", 443)
    ]


async def test_a_network_without_nat64_has_no_prefix(monkeypatch):
    have_routes(monkeypatch, V6)
    have_dns({})
    assert await ipv6_in_place_of([target("192.0.2.33")], 1) == []


async def test_where_there_is_a_way_to_ipv4_nobody_is_asked(monkeypatch):
    have_routes(monkeypatch, V4, V6)
    asked = have_dns(NAT64)
    assert await ipv6_in_place_of([target("192.0.2.33")], 1) == []
    have_routes(monkeypatch, V6)
    assert await ipv6_in_place_of([target("2001:db8::7")], 1) == []
    assert asked == []


async def test_the_last_resort_asks_for_the_ipv4_addresses_of_the_name(monkeypatch):
    have_routes(monkeypatch, V6)
    asked = have_dns({("name.example", V4): ["192.0.2.33"], **NAT64})
    assert await last_resort("name.example", 80, 1) == [target("64:ff9b::c000:221")]
    assert asked == [("name.example", V4), (WELL_KNOWN_NAME, V6)]


async def test_a_last_resort_without_ipv4_addresses(monkeypatch):
    have_routes(monkeypatch, V6)
    have_dns(NAT64)
    answer = await last_resort("name.example", 80, 1)
    assert isinstance(answer, Cause)
    assert answer.kind == "name not found"
