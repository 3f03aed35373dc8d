"""Store a cookie, section 5.4.3 of the draft of layered cookies, if the server may set it."""

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
    """Insert a cookie into the store, in place of a cookie with the same name, host and path.

    Args:
        stored: the store.
        cookie: the cookie that was parsed.
        now: the current time, in seconds since 1970.
        is_secure: whether the cookie came over TLS.
        host: the host that the cookie came from.
        http_only_allowed: whether the cookie came over HTTP rather than from a script.
        allow_non_host_only_cookie_for_public_suffix: whether a host may set a cookie for a public
            suffix.
        same_site_strict_or_lax_allowed: whether the request came from the same site.

    Returns:
        The cookie; None if the store has not changed.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-store-a-cookie
    """
    # 1. Assert that the name and the value are not too long, which the parser has checked.
    # 2. Assert that the name and the value contain no control characters, which the parser has
    #    checked.
    # 3. Refuse the cookie if its Domain attribute is not a valid host.
    if cookie.host == FAILURE:
        return None
    # 4. Set the creation time and the last access time of the cookie to the current time.
    cookie.creation_time = cookie.last_access_time = now
    if not _settle_the_host(cookie, host, allow_non_host_only_cookie_for_public_suffix):
        return None
    # 9. If a script sets the cookie, refuse an HttpOnly cookie.
    if not http_only_allowed and cookie.http_only:
        return None
    # 10. Refuse a cookie that came without TLS if it is secure, or could be sent in place of a
    #     secure cookie.
    if not is_secure and (cookie.secure or _would_overlay_a_secure_one(stored, cookie)):
        return None
    # 11. Refuse a cookie whose same-site is not "none" if the request came from another site.
    if cookie.same_site != "none" and not same_site_strict_or_lax_allowed:
        return None
    # 12. Refuse a cookie whose same-site is "none" if it is not secure.
    if cookie.same_site == "none" and not cookie.secure:
        return None
    if not _keeps_the_promise_of_its_name(cookie):
        return None
    return _insert(stored, cookie, http_only_allowed=http_only_allowed)


@algorithm("name-store-a-cookie", "store a cookie: host")
def _settle_the_host(
    cookie: Cookie, host: str, allow_non_host_only_cookie_for_public_suffix: bool
) -> bool:
    """Set the host of a cookie; return whether the server may set the cookie for it."""
    # 5. Check a cookie whose host is a public suffix, unless such cookies are allowed.
    if (
        not allow_non_host_only_cookie_for_public_suffix
        and cookie.host is not None
        and public_suffix(cookie.host) == cookie.host
    ):
        # 5.1. Set the cookie's host to null if the public suffix is the host that sets the cookie.
        # 5.2. Refuse the cookie if another host sets it for the public suffix.
        if cookie.host != host:
            return False
        cookie.host = None
    # 6. If a cookie has no Domain attribute, set its host to the host that sets the cookie.
    if cookie.host is None:
        # 6.1. Set the cookie's "host-only" to true, so that the cookie is not sent to subdomains of
        #      the host.
        cookie.host_only = True
        # 6.2. Set the cookie's host to the host that sets the cookie.
        cookie.host = host
        return True
    # 7. If a cookie has a Domain attribute, compare its host with the host that sets the cookie.
    # 7.1. Refuse the cookie if the host that sets it is neither the cookie's host nor below it.
    if not domain_matches(host, cookie.host):
        return False
    # 7.2. Set the cookie's "host-only" to false, so that subdomains of the cookie's host get the
    #      cookie.
    cookie.host_only = False
    # 8. Assert that the cookie's host is not null.
    return True


@algorithm("name-store-a-cookie", "store a cookie: without TLS")
def _would_overlay_a_secure_one(stored: StoredCookies, cookie: Cookie) -> bool:
    """Return whether a cookie that came without TLS could be sent in place of a secure one."""
    host = cookie.host
    assert host is not None
    # 10.1. The caller has refused a secure cookie that came without TLS.
    # 10.2. Refuse the cookie if it could be sent in place of a secure cookie in the store.
    for existing in stored if stored.has_secure(cookie.name) else ():
        # 10.2.1. Compare the name of the cookie with that of the stored cookie.
        # 10.2.2. Ignore a stored cookie that is not secure.
        if existing.name != cookie.name or not existing.secure:
            continue
        other = existing.host
        assert other is not None
        # 10.2.3. Test whether the host of one cookie domain-matches the host of the other.
        is_near = domain_matches(other, host) or domain_matches(host, other)
        # 10.2.4. Test whether the path of the cookie path-matches the path of the stored cookie.
        if is_near and path_matches(cookie.path, existing.path):
            return True
    return False


@algorithm("name-store-a-cookie", "store a cookie: prefixes")
def _keeps_the_promise_of_its_name(cookie: Cookie) -> bool:
    """Return whether a cookie meets the requirements of the prefix of its name, if it has one."""
    name = cookie.name.lower()
    # 13. Refuse a cookie with the prefix `__Secure-` that is not secure.
    if name.startswith(b"__secure-") and not cookie.secure:
        return False
    # 14. Refuse a cookie with the prefix `__Host-` unless it is secure, host-only and has the Path
    #     /.
    if name.startswith(b"__host-") and not cookie.is_host_prefix_compatible:
        return False
    # 15. Refuse a cookie with the prefix `__Http-` unless it is secure and HttpOnly.
    if name.startswith(b"__http-") and not cookie.is_http_prefix_compatible:
        return False
    # 16. Refuse a cookie with the prefix `__Host-Http-` unless it is secure and HttpOnly.
    if name.startswith(b"__host-http-") and not cookie.is_http_prefix_compatible:
        return False
    # 17. Refuse a cookie with an empty name if its value begins with a prefix such as `__Secure-`.
    prefixes = (b"__secure-", b"__host-", b"__http-")
    return name != b"" or not cookie.value.lower().startswith(prefixes)


@algorithm("name-store-a-cookie", "store a cookie: insert")
def _insert(stored: StoredCookies, cookie: Cookie, *, http_only_allowed: bool) -> Cookie | None:
    """Insert the cookie into the store, unless the store has the same cookie."""
    # 18. Look for a stored cookie with the same name, host, host-only and path.
    old_cookie = stored.like(cookie)
    if old_cookie is not None:
        # 18.1. If a script sets the cookie, refuse to replace an HttpOnly cookie.
        if not http_only_allowed and old_cookie.http_only:
            return None
        # 18.2. Keep the stored cookie if it has the value and the attributes of the new cookie. The
        #       draft compares only the attributes, so a cookie whose value alone is new would never
        #       be stored.
        if _says_the_same(cookie, old_cookie):
            return None
        # 18.3. Set the new cookie's creation time to that of the stored cookie.
        cookie.creation_time = old_cookie.creation_time
        # 18.4. Remove the stored cookie.
        stored.remove(old_cookie)
    # 19. Insert the new cookie into the cookie store.
    stored.insert(cookie)
    # 20. Return the cookie, which tells the caller that the store has changed.
    return cookie


def _says_the_same(one: Cookie, other: Cookie) -> bool:
    return (
        one.value == other.value
        and one.secure == other.secure
        and one.http_only == other.http_only
        and one.same_site == other.same_site
        and one.expiry_time == other.expiry_time
    )
