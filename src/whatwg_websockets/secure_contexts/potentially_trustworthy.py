"""Sections 3.1 and 3.2 of Secure Contexts: is an origin, is a URL, potentially trustworthy?"""

import re
from typing import Final

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.url.domain import is_localhost
from whatwg_websockets.url.origin import OpaqueOrigin, Origin
from whatwg_websockets.url.url_record import UrlRecord, origin_of

# A host as the URL Standard writes it, so an address has one way to be written.
_LOOPBACK: Final = re.compile(r"127(?:\.[0-9]+){3}|\[::1\]")


@algorithm("potentially-trustworthy-origin", "is origin potentially trustworthy?")
def is_origin_potentially_trustworthy(origin: Origin) -> bool:
    """Tell whether data from an origin can be taken to arrive as it was sent.

    Source: https://w3c.github.io/webappsec-secure-contexts/#potentially-trustworthy-origin
    """
    # 1. An opaque origin is not trustworthy, since nobody can say whose it is.
    if isinstance(origin, OpaqueOrigin):
        return False
    # 2. Every other origin is a tuple origin.
    # 3. TLS says whose data it is, and that nobody changed it.
    if origin.scheme in {"https", "wss"}:
        return True
    # 4. Data from a loopback address does not leave the machine.
    if _LOOPBACK.fullmatch(origin.host):
        return True
    # 5. The name localhost, and each name below it, is resolved to loopback addresses here, as
    #    "let localhost be localhost" asks for.
    is_this_machine = is_localhost(origin.host)
    # 6. The origin of a file URL is opaque here, so the first step has returned.
    # 7. No other scheme is taken to be authenticated.
    # 8. No origin is configured as a trustworthy one.
    # 9. Whatever else there is came over a network without TLS.
    return is_this_machine  # noqa: RET504 (it is returned by another step)


@algorithm("potentially-trustworthy-url", "is url potentially trustworthy?")
def is_url_potentially_trustworthy(url: UrlRecord) -> bool:
    """Tell whether what a URL leads to can be taken to arrive as it was sent.

    Source: https://w3c.github.io/webappsec-secure-contexts/#potentially-trustworthy-url
    """
    # 1. The documents about:blank and about:srcdoc come from whoever opened them.
    if url.scheme == "about" and url.serialize() in {"about:blank", "about:srcdoc"}:
        return True
    # 2. The data of a data URL stands in the URL itself.
    if url.scheme == "data":
        return True
    # 3. For every other URL its origin decides.
    return is_origin_potentially_trustworthy(origin_of(url))
