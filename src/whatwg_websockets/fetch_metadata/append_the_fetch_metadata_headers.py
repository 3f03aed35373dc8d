"""Integration with Fetch and HTML, section 3 of Fetch Metadata Request Headers."""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.fetch_metadata.fetch_metadata_headers import (
    set_sec_fetch_dest,
    set_sec_fetch_mode,
    set_sec_fetch_site,
    set_sec_fetch_user,
)
from whatwg_websockets.secure_contexts.potentially_trustworthy import (
    is_url_potentially_trustworthy,
)

if TYPE_CHECKING:
    from whatwg_websockets.fetch.request import Request


@algorithm(
    "abstract-opdef-append-the-fetch-metadata-headers-for-a-request",
    "append the fetch metadata headers for a request",
)
def append_the_fetch_metadata_headers(request: "Request") -> None:
    """Append the headers that describe the request's context, if its URL is trustworthy.

    Source: https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-append-the-fetch-metadata-headers-for-a-request
    """
    # 1. Return if the request's URL is not potentially trustworthy.
    if not is_url_potentially_trustworthy(request.url):
        return
    # 2. Set the header Sec-Fetch-Dest to the request's destination.
    set_sec_fetch_dest(request)
    # 3. Set the header Sec-Fetch-Mode to the request's mode.
    set_sec_fetch_mode(request)
    # 4. Set the header Sec-Fetch-Site to how the request's origin is related to its URL.
    set_sec_fetch_site(request)
    # 5. Set the header Sec-Fetch-User if the request is a navigation.
    set_sec_fetch_user(request)
