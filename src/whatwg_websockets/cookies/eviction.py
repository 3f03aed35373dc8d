"""Cookie store eviction, section 5.2 of the draft of layered cookies, and garbage collection."""

from collections.abc import Iterable

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.cookies.cookie import Cookie
from whatwg_websockets.cookies.stored_cookies import StoredCookies


@algorithm("name-remove-expired-cookies", "remove expired cookies")
def remove_expired_cookies(stored: StoredCookies, now: float) -> list[Cookie]:
    """Remove the cookies that have expired, and return them.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-remove-expired-cookies
    """
    # 1. Find the expired cookies of all hosts in the cookie store.
    expired_cookies = stored.expired(now)
    # 2. Remove each expired cookie in turn.
    for cookie in expired_cookies:
        # 2.1. Remove the expired cookie from the cookie store.
        stored.remove(cookie)
    # 3. Return the expired cookies.
    return expired_cookies


@algorithm("name-remove-excess-cookies-for-a", "remove excess cookies for a host")
def remove_excess_cookies_for_a_host(stored: StoredCookies, host: str) -> list[Cookie]:
    """Remove the cookies by which a host exceeds its limit, least recently used first.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-remove-excess-cookies-for-a
    """
    cookies = stored.at(host)
    # 1. Collect the cookies of the host that are not secure.
    # 2. Sort the insecure cookies by last access time, the earliest first.
    insecure_cookies = by_last_access(each for each in cookies if not each.secure)
    # 3. Collect the secure cookies of the host.
    # 4. Sort the secure cookies by last access time, the earliest first.
    secure_cookies = by_last_access(each for each in cookies if each.secure)
    # 5. Begin with an empty list of excess cookies of the host.
    # 6. Remove cookies while the host has more than its limit.
    # 6.1. If the host has insecure cookies left, remove one of them.
    # 6.1.1. Take the first of the sorted insecure cookies, which was used least recently.
    # 6.1.2. Remove the insecure cookie from the sorted list.
    # 6.1.3. Remove the insecure cookie from the cookie store.
    # 6.1.4. Append the insecure cookie to the excess cookies of the host.
    # 6.2. If the host has no insecure cookie left, remove a secure cookie.
    # 6.2.1. Take the first of the sorted secure cookies, which was used least recently.
    # 6.2.2. Remove the secure cookie from the sorted list.
    # 6.2.3. Remove the secure cookie from the cookie store.
    # 6.2.4. Append the secure cookie to the excess cookies of the host.
    excess_host_cookies = _take(
        stored, insecure_cookies + secure_cookies, len(cookies) - stored.cookies_per_host
    )
    # 7. Return the excess cookies of the host.
    return excess_host_cookies  # noqa: RET504 (a later step returns it)


@algorithm("name-remove-global-excess-cookie", "remove global excess cookies")
def remove_global_excess_cookies(stored: StoredCookies) -> list[Cookie]:
    """Remove the cookies by which the store exceeds its limit, least recently used first.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-remove-global-excess-cookie
    """
    excess = len(stored) - stored.cookies
    # 1. Sort all cookies by last access time, the earliest first, if the store exceeds its limit.
    all_cookies = by_last_access(stored) if excess > 0 else []
    # 2. Begin with an empty list of excess cookies of the whole store.
    # 3. Remove cookies while the store has more than its limit.
    # 3.1. Take the first of all the sorted cookies, which was used least recently.
    # 3.2. Remove the cookie from the sorted list of all cookies.
    # 3.3. Remove the cookie, which was used least recently, from the cookie store.
    # 3.4. Append the cookie to the excess cookies of the whole store.
    excess_global_cookies = _take(stored, all_cookies, excess)
    # 4. Return the excess cookies of the whole store.
    return excess_global_cookies  # noqa: RET504 (a later step returns it)


@algorithm("name-garbage-collect-cookies", "garbage collect cookies")
def garbage_collect_cookies(stored: StoredCookies, host: str, now: float) -> list[Cookie]:
    """Remove the cookies that have expired or exceed a limit, and return them.

    Args:
        stored: the store.
        host: the host that has just set a cookie.
        now: the current time, in seconds since 1970.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-garbage-collect-cookies
    """
    # 1. Remove the expired cookies, which may suffice to keep the limits.
    expired_cookies = remove_expired_cookies(stored, now)
    # 2. Remove the excess cookies of the host that has set a cookie.
    excess_host_cookies = remove_excess_cookies_for_a_host(stored, host)
    # 3. Remove the excess cookies of the whole store.
    excess_global_cookies = remove_global_excess_cookies(stored)
    # 4. Begin with an empty list of removed cookies.
    # 5. Go through the three lists of cookies that were removed.
    # 5.1. Append the cookies of each of the three lists to the list of removed cookies.
    removed_cookies = [*expired_cookies, *excess_host_cookies, *excess_global_cookies]
    # 6. Return the removed cookies.
    return removed_cookies  # noqa: RET504 (a later step returns it)


def by_last_access(cookies: Iterable[Cookie]) -> list[Cookie]:
    """Return cookies sorted by last access time, the earliest first."""
    return sorted(cookies, key=lambda each: each.last_access_time)


def _take(stored: StoredCookies, cookies: list[Cookie], how_many: int) -> list[Cookie]:
    """Remove the first cookies of a list from the store, and return the removed cookies."""
    taken = cookies[: max(0, how_many)]
    for cookie in taken:
        stored.remove(cookie)
    return taken
