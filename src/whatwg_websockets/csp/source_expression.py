"""2.3.1 Source Lists: the grammar of source expressions.

Source: https://w3c.github.io/webappsec-csp/#framework-directive-source-list
"""

import re
from dataclasses import dataclass
from typing import Final

_SCHEME: Final = r"[A-Za-z][A-Za-z0-9+.\-]*"
_LABEL: Final = r"[A-Za-z0-9\-]+"
_HOST: Final = rf"\*|(?:\*\.)?{_LABEL}(?:\.{_LABEL})*\.?"
# RFC 3986 section 3.3, without ";" and ",", which separate directives and policies.
_PATH_CHARACTER: Final = r"(?:[A-Za-z0-9\-._~!$&'()*+=:@]|%[0-9A-Fa-f]{2})"
_PATH: Final = rf"/(?:{_PATH_CHARACTER}+(?:/{_PATH_CHARACTER}*)*)?"

_SCHEME_SOURCE: Final = re.compile(rf"(?P<scheme>{_SCHEME}):")
_HOST_SOURCE: Final = re.compile(
    rf"(?:(?P<scheme>{_SCHEME})://)?(?P<host>{_HOST})(?::(?P<port>[0-9]+|\*))?(?P<path>{_PATH})?"
)


@dataclass(frozen=True, slots=True)
class SchemeSource:
    """A source expression that names a scheme, such as ``wss:``.

    Source: https://w3c.github.io/webappsec-csp/#grammardef-scheme-source
    """

    scheme_part: str


@dataclass(frozen=True, slots=True)
class HostSource:
    """A source expression that names a host, such as ``wss://*.example.com:*/chat/``.

    Attributes:
        scheme_part: the scheme; None if the expression does not have one.
        host_part: a name, which may begin with ``*.``; or ``*``.
        port_part: digits or ``*``; None if the expression does not have a port.
        path_part: the path; an empty string if the expression does not have one.

    Source: https://w3c.github.io/webappsec-csp/#grammardef-host-source
    """

    scheme_part: str | None
    host_part: str
    port_part: str | None
    path_part: str


def parse_a_source_expression(expression: str) -> SchemeSource | HostSource | None:
    """Parse a source expression into its parts.

    Returns:
        The parts; None for an expression that is neither a scheme-source nor a host-source, such as
        a keyword.
    """
    match = _SCHEME_SOURCE.fullmatch(expression)
    if match:
        return SchemeSource(match["scheme"])
    match = _HOST_SOURCE.fullmatch(expression)
    if match:
        return HostSource(match["scheme"], match["host"], match["port"], match["path"] or "")
    return None


_BASE64_VALUE: Final = r"[A-Za-z0-9+/\-_]+={0,2}"
_NONCE_OR_HASH_SOURCE: Final = re.compile(
    rf"'(?:nonce|sha256|sha384|sha512)-{_BASE64_VALUE}'", re.IGNORECASE
)

KEYWORDS: Final = (
    "'self'",
    "'unsafe-inline'",
    "'unsafe-eval'",
    "'strict-dynamic'",
    "'unsafe-hashes'",
    "'report-sample'",
    "'unsafe-allow-redirects'",
    "'wasm-unsafe-eval'",
    "'trusted-types-eval'",
    "'report-sha256'",
    "'report-sha384'",
    "'report-sha512'",
    "'unsafe-webtransport-hashes'",
    "'inline-speculation-rules'",
)
"""The keywords of the grammar, and the keyword that the HTML Standard adds."""


def is_a_source_expression(expression: str) -> bool:
    """Return whether a string follows the grammar of source expressions.

    Source: https://w3c.github.io/webappsec-csp/#grammardef-source-expression
    """
    return (
        parse_a_source_expression(expression) is not None
        or expression.lower() in KEYWORDS
        or _NONCE_OR_HASH_SOURCE.fullmatch(expression) is not None
    )
