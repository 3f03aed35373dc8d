"""Which way the system would take to an address, as a test says."""

import ipaddress
import socket
from collections.abc import Mapping

import pytest

from whatwg_websockets.network.happy_eyeballs import routes
from whatwg_websockets.network.target import Target

V4, V6 = socket.AF_INET, socket.AF_INET6

SOURCES: dict[int, str] = {V4: "192.0.2.99", V6: "2001:db8::99"}


def have_routes(monkeypatch: pytest.MonkeyPatch, *families: int) -> None:
    """Let there be a way to each address of these families, and to this machine."""
    original = routes.source_address

    def source_address(target: Target) -> str | None:
        if target.is_loopback:
            return original(target)
        return SOURCES[target.family] if target.family in families else None

    monkeypatch.setattr(routes, "source_address", source_address)


def have_sources(monkeypatch: pytest.MonkeyPatch, sources: Mapping[str, str | None]) -> None:
    """Let the system choose these source addresses for these addresses."""
    monkeypatch.setattr(routes, "source_address", lambda target: sources[target.address[0]])


def target(host: str, port: int = 80) -> Target:
    """Return an IP address as something to connect to."""
    version = ipaddress.ip_address(host.partition("%")[0]).version
    return Target(V6 if version == 6 else V4, (host, port))
