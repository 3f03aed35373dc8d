"""Domains: whether a host is a domain, whether it is this machine, and which domains are above it.

Source: https://url.spec.whatwg.org/#concept-domain
"""

from collections.abc import Iterator


def is_domain(host: str) -> bool:
    """Return whether a host, serialized, is a domain: neither an IP address nor empty.

    The last label of a domain is not a number: the host parser parses a host that ends in a number
    as an IPv4 address.
    Source: https://url.spec.whatwg.org/#concept-domain
    """
    return host != "" and not host.startswith("[") and not host.rpartition(".")[2].isdigit()


def is_localhost(domain: str) -> bool:
    """Return whether a domain is ``localhost`` or below it, with or without a dot at its end.

    Args:
        domain: the domain in lower case.

    Source: RFC 6761 section 6.3
    """
    return domain.removesuffix(".").rpartition(".")[2] == "localhost"


def superdomains(name: str) -> Iterator[str]:
    """Iterate over the domains above a domain, nearest first: ``b.example``, then ``example``."""
    _, dot, above = name.partition(".")
    while dot:
        yield above
        _, dot, above = above.partition(".")
