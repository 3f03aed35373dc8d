"""Hosts that are connected to directly: the grammar of ``no_proxy``.

No standard has it, and programs differ. Names are matched as curl and Python do (a domain stands
for itself and all below it, with or without a dot in front); addresses in CIDR notation as curl and
Go do; ports as Go and Chromium do; ``<local>``, ``<-loopback>``, patterns with ``*``, and the hosts
that need no entry are Chromium's.
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
    """A host and a port that a list is asked about.

    Attributes:
        name: the host, in lower case, without brackets and without a dot at its end.
        address: the IP address that it is; None for a domain. One of IPv4 that is written in IPv6
            is one of IPv4.
        port: the port.
    """

    __slots__ = ("address", "name", "port")

    def __init__(self, host: str, port: int) -> None:
        self.name = host.strip("[]").lower().removesuffix(".")
        self.address = _ip_address(self.name)
        self.port = port

    @property
    def is_this_machine(self) -> bool:
        """Whether it is localhost, or an address that no other network has.

        Chromium calls these the implicit bypass rules: no proxy can reach what is meant by them.
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
    """A list of hosts, as ``no_proxy`` has it.

    Args:
        entries: strings, each with entries between commas or white space.
        place: where they stand, for the words of a failure.

    Raises:
        ValueError: an entry is none.
    """

    def __init__(self, entries: str | Iterable[str], place: str) -> None:
        strings = [entries] if isinstance(entries, str) else list(entries)
        words = [word for each in strings for word in _SEPARATORS.split(each) if word]
        self._written = ",".join(words)
        self._has_this_machine = "<-loopback>" not in words
        self._tests = [_test(word, place) for word in words if word != "<-loopback>"]

    def has(self, host: str, port: int) -> bool:
        """Tell whether the list has a host, or is silent about one that needs no entry.

        Args:
            host: the host of a URL; an IPv6 address may have brackets.
            port: the port, also where it is the default one.
        """
        asked = Host(host, port)
        if self._has_this_machine and asked.is_this_machine:
            return True
        return any(test(asked) for test in self._tests)

    def __str__(self) -> str:
        """Write the entries, with commas between them."""
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
        raise _bad(word, "there is no such port", place)
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
        raise _bad(word, "it is no network in CIDR notation", place)
    if "*" in written:
        parts = map(re.escape, written.lower().removesuffix(".").split("*"))
        pattern = re.compile(".*".join(parts), re.DOTALL)
        return lambda host: pattern.fullmatch(host.name) is not None
    # The host of a URL is serialized, and so has to be what it is compared with.
    record = parse(f"http://{written.removeprefix('.')}")
    if record is None or record.port is not None or "@" in written or record.path != "/":
        raise _bad(word, "it is no host", place)
    if record.query is not None or record.fragment is not None:
        raise _bad(word, "it is no host", place)
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
