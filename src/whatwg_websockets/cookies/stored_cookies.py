"""The cookie store and its limits, section 5.1.1 of the draft of layered cookies."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from whatwg_websockets.cookies.cookie import Cookie
from whatwg_websockets.url.domain import superdomains

SECONDS_OF_A_DAY: Final = 86_400

_Key = tuple[bytes, bool, str]


@dataclass(slots=True)
class StoredCookies:
    """The cookies of a user agent, at most one for each name, host, host-only and path.

    Attributes:
        cookies_per_host: the maximum number of cookies of a host.
        cookies: the maximum number of cookies.
        days: the maximum lifetime of a cookie, in days.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-cookie-store-and-limits
    """

    cookies_per_host: int = 180
    cookies: int = 3_000
    days: float = 400
    _hosts: dict[str, dict[_Key, Cookie]] = field(default_factory=dict)
    _secure_names: Counter[bytes] = field(default_factory=Counter)
    _first_end: float = math.inf

    @property
    def age_limit(self) -> float:
        """The maximum lifetime of a cookie, in seconds."""
        return self.days * SECONDS_OF_A_DAY

    def __iter__(self) -> Iterator[Cookie]:
        """Iterate over a copy of all cookies."""
        return iter([each for host in list(self._hosts.values()) for each in list(host.values())])

    def __len__(self) -> int:
        return sum(map(len, self._hosts.values()))

    def at(self, host: str) -> list[Cookie]:
        """Return the cookies of a host."""
        return list(self._hosts.get(host, {}).values())

    def near(self, host: str) -> list[Cookie]:
        """Return the cookies of a host and of the domains above it."""
        found = self.at(host)
        for above in superdomains(host):
            found += self.at(above)
        return found

    def like(self, cookie: Cookie) -> Cookie | None:
        """Return the stored cookie that a cookie would replace."""
        assert cookie.host is not None
        return self._hosts.get(cookie.host, {}).get(_key(cookie))

    def has_secure(self, name: bytes) -> bool:
        """Return whether a stored cookie with a name is secure."""
        return self._secure_names[name] > 0

    def expired(self, now: float) -> list[Cookie]:
        """Return the expired cookies; none is tested before the first expiry time."""
        if now < self._first_end:
            return []
        ends = [each.expiry_time for each in self if each.expiry_time is not None]
        self._first_end = min((end for end in ends if end > now), default=math.inf)
        return [each for each in self if each.is_expired(now)]

    def insert(self, cookie: Cookie) -> None:
        """Insert a cookie at the end; the store must not have one with the same key."""
        assert cookie.host is not None
        self._hosts.setdefault(cookie.host, {})[_key(cookie)] = cookie
        if cookie.secure:
            self._secure_names[cookie.name] += 1
        if cookie.expiry_time is not None:
            self._first_end = min(self._first_end, cookie.expiry_time)

    def remove(self, cookie: Cookie) -> None:
        """Remove a cookie, which must be in the store."""
        assert cookie.host is not None
        cookies = self._hosts[cookie.host]
        del cookies[_key(cookie)]
        if not cookies:
            del self._hosts[cookie.host]
        if cookie.secure:
            self._secure_names[cookie.name] -= 1
            if not self._secure_names[cookie.name]:
                del self._secure_names[cookie.name]


def _key(cookie: Cookie) -> _Key:
    return cookie.name, cookie.host_only, cookie.path
