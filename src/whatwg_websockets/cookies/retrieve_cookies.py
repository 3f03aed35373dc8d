"""Retrieve and serialize cookies, sections 5.4.5 and 5.4.6 of the draft of layered cookies."""

from collections.abc import Iterable
from typing import Final

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.cookies.cookie import Cookie, SameSite, SameSiteMode
from whatwg_websockets.cookies.matching import domain_matches, path_matches
from whatwg_websockets.cookies.stored_cookies import StoredCookies
from whatwg_websockets.url.public_suffix import public_suffix

_ALLOWED: Final[dict[SameSiteMode, frozenset[SameSite]]] = {
    "strict-or-less": frozenset(["strict", "lax", "unset", "none"]),
    "lax-or-less": frozenset(["lax", "unset", "none"]),
    "unset-or-less": frozenset(["unset", "none"]),
    "none": frozenset(["none"]),
}


@algorithm("name-retrieve-cookies", "retrieve cookies")
def retrieve_cookies(
    stored: StoredCookies,
    now: float,
    *,
    is_secure: bool,
    host: str,
    path: str,
    http_only_allowed: bool,
    same_site: SameSiteMode,
) -> list[Cookie]:
    """Return the cookies that match a request, in the order in which they are sent.

    Args:
        stored: the store.
        now: the current time, in seconds since 1970.
        is_secure: whether the request is made over TLS.
        host: the host of the request.
        path: the path of the request, serialized.
        http_only_allowed: whether the cookies are sent to a server rather than read by a script.
        same_site: the strictest value of SameSite that a cookie may have.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-retrieve-cookies
    """
    # 1. Assert that the same-site mode is one of the four that are defined.
    allowed = _ALLOWED[same_site]
    # 2. Select the cookies whose host, path, Secure, HttpOnly and SameSite match the request. An
    #    expired cookie may still be in the store, and is not selected.
    cookies = [
        each
        for each in stored.near(host)
        if path_matches(path, each.path)
        and (is_secure or not each.secure)
        and (http_only_allowed or not each.http_only)
        and each.same_site in allowed
        and not each.is_expired(now)
        and _belongs_to(each, host)
    ]
    # 3. Sort the cookies by the length of their paths, the longest first, and then by creation
    #    time. The draft compares the number of the paths' parts, which is 1 for both / and /a. RFC
    #    6265bis, browsers and web-platform-tests compare the number of characters.
    cookies.sort(key=lambda each: (-len(each.path), each.creation_time))
    # 4. Set the last access time of each cookie to the current time.
    for cookie in cookies:
        cookie.last_access_time = now
    # 5. Return the cookies, which are those in the store and not copies.
    return cookies


def _belongs_to(cookie: Cookie, host: str) -> bool:
    """Return whether a cookie may be sent to a host.

    The host of a cookie may have been added to the list of public suffixes after the cookie was
    stored. The cookie is not sent then.
    """
    if cookie.host_only:
        return cookie.host == host
    assert cookie.host is not None
    return domain_matches(host, cookie.host) and public_suffix(cookie.host) != cookie.host


@algorithm("name-serialize-cookies", "serialize cookies")
def serialize_cookies(cookies: Iterable[Cookie]) -> bytes:
    """Serialize cookies to the value of a Cookie field.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-serialize-cookies
    """
    # 1. Begin with an empty value for the Cookie field.
    output = b""
    # 2. Go through the cookies in order.
    for cookie in cookies:
        # 2.1. Append a semicolon and a space to the value of the Cookie field if it is not empty.
        if output:
            output += b"; "
        # 2.2. Append the cookie's name and an equals sign to the value of the Cookie field, unless
        #      the name is empty.
        if cookie.name:
            output += cookie.name + b"="
        # 2.3. Append the cookie's value to the value of the Cookie field.
        output += cookie.value
    # 3. Return the value of the Cookie field, which contains no attributes.
    return output
