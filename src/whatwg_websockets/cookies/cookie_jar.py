"""CookieJar: the cookies of a program, stored as a browser stores them."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Self

from whatwg_websockets.cookies.cookie import Cookie, SameSiteMode
from whatwg_websockets.cookies.eviction import (
    garbage_collect_cookies,
    remove_excess_cookies_for_a_host,
    remove_expired_cookies,
    remove_global_excess_cookies,
)
from whatwg_websockets.cookies.parse_and_store_a_cookie import parse_and_store_a_cookie
from whatwg_websockets.cookies.retrieve_cookies import retrieve_cookies, serialize_cookies
from whatwg_websockets.cookies.stored_cookies import StoredCookies
from whatwg_websockets.files import replace_file
from whatwg_websockets.url.url_record import UrlRecord, parse, without_password
from whatwg_websockets.webidl.messages import shown

if TYPE_CHECKING:
    import http.cookiejar

_SECURE = frozenset({"https", "wss"})
_SCHEMES = _SECURE | {"http", "ws"}
# Two times of one jar differ by at least this number of seconds.
_TICK = 1e-6


class CookieJar:
    """The cookies of a program, stored and sent as the draft of layered cookies defines.

    A jar may be given to any number of settings, and used by several threads. Cookies that have
    expired, or that exceed a limit, are removed automatically.

    Args:
        cookies_per_host: the maximum number of cookies of a host. Those that were used least
            recently are removed.
        cookies: the maximum number of cookies in the jar.
        days: the maximum lifetime of a cookie in days, whatever the server says.
        clock: returns the current time, in seconds since 1970.

    Attributes:
        stored: the cookie store, which the algorithms of the draft use.
        lock: has to be held while the store is used.

    Raises:
        ValueError: a limit is not positive.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies
    """

    def __init__(
        self,
        *,
        cookies_per_host: int = 180,
        cookies: int = 3_000,
        days: float = 400,
        clock: Callable[[], float] = time.time,
    ) -> None:
        for name, limit in (
            ("cookies_per_host", cookies_per_host),
            ("cookies", cookies),
            ("days", days),
        ):
            if not limit > 0:
                raise ValueError(f"the limit {name} has to be more than 0, not {shown(limit)}")
        self.stored: StoredCookies = StoredCookies(cookies_per_host, cookies, days)
        self.lock: AbstractContextManager[bool] = threading.RLock()
        self._clock = clock
        self._last = 0.0

    def now(self) -> float:
        """Return the current time, later than every time before unless the clock was set back.

        So cookies that arrive together keep their order.
        """
        now = self._clock()
        if self._last - 1 < now <= self._last:
            now = self._last + _TICK
        self._last = now
        return now

    def cookies_for(
        self, url: str, /, *, script: bool = False, same_site: SameSiteMode = "strict-or-less"
    ) -> str:
        """Return the value of the ``Cookie`` header for a URL; "" if no cookie matches it.

        Args:
            url: an http, https, ws or wss URL.
            script: whether a script reads the cookies, without those that are HttpOnly.
            same_site: the strictest value of SameSite that a cookie may have; by default any.

        Raises:
            ValueError: the URL cannot be parsed, or has another scheme.
        """
        record = _parsed(url)
        with self.lock:
            found = retrieve_cookies(
                self.stored,
                self.now(),
                is_secure=record.scheme in _SECURE,
                host=record.host or "",
                path=record.path,
                http_only_allowed=not script,
                same_site=same_site,
            )
            return serialize_cookies(found).decode("latin-1")

    def set_cookie(
        self, url: str, field_value: str, /, *, script: bool = False, same_site: bool = True
    ) -> Cookie | None:
        """Store the cookie in the value of a ``Set-Cookie`` header.

        Args:
            url: the URL of the request: an http, https, ws or wss URL.
            field_value: the value of the header, such as ``session=1; Path=/; Secure``.
            script: whether a script sets the cookie, which must not be HttpOnly then.
            same_site: whether the request came from the same site.

        Returns:
            The cookie; None if the value is not a cookie, or the server may not set it, or the jar
            has the same cookie already.

        Raises:
            ValueError: the URL cannot be parsed, or has another scheme; or the value has characters
                beyond Latin-1.
        """
        record = _parsed(url)
        try:
            field = field_value.encode("latin-1")
        except UnicodeEncodeError:
            raise ValueError(
                f"a header must not have characters beyond Latin-1: {shown(field_value)}"
            ) from None
        host = record.host or ""
        with self.lock:
            now = self.now()
            cookie = parse_and_store_a_cookie(
                self.stored,
                field,
                now,
                is_secure=record.scheme in _SECURE,
                host=host,
                path=record.path,
                http_only_allowed=not script,
                allow_non_host_only_cookie_for_public_suffix=False,
                same_site_strict_or_lax_allowed=same_site,
            )
            garbage_collect_cookies(self.stored, host, now)
            return cookie

    def __iter__(self) -> Iterator[Cookie]:
        """Iterate over a copy of the cookies that have not expired."""
        with self.lock:
            now = self.now()
            return iter([each for each in self.stored if not each.is_expired(now)])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return True

    def clear(self, host: str | None = None) -> None:
        """Remove all cookies, or those of one host."""
        with self.lock:
            for each in self.stored:
                if host is None or each.host == host:
                    self.stored.remove(each)

    def end_session(self) -> None:
        """Remove the session cookies, which were set without an expiry time."""
        with self.lock:
            for each in self.stored:
                if each.expiry_time is None:
                    self.stored.remove(each)

    def save(self, path: str | os.PathLike[str], *, session: bool = False) -> None:
        """Write the cookies to a file as JSON, which only the file's owner may read.

        Args:
            path: the file, which is replaced as a whole.
            session: whether session cookies are written, too.

        Raises:
            OSError: the file cannot be written; an existing file is unchanged.
        """
        from whatwg_websockets.cookies.saved_cookies import to_json

        replace_file(path, to_json(_kept(self, session)).encode("ascii"))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Make a jar from a file that ``save()`` has written, without expired cookies.

        Raises:
            OSError: the file cannot be read.
            ValueError: the file has other contents; the message says where and why.
        """
        from whatwg_websockets.cookies.saved_cookies import from_json

        made = cls()
        _fill(made, path, lambda content: from_json(content.decode("utf-8")))
        return made

    def save_netscape(self, path: str | os.PathLike[str], *, session: bool = False) -> None:
        """Write the cookies to a file in the format of Netscape's cookies.txt, as curl does.

        The format cannot store SameSite.

        Args:
            path: the file, which is replaced as a whole.
            session: whether session cookies are written, too.

        Raises:
            OSError: the file cannot be written; an existing file is unchanged.
            ValueError: a cookie contains a tab, which the format cannot store.
        """
        from whatwg_websockets.cookies.netscape import to_netscape

        replace_file(path, to_netscape(_kept(self, session)))

    @classmethod
    def load_netscape(cls, path: str | os.PathLike[str]) -> Self:
        """Make a jar from a file in the format of Netscape's cookies.txt, as curl writes it.

        Raises:
            OSError: the file cannot be read.
            ValueError: a line is not valid; the message says which one and why.
        """
        from whatwg_websockets.cookies.netscape import from_netscape

        made = cls()
        _fill(made, path, from_netscape)
        return made

    @classmethod
    def from_http_cookiejar(cls, jar: "Iterable[http.cookiejar.Cookie]") -> Self:
        """Make a jar from one of Python's library, such as the cookies of a session of requests.

        Raises:
            ValueError: a cookie does not have a valid host, or has characters beyond Latin-1.
        """
        from whatwg_websockets.cookies.http_cookiejar import from_http_cookiejar

        made = cls()
        _add(made, from_http_cookiejar(jar))
        return made

    def to_http_cookiejar(self) -> "http.cookiejar.CookieJar":
        """Make a jar of Python's library with the cookies of this one."""
        from whatwg_websockets.cookies.http_cookiejar import to_http_cookiejar

        return to_http_cookiejar(self)


