"""Cookie store eviction, section 5.2 of the draft of layered cookies, and garbage collection."""

from collections.abc import Iterable

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.cookies.cookie import Cookie
from whatwg_websockets.cookies.stored_cookies import StoredCookies


@algorithm("name-remove-expired-cookies", "remove expired cookies")
def remove_expired_cookies(stored: StoredCookies, now: float) -> list[Cookie]:
    """Take away the cookies whose time is over, and return them.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-remove-expired-cookies
    """
    # 1. All cookies are looked at, whatever their host.
    expired_cookies = stored.expired(now)
    # 2. Each that has expired goes.
    for cookie in expired_cookies:
        # 2.1. Nothing of the cookie is kept.
        stored.remove(cookie)
    # 3. The caller learns which cookies are gone.
    return expired_cookies


@algorithm("name-remove-excess-cookies-for-a", "remove excess cookies for a host")
def remove_excess_cookies_for_a_host(stored: StoredCookies, host: str) -> list[Cookie]:
    """Take away what a host has too much, the longest unused first, and return it.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-remove-excess-cookies-for-a
    """
    cookies = stored.at(host)
    # 1. The cookies that also go without TLS are one list.
    # 2. Of these, the one that was used least recently comes first.
    insecure_cookies = by_last_access(each for each in cookies if not each.secure)
    # 3. The cookies for TLS are another list.
    # 4. The order of the other list is the same.
    secure_cookies = by_last_access(each for each in cookies if each.secure)
    # 5. What goes is collected.
    # 6. As many go as there are too many.
    # 6.1. Those that also go without TLS go first.
    # 6.1.1. The one that was used least recently is the first of its list.
    # 6.1.2. The list loses its first.
    # 6.1.3. The store loses the same one.
    # 6.1.4. The cookie is one of those that have gone.
    # 6.2. Those for TLS go when no other is left.
    # 6.2.1. The one that was used least recently is the first of its list.
    # 6.2.2. The list loses its first.
    # 6.2.3. The store loses the same one.
    # 6.2.4. The cookie is one of those that have gone.
    excess_host_cookies = _take(
        stored, insecure_cookies + secure_cookies, len(cookies) - stored.cookies_per_host
    )
    # 7. The caller learns which cookies are gone.
    return excess_host_cookies  # noqa: RET504 (it is returned by another step)


@algorithm("name-remove-global-excess-cookie", "remove global excess cookies")
def remove_global_excess_cookies(stored: StoredCookies) -> list[Cookie]:
    """Take away what is too much in all, the longest unused first, and return it.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-remove-global-excess-cookie
    """
    excess = len(stored) - stored.cookies
    # 1. The cookie that was used least recently comes first; none is looked for where all may stay.
    all_cookies = by_last_access(stored) if excess > 0 else []
    # 2. What goes is collected.
    # 3. As many go as there are too many.
    # 3.1. The one that was used least recently is the first of the list.
    # 3.2. The list loses its first.
    # 3.3. The store loses the same one.
    # 3.4. The cookie is one of those that have gone.
    excess_global_cookies = _take(stored, all_cookies, excess)
    # 4. The caller learns which cookies are gone.
    return excess_global_cookies  # noqa: RET504 (it is returned by another step)


@algorithm("name-garbage-collect-cookies", "garbage collect cookies")
def garbage_collect_cookies(stored: StoredCookies, host: str, now: float) -> list[Cookie]:
    """Take away what has expired and what is too much, and return it.

    Args:
        stored: the store.
        host: the host that has just set a cookie.
        now: the current time, in seconds since 1970.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-garbage-collect-cookies
    """
    # 1. What has expired goes first, and may be enough.
    expired_cookies = remove_expired_cookies(stored, now)
    # 2. The host that has set a cookie may have too many.
    excess_host_cookies = remove_excess_cookies_for_a_host(stored, host)
    # 3. There may be too many in all.
    excess_global_cookies = remove_global_excess_cookies(stored)
    # 4. What has gone is collected.
    # 5. There are three lists.
    # 5.1. Each is added to the whole.
    removed_cookies = [*expired_cookies, *excess_host_cookies, *excess_global_cookies]
    # 6. The caller learns which cookies are gone.
    return removed_cookies  # noqa: RET504 (it is returned by another step)


def by_last_access(cookies: Iterable[Cookie]) -> list[Cookie]:
    """Sort cookies, the one that was used least recently first."""
    return sorted(cookies, key=lambda each: each.last_access_time)


def _take(stored: StoredCookies, cookies: list[Cookie], how_many: int) -> list[Cookie]:
    """Remove the first cookies of a list from the store, and return them."""
    taken = cookies[: max(0, how_many)]
    for cookie in taken:
        stored.remove(cookie)
    return taken
