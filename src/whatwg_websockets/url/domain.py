"""Domains: which hosts are domains, which domains are this machine's, and which are above one.

Source: https://url.spec.whatwg.org/#concept-domain
"""

from collections.abc import Iterator


def is_domain(host: str) -> bool:
    """Tell whether a host, serialized, is a domain: no IP address and not empty.

    The last label of a domain is no number; the host parser takes what ends in one for an IPv4
    address.

    Source: https://url.spec.whatwg.org/#concept-domain
    """
    return host != "" and not host.startswith("[") and not host.rpartition(".")[2].isdigit()


def is_localhost(domain: str) -> bool:
    """Tell whether a domain is ``localhost`` or below it, with or without a dot at its end.

    Args:
        domain: in lower case.

    Source: RFC 6761 section 6.3
    """
    return domain.removesuffix(".").rpartition(".")[2] == "localhost"


def superdomains(name: str) -> Iterator[str]:
    """Iterate over the domains above one, from the nearest: ``b.example``, then ``example``."""
    _, dot, above = name.partition(".")
    while dot:
        yield above
        _, dot, above = above.partition(".")
