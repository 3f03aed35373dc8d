"""An address of a host that a socket can connect to."""

import ipaddress
import socket
from dataclasses import dataclass
from typing import Any

from whatwg_websockets.network.line_of_connections import PROXY, Address


@dataclass(frozen=True, slots=True)
class Target:
    """One address of a host, as a socket's ``connect`` takes it.

    Attributes:
        family: ``socket.AF_INET`` or ``socket.AF_INET6``.
        address: an IP address, a port, and for IPv6 the flow information and the scope.
    """

    family: int
    address: tuple[Any, ...]

    @property
    def is_loopback(self) -> bool:
        """Whether the address is a loopback address, of this machine itself."""
        return ipaddress.ip_address(self.address[0]).is_loopback

    def address_in_line(self, *, is_proxy: bool = False) -> Address:
        """Return the IP address and the port, with an IPv4-mapped IPv6 address as IPv4.

        Args:
            is_proxy: whether the address is that of a proxy, which has a line of its own.
        """
        host, port = self.address[:2]
        if self.family == socket.AF_INET6:
            host = str(ipaddress.IPv6Address(host).ipv4_mapped or host)
        return (host, port, PROXY) if is_proxy else (host, port)
