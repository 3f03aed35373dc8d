"""Conversion of cookies from and to ``http.cookiejar``, Python's jar, which requests uses."""

import http.cookiejar
from collections.abc import Iterable
from typing import Final

from whatwg_websockets.cookies.cookie import Cookie, SameSite
from whatwg_websockets.url.domain import is_domain
from whatwg_websockets.url.host_parser import parse_host
from whatwg_websockets.webidl.messages import shown

# http.cookiejar appends this to each host without a dot.
_LOCAL: Final = ".local"
_HTTP_ONLY: Final = ("HttpOnly", "httponly", "HTTPOnly", "HTTPONLY", "httpOnly", "Httponly")
_SAME_SITE: Final = ("SameSite", "samesite", "Samesite", "sameSite", "SAMESITE")
_KINDS: Final[dict[str, SameSite]] = {"strict": "strict", "lax": "lax", "none": "none"}


def from_http_cookiejar(jar: Iterable[http.cookiejar.Cookie]) -> list[Cookie]:
    """Convert the cookies of Python's library to cookies of this package.

    Raises:
        ValueError: a cookie does not have a valid host, or has characters beyond Latin-1.
    """
    return [_ours(each) for each in jar]


def _ours(cookie: http.cookiejar.Cookie) -> Cookie:
    host = _host_of(cookie)
    try:
        name, value = cookie.name.encode("latin-1"), (cookie.value or "").encode("latin-1")
    except UnicodeEncodeError:
        raise ValueError(
            f"the cookie {shown(cookie.name)} of {host} has characters beyond Latin-1, which a"
            " header must not have"
        ) from None
    # In http.cookiejar a cookie without an equals sign has a name and no value.
    if cookie.value is None:
        name, value = b"", name
    return Cookie(
        name=name,
        value=value,
        secure=bool(cookie.secure),
        host=host,
        host_only=not cookie.domain_specified,
        path=cookie.path if cookie.path.startswith("/") else "/",
        has_path_attribute=cookie.path_specified,
        same_site=_same_site_of(cookie),
        http_only=any(map(cookie.has_nonstandard_attr, _HTTP_ONLY)),
        expiry_time=None if cookie.expires is None else float(cookie.expires),
    )


def _host_of(cookie: http.cookiejar.Cookie) -> str:
    domain = cookie.domain.removeprefix(".")
    without = domain.removesuffix(_LOCAL)
    if without == "localhost" or without.startswith("["):
        domain = without
    host = parse_host(domain)
    if host is None:
        raise ValueError(
            f"the cookie {shown(cookie.name)} does not have a valid host: {shown(cookie.domain)}"
        )
    return host


def _same_site_of(cookie: http.cookiejar.Cookie) -> SameSite:
    for name in _SAME_SITE:
        value = cookie.get_nonstandard_attr(name)
        if value is not None:
            return _KINDS.get(value.lower(), "unset")
    return "unset"


def to_http_cookiejar(cookies: Iterable[Cookie]) -> http.cookiejar.CookieJar:
    """Make a jar of Python's library with the cookies, which it sends over HTTP."""
    jar = http.cookiejar.CookieJar()
    for each in cookies:
        jar.set_cookie(_theirs(each))
    return jar


def _theirs(cookie: Cookie) -> http.cookiejar.Cookie:
    name, value = cookie.name.decode("latin-1"), cookie.value.decode("latin-1")
    rest: dict[str, str] = {}
    if cookie.http_only:
        rest["HttpOnly"] = ""
    if cookie.same_site != "unset":
        rest["SameSite"] = cookie.same_site.capitalize()
    return http.cookiejar.Cookie(
        version=0,
        name=name or value,
        value=value if name else None,
        port=None,
        port_specified=False,
        domain=_domain_of(cookie),
        domain_specified=not cookie.host_only,
        domain_initial_dot=not cookie.host_only,
        path=cookie.path,
        path_specified=cookie.has_path_attribute,
        secure=cookie.secure,
        expires=None if cookie.expiry_time is None else int(cookie.expiry_time),
        discard=cookie.expiry_time is None,
        comment=None,
        comment_url=None,
        rest=rest,
    )


def _domain_of(cookie: Cookie) -> str:
    host = cookie.host
    assert host is not None
    if not cookie.host_only and is_domain(host):
        return f".{host}"
    return host if "." in host else host + _LOCAL
