"""The fetch metadata headers, section 2 of Fetch Metadata Request Headers.

Whoever calls these has seen that the request goes to a potentially trustworthy URL.
"""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.same_site import is_same_origin, is_same_site
from whatwg_websockets.url.url_record import origin_of

if TYPE_CHECKING:
    from whatwg_websockets.fetch.request import Request


@algorithm("abstract-opdef-set-dest", "set `Sec-Fetch-Dest`")
def set_sec_fetch_dest(request: "Request") -> None:
    """Say what the response is for.

    Source: https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-dest
    """
    # 1. The caller has seen that the URL is potentially trustworthy.
    # 2. The header is a token.
    # 3. A token is not empty, so a request without a destination says "empty".
    value = request.destination or "empty"
    # 4. The token goes into the header list.
    request.header_list.set_a_structured_field_value(b"Sec-Fetch-Dest", value)


@algorithm("abstract-opdef-set-mode", "set `Sec-Fetch-Mode`")
def set_sec_fetch_mode(request: "Request") -> None:
    """Say in which mode the request is made.

    Source: https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-mode
    """
    # 1. The caller has seen that the URL is potentially trustworthy.
    # 2. The header is a token.
    # 3. The token is the mode.
    value = request.mode
    # 4. The token goes into the header list.
    request.header_list.set_a_structured_field_value(b"Sec-Fetch-Mode", value)


@algorithm("abstract-opdef-set-site", "set `Sec-Fetch-Site`")
def set_sec_fetch_site(request: "Request") -> None:
    """Say how who asks is related to who is asked.

    Source: https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-site
    """
    client = request.client
    # 1. The caller has seen that the URL is potentially trustworthy.
    # 2. The header is a token.
    # 3. Who asks is taken to be who is asked, until a URL says otherwise.
    value = "same-origin"
    # 4. Settings without an origin are nobody's page: what they ask for is asked by the program
    #    itself, as a user asks for what is typed into a browser.
    if client.is_nobodys_page:
        value = "none"
    # 5. A redirect is an error, so the request has one URL.
    if value != "none":
        # 5.1. The same origin is that of the page.
        origin, origin_of_the_url = client.origin_record, origin_of(request.url)
        if not is_same_origin(origin_of_the_url, origin):
            # 5.2. Another origin is taken to be one of another site.
            value = "cross-site"
            # 5.3. If the sites differ, this is it.
            if is_same_site(origin, origin_of_the_url):
                # 5.4. Two origins of one site trust each other more than others.
                value = "same-site"
    # 6. The token goes into the header list.
    request.header_list.set_a_structured_field_value(b"Sec-Fetch-Site", value)


@algorithm("abstract-opdef-set-user", "set `Sec-Fetch-User`")
def set_sec_fetch_user(request: "Request") -> None:
    """Say nothing, since only a navigation says whether a user caused it.

    Source: https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-user
    """
    # 1. The caller has seen that the URL is potentially trustworthy.
    # 2. The request of a WebSocket is no navigation, so there is no such header.
    assert request.mode != "navigate"
    # 3-5. n/a: only a document navigates.
