"""Domain names as RFC 6797 compares them: label by label, in ASCII, whatever their case.

Source: RFC 6797 sections 8.2 and 10
"""

import re
from collections.abc import Iterator
from typing import Final

from whatwg_websockets.url.public_suffix import is_domain
from whatwg_websockets.url.url_record import parse
from whatwg_websockets.webidl.messages import shown

# Blanks, and what would end the host of a URL or stand before it; a colon belongs to IPv6 alone.
_NOT_IN_A_HOST: Final = re.compile(r"[\x00-\x20/?#@\\]|^[^\[]*:|\]:")


def canonical(host: str) -> str:
    """Return a host as a URL record has it, without a dot at its end.

    Args:
        host: as people write it: in Unicode, in upper case, an IPv6 address with its brackets.

    Raises:
        ValueError: it is no host.
    """
    record = None if _NOT_IN_A_HOST.search(host) else parse(f"https://{host}/")
    name = "" if record is None or record.host is None else record.host.removesuffix(".")
    if not name:
        raise ValueError(f"not a host: {shown(host)}")
    return name


def domain_of(host: str) -> str:
    """Return a domain as a URL record has it, without a dot at its end.

    Raises:
        ValueError: it is no domain, but an IP address, or nothing of the kind.
    """
    name = canonical(host)
    # § rfc6797-8.1.1-1. An IP address is no name that could be noted.
    if not is_domain(name):
        raise ValueError(f"an IP address is never a known HSTS host: {shown(host)}")
    return name


def superdomains(name: str) -> Iterator[str]:
    """Iterate over the domains above one, from the nearest: ``b.example``, then ``example``."""
    _, dot, above = name.partition(".")
    while dot:
        yield above
        _, dot, above = above.partition(".")
