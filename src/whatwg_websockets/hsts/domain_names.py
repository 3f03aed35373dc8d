"""Domain names as RFC 6797 compares them: label by label, in ASCII, case-insensitively.

Source: RFC 6797 sections 8.2 and 10
"""

from whatwg_websockets.url.domain import is_domain
from whatwg_websockets.url.host_parser import parse_host
from whatwg_websockets.webidl.messages import shown


def canonical(host: str) -> str:
    """Return a host as in a URL record, without a dot at its end.

    Args:
        host: the host as people write it: in Unicode, in upper case, an IPv6 address with brackets.

    Raises:
        ValueError: the text is not a host.
    """
    name = (parse_host(host) or "").removesuffix(".")
    if not name:
        raise ValueError(f"not a host: {shown(host)}")
    return name


def domain_of(host: str) -> str:
    """Return a domain as in a URL record, without a dot at its end.

    Raises:
        ValueError: the text is an IP address, or not a host.
    """
    name = canonical(host)
    # § rfc6797-8.1.1-1. Refuse an IP address, which cannot be noted as a known HSTS host.
    if not is_domain(name):
        raise ValueError(f"an IP address is never a known HSTS host: {shown(host)}")
    return name