def _kept(jar: CookieJar, session: bool) -> list[Cookie]:
    """Return the cookies to write: without session cookies unless they are wanted."""
    return [each for each in jar if session or each.expiry_time is not None]


def _fill(
    jar: CookieJar, path: str | os.PathLike[str], read: Callable[[bytes], list[Cookie]]
) -> None:
    """Add the cookies of a file to a jar.

    Raises:
        OSError: the file cannot be read.
        ValueError: the contents are not valid; the message says which file, where and why.
    """
    with open(path, "rb") as file:
        content = file.read()
    try:
        cookies = read(content)
    except ValueError as error:
        raise ValueError(f"{os.fspath(path)}: {error}") from None
    _add(jar, cookies)


def _add(jar: CookieJar, cookies: Iterable[Cookie]) -> None:
    """Add cookies from another store; the later of two with the same key replaces the earlier."""
    stored, hosts = jar.stored, dict[str, None]()
    for each in cookies:
        now = jar.now()
        # Only files written by save() contain the times of creation and of last access.
        each.creation_time = each.creation_time or now
        each.last_access_time = each.last_access_time or now
        old = stored.like(each)
        if old is not None:
            stored.remove(old)
        stored.insert(each)
        hosts[each.host or ""] = None
    remove_expired_cookies(stored, jar.now())
    for host in hosts:
        remove_excess_cookies_for_a_host(stored, host)
    remove_global_excess_cookies(stored)


def _parsed(url: str) -> UrlRecord:
    record = parse(url)
    if record is None or record.scheme not in _SCHEMES:
        raise ValueError(f"this is not an http, https, ws or wss URL: {without_password(url)!r}")
    return record
