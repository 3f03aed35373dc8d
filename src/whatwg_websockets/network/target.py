"""The addresses of a host, as something to connect to."""

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

from whatwg_websockets.network.line_of_connections import Address


@dataclass(frozen=True, slots=True)
class Target:
    """One address of a host: what a socket needs to connect to it.

    Attributes:
        family: ``socket.AF_INET`` or ``socket.AF_INET6``.
        address: what ``connect`` takes: an IP address, a port, and for IPv6 two numbers more.
    """

    family: int
    address: tuple[Any, ...]

    @property
    def is_loopback(self) -> bool:
        """Whether it is an address of this machine, which never leaves it."""
        return ipaddress.ip_address(self.address[0]).is_loopback

    def address_in_line(self) -> Address:
        """Return IP address and port; ``::ffff:192.0.2.1`` is 192.0.2.1, and leads there."""
        host, port = self.address[:2]
        if self.family == socket.AF_INET6:
            host = str(ipaddress.IPv6Address(host).ipv4_mapped or host)
        return host, port


def interleaved(targets: Iterable[Target]) -> list[Target]:
    """Let the families take turns, beginning with that of the first, and leave out what is double.

    Where one family does not work at all, the other's turn then comes after a single attempt.

    Source: RFC 8305 section 4, with a First Address Family Count of 1
    """
    once: dict[Address, Target] = {}
    for target in targets:
        once.setdefault(target.address_in_line(), target)
    families: dict[int, list[Target]] = {}
    for target in once.values():
        families.setdefault(target.family, []).append(target)
    turns = chain.from_iterable(zip_longest(*families.values()))
    return [target for target in turns if target is not None]
