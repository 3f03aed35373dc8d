"""The policies that settings give, held to their grammar.

A browser passes over what it cannot parse, since a page may be older or newer than the browser. A
program gives its policies itself, and whoever wrote them is there to read an error. So what the
grammar does not allow is a ValueError: a typo would otherwise allow or forbid more than was meant,
in silence. What the grammar allows, and what has no effect all the same, such as a directive that
nobody knows, is told in the log, as a browser tells it in its console.

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
"""The directives whose source lists count for a WebSocket."""

# Those of the standard, and of the documents that extend it. Of the rest, browsers have had these.
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
    """Divide the values of a header field into policies, and check each.

    Args:
        values: one value, or several. A comma stands between two policies of one value.
        argument: the name of the argument that gives them, for messages.

    Returns:
        The policies. Each has a directive at least.

    Raises:
        TypeError: a value is no string, or there are no values to go through.
        ValueError: a value is no serialized policy list; the message says where and why.

    Source: https://w3c.github.io/webappsec-csp/#serialized-csp-list
    """
    if not isinstance(values, Iterable):
        raise TypeError(f"{argument} is one string or several, and not {shown(values)}")
    policies: list[str] = []
    for value in [values] if isinstance(values, str) else values:
        if not isinstance(value, str):
            raise TypeError(f"{argument} is made of strings, and {shown(value)} is none")
        wrong = _NO_CHARACTER_OF_A_POLICY.search(value)
        if wrong:
            raise _no_policy(argument, value, f"{wrong[0]!a} cannot stand in a policy")
        in_value = [each for each in value.split(",") if each.strip(f"{ASCII_WHITESPACE};")]
        if not in_value:
            raise _no_policy(argument, value, "there is no directive in it")
        for policy in in_value:
            _check_a_policy(policy, argument)
        policies += in_value
    return policies


def _check_a_policy(policy: str, argument: str) -> None:
    seen: set[str] = set()
    for name, value in _directives(policy):
        if not _DIRECTIVE_NAME.fullmatch(name):
            why = f"{name!r} is no name of a directive, which has letters, digits and hyphens"
            raise _no_policy(argument, policy, why)
        lowered = name.lower()
        if lowered in seen:
            _warn(argument, f"the directive {lowered!r} stands in it twice; the first one counts")
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
                why = f"in {name!r}, {expression} stands beside other source expressions"
                raise _no_policy(argument, policy, why)
        elif not is_a_source_expression(expression):
            why = f"in {name!r}, {expression!r} is no source expression{_hint(expression)}"
            raise _no_policy(argument, policy, why)
        elif why := _what_is_odd(expression):
            _warn(argument, f"{expression!r} in {name!r} {why}")


def _what_is_odd(expression: str) -> str:
    """Say what an expression hardly means that the grammar allows; "" if it is not odd."""
    if expression.lower() in _UNQUOTED:
        return f"is the name of a host; the keyword has quotation marks, \"'{expression}'\""
    parts = parse_a_source_expression(expression)
    if isinstance(parts, HostSource) and not is_domain(parts.host_part):
        return "matches nothing, since no host that is an IP address is matched"
    return ""


def _hint(expression: str) -> str:
    """Say what is often wrong with an expression, as the end of a message."""
    if expression.startswith("'"):
        return f"; the keywords are {', '.join(KEYWORDS)} and 'none'"
    if "?" in expression or "#" in expression:
        return ", which has neither a query nor a fragment"
    if "[" in expression:
        return ", which names no IPv6 address"
    return ": a scheme as in 'wss:', or a host as in 'wss://*.example.com:8443/chat/'"


def _no_policy(argument: str, policy: str, why: str) -> ValueError:
    return ValueError(f"{argument} is no Content Security Policy: {why}: {shown(policy.strip())}")


def _warn(argument: str, why: str) -> None:
    logger.warning("%s: %s", argument, why, extra={"why": why, "kind": "csp notice"})
