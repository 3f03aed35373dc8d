"""Parse a cookie, section 5.4.2 of the draft of layered cookies: a Set-Cookie field's value."""

import re
from typing import Final

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.cookies.cookie import FAILURE, Cookie, SameSite
from whatwg_websockets.cookies.matching import cookie_default_path
from whatwg_websockets.cookies.parse_a_date import EARLIEST, parse_a_date
from whatwg_websockets.url.host_parser import parse_host

LONGEST: Final = 4_096
"""The maximum number of bytes of a cookie's name and value together."""

LONGEST_ATTRIBUTE: Final = 1_024
"""The maximum number of bytes of an attribute's value."""

_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_SECONDS: Final = re.compile(rb"-?[0-9]+")
_WHITE_SPACE: Final = b" \t"
_SAME_SITE: Final[dict[bytes, SameSite]] = {b"none": "none", b"strict": "strict", b"lax": "lax"}


@algorithm("name-parse-a-cookie", "parse a cookie")
def parse_a_cookie(field: bytes, path: str, now: float, age_limit: float) -> Cookie | None:
    """Parse the value of a Set-Cookie field.

    Args:
        field: the value.
        path: the path of the request, from which the cookie's default path is made.
        now: the current time, in seconds since 1970.
        age_limit: the maximum lifetime of a cookie, in seconds.

    Returns:
        The cookie, or None for failure.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-parse-a-cookie
    """
    # 1. Return failure if the field has a control character other than a tab.
    if _CONTROLS.search(field):
        return None
    # 2. Take the part of the field before the first semicolon as the name-value pair.
    # 3. Begin with an empty string of unparsed attributes.
    # 4. Take the part of the field from the first semicolon on as the unparsed attributes.
    # 5. Take the whole field as the name-value pair if it has no semicolon.
    # 6. Assert that the field has a name-value pair, which may be empty.
    name_and_value, *attributes = field.split(b";")
    # 7. Begin with an empty cookie name.
    # 8. Begin with an empty cookie value.
    name, equals_sign, value = name_and_value.partition(b"=")
    # 9. Take the whole name-value pair as the value if it has no equals sign, with an empty name.
    if not equals_sign:
        name, value = b"", name
    # 10. Split the name-value pair at the first equals sign into name and value.
    # 11. Remove white space from both ends of the name and of the value.
    name, value = name.strip(_WHITE_SPACE), value.strip(_WHITE_SPACE)
    # 12. Return failure if the name and the value are both empty, or have more than 4096 bytes
    #     together.
    if not 0 < len(name) + len(value) <= LONGEST:
        return None
    # 13. Make a cookie with the name and the value.
    cookie = Cookie(name=name, value=value)
    _read_attributes(cookie, attributes, now, age_limit)
    # 14. Set the cookie's path to the default path of the request's path, if no attribute has set
    #     the path. In the draft, the default path is set first, and an empty Path would not undo an
    #     earlier Path.
    if not cookie.has_path_attribute:
        cookie.path = cookie_default_path(path)
    # 16. Return the cookie, which is not stored yet.
    return cookie


@algorithm("name-parse-a-cookie", "parse a cookie: attributes")
def _read_attributes(cookie: Cookie, attributes: list[bytes], now: float, age_limit: float) -> None:
    """Parse the attributes; a later attribute replaces an earlier one of the same name."""
    # 15. Parse each of the unparsed attributes in order.
    # 15.1. Begin with "max-age seen" set to false. The draft sets it to false before each
    #       attribute, which would forget an earlier Max-Age.
    max_age_seen = False
    # 15.2. Skip the semicolon before the attribute.
    # 15.3. Assert that each attribute begins with a semicolon.
    # 15.4. Begin with an empty attribute.
    # 15.5. Take the characters up to the next semicolon as the attribute.
    # 15.6. Take the rest of the field as the last attribute.
    for attribute in attributes:
        # 15.7. Begin with an empty attribute name.
        # 15.8. Begin with an empty attribute value.
        # 15.9. Split the attribute at the first equals sign into name and value.
        # 15.10. Take the whole attribute as the name if it has no equals sign.
        name, _, value = attribute.partition(b"=")
        # 15.11. Remove white space from both ends of the attribute's name and value, and convert
        #        the name to lower case.
        name, value = name.strip(_WHITE_SPACE).lower(), value.strip(_WHITE_SPACE)
        # 15.12. Skip an attribute whose value has more than 1024 bytes.
        if len(value) > LONGEST_ATTRIBUTE:
            continue
        # 15.13. Parse the attribute Expires, whose value is a date.
        if name == b"expires":
            # 15.13.1. Ignore the attribute Expires if the field has Max-Age before it.
            if max_age_seen:
                continue
            _read_expires(cookie, value, now + age_limit)
        # 15.14. Parse the attribute Max-Age, whose value is a number of seconds.
        elif name == b"max-age":
            max_age_seen = _read_max_age(cookie, value, now, age_limit) or max_age_seen
        else:
            _read_flags_and_places(cookie, name, value)


