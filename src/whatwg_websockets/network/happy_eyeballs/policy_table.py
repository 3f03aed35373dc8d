"""RFC 6724 section 2.1: the policy table, which gives prefixes a precedence and a label.

If ``/etc/gai.conf`` has another table for the system's ``getaddrinfo``, that table is used here as
well. An administrator may configure there that IPv4 is preferred, for example.
"""

import ipaddress
from collections.abc import Iterable, Mapping
from functools import cache

from whatwg_websockets.url.ip_address import IPAddress

Prefixes = Mapping[ipaddress.IPv6Network, int]

GAI_CONF = "/etc/gai.conf"

# § rfc6724-2.1-1. The default policy table has a prefix, a precedence and a label in each row.
_DEFAULT = (
    ("::1/128", 50, 0),
    ("::/0", 40, 1),
    ("::ffff:0:0/96", 35, 4),
    ("2002::/16", 30, 2),
    ("2001::/32", 5, 5),
    ("fc00::/7", 3, 13),
    ("::/96", 1, 3),
    ("fec0::/10", 1, 11),
    ("3ffe::/16", 1, 12),
)
PRECEDENCES = {ipaddress.IPv6Network(prefix): value for prefix, value, _ in _DEFAULT}
LABELS = {ipaddress.IPv6Network(prefix): value for prefix, _, value in _DEFAULT}


def in_ipv6(address: IPAddress) -> ipaddress.IPv6Address:
    """Return an IPv4 address as the IPv6 address that is mapped to it, and any other as it is."""
    if isinstance(address, ipaddress.IPv6Address):
        return address
    return ipaddress.IPv6Address(f"::ffff:{address}")


class PolicyTable:
    """A policy table, which gives each address a precedence and a label.

    Args:
        precedences: the precedence of each prefix. A higher precedence is preferred.
        labels: the label of each prefix. A destination should have the label of its source.
    """

    __slots__ = ("_labels", "_precedences")

    def __init__(self, precedences: Prefixes = PRECEDENCES, labels: Prefixes = LABELS) -> None:
        self._precedences = _longest_first(precedences)
        self._labels = _longest_first(labels)

    def precedence_of(self, address: IPAddress) -> int:
        """Return the precedence of an address, or 0 if no prefix matches."""
        return _look_up(self._precedences, address)

    def label_of(self, address: IPAddress) -> int:
        """Return the label of an address, or 0 if no prefix matches."""
        return _look_up(self._labels, address)


def _longest_first(prefixes: Prefixes) -> list[tuple[ipaddress.IPv6Network, int]]:
    return sorted(prefixes.items(), key=lambda each: -each[0].prefixlen)


def _look_up(prefixes: Iterable[tuple[ipaddress.IPv6Network, int]], address: IPAddress) -> int:
    # § rfc6724-2.1-2. The longest prefix that matches an address determines its table row.
    wanted = in_ipv6(address)
    return next((value for prefix, value in prefixes if wanted in prefix), 0)


def parse(text: str) -> PolicyTable:
    """Return the table of a ``gai.conf``.

    As in the C library, a single line of a kind replaces all default lines of that kind, and a line
    that cannot be parsed is ignored.
    """
    found: dict[str, dict[ipaddress.IPv6Network, int]] = {"precedence": {}, "label": {}}
    for line in text.splitlines():
        match line.partition("#")[0].split():
            case ["precedence" | "label" as kind, prefix, value]:
                try:
                    found[kind][ipaddress.IPv6Network(prefix, strict=False)] = int(value)
                except ValueError:
                    continue
    return PolicyTable(found["precedence"] or PRECEDENCES, found["label"] or LABELS)


@cache
def policy_table() -> PolicyTable:
    """Return the table of this machine, which is read once."""
    # § rfc6724-2.1-3. An administrator can replace the default policy table in /etc/gai.conf.
    try:
        with open(GAI_CONF, encoding="utf-8", errors="replace") as conf:
            return parse(conf.read())
    except OSError:
        return PolicyTable()
