"""The host parser, section 3.5 of the URL Standard: ada's, for a host without a URL around it."""

import re
from typing import Final

from whatwg_websockets.url.url_record import parse

# What would end the host, or be left out, if it stood in a URL. The host parser refuses each of it.
_NO_HOST: Final = re.compile(r"[\x00-\x20#/:<>?@\[\\\]^|\x7f]")
_IPV6: Final = re.compile(r"\[[0-9A-Fa-f:.]+\]")


def parse_host(text: str) -> str | None:
    """Parse a domain or an IP address.

    Args:
        text: what may be a host, an IPv6 address in brackets.

    Returns:
        The host, serialized as a URL record has it; None for failure.

    Source: https://url.spec.whatwg.org/#concept-host-parser
    """
    if not text or (_NO_HOST.search(text) and not _IPV6.fullmatch(text)):
        return None
    url = parse(f"http://{text}/")
    return None if url is None else url.host
