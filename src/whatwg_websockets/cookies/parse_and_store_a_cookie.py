"""Parse and store a cookie, section 5.4.1 of the draft of layered cookies."""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.cookies.cookie import Cookie
from whatwg_websockets.cookies.parse_a_cookie import parse_a_cookie
from whatwg_websockets.cookies.store_a_cookie import store_a_cookie
from whatwg_websockets.cookies.stored_cookies import StoredCookies


@algorithm("name-parse-and-store-a-cookie", "parse and store a cookie")
def parse_and_store_a_cookie(
    stored: StoredCookies,
    field: bytes,
    now: float,
    *,
    is_secure: bool,
    host: str,
    path: str,
    http_only_allowed: bool,
    allow_non_host_only_cookie_for_public_suffix: bool,
    same_site_strict_or_lax_allowed: bool,
) -> Cookie | None:
    """Parse a Set-Cookie field, and store its cookie.

    Args:
        stored: the store.
        field: the value of the field.
        now: the current time, in seconds since 1970.
        is_secure: whether the field came over TLS.
        host: the host that the field came from.
        path: the path of the request.
        http_only_allowed: whether the field came over HTTP rather than from a script.
        allow_non_host_only_cookie_for_public_suffix: whether a host may set a cookie for a public
            suffix.
        same_site_strict_or_lax_allowed: whether the request came from the same site.

    Returns:
        The cookie; None if the store has not changed.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-parse-and-store-a-cookie
    """
    # 1. Parse the field as a cookie.
    cookie = parse_a_cookie(field, path, now, stored.age_limit)
    # 2. Return if the field cannot be parsed as a cookie.
    if cookie is None:
        return None
    # 3. Store the cookie, if the server may set it.
    return store_a_cookie(
        stored,
        cookie,
        now,
        is_secure=is_secure,
        host=host,
        http_only_allowed=http_only_allowed,
        allow_non_host_only_cookie_for_public_suffix=allow_non_host_only_cookie_for_public_suffix,
        same_site_strict_or_lax_allowed=same_site_strict_or_lax_allowed,
    )
