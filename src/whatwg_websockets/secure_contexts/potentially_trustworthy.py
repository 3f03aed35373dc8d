"""Sections 3.1 and 3.2 of Secure Contexts: potentially trustworthy origins and URLs."""

import re
from typing import Final

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.url.domain import is_localhost
from whatwg_websockets.url.origin import OpaqueOrigin, Origin
from whatwg_websockets.url.url_record import UrlRecord, origin_of

# The loopback addresses as the URL Standard serializes hosts, which gives each one spelling.
_LOOPBACK: Final = re.compile(r"127(?:\.[0-9]+){3}|\[::1\]")


@algorithm("potentially-trustworthy-origin", "is origin potentially trustworthy?")
def is_origin_potentially_trustworthy(origin: Origin) -> bool:
    """Return whether data from an origin is assumed to arrive as it was sent.

    Source: https://w3c.github.io/webappsec-secure-contexts/#potentially-trustworthy-origin
    """
    # 1. An opaque origin is not potentially trustworthy, since its owner is unknown.
    if isinstance(origin, OpaqueOrigin):
        return False
    # 2. Assert that an origin that is not opaque is a tuple origin.
    # 3. An origin with the scheme https or wss is potentially trustworthy.
    if origin.scheme in {"https", "wss"}:
        return True
    # 4. An origin at a loopback address is potentially trustworthy.
    if _LOOPBACK.fullmatch(origin.host):
        return True
    # 5. An origin at localhost, or below it, is potentially trustworthy, since this program
    #    resolves the names to loopback addresses.
    is_this_machine = is_localhost(origin.host)
    # 6. The origin of a file URL is opaque in this program, so a tuple origin never has the scheme
    #    "file".
    # 7. No scheme other than https and wss counts as authenticated.
    # 8. An origin cannot be configured as a trustworthy one in this program.
    # 9. An origin to which no condition for trust applies is not potentially trustworthy.
    return is_this_machine  # noqa: RET504 (a later step returns it)


@algorithm("potentially-trustworthy-url", "is url potentially trustworthy?")
def is_url_potentially_trustworthy(url: UrlRecord) -> bool:
    """Return whether what is loaded from a URL is assumed to arrive as it was sent.

    Source: https://w3c.github.io/webappsec-secure-contexts/#potentially-trustworthy-url
    """
    # 1. The URLs about:blank and about:srcdoc are potentially trustworthy.
    if url.scheme == "about" and url.serialize() in {"about:blank", "about:srcdoc"}:
        return True
    # 2. A data URL is potentially trustworthy, since it contains its data.
    if url.scheme == "data":
        return True
    # 3. A URL that is neither about:blank, about:srcdoc nor a data URL is potentially trustworthy
    #   if its origin is.
    return is_origin_potentially_trustworthy(origin_of(url))