@algorithm("name-parse-a-cookie", "parse a cookie: Expires")
def _read_expires(cookie: Cookie, value: bytes, latest: float) -> None:
    """Set the expiry time of the cookie to the value of Expires."""
    # 15.13.2. Parse the value of Expires as a date.
    expiry_time = parse_a_date(value)
    # 15.13.3. Ignore Expires if its value is not a date.
    if expiry_time is None:
        return
    # 15.13.4. Limit the date of Expires to the maximum lifetime of a cookie.
    # 15.13.5. Keep the date of Expires, since each date that can be parsed can be represented.
    # 15.13.6. Set the cookie's expiry time to the date of Expires.
    cookie.expiry_time = min(expiry_time, latest)


@algorithm("name-parse-a-cookie", "parse a cookie: Max-Age")
def _read_max_age(cookie: Cookie, value: bytes, now: float, age_limit: float) -> bool:
    """Set the expiry time of the cookie by Max-Age; return whether its value is valid."""
    # 15.14.1. Ignore Max-Age if its value is empty.
    # 15.14.2. Ignore Max-Age if its value begins with neither a digit nor a minus sign and a digit.
    # 15.14.3. Ignore Max-Age if its value has a character other than a digit after the first.
    if not _SECONDS.fullmatch(value):
        return False
    # 15.14.4. Convert the value of Max-Age to a number of seconds.
    delta_seconds = int(value)
    # 15.14.5. Limit the number of seconds to the maximum lifetime of a cookie.
    # 15.14.6. Let the cookie expire at once if the number of seconds is not positive.
    # 15.14.7. Set the cookie's expiry time to the current time plus the number of seconds.
    cookie.expiry_time = EARLIEST if delta_seconds <= 0 else now + min(delta_seconds, age_limit)
    # 15.14.8. Set "max-age seen" to true, so that a later Expires is ignored.
    return True


@algorithm("name-parse-a-cookie", "parse a cookie: flags and places")
def _read_flags_and_places(cookie: Cookie, name: bytes, value: bytes) -> None:
    """Parse an attribute other than Expires and Max-Age."""
    # 15.15. Parse the attribute Domain, whose value is the host that the cookie is sent to,
    #        together with its subdomains.
    if name == b"domain":
        # 15.15.3. Set the cookie's host to the host of the last Domain attribute.
        cookie.host = _host_of(value)
    # 15.16. Parse the attribute Path, whose value is the path that the cookie is sent for.
    elif name == b"path":
        # 15.16.1. Use the value of Path if it begins with a slash.
        cookie.has_path_attribute = value.startswith(b"/")
        if cookie.has_path_attribute:
            # 15.16.1.1. Keep the path in one string, in which slashes separate its parts.
            # 15.16.1.2. Set the cookie's path to the value of Path, and "has path attribute" to
            #            true, which records that the server has given the path.
            cookie.path = value.decode("latin-1")
    # 15.17. Parse the attribute Secure, which limits the cookie to TLS.
    elif name == b"secure":
        # 15.17.1. Set the cookie's "secure" to true, whatever the value of the attribute is.
        cookie.secure = True
    # 15.18. Parse the attribute HttpOnly, which hides the cookie from scripts.
    elif name == b"httponly":
        # 15.18.1. Set the cookie's "http-only" to true, whatever the value of the attribute is.
        cookie.http_only = True
    # 15.19. Parse the attribute SameSite, which determines with which requests of other sites the
    #        cookie is sent.
    elif name == b"samesite":
        # 15.19.1. If the value is `None`, set the cookie's same-site to "none": the cookie is sent
        #          with every request of another site.
        # 15.19.2. If the value is `Strict`, set the cookie's same-site to "strict": the cookie is
        #          sent with no request of another site.
        # 15.19.3. If the value is `Lax`, set the cookie's same-site to "lax": the cookie is sent
        #          with top-level navigations from another site.
        cookie.same_site = _SAME_SITE.get(value.lower(), cookie.same_site)


@algorithm("name-parse-a-cookie", "parse a cookie: Domain")
def _host_of(value: bytes) -> str | None:
    """Parse the value of a Domain attribute.

    Returns:
        The host; None if the value is empty, as if the attribute were missing; or FAILURE.
    """
    # RFC 6265bis and web-platform-tests ignore an empty value; in the draft it is a failure.
    if not value:
        return None
    # 15.15.1. Begin with failure as the host.
    host: str | None = None
    # 15.15.2. Parse the value of Domain if it is ASCII, since a server has to write a host in
    #          ASCII.
    if value.isascii():
        # 15.15.2.1. Decode the value of Domain.
        # 15.15.2.2. Remove a leading dot from the value of Domain.
        host_input = value.decode("ascii").removeprefix(".")
        # 15.15.2.3. Parse the value of Domain as a host.
        host = parse_host(host_input)
    return FAILURE if host is None else host
