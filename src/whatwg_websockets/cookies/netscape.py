"""Cookies in the format of Netscape's cookies.txt, which curl and others read and write.

Each line has seven fields, separated by tabs: the host, with a leading dot if the cookie is sent to
the hosts below it; TRUE if it is, else FALSE; the path; TRUE if the cookie is secure; its expiry
time in seconds since 1970, 0 for the end of the session; the name; the value. A line that begins
with ``#HttpOnly_`` has an HttpOnly cookie. Any other line that begins with ``#`` is a comment. The
format cannot store SameSite.
"""

import re
from collections.abc import Iterable
from typing import Final

from whatwg_websockets.cookies.cookie import Cookie
from whatwg_websockets.cookies.parse_a_cookie import LONGEST
from whatwg_websockets.url.host_parser import parse_host
from whatwg_websockets.webidl.messages import shown

HEAD: Final = "# Netscape HTTP Cookie File\n# The next lines are written by whatwg-websockets.\n"

_FIELDS: Final = 7
_HTTP_ONLY: Final = "#HttpOnly_"
_FLAGS: Final = {"TRUE": True, "FALSE": False}
_SECONDS: Final = re.compile(r"-?[0-9]{1,15}")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def to_netscape(cookies: Iterable[Cookie]) -> bytes:
    """Return the contents of a file with the cookies, one on each line.

    Raises:
        ValueError: a cookie contains a tab, which would end its field.
    """
    return (HEAD + "".join(map(_line, cookies))).encode("latin-1")


def _line(cookie: Cookie) -> str:
    name, value = cookie.name.decode("latin-1"), cookie.value.decode("latin-1")
    words = (
        f"{'' if cookie.host_only else '.'}{cookie.host}",
        _flag(not cookie.host_only),
        cookie.path,
        _flag(cookie.secure),
        # The fraction of a second is cut off, so that the cookie does not expire too late.
        "0" if cookie.expiry_time is None else str(int(cookie.expiry_time)),
        name,
        value,
    )
    if any("\t" in each for each in words):
        raise ValueError(
            f"the cookie {shown(name)} of {cookie.host} contains a tab, which the format cannot"
            " store; save the jar as JSON"
        )
    return (_HTTP_ONLY if cookie.http_only else "") + "\t".join(words) + "\n"


def _flag(value: bool) -> str:
    return "TRUE" if value else "FALSE"


def from_netscape(content: bytes) -> list[Cookie]:
    """Return the cookies in the contents of a file.

    Raises:
        ValueError: a line is not valid; the message says which one and why.
    """
    cookies = []
    for number, line in enumerate(content.decode("latin-1").split("\n"), 1):
        text = line.removesuffix("\r")
        http_only = text.startswith(_HTTP_ONLY)
        text = text.removeprefix(_HTTP_ONLY)
        if (text.startswith("#") and not http_only) or not text.strip():
            continue
        try:
            cookies.append(_cookie(text.split("\t"), http_only))
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from None
    return cookies


def _cookie(words: list[str], http_only: bool) -> Cookie:
    if len(words) != _FIELDS:
        raise ValueError(f"it must have {_FIELDS} fields separated by tabs, not {len(words)}")
    domain, below, path, secure, expires, name, value = words
    host = domain.removeprefix(".")
    if parse_host(host) != host.lower():
        raise ValueError(f"the host is not valid: {shown(domain)}")
    if not path.startswith("/"):
        raise ValueError(f"the path must begin with a slash: {shown(path)}")
    if below not in _FLAGS or secure not in _FLAGS:
        raise ValueError(f"a flag must be TRUE or FALSE: {shown(below)}, {shown(secure)}")
    if not _SECONDS.fullmatch(expires):
        raise ValueError(f"the expiry time must be a number of seconds: {shown(expires)}")
    if any(_CONTROLS.search(each) for each in words):
        raise ValueError("a cookie must not contain control characters")
    if not 0 < len(name) + len(value) <= LONGEST:
        raise ValueError(f"name and value together must have 1 to {LONGEST} bytes")
    return Cookie(
        name=name.encode("latin-1"),
        value=value.encode("latin-1"),
        secure=_FLAGS[secure],
        host=host.lower(),
        host_only=not _FLAGS[below],
        path=path,
        has_path_attribute=True,
        http_only=http_only,
        expiry_time=float(expires) if int(expires) else None,
    )
