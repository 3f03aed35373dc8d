"""The fetch metadata headers, section 2 of Fetch Metadata Request Headers.

The caller has tested that the request's URL is potentially trustworthy.
"""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.same_site import is_same_origin, is_same_site
from whatwg_websockets.url.url_record import origin_of

if TYPE_CHECKING:
    from whatwg_websockets.fetch.request import Request


@algorithm("abstract-opdef-set-dest", "set `Sec-Fetch-Dest`")
def set_sec_fetch_dest(request: "Request") -> None:
    """Set the header that names the destination of the request's response.

    Source: https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-dest
    """
    # 1. Assert that the request's URL is potentially trustworthy, which the caller has tested.
    # 2. Make Sec-Fetch-Dest a structured header whose value is a token.
    # 3. Use the request's destination as the token, or "empty" if the destination is the empty
    #    string.
    value = request.destination or "empty"
    # 4. Set Sec-Fetch-Dest to the token in the request's header list.
    request.header_list.set_a_structured_field_value(b"Sec-Fetch-Dest", value)


@algorithm("abstract-opdef-set-mode", "set `Sec-Fetch-Mode`")
def set_sec_fetch_mode(request: "Request") -> None:
    """Set the header that names the mode of the request.

    Source: https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-mode
    """
    # 1. Assert that the request's URL is potentially trustworthy, which the caller has tested.
    # 2. Make Sec-Fetch-Mode a structured header whose value is a token.
    # 3. Use the request's mode as the token.
    value = request.mode
    # 4. Set Sec-Fetch-Mode to the token in the request's header list.
    request.header_list.set_a_structured_field_value(b"Sec-Fetch-Mode", value)


@algorithm("abstract-opdef-set-site", "set `Sec-Fetch-Site`")
def set_sec_fetch_site(request: "Request") -> None:
    """Set the header that says how the request's origin is related to the URL's origin.

    Source: https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-site
    """
    client = request.client
    # 1. Assert that the request's URL is potentially trustworthy, which the caller has tested.
    # 2. Make Sec-Fetch-Site a structured header whose value is a token.
    # 3. Begin with "same-origin" as the token.
    value = "same-origin"
    # 4. Use "none" if the settings have no origin: the program itself makes the request, like a
    #    user who types a URL into a browser.
    if client.is_nobodys_page:
        value = "none"
    # 5. Compare the request's origin with its only URL, since a WebSocket follows no redirect.
    if value != "none":
        # 5.1. Keep "same-origin" if the URL has the request's origin.
        origin, origin_of_the_url = client.origin_record, origin_of(request.url)
        if not is_same_origin(origin_of_the_url, origin):
            # 5.2. Use "cross-site" if the URL has another origin than the request.
            value = "cross-site"
            # 5.3. Keep "cross-site" if the URL's origin is not same site with the request's origin.
            if is_same_site(origin, origin_of_the_url):
                # 5.4. Use "same-site" if the URL's origin is another origin of the request's site.
                value = "same-site"
    # 6. Set Sec-Fetch-Site to the token in the request's header list.
    request.header_list.set_a_structured_field_value(b"Sec-Fetch-Site", value)


@algorithm("abstract-opdef-set-user", "set `Sec-Fetch-User`")
def set_sec_fetch_user(request: "Request") -> None:
    """Set no header, since only a navigation request has Sec-Fetch-User.

    Source: https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-user
    """
    # 1. Assert that the request's URL is potentially trustworthy, which the caller has tested.
    # 2. Return, since the request of a WebSocket is not a navigation request.
    assert request.mode != "navigate"
    # 3-5. n/a: a program does not navigate, so Sec-Fetch-User is never set.
