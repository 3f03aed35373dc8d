"""RFC 8305 section 7: IPv4 addresses in a network that has IPv6 only, and NAT64.

Such a network leads to IPv4 addresses through IPv6 addresses that have them inside (RFC 6052). Its
DNS makes them of names (DNS64), but not of IP addresses, nor of names whose IPv6 addresses are
broken, nor of those that only another resolver knows. For these they are made here.
"""

import ipaddress
import socket
from collections.abc import Iterable

from whatwg_websockets.network.cause import Cause
from whatwg_websockets.network.happy_eyeballs import routes
from whatwg_websockets.network.name_resolution import Answer, addresses_of
from whatwg_websockets.network.target import Target

WELL_KNOWN_NAME = "ipv4only.arpa"
WELL_KNOWN_ADDRESSES = frozenset((bytes((192, 0, 0, 170)), bytes((192, 0, 0, 171))))

PREFIX_LENGTHS = (32, 40, 48, 56, 64, 96)

LAST_RESORT_LOCAL_SYNTHESIS_DELAY = 2.0
"""Seconds after the last attempt at an IPv6 address, until IPv4 addresses are asked for."""


def places_of_ipv4(prefix_length: int) -> list[int]:
    """Return which octets of an IPv6 address are those of the IPv4 address inside.

    They follow the prefix, and leave out the octet of the bits 64 to 71.

    Source: RFC 6052 section 2.2
    """
    return [place for place in range(prefix_length // 8, 16) if place != 8][:4]


def synthesized(ipv4: str, prefix: bytes, prefix_length: int) -> str:
    """Return the IPv6 address that leads to an IPv4 address.

    Args:
        ipv4: the IPv4 address.
        prefix: 16 octets, which are zero behind the prefix.
        prefix_length: the length of the prefix in bits.

    Source: RFC 6052 section 2.3
    """
    octets = bytearray(prefix)
    for place, octet in zip(
        places_of_ipv4(prefix_length), ipaddress.IPv4Address(ipv4).packed, strict=True
    ):
        octets[place] = octet
    return str(ipaddress.IPv6Address(bytes(octets)))


def prefix_in(address: str) -> tuple[bytes, int] | None:
    """Find the prefix in what DNS64 has made of a well-known address.

    Returns:
        16 octets, which are zero behind the prefix, and the length of the prefix in bits; None
        where there is no well-known address, or more than one.

    Source: RFC 7050 section 3
    """
    octets = ipaddress.IPv6Address(address.partition("%")[0]).packed
    found = [
        (octets[: length // 8].ljust(16, b"\0"), length)
        for length in PREFIX_LENGTHS
        if bytes(octets[place] for place in places_of_ipv4(length)) in WELL_KNOWN_ADDRESSES
    ]
    return found[0] if len(found) == 1 else None


async def ipv6_in_place_of(targets: Iterable[Target], limit: float) -> list[Target]:
    """Return the addresses that lead to IPv4 addresses, in a network with NAT64; else none.

    Args:
        targets: addresses. Those of IPv6 count for nothing.
        limit: seconds that the system may take to tell the prefix.

    Source: RFC 8305 section 7.1
    """
    ipv4 = [each.address[:2] for each in targets if each.family == socket.AF_INET]
    # § rfc8305-7-2. This is done only where there is a way to IPv6 addresses, and none to IPv4
    #   addresses.
    if not (ipv4 and routes.is_ipv6_only()):
        return []
    answer = await addresses_of(socket.AF_INET6, WELL_KNOWN_NAME, 0, limit)
    known = [] if isinstance(answer, Cause) else [prefix_in(each.address[0]) for each in answer]
    # § rfc8305-7.1-1. Each prefix of the network gives an address that leads to the IPv4 address.
    return [
        Target(socket.AF_INET6, (synthesized(host, *prefix), port))
        for prefix in dict.fromkeys(known)
        if prefix is not None
        for host, port in ipv4
    ]


async def last_resort(host: str, port: int, limit: float) -> Answer:
    """Return the addresses that lead to the IPv4 addresses of a name.

    Args:
        host: the name, whose IPv6 addresses do not answer.
        port: the port at all of the addresses.
        limit: seconds that each query may take.

    Source: RFC 8305 section 7.2
    """
    # § rfc8305-7.2-1. The IPv4 addresses of the name are asked for only now.
    answer = await addresses_of(socket.AF_INET, host, port, limit)
    return answer if isinstance(answer, Cause) else await ipv6_in_place_of(answer, limit)
