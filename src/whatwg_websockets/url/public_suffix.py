"""Public suffixes and registrable domains, section 3.2 of the URL Standard.

The list is that of the library publicsuffixlist. It is read when it is first needed (30 ms on a
machine of 2026) and kept for the whole program, since it does not change.
"""

import functools
from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.url.domain import is_domain

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


@algorithm("host-public-suffix", "public suffix")
def public_suffix(host: str) -> str | None:
    """Return the suffix of a host below which anyone can register a domain, such as ``co.uk``.

    Args:
        host: the host, serialized as in a URL record.

    Returns:
        The public suffix; None for an IP address, and for a name with an empty label, which the
        list does not contain. If the list has no rule for a domain, the last label is its suffix.

    Source: https://url.spec.whatwg.org/#host-public-suffix
    """
    # 1. Return null for a host that is not a domain.
    if not is_domain(host):
        return None
    # 2. Remember whether the host ends with a dot.
    trailing_dot = "." if host.endswith(".") else ""
    # 3. Look the host's public suffix up in the Public Suffix List.
    suffix = _list().publicsuffix(host)
    # 4. Assert that the public suffix does not end with a dot; the library returns the suffix
    #    without a final dot.
    # 5. Return the public suffix with the host's final dot, or null for a host with an empty label.
    return None if suffix is None else suffix + trailing_dot


@algorithm("host-registrable-domain", "registrable domain")
def registrable_domain(host: str) -> str | None:
    """Return the registrable domain of a host, such as ``example.co.uk``.

    Args:
        host: the host, serialized as in a URL record.

    Returns:
        The public suffix with the label before it; None for a host without one of them.

    Source: https://url.spec.whatwg.org/#host-registrable-domain
    """
    # 1. Return null for a host without a public suffix, and for a host that is a public suffix
    #    itself.
    if public_suffix(host) in (None, host):
        return None
    # 2. Remember whether the host ends with a dot.
    trailing_dot = "." if host.endswith(".") else ""
    # 3. Get the host's public suffix and the label before it from the Public Suffix List.
    domain = _list().privatesuffix(host)
    # 4. Assert that a host that is longer than its public suffix has a registrable domain.
    assert domain is not None
    # 5. Return the registrable domain with the host's final dot.
    return domain + trailing_dot


@functools.cache
def _list() -> "PublicSuffixList":
    """Return the Public Suffix List, which is read once."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
