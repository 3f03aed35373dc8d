"""The host names of WPT's configuration, which all stand for this machine.

The implementation that loads a page is given the addresses. If it can only resolve names with the
system, the system's hosts file needs the lines that ``python -m websocket_conformance.wpt.hosts``
prints.
"""

import sys
from itertools import product

HOST = "web-platform.test"
ALTERNATE = "not-web-platform.test"
ADDRESS = "127.0.0.1"

_WORDS = ("www", "www1", "www2", "天気の良い日", "élève")
_NO_WORDS = ("nonexistent",)

SUBDOMAINS = frozenset(_WORDS) | {".".join(pair) for pair in product(_WORDS, repeat=2)}
"""The subdomains of both hosts."""

NO_SUBDOMAINS = frozenset(_NO_WORDS) | {".".join(pair) for pair in product(_NO_WORDS, repeat=2)}
"""The subdomains that tests name, but that do not exist."""


def names() -> list[str]:
    """Return every name that exists, in ASCII."""
    return sorted(
        ".".join(filter(None, (_ascii(subdomain), host)))
        for host in (HOST, ALTERNATE)
        for subdomain in ("", *SUBDOMAINS)
    )


def _ascii(subdomain: str) -> str:
    return subdomain.encode("idna").decode("ascii") if subdomain else ""


def addresses() -> dict[str, str]:
    """Return the address of each name that exists, as a hosts file would have it."""
    return dict.fromkeys(names(), ADDRESS)


def lines() -> str:
    """Return the lines for a hosts file."""
    return "".join(f"{address}\t{name}\n" for name, address in addresses().items())


if __name__ == "__main__":
    sys.stdout.write(lines())
