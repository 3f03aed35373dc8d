"""Resolve an origin, section 2.5 of the Fetch Standard: from a host to its IP addresses."""

import asyncio
import socket

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.network.cause import (
    Cause,
    NotConnected,
    timed_out,
    why_a_name_has_no_address,
)
from whatwg_websockets.network.name_resolution import getaddrinfo
from whatwg_websockets.network.target import Target

LOOPBACK = ((socket.AF_INET6, "::1"), (socket.AF_INET, "127.0.0.1"))


@algorithm("resolve-an-origin", "resolve an origin")
async def resolve_an_origin(host: str, port: int, limit: float) -> list[Target]:
    """Return the addresses of a host, in the order in which they are to be tried.

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
        return [Target(family, (host, port))]
    # 2. The name localhost, and each name below it, is this machine, and the system is not asked.
    if is_localhost(host):
        return [Target(family, (ip, port)) for family, ip in LOOPBACK]
    try:
        # 3. Every other name is resolved by the system, within the limit of the handshake.
        async with asyncio.timeout(limit):
            found = await getaddrinfo(host, port)
    except TimeoutError:
        raise timed_out("resolving", "resolving the name", limit) from None
    except (OSError, UnicodeError) as error:
        # 4. A name without addresses is a failure, which keeps its reason for the log.
        raise NotConnected(why_a_name_has_no_address(error)) from error
    targets = [Target(f, a) for f, _, _, _, a in found if f in (socket.AF_INET, socket.AF_INET6)]
    if not targets:
        raise NotConnected(Cause("the name has no address", "name not found", "resolving"))
    return targets


def is_localhost(host: str) -> bool:
    """Tell whether a domain is ``localhost`` or below it, with or without a dot at its end.

    Source: RFC 6761 section 6.3
    """
    labels = host.lower().removesuffix(".").split(".")
    # An empty label makes it none that DNS could have, and the system says so.
    return labels[-1] == "localhost" and all(labels)


def _family_of_an_ip_address(host: str) -> int | None:
    """Return the family of an IP address as a URL has it, or None for a domain."""
    if ":" in host:
        return socket.AF_INET6
    try:
        socket.inet_pton(socket.AF_INET, host)
    except OSError:
        return None
    return socket.AF_INET
