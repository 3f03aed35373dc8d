"""The Strict-Transport-Security header field, section 6.1 of RFC 6797."""

import re
from typing import Final, NamedTuple

MAX_AGE_AT_MOST: Final = 2**31
"""Seconds, about 68 years. RFC 9111 section 1.2.2 has a number that is too large mean this one."""

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
    """What a Strict-Transport-Security field says.

    Attributes:
        max_age: for how many seconds from its arrival it holds; 0 takes back what was said before.
        include_subdomains: whether it holds for each name below the host's, too.
    """

    max_age: int
    include_subdomains: bool


def parse_strict_transport_security(value: bytes) -> StrictTransportSecurity | None:
    """Parse the value of a Strict-Transport-Security field.

    Args:
        value: the value of one field, without blanks around it.

    Returns:
        what it says; None where it is not as the grammar has it, and so counts for nothing.

    Source: RFC 6797 section 6.1
    """
    directives = _directives(value)
    if directives is None:
        return None
    # § rfc6797-6.1.1-1. A field without the directive max-age is not as the RFC has it.
    max_age = directives.get(b"max-age")
    if max_age is None or not _DIGITS.fullmatch(max_age):
        return None
    # § rfc6797-6.1.2-1. The directive includeSubDomains is there or is not, and has no value.
    if directives.get(b"includesubdomains") is not None:
        return None
    # § rfc6797-6.1-5. A directive with another name changes nothing, whatever its value.
    # § rfc6797-6.1-1. The directives are asked for by name, so their order changes nothing.
    return StrictTransportSecurity(_delta_seconds(max_age), b"includesubdomains" in directives)


def _directives(value: bytes) -> dict[bytes, bytes | None] | None:
    """Take a field apart; None where the grammar does not have it so."""
    directives: dict[bytes, bytes | None] = {}
    position = 0
    while position < len(value):
        found = _DIRECTIVE.match(value, position)
        # § rfc6797-6.1-4, rfc6797-8.1-5. Whatever does not conform to the syntax spoils the whole
        #   field.
        if found is None:
            return None
        position = found.end()
        if found["name"] is not None:
            # § rfc6797-6.1-3. Case does not tell the names of directives apart.
            name = found["name"].lower()
            # § rfc6797-6.1-2. A directive that appears twice spoils the whole field.
            if name in directives:
                return None
            directives[name] = None if found["value"] is None else _unquoted(found["value"])
    return directives


def _unquoted(value: bytes) -> bytes:
    return _QUOTED_PAIR.sub(rb"\1", value[1:-1]) if value.startswith(b'"') else value


def _delta_seconds(digits: bytes) -> int:
    # Python refuses to convert thousands of digits.
    significant = digits.lstrip(b"0")
    return MAX_AGE_AT_MOST if len(significant) > 10 else min(int(digits[-10:]), MAX_AGE_AT_MOST)
