"""Store a cookie, section 5.4.3 of the draft of layered cookies: whether a server may set it."""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.cookies.cookie import FAILURE, Cookie
from whatwg_websockets.cookies.matching import domain_matches, path_matches
from whatwg_websockets.cookies.stored_cookies import StoredCookies
from whatwg_websockets.url.public_suffix import public_suffix


@algorithm("name-store-a-cookie", "store a cookie")
def store_a_cookie(
    stored: StoredCookies,
    cookie: Cookie,
    now: float,
    *,
    is_secure: bool,
    host: str,
    http_only_allowed: bool,
    allow_non_host_only_cookie_for_public_suffix: bool,
    same_site_strict_or_lax_allowed: bool,
) -> Cookie | None:
    """Put a cookie into the store, in the place of the one that is like it.

    Args:
        stored: the store.
        cookie: what was parsed.
        now: the current time, in seconds since 1970.
        is_secure: whether it came over TLS.
        host: the host that it came from.
        http_only_allowed: whether it came over HTTP rather than from a script.
        allow_non_host_only_cookie_for_public_suffix: whether a host may set a cookie for a public
            suffix.
        same_site_strict_or_lax_allowed: whether the request came from the same site.

    Returns:
        The cookie, or None where nothing has changed.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-store-a-cookie
    """
    # 1. Parsing has seen to the length.
    # 2. Parsing has seen to control characters.
    # 3. A Domain attribute that is no host makes the cookie none.
    if cookie.host == FAILURE:
        return None
    # 4. The cookie is new, as far as is known yet.
    cookie.creation_time = cookie.last_access_time = now
    if not _settle_the_host(cookie, host, allow_non_host_only_cookie_for_public_suffix):
        return None
    # 9. A script may not set a cookie that scripts do not get.
    if not http_only_allowed and cookie.http_only:
        return None
    # 10. Without TLS nothing is set that belongs to TLS.
    if not is_secure and (cookie.secure or _would_overlay_a_secure_one(stored, cookie)):
        return None
    # 11. A request of another site may only set cookies for requests of other sites.
    if cookie.same_site != "none" and not same_site_strict_or_lax_allowed:
        return None
    # 12. A cookie for requests of other sites has to be secure.
    if cookie.same_site == "none" and not cookie.secure:
        return None
    if not _keeps_the_promise_of_its_name(cookie):
        return None
    return _insert(stored, cookie, http_only_allowed=http_only_allowed)


@algorithm("name-store-a-cookie", "store a cookie: host")
def _settle_the_host(
    cookie: Cookie, host: str, allow_non_host_only_cookie_for_public_suffix: bool
) -> bool:
    """Say which hosts get the cookie; tell whether the server may set it for them."""
    # 5. Nobody sets a cookie for all that belong to different people.
    if (
        not allow_non_host_only_cookie_for_public_suffix
        and cookie.host is not None
        and public_suffix(cookie.host) == cookie.host
    ):
        # 5.1. A public suffix that is a server itself may set a cookie for itself.
        # 5.2. Nobody else may set a cookie for a public suffix.
        if cookie.host != host:
            return False
        cookie.host = None
    # 6. Without a Domain attribute the cookie is for one host.
    if cookie.host is None:
        # 6.1. The hosts below do not get the cookie.
        cookie.host_only = True
        # 6.2. The host that has set the cookie gets it.
        cookie.host = host
        return True
    # 7. With a Domain attribute the cookie is for that host and all below it.
    # 7.1. A server may only name its own host, or one that it is below.
    if not domain_matches(host, cookie.host):
        return False
    # 7.2. The hosts below get the cookie as well.
    cookie.host_only = False
    # 8. The cookie has a host from here on.
    return True


@algorithm("name-store-a-cookie", "store a cookie: without TLS")
def _would_overlay_a_secure_one(stored: StoredCookies, cookie: Cookie) -> bool:
    """Tell whether a cookie that came without TLS could be taken for one that came over TLS."""
    host = cookie.host
    assert host is not None
    # 10.1. A cookie for TLS itself has been refused by the caller.
    # 10.2. A cookie for TLS is not to be hidden by one of the same name.
    for existing in stored if stored.has_secure(cookie.name) else ():
        # 10.2.1. The names are the same.
        # 10.2.2. The one that is there is for TLS.
        if existing.name != cookie.name or not existing.secure:
            continue
        other = existing.host
        assert other is not None
        # 10.2.3. One of the two hosts is, or is below, the other.
        is_near = domain_matches(other, host) or domain_matches(host, other)
        # 10.2.4. The new one would be sent where the old one is.
        if is_near and path_matches(cookie.path, existing.path):
            return True
    return False


@algorithm("name-store-a-cookie", "store a cookie: prefixes")
def _keeps_the_promise_of_its_name(cookie: Cookie) -> bool:
    """Tell whether the cookie has what its name says, where it begins with a prefix."""
    name = cookie.name.lower()
    # 13. `__Secure-` promises TLS.
    if name.startswith(b"__secure-") and not cookie.secure:
        return False
    # 14. `__Host-` promises that no other host has set the cookie.
    if name.startswith(b"__host-") and not cookie.is_host_prefix_compatible:
        return False
    # 15. `__Http-` promises that no script has set the cookie.
    if name.startswith(b"__http-") and not cookie.is_http_prefix_compatible:
        return False
    # 16. `__Host-Http-` promises both, and begins with `__Host-` itself.
    if name.startswith(b"__host-http-") and not cookie.is_http_prefix_compatible:
        return False
    # 17. A value without a name must not look like a name with a prefix.
    prefixes = (b"__secure-", b"__host-", b"__http-")
    return name != b"" or not cookie.value.lower().startswith(prefixes)


@algorithm("name-store-a-cookie", "store a cookie: insert")
def _insert(stored: StoredCookies, cookie: Cookie, *, http_only_allowed: bool) -> Cookie | None:
    """Put the cookie into the store, unless it is there already as it is."""
    # 18. One with the same name, host and path is replaced.
    old_cookie = stored.like(cookie)
    if old_cookie is not None:
        # 18.1. A script may not replace a cookie that scripts do not get.
        if not http_only_allowed and old_cookie.http_only:
            return None
        # 18.2. What is there already, in all that a server can say, stays as it is. The draft does
        #       not compare the values, which would keep each value that was set first.
        if _says_the_same(cookie, old_cookie):
            return None
        # 18.3. The new one keeps its place in the order of creation.
        cookie.creation_time = old_cookie.creation_time
        # 18.4. The old one goes.
        stored.remove(old_cookie)
    # 19. The new one comes.
    stored.insert(cookie)
    # 20. The caller learns that something has changed.
    return cookie


def _says_the_same(one: Cookie, other: Cookie) -> bool:
    return (
        one.value == other.value
        and one.secure == other.secure
        and one.http_only == other.http_only
        and one.same_site == other.same_site
        and one.expiry_time == other.expiry_time
    )
