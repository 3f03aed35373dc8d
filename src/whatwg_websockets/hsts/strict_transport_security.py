"""The Strict-Transport-Security header field, section 6.1 of RFC 6797."""

import re
from typing import Final, NamedTuple

MAX_AGE_AT_MOST: Final = 2**31
"""Seconds, about 68 years. RFC 9111 section 1.2.2 replaces a number that is too large with this."""

_TOKEN: Final = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_QUOTED_STRING: Final = rb'"(?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\[\x00-\x7f])*"'
_BLANK: Final = rb"[ \t]*"
_DIRECTIVE: Final = re.compile(
    rb"%b(?:(?P<name>%b)%b(?:=%b(?P<value>%b|%b)%b)?)?(?:;|\Z)"
    % (_BLANK, _TOKEN, _BLANK, _BLANK, _TOKEN, _QUOTED_STRING, _BLANK)
)
_QUOTED_PAIR: Final = re.compile(rb"\\(.)", re.DOTALL)
_DIGITS: Final = re.compile(rb"[0-9]+")


class StrictTransportSecurity(NamedTuple):
    """The policy in a Strict-Transport-Security field.

    Attributes:
        max_age: how long the host stays known, in seconds; 0 removes it.
        include_subdomains: whether the policy applies to each name below the host, too.
    """

    max_age: int
    include_subdomains: bool


def parse_strict_transport_security(value: bytes) -> StrictTransportSecurity | None:
    """Parse the value of a Strict-Transport-Security field.

    Args:
        value: the value of one field, without white space around it.

    Returns:
        The policy; None if the value does not follow the grammar, so that the field is ignored.

    Source: RFC 6797 section 6.1
    """
    directives = _directives(value)
    if directives is None:
        return None
    # § rfc6797-6.1.1-1. Ignore a field without the directive max-age, or with a value of max-age
    #   that is not a number.
    max_age = directives.get(b"max-age")
    if max_age is None or not _DIGITS.fullmatch(max_age):
        return None
    # § rfc6797-6.1.2-1. Ignore a field whose directive includeSubDomains has a value.
    if directives.get(b"includesubdomains") is not None:
        return None
    # § rfc6797-6.1-5. Ignore a directive with an unknown name, whatever its value is.
    # § rfc6797-6.1-1. Look the directives up by name, so that their order does not matter.
    return StrictTransportSecurity(_delta_seconds(max_age), b"includesubdomains" in directives)


def _directives(value: bytes) -> dict[bytes, bytes | None] | None:
    """Split a field's value into directives; return None if it does not follow the grammar."""
    directives: dict[bytes, bytes | None] = {}
    position = 0
    while position < len(value):
        found = _DIRECTIVE.match(value, position)
        # § rfc6797-6.1-4, rfc6797-8.1-5. Ignore the whole field if a part of it does not follow the
        #   grammar.
        if found is None:
            return None
        position = found.end()
        if found["name"] is not None:
            # § rfc6797-6.1-3. Convert the directive's name to lower case, since names are
            #   case-insensitive.
            name = found["name"].lower()
            # § rfc6797-6.1-2. Ignore the whole field if a directive appears twice.
            if name in directives:
                return None
            directives[name] = None if found["value"] is None else _unquoted(found["value"])
    return directives


def _unquoted(value: bytes) -> bytes:
    return _QUOTED_PAIR.sub(rb"\1", value[1:-1]) if value.startswith(b'"') else value


def _delta_seconds(digits: bytes) -> int:
    # The length is tested first, since Python refuses to convert thousands of digits.
    significant = digits.lstrip(b"0")
    return MAX_AGE_AT_MOST if len(significant) > 10 else min(int(digits[-10:]), MAX_AGE_AT_MOST)
