"""Parse a cookie, section 5.4.2 of the draft of layered cookies: a Set-Cookie field, read."""

import re
from typing import Final

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.cookies.cookie import FAILURE, Cookie, SameSite
from whatwg_websockets.cookies.matching import cookie_default_path
from whatwg_websockets.cookies.parse_a_date import EARLIEST, parse_a_date
from whatwg_websockets.url.host_parser import parse_host

LONGEST: Final = 4_096
"""The most bytes that the name and the value of a cookie have together."""

LONGEST_ATTRIBUTE: Final = 1_024
"""The most bytes that the value of an attribute has."""

_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_SECONDS: Final = re.compile(rb"-?[0-9]+")
_WHITE_SPACE: Final = b" \t"
_SAME_SITE: Final[dict[bytes, SameSite]] = {b"none": "none", b"strict": "strict", b"lax": "lax"}


@algorithm("name-parse-a-cookie", "parse a cookie")
def parse_a_cookie(field: bytes, path: str, now: float, age_limit: float) -> Cookie | None:
    """Read the value of a Set-Cookie field.

    Args:
        field: the value.
        path: the path of the request, which the path of the cookie is made of.
        now: the current time, in seconds since 1970.
        age_limit: the most seconds that a cookie may last.

    Returns:
        The cookie, or None for failure.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-parse-a-cookie
    """
    # 1. A control character, other than a tab, is in no cookie.
    if _CONTROLS.search(field):
        return None
    # 2. What has the name and the value ends with the first semicolon.
    # 3. There may be no attributes.
    # 4. The attributes begin with the first semicolon.
    # 5. Without a semicolon there are no attributes.
    # 6. What has the name and the value is there, and may be empty.
    name_and_value, *attributes = field.split(b";")
    # 7. The name is not known yet.
    # 8. The value is not known yet.
    name, equals_sign, value = name_and_value.partition(b"=")
    # 9. Without an equals sign all is the value, and the name is empty.
    if not equals_sign:
        name, value = b"", name
    # 10. The first equals sign ends the name.
    # 11. White space around each of them does not count.
    name, value = name.strip(_WHITE_SPACE), value.strip(_WHITE_SPACE)
    # 12. What says nothing, or is too long, is no cookie.
    if not 0 < len(name) + len(value) <= LONGEST:
        return None
    # 13. Here the cookie is made.
    cookie = Cookie(name=name, value=value)
    _read_attributes(cookie, attributes, now, age_limit)
    # 14. The path of the request gives the path, where no attribute does. The draft takes it before
    #     the attributes, and so an empty Path would not take back one before it.
    if not cookie.has_path_attribute:
        cookie.path = cookie_default_path(path)
    # 16. The cookie is not stored yet.
    return cookie


@algorithm("name-parse-a-cookie", "parse a cookie: attributes")
def _read_attributes(cookie: Cookie, attributes: list[bytes], now: float, age_limit: float) -> None:
    """Read the attributes; a later one takes the place of an earlier one of the same name."""
    # 15. Each attribute is looked at, in order.
    # 15.1. No Max-Age has been seen before the first attribute. The draft says so once more before
    #       each, which would forget the Max-Age that was seen.
    max_age_seen = False
    # 15.2. The semicolon before the attribute is left out.
    # 15.3. Each attribute begins with a semicolon.
    # 15.4. The attribute is not known yet.
    # 15.5. The next semicolon ends the attribute.
    # 15.6. The last attribute ends with the field.
    for attribute in attributes:
        # 15.7. The name of the attribute is not known yet.
        # 15.8. The value may be left out, and is empty then.
        # 15.9. The first equals sign ends the name.
        # 15.10. Without an equals sign all is the name.
        name, _, value = attribute.partition(b"=")
        # 15.11. White space around each of them does not count, and case not in the name.
        name, value = name.strip(_WHITE_SPACE).lower(), value.strip(_WHITE_SPACE)
        # 15.12. An attribute that is too long is passed over.
        if len(value) > LONGEST_ATTRIBUTE:
            continue
        # 15.13. Expires says a date.
        if name == b"expires":
            # 15.13.1. Max-Age counts where both are there.
            if max_age_seen:
                continue
            _read_expires(cookie, value, now + age_limit)
        # 15.14. Max-Age says how many seconds the cookie lasts.
        elif name == b"max-age":
            max_age_seen = _read_max_age(cookie, value, now, age_limit) or max_age_seen
        else:
            _read_flags_and_places(cookie, name, value)


