"""The host parser, section 3.5 of the URL Standard: ada's parser, for a host without a URL."""

import re
from typing import Final

from whatwg_websockets.url.url_record import parse

# The code points that would end the host, or be dropped, if the text stood in a URL. The host
# parser refuses each of them.
_NO_HOST: Final = re.compile(r"[\x00-\x20#/:<>?@\[\\\]^|\x7f]")
_IPV6: Final = re.compile(r"\[[0-9A-Fa-f:.]+\]")


def parse_host(text: str) -> str | None:
    """Parse a domain or an IP address.

    Args:
        text: the text to parse; an IPv6 address is in brackets.

    Returns:
        The host, serialized as in a URL record; None for failure.

    Source: https://url.spec.whatwg.org/#concept-host-parser
    """
    if not text or (_NO_HOST.search(text) and not _IPV6.fullmatch(text)):
        return None
    url = parse(f"http://{text}/")
    return None if url is None else url.host
