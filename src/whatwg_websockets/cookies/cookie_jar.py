"""CookieJar: the cookies of a program, kept as a browser keeps them."""

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
# Two moments of one jar differ by at least so many seconds.
_TICK = 1e-6


class CookieJar:
    """The cookies of a program, kept and sent as the draft of layered cookies says.

    A jar may be given to any number of settings, and used by several threads. Cookies that have
    expired, and what is more than the limits allow, go by themselves.

    Args:
        cookies_per_host: the most cookies that a host may have; what was used least recently goes.
        cookies: the most cookies that there may be in all.
        days: the most days that a cookie may last, whatever a server says.
        clock: tells the current time, in seconds since 1970.

    Attributes:
        stored: the cookie store, which the algorithms of the draft work on.
        lock: whoever works on the store holds this.

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
        """Return the current time; each is later than the one before, unless the clock went back.

        So cookies that come together keep the order in which they came.
        """
        now = self._clock()
        if self._last - 1 < now <= self._last:
            now = self._last + _TICK
        self._last = now
        return now

    def cookies_for(
        self, url: str, /, *, script: bool = False, same_site: SameSiteMode = "strict-or-less"
    ) -> str:
        """Return the value of the ``Cookie`` header for a URL, "" for none.

        Args:
            url: an http, https, ws or wss URL.
            script: whether a script asks, which does not get HttpOnly cookies.
            same_site: the strictest kind of cookie that goes along; by default all kinds do.

        Raises:
            ValueError: the URL is none of these.
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
        """Take what a server says in a ``Set-Cookie`` header.

        Args:
            url: the URL that was asked; an http, https, ws or wss URL.
            field_value: the value of the header, such as ``session=1; Path=/; Secure``.
            script: whether a script sets the cookie, which then cannot be HttpOnly.
            same_site: whether the request came from the same site.

        Returns:
            The cookie; None if it is no cookie, or the server may not set it, or it is there
            already.

        Raises:
            ValueError: the URL is none of these, or the value has characters beyond Latin-1.
        """
        record = _parsed(url)
        try:
            field = field_value.encode("latin-1")
        except UnicodeEncodeError:
            raise ValueError(
                f"a header has no characters beyond Latin-1: {shown(field_value)}"
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
        """Go through a copy of the cookies that have not expired."""
        with self.lock:
            now = self.now()
            return iter([each for each in self.stored if not each.is_expired(now)])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return True

    def clear(self, host: str | None = None) -> None:
        """Forget all cookies, or those of one host."""
        with self.lock:
            for each in self.stored:
                if host is None or each.host == host:
                    self.stored.remove(each)

    def end_session(self) -> None:
        """Forget the cookies that were set without a date: they last for a session."""
        with self.lock:
            for each in self.stored:
                if each.expiry_time is None:
                    self.stored.remove(each)

    def save(self, path: str | os.PathLike[str], *, session: bool = False) -> None:
        """Write the cookies to a file, as JSON that nobody else may read.

        Args:
            path: the file, which is replaced as a whole.
            session: whether cookies that last for a session are written, too.

        Raises:
            OSError: the file cannot be written; one that was there is as before.
        """
        from whatwg_websockets.cookies.saved_cookies import to_json

        replace_file(path, to_json(_kept(self, session)).encode("ascii"))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Make a jar of a file that ``save()`` has written; what has expired is left out.

        Raises:
            OSError: the file cannot be read.
            ValueError: it has something else in it; it says where and why.
        """
        from whatwg_websockets.cookies.saved_cookies import from_json

        made = cls()
        _fill(made, path, lambda content: from_json(content.decode("utf-8")))
        return made

    def save_netscape(self, path: str | os.PathLike[str], *, session: bool = False) -> None:
        """Write the cookies to a file in the format of Netscape's cookies.txt, as curl does.

        The format has no place for SameSite.

        Args:
            path: the file, which is replaced as a whole.
            session: whether cookies that last for a session are written, too.

        Raises:
            OSError: the file cannot be written; one that was there is as before.
            ValueError: a cookie has a tab in it, which the format cannot write.
        """
        from whatwg_websockets.cookies.netscape import to_netscape

        replace_file(path, to_netscape(_kept(self, session)))

    @classmethod
    def load_netscape(cls, path: str | os.PathLike[str]) -> Self:
        """Make a jar of a file in the format of Netscape's cookies.txt, as curl writes it.

        Raises:
            OSError: the file cannot be read.
            ValueError: a line is not as it should be; it says which and why.
        """
        from whatwg_websockets.cookies.netscape import from_netscape

        made = cls()
        _fill(made, path, from_netscape)
        return made

    @classmethod
    def from_http_cookiejar(cls, jar: "Iterable[http.cookiejar.Cookie]") -> Self:
        """Make a jar of one of Python's own library, such as the cookies of a session of requests.

        Raises:
            ValueError: a cookie has no host, or has characters beyond Latin-1.
        """
        from whatwg_websockets.cookies.http_cookiejar import from_http_cookiejar

        made = cls()
        _add(made, from_http_cookiejar(jar))
        return made

    def to_http_cookiejar(self) -> "http.cookiejar.CookieJar":
        """Make a jar of Python's own library with these cookies."""
        from whatwg_websockets.cookies.http_cookiejar import to_http_cookiejar

        return to_http_cookiejar(self)


def _kept(jar: CookieJar, session: bool) -> list[Cookie]:
    """Return the cookies that are written."""
    return [each for each in jar if session or each.expiry_time is not None]


def _fill(
    jar: CookieJar, path: str | os.PathLike[str], read: Callable[[bytes], list[Cookie]]
) -> None:
    """Put what a file has into a jar.

    Raises:
        OSError: the file cannot be read.
        ValueError: it cannot be read as what it should be; it says which file, where and why.
    """
    with open(path, "rb") as file:
        content = file.read()
    try:
        cookies = read(content)
    except ValueError as error:
        raise ValueError(f"{os.fspath(path)}: {error}") from None
    _add(jar, cookies)


def _add(jar: CookieJar, cookies: Iterable[Cookie]) -> None:
    """Put in what was stored elsewhere; of two that are alike the later one stays."""
    stored, hosts = jar.stored, dict[str, None]()
    for each in cookies:
        now = jar.now()
        # Files other than our own do not say when a cookie came.
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
        raise ValueError(f"this is no http, https, ws or wss URL: {without_password(url)!r}")
    return record
