"""The addresses of a host, as something to connect to."""

import ipaddress
import socket
from dataclasses import dataclass
from typing import Any

from whatwg_websockets.network.line_of_connections import PROXY, Address


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

    def address_in_line(self, *, is_proxy: bool = False) -> Address:
        """Return IP address and port; ``::ffff:192.0.2.1`` is 192.0.2.1, and leads there.

        Args:
            is_proxy: whether it is connected to as a proxy, which has a line of its own.
        """
        host, port = self.address[:2]
        if self.family == socket.AF_INET6:
            host = str(ipaddress.IPv6Address(host).ipv4_mapped or host)
        return (host, port, PROXY) if is_proxy else (host, port)
