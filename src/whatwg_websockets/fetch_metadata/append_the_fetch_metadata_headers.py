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
    """Tell the server under which circumstances it is asked, unless others could read along.

    Source: https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-append-the-fetch-metadata-headers-for-a-request
    """
    # 1. What goes over a network without TLS says nothing that could be relied on.
    if not is_url_potentially_trustworthy(request.url):
        return
    # 2. The server learns what the response is for.
    set_sec_fetch_dest(request)
    # 3. The server learns that a WebSocket asks.
    set_sec_fetch_mode(request)
    # 4. The server learns whether its own site asks.
    set_sec_fetch_site(request)
    # 5. Only a navigation would say whether a user caused it.
    set_sec_fetch_user(request)
