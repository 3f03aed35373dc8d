"""Hosts that are connected to directly: the grammar of ``no_proxy``.

No standard defines it, and programs differ. Names are matched as in curl and Python (a domain
matches itself and all domains below it, with or without a leading dot); addresses in CIDR notation
as in curl and Go; ports as in Go and Chromium. ``<local>``, ``<-loopback>``, patterns with ``*``,
and the hosts that need no entry are those of Chromium.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable
from typing import Final

from whatwg_websockets.url.domain import is_localhost
from whatwg_websockets.url.ip_address import IPAddress, parse_ip_address
from whatwg_websockets.url.url_record import parse

_SEPARATORS: Final = re.compile(r"[\s,]+")
_BRACKETS: Final = re.compile(r"\[([^][]*)\](/[0-9]+)?")
_PORT: Final = re.compile(r"(.*):([0-9]+)", re.DOTALL)


class Host:
    """A host and a port to look up in a list.

    Attributes:
        name: the host, in lower case, without brackets and without a dot at its end.
        address: the IP address; None for a domain. An IPv4 address that is written in IPv6 is an
            IPv4 address.
        port: the port.
    """

    __slots__ = ("address", "name", "port")

    def __init__(self, host: str, port: int) -> None:
        self.name = host.strip("[]").lower().removesuffix(".")
        self.address = _ip_address(self.name)
        self.port = port

    @property
    def is_this_machine(self) -> bool:
        """Whether the host is localhost, or a loopback or link-local address.

        Chromium calls these the implicit bypass rules: a proxy cannot reach such a host.
        """
        if self.address is not None:
            return self.address.is_loopback or self.address.is_link_local
        return is_localhost(self.name)


def _ip_address(name: str) -> IPAddress | None:
    try:
        return parse_ip_address(name)
    except ValueError:
        return None


Test = Callable[[Host], bool]


class HostList:
    """A list of hosts, such as the value of ``no_proxy``.

    Args:
        entries: strings, each with entries separated by commas or white space.
        place: the name of the argument or variable, for error messages.

    Raises:
        ValueError: an entry is not valid.
    """

    def __init__(self, entries: str | Iterable[str], place: str) -> None:
        strings = [entries] if isinstance(entries, str) else list(entries)
        words = [word for each in strings for word in _SEPARATORS.split(each) if word]
        self._written = ",".join(words)
        self._has_this_machine = "<-loopback>" not in words
        self._tests = [_test(word, place) for word in words if word != "<-loopback>"]

    def has(self, host: str, port: int) -> bool:
        """Return whether the list contains a host, or the host needs no entry.

        Args:
            host: the host of a URL; an IPv6 address may have brackets.
            port: the port, even if it is the default port.
        """
        asked = Host(host, port)
        if self._has_this_machine and asked.is_this_machine:
            return True
        return any(test(asked) for test in self._tests)

    def __str__(self) -> str:
        """Return the entries, separated by commas."""
        return self._written


def _test(word: str, place: str) -> Test:
    if word == "<local>":
        return lambda host: "." not in host.name and host.address is None
    network = _network(word)
    if network is not None:
        return network
    match = _PORT.fullmatch(word)
    if match is None:
        return _test_of_a_host(word, word, place)
    port = int(match[2])
    if port > 65_535:
        raise _bad(word, "its port is larger than 65535", place)
    test = _network(match[1]) or _test_of_a_host(match[1], word, place)
    return lambda host: host.port == port and test(host)


def _network(word: str) -> Test | None:
    """Return the test for an IP address, or for a network in CIDR notation; else None."""
    match = _BRACKETS.fullmatch(word)
    written = word if match is None else "".join(match.groups(""))
    try:
        network = ipaddress.ip_network(written, strict=False)
    except ValueError:
        return None
    if network.version == 6 and network.network_address.ipv4_mapped and network.prefixlen >= 96:
        network = ipaddress.ip_network(
            (network.network_address.ipv4_mapped, network.prefixlen - 96), strict=False
        )
    return lambda host: host.address is not None and host.address in network


def _test_of_a_host(written: str, word: str, place: str) -> Test:
    """Return the test for a domain, or for a pattern."""
    if "/" in written:
        raise _bad(word, "it is not a network in CIDR notation", place)
    if "*" in written:
        parts = map(re.escape, written.lower().removesuffix(".").split("*"))
        pattern = re.compile(".*".join(parts), re.DOTALL)
        return lambda host: pattern.fullmatch(host.name) is not None
    # The host is parsed, since the host of a URL, with which it is compared, is serialized.
    record = parse(f"http://{written.removeprefix('.')}")
    if record is None or record.port is not None or "@" in written or record.path != "/":
        raise _bad(word, "it is not a host", place)
    if record.query is not None or record.fragment is not None:
        raise _bad(word, "it is not a host", place)
    wanted = Host(record.host or "", 0)
    if wanted.address is not None:
        return lambda host: host.address == wanted.address
    below = f".{wanted.name}"
    return lambda host: host.name == wanted.name or host.name.endswith(below)


def _bad(word: str, why: str, place: str) -> ValueError:
    return ValueError(
        f"{place}: {word!r} cannot be an entry: {why}; an entry is a domain, an IP address, a "
        "network, one of these with a port, a pattern with *, <local> or <-loopback>"
    )
