"""Public suffixes and registrable domains, section 3.2 of the URL Standard.

The list is that of the library publicsuffixlist, which is read when it is first needed (30 ms on a
machine of 2026) and kept for the program: it is the same for all and does not change.
"""

import functools
from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.url.domain import is_domain

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


@algorithm("host-public-suffix", "public suffix")
def public_suffix(host: str) -> str | None:
    """Return the part of a host below which anybody can register, such as ``co.uk``.

    Args:
        host: serialized, as a URL record has it.

    Returns:
        The public suffix; None for an IP address, and for a name with an empty label, which no list
        has. A domain whose end is on no list has its last label as public suffix.

    Source: https://url.spec.whatwg.org/#host-public-suffix
    """
    # 1. An IP address belongs to one owner as a whole.
    if not is_domain(host):
        return None
    # 2. A dot at the end is kept.
    trailing_dot = "." if host.endswith(".") else ""
    # 3. The list says which suffix is public.
    suffix = _list().publicsuffix(host)
    # 4. The list leaves the dot at the end out, and it is put back.
    # 5. A name with an empty label has no public suffix.
    return None if suffix is None else suffix + trailing_dot


@algorithm("host-registrable-domain", "registrable domain")
def registrable_domain(host: str) -> str | None:
    """Return the part of a host that somebody registered, such as ``example.co.uk``.

    Args:
        host: serialized, as a URL record has it.

    Returns:
        The public suffix with the label before it; None where there is none.

    Source: https://url.spec.whatwg.org/#host-registrable-domain
    """
    # 1. A public suffix is registered by nobody who could be told from another.
    if public_suffix(host) in (None, host):
        return None
    # 2. A dot at the end is kept.
    trailing_dot = "." if host.endswith(".") else ""
    # 3. The list says where the public suffix begins.
    domain = _list().privatesuffix(host)
    # 4. A host that is longer than its public suffix has a label before it.
    assert domain is not None
    # 5. The list leaves the dot at the end out, and it is put back.
    return domain + trailing_dot


@functools.cache
def _list() -> "PublicSuffixList":
    """Read the list."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
