"""The names of WPT's configuration, all of this machine.

A page is told the addresses, so there is no need of a hosts file, unless an implementation asks the
system: ``python -m websocket_conformance.wpt.hosts`` prints the lines.
"""

import sys
from itertools import product

HOST = "web-platform.test"
ALTERNATE = "not-web-platform.test"
ADDRESS = "127.0.0.1"

_WORDS = ("www", "www1", "www2", "天気の良い日", "élève")
_NO_WORDS = ("nonexistent",)

SUBDOMAINS = frozenset(_WORDS) | {".".join(pair) for pair in product(_WORDS, repeat=2)}
"""The subdomains that both hosts have."""

NO_SUBDOMAINS = frozenset(_NO_WORDS) | {".".join(pair) for pair in product(_NO_WORDS, repeat=2)}
"""The subdomains that tests name, and that do not exist."""


def names() -> list[str]:
    """Every name that exists, in ASCII."""
    return sorted(
        ".".join(filter(None, (_ascii(subdomain), host)))
        for host in (HOST, ALTERNATE)
        for subdomain in ("", *SUBDOMAINS)
    )


def _ascii(subdomain: str) -> str:
    return subdomain.encode("idna").decode("ascii") if subdomain else ""


def addresses() -> dict[str, str]:
    """What a hosts file would say: the address of each name that exists."""
    return dict.fromkeys(names(), ADDRESS)


def lines() -> str:
    """The lines for a hosts file, which those need who ask the system for addresses."""
    return "".join(f"{address}\t{name}\n" for name, address in addresses().items())


if __name__ == "__main__":
    sys.stdout.write(lines())
