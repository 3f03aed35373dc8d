"""The validation of the policies in settings against the grammar.

A browser ignores what it cannot parse, since a page may be older or newer than the browser. In a
program the author of the policies is there to read an error. So a policy that does not follow the
grammar is a ValueError: with a typo it would silently allow or forbid more than was meant. What
follows the grammar without having an effect, such as an unknown directive, is logged as a warning,
as a browser reports it in its console.

Source: https://w3c.github.io/webappsec-csp/#framework-policy
"""

import logging
import re
from collections.abc import Iterable, Iterator
from typing import Final

from whatwg_websockets.csp.source_expression import (
    KEYWORDS,
    HostSource,
    is_a_source_expression,
    parse_a_source_expression,
)
from whatwg_websockets.url.domain import is_domain
from whatwg_websockets.webidl.messages import shown

logger: Final = logging.getLogger("whatwg_websockets.csp")

SOURCE_LISTS: Final = ("connect-src", "default-src")
"""The directives whose source lists apply to a WebSocket."""

# The directives of the standard, of its extensions, and others that browsers have implemented.
DIRECTIVES: Final = """
base-uri block-all-mixed-content child-src connect-src default-src fenced-frame-src font-src
form-action frame-ancestors frame-src img-src manifest-src media-src navigate-to object-src
plugin-types prefetch-src referrer reflected-xss report-to report-uri require-sri-for
require-trusted-types-for sandbox script-src script-src-attr script-src-elem style-src
style-src-attr style-src-elem trusted-types upgrade-insecure-requests webrtc worker-src
""".split()  # noqa: SIM905 (as a list it takes a line for each)

ASCII_WHITESPACE: Final = "\t\n\f\r "
_DIRECTIVE_NAME: Final = re.compile(r"[A-Za-z0-9\-]+")
_NO_CHARACTER_OF_A_POLICY: Final = re.compile(rf"[^!-~{ASCII_WHITESPACE}]")
_UNQUOTED: Final = frozenset(each.strip("'") for each in (*KEYWORDS, "'none'"))


def extract_serialized_policies(values: str | Iterable[str], argument: str) -> list[str]:
    """Split the values of a header field into policies, and validate each policy.

    Args:
        values: one value, or several. The policies in one value are separated by commas.
        argument: the name of the argument with the values, for messages.

    Returns:
        The policies, each of which has at least one directive.

    Raises:
        TypeError: the values are neither a string nor an iterable of strings.
        ValueError: a value is not a serialized policy list; the message says where and why.

    Source: https://w3c.github.io/webappsec-csp/#serialized-csp-list
    """
    if not isinstance(values, Iterable):
        raise TypeError(f"{argument} must be a string or several, not {shown(values)}")
    policies: list[str] = []
    for value in [values] if isinstance(values, str) else values:
        if not isinstance(value, str):
            raise TypeError(f"{argument} must consist of strings, and {shown(value)} is not one")
        wrong = _NO_CHARACTER_OF_A_POLICY.search(value)
        if wrong:
            raise _no_policy(argument, value, f"{wrong[0]!a} is not allowed in a policy")
        in_value = [each for each in value.split(",") if each.strip(f"{ASCII_WHITESPACE};")]
        if not in_value:
            raise _no_policy(argument, value, "it does not contain a directive")
        for policy in in_value:
            _check_a_policy(policy, argument)
        policies += in_value
    return policies


def _check_a_policy(policy: str, argument: str) -> None:
    seen: set[str] = set()
    for name, value in _directives(policy):
        if not _DIRECTIVE_NAME.fullmatch(name):
            why = f"{name!r} is not the name of a directive, which has letters, digits and hyphens"
            raise _no_policy(argument, policy, why)
        lowered = name.lower()
        if lowered in seen:
            _warn(argument, f"the directive {lowered!r} is given twice; the first one is used")
        elif lowered in SOURCE_LISTS:
            _check_a_source_list(lowered, value, policy, argument)
        elif lowered not in DIRECTIVES:
            _warn(argument, f"the directive {lowered!r} is unknown, and has no effect")
        seen.add(lowered)


def _directives(policy: str) -> Iterator[tuple[str, list[str]]]:
    for directive in policy.split(";"):
        if parts := directive.split():
            yield parts[0], parts[1:]


def _check_a_source_list(name: str, value: list[str], policy: str, argument: str) -> None:
    for expression in value:
        if expression.lower() == "'none'":
            if len(value) > 1:
                why = f"in {name!r}, {expression} cannot be combined with other source expressions"
                raise _no_policy(argument, policy, why)
        elif not is_a_source_expression(expression):
            why = f"in {name!r}, {expression!r} is not a source expression{_hint(expression)}"
            raise _no_policy(argument, policy, why)
        elif why := _what_is_odd(expression):
            _warn(argument, f"{expression!r} in {name!r} {why}")


def _what_is_odd(expression: str) -> str:
    """Return why an expression that follows the grammar is probably a mistake; "" if it is not."""
    if expression.lower() in _UNQUOTED:
        return f"is the name of a host; write the keyword in quotation marks, \"'{expression}'\""
    parts = parse_a_source_expression(expression)
    if isinstance(parts, HostSource) and not is_domain(parts.host_part):
        return "matches nothing, since a host that is an IP address is never matched"
    return ""


def _hint(expression: str) -> str:
    """Return the end of a message: what is often wrong with an expression of this form."""
    if expression.startswith("'"):
        return f"; the keywords are {', '.join(KEYWORDS)} and 'none'"
    if "?" in expression or "#" in expression:
        return ", which must not have a query or a fragment"
    if "[" in expression:
        return ", which cannot name an IPv6 address"
    return "; write a scheme as in 'wss:', or a host as in 'wss://*.example.com:8443/chat/'"


def _no_policy(argument: str, policy: str, why: str) -> ValueError:
    return ValueError(
        f"{argument} is not a Content Security Policy: {why}: {shown(policy.strip())}"
    )


def _warn(argument: str, why: str) -> None:
    logger.warning("%s: %s", argument, why, extra={"why": why, "kind": "csp notice"})
