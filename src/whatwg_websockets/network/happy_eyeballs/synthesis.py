"""RFC 8305 section 7: IPv4 addresses in a network with IPv6 only and NAT64.

Such a network reaches IPv4 addresses through IPv6 addresses that contain them (RFC 6052). Its DNS
synthesizes these for names (DNS64), but not for IP addresses, for names whose IPv6 addresses do not
work, or for names that only another resolver knows. This module synthesizes these.
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
"""Seconds after the last attempt with an IPv6 address until IPv4 addresses are queried."""


def places_of_ipv4(prefix_length: int) -> list[int]:
    """Return the indices of the octets in an IPv6 address that hold the IPv4 address.

    The octets follow the prefix, and skip the octet of the bits 64 to 71.

    Source: RFC 6052 section 2.2
    """
    return [place for place in range(prefix_length // 8, 16) if place != 8][:4]


def synthesized(ipv4: str, prefix: bytes, prefix_length: int) -> str:
    """Return the IPv6 address that contains an IPv4 address.

    Args:
        ipv4: the IPv4 address.
        prefix: 16 octets, which are zero after the prefix.
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
    """Find the prefix in the IPv6 address that DNS64 has synthesized for a well-known address.

    Returns:
        16 octets, which are zero after the prefix, and the length of the prefix in bits; or None if
        the address contains no well-known address, or contains more than one.

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
    """Return the IPv6 addresses of IPv4 addresses in a network with NAT64, or else an empty list.

    Args:
        targets: addresses, of which those of IPv6 are ignored.
        limit: the number of seconds that the system may take to find the prefix.

    Source: RFC 8305 section 7.1
    """
    ipv4 = [each.address[:2] for each in targets if each.family == socket.AF_INET]
    # § rfc8305-7-2. IPv6 addresses are synthesized only if the machine has a route to IPv6
    #   addresses, and no route to IPv4 addresses.
    if not (ipv4 and routes.is_ipv6_only()):
        return []
    answer = await addresses_of(socket.AF_INET6, WELL_KNOWN_NAME, 0, limit)
    known = [] if isinstance(answer, Cause) else [prefix_in(each.address[0]) for each in answer]
    # § rfc8305-7.1-1. For each prefix of the network, an IPv6 address is synthesized from each IPv4
    #   address.
    return [
        Target(socket.AF_INET6, (synthesized(host, *prefix), port))
        for prefix in dict.fromkeys(known)
        if prefix is not None
        for host, port in ipv4
    ]


async def last_resort(host: str, port: int, limit: float) -> Answer:
    """Return the synthesized IPv6 addresses for the IPv4 addresses of a name.

    Args:
        host: the name, whose IPv6 addresses do not answer.
        port: the port of each address.
        limit: the number of seconds that each query may take.

    Source: RFC 8305 section 7.2
    """
    # § rfc8305-7.2-1. If no IPv6 address has answered, the IPv4 addresses of the name are queried.
    answer = await addresses_of(socket.AF_INET, host, port, limit)
    return answer if isinstance(answer, Cause) else await ipv6_in_place_of(answer, limit)
