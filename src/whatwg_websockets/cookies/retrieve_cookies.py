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
    """Return the cookies that belong to a request, in the order in which they are sent.

    Args:
        stored: the store.
        now: the current time, in seconds since 1970.
        is_secure: whether the request goes over TLS.
        host: the host of the request.
        path: the path of the request, serialized.
        http_only_allowed: whether a server rather than a script gets them.
        same_site: the strictest kind of cookie that goes along.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-retrieve-cookies
    """
    # 1. There are four modes.
    allowed = _ALLOWED[same_site]
    # 2. The cookies of the host and of what it is below are looked at. One that has expired may be
    #    in the store until something is stored, and is not returned.
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
    # 3. Longer paths come first, and then what was created earlier. Of two paths that match one
    #    request the longer one begins with the other. The draft counts their parts, and so takes /
    #    for as long as /a; RFC 6265bis, browsers and web-platform-tests count characters.
    cookies.sort(key=lambda each: (-len(each.path), each.creation_time))
    # 4. Each is used now.
    for cookie in cookies:
        cookie.last_access_time = now
    # 5. The cookies are those of the store itself.
    return cookies


def _belongs_to(cookie: Cookie, host: str) -> bool:
    """Tell whether a host gets a cookie.

    A list of public suffixes that is newer than the cookie may have its host, which then gets it no
    longer.
    """
    if cookie.host_only:
        return cookie.host == host
    assert cookie.host is not None
    return domain_matches(host, cookie.host) and public_suffix(cookie.host) != cookie.host


@algorithm("name-serialize-cookies", "serialize cookies")
def serialize_cookies(cookies: Iterable[Cookie]) -> bytes:
    """Write cookies as the value of a Cookie field.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-serialize-cookies
    """
    # 1. Without cookies the value is empty.
    output = b""
    # 2. The cookies keep their order.
    for cookie in cookies:
        # 2.1. A semicolon and a space stand between two.
        if output:
            output += b"; "
        # 2.2. An empty name is left out, with its equals sign.
        if cookie.name:
            output += cookie.name + b"="
        # 2.3. The value stands as the server wrote it.
        output += cookie.value
    # 3. Attributes are not sent.
    return output