@algorithm("name-parse-a-cookie", "parse a cookie: Expires")
def _read_expires(cookie: Cookie, value: bytes, latest: float) -> None:
    """Read when the cookie ends."""
    # 15.13.2. A date is read in any of the ways in which servers write it.
    expiry_time = parse_a_date(value)
    # 15.13.3. What is no date is passed over.
    if expiry_time is None:
        return
    # 15.13.4. No cookie lasts longer than the limit.
    # 15.13.5. Each date that can be parsed can be represented.
    # 15.13.6. The cookie ends then.
    cookie.expiry_time = min(expiry_time, latest)


@algorithm("name-parse-a-cookie", "parse a cookie: Max-Age")
def _read_max_age(cookie: Cookie, value: bytes, now: float, age_limit: float) -> bool:
    """Read how long the cookie lasts; tell whether the attribute counts."""
    # 15.14.1. An empty value says nothing.
    # 15.14.2. A number begins with a digit, or with a minus sign and a digit.
    # 15.14.3. All that follows is digits.
    if not _SECONDS.fullmatch(value):
        return False
    # 15.14.4. The number is one of seconds.
    delta_seconds = int(value)
    # 15.14.5. No cookie lasts longer than the limit.
    # 15.14.6. A number that is not positive ends the cookie at once.
    # 15.14.7. The cookie ends then.
    cookie.expiry_time = EARLIEST if delta_seconds <= 0 else now + min(delta_seconds, age_limit)
    # 15.14.8. Every Expires is passed over from here on.
    return True


@algorithm("name-parse-a-cookie", "parse a cookie: flags and places")
def _read_flags_and_places(cookie: Cookie, name: bytes, value: bytes) -> None:
    """Read what does not say how long the cookie lasts."""
    # 15.15. Domain says the host that gets the cookie, with all that are below it.
    if name == b"domain":
        # 15.15.3. The last Domain counts.
        cookie.host = _host_of(value)
    # 15.16. Path says below which path the cookie is sent.
    elif name == b"path":
        # 15.16.1. What does not begin with a slash says nothing.
        cookie.has_path_attribute = value.startswith(b"/")
        if cookie.has_path_attribute:
            # 15.16.1.1. The path stays in one piece, and each slash in it begins a part of it.
            # 15.16.1.2. The server has said the path.
            cookie.path = value.decode("latin-1")
    # 15.17. Secure asks for TLS.
    elif name == b"secure":
        # 15.17.1. The attribute has no value that would count.
        cookie.secure = True
    # 15.18. HttpOnly keeps scripts away.
    elif name == b"httponly":
        # 15.18.1. The attribute has no value that would count.
        cookie.http_only = True
    # 15.19. SameSite says which requests of other sites get the cookie.
    elif name == b"samesite":
        # 15.19.1. `None` is each request.
        # 15.19.2. `Strict` is none of them.
        # 15.19.3. `Lax` is those that go to another page.
        cookie.same_site = _SAME_SITE.get(value.lower(), cookie.same_site)


@algorithm("name-parse-a-cookie", "parse a cookie: Domain")
def _host_of(value: bytes) -> str | None:
    """Read the value of a Domain attribute.

    Returns:
        The host; None where the value is empty, as if there were no such attribute; or FAILURE.
    """
    # web-platform-tests and RFC 6265bis pass over an empty value; the draft calls it a failure.
    if not value:
        return None
    # 15.15.1. As long as the value is none, the host is failure.
    host: str | None = None
    # 15.15.2. A host beyond ASCII is to be written in ASCII by the server.
    if value.isascii():
        # 15.15.2.1. The value is text.
        # 15.15.2.2. A dot at the beginning is an old way to write the same.
        host_input = value.decode("ascii").removeprefix(".")
        # 15.15.2.3. The host is parsed as that of a URL is.
        host = parse_host(host_input)
    return FAILURE if host is None else host
