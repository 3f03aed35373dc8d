"""Resolve an origin, section 2.5 of the Fetch Standard: the IP addresses of a host."""

import socket

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.network.cause import NotConnected
from whatwg_websockets.network.happy_eyeballs.addresses import Addresses
from whatwg_websockets.network.happy_eyeballs.resolution import (
    ask_for_addresses,
    why_there_are_no_addresses,
)
from whatwg_websockets.network.target import Target
from whatwg_websockets.url.domain import is_localhost

LOOPBACK = ((socket.AF_INET6, "::1"), (socket.AF_INET, "127.0.0.1"))


@algorithm("resolve-an-origin", "resolve an origin")
async def resolve_an_origin(host: str, port: int, limit: float) -> Addresses:
    """Return the addresses of a host: at least one, and others that may become known later.

    Args:
        host: a domain, or an IP address without brackets.
        port: the port of all the addresses.
        limit: the time that the system may take to resolve a name, in seconds.

    Raises:
        NotConnected: the name has no address, or was not resolved within the limit.

    Source: https://fetch.spec.whatwg.org/#resolve-an-origin
    """
    # 1. Return the address of a host that is an IP address.
    family = _family_of_an_ip_address(host)
    if family is not None:
        return Addresses([Target(family, (host, port))])
    # 2. Return the loopback addresses for localhost and the names below it, without asking the
    #    system.
    if _is_this_machine(host):
        return Addresses(Target(family, (ip, port)) for family, ip in LOOPBACK)
    # 3. Have the system resolve a name that is not a loopback name, within the time limit of the
    #   handshake.
    addresses = await ask_for_addresses(host, port, limit)
    # 4. If the name has no addresses, raise NotConnected with the reason, which is written to the
    #   log.
    if not addresses.known():
        raise NotConnected(why_there_are_no_addresses(addresses.causes))
    return addresses


def _is_this_machine(host: str) -> bool:
    labels = host.removesuffix(".").split(".")
    # DNS does not allow an empty label. Such a name is passed to the system, which reports that.
    return is_localhost(host.lower()) and all(labels)


def _family_of_an_ip_address(host: str) -> int | None:
    """Return the family of an IP address as in a URL, without brackets; None for a domain."""
    if ":" in host:
        return socket.AF_INET6
    try:
        socket.inet_pton(socket.AF_INET, host)
    except OSError:
        return None
    return socket.AF_INET
