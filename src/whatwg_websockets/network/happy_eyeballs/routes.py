"""The route that the system would take to an address, which is found without sending anything."""

import socket
from contextlib import closing

from whatwg_websockets.network.target import Target

IPV6, IPV4 = socket.AF_INET6, socket.AF_INET

# The addresses of a DNS root server, which are outside of every local network.
_FAR_AWAY = {
    IPV6: Target(IPV6, ("2001:503:ba3e::2:30", 53)),
    IPV4: Target(IPV4, ("198.41.0.4", 53)),
}


def source_address(target: Target) -> str | None:
    """Return the source address from which the system would connect, or None without a route.

    Source: RFC 6724 section 5, which the system implements
    """
    try:
        with closing(socket.socket(target.family, socket.SOCK_DGRAM)) as probe:
            probe.connect(target.address)
            return str(probe.getsockname()[0])
    except OSError:
        return None


def families_with_a_route() -> list[socket.AddressFamily]:
    """Return the address families with a route to the Internet, IPv6 first."""
    return [family for family, target in _FAR_AWAY.items() if source_address(target) is not None]


def is_ipv6_only() -> bool:
    """Return whether the machine has a route to the Internet in IPv6 only."""
    return families_with_a_route() == [IPV6]
