"""Resolve an origin, section 2.5 of the Fetch Standard: from a host to its IP addresses."""

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
        port: the port at all of them.
        limit: seconds that the system may take to resolve a name.

    Raises:
        NotConnected: the name has no address, or was not resolved within the limit.

    Source: https://fetch.spec.whatwg.org/#resolve-an-origin
    """
    # 1. An IP address is its own answer, and nobody is asked for it.
    family = _family_of_an_ip_address(host)
    if family is not None:
        return Addresses([Target(family, (host, port))])
    # 2. The name localhost, and each name below it, is this machine, and the system is not asked.
    if _is_this_machine(host):
        return Addresses(Target(family, (ip, port)) for family, ip in LOOPBACK)
    # 3. Every other name is resolved by the system, within the limit of the handshake.
    addresses = await ask_for_addresses(host, port, limit)
    # 4. A name without addresses is a failure, which keeps its reason for the log.
    if not addresses.known():
        raise NotConnected(why_there_are_no_addresses(addresses.causes))
    return addresses


def _is_this_machine(host: str) -> bool:
    labels = host.removesuffix(".").split(".")
    # An empty label makes it none that DNS could have, and the system says so.
    return is_localhost(host.lower()) and all(labels)


def _family_of_an_ip_address(host: str) -> int | None:
    """Return the family of an IP address as a URL has it, or None for a domain."""
    if ":" in host:
        return socket.AF_INET6
    try:
        socket.inet_pton(socket.AF_INET, host)
    except OSError:
        return None
    return socket.AF_INET
