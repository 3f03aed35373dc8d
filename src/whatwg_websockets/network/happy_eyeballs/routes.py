"""Which way the system would take to an address, if any. Nothing is sent to find out."""

import socket
from contextlib import closing

from whatwg_websockets.network.target import Target

IPV6, IPV4 = socket.AF_INET6, socket.AF_INET

# A server of the root zone, as an address that is in nobody's local network.
_FAR_AWAY = {
    IPV6: Target(IPV6, ("2001:503:ba3e::2:30", 53)),
    IPV4: Target(IPV4, ("198.41.0.4", 53)),
}


def source_address(target: Target) -> str | None:
    """Return the address of this machine from which the system would connect, or None.

    Source: RFC 6724 section 5, which the system carries out
    """
    try:
        with closing(socket.socket(target.family, socket.SOCK_DGRAM)) as probe:
            probe.connect(target.address)
            return str(probe.getsockname()[0])
    except OSError:
        return None


def families_with_a_route() -> list[socket.AddressFamily]:
    """Return the families in which there is a way to the Internet, IPv6 first."""
    return [family for family, target in _FAR_AWAY.items() if source_address(target) is not None]


def is_ipv6_only() -> bool:
    """Tell whether there is a way to the Internet in IPv6, and none in IPv4."""
    return families_with_a_route() == [IPV6]
