"""2.2.1 and 2.2.2: policies from strings.

Source: https://w3c.github.io/webappsec-csp/#framework-policy
"""

import re
from collections.abc import Iterable
from typing import Final

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.csp.extract import ASCII_WHITESPACE, extract_serialized_policies
from whatwg_websockets.csp.policy import (
    CspList,
    Directive,
    Disposition,
    Policy,
    Source,
)
from whatwg_websockets.url.origin import Origin

_RUN_OF_WHITESPACE: Final = re.compile(f"[{ASCII_WHITESPACE}]+")


@algorithm("parse-serialized-policy", "parse a serialized CSP")
def parse_a_serialized_csp(serialized: str, source: Source, disposition: Disposition) -> Policy:
    """Parse a string as one policy.

    Returns:
        The policy. Its directive set is empty if nothing in the string is a directive.

    Source: https://w3c.github.io/webappsec-csp/#parse-serialized-policy
    """
    # 1. The settings give strings, so no bytes are decoded.
    # 2. The directives are collected by name, and make the policy when all are known.
    directive_set: dict[str, Directive] = {}
    # 3. A semicolon ends each directive.
    for each in serialized.split(";"):
        # 3.1. ASCII whitespace around a directive counts for nothing.
        token = each.strip(ASCII_WHITESPACE)
        # 3.2. An empty token, or one with a character that is not ASCII, is passed over.
        if not token or not token.isascii():
            continue
        # 3.3. The name of the directive ends at the first whitespace.
        directive_name, *directive_value = _RUN_OF_WHITESPACE.split(token)
        # 3.4. Names of directives are the same in upper and lower case.
        directive_name = directive_name.lower()
        # 3.5. The first of several directives with the same name counts.
        if directive_name in directive_set:
            continue
        # 3.6. The value is what follows the name, divided at whitespace. The text divides the whole
        #      token, which would make the name a part of the value.
        # 3.7. The directive has the name and the value.
        directive = Directive(directive_name, tuple(directive_value))
        # 3.8. The directive set keeps the order in which the directives were written.
        directive_set[directive_name] = directive
    # 4. The policy has the directives that were found.
    return Policy(tuple(directive_set.values()), source, disposition)


@algorithm("parse-response-csp", "parse a response's Content Security Policies")
def parse_the_policies_of_settings(
    content_security_policy: str | Iterable[str],
    content_security_policy_report_only: str | Iterable[str],
    self_origin: Origin,
) -> CspList | None:
    """Parse what a response would have in its two header fields; here, settings say it.

    Args:
        content_security_policy: the values of fields ``Content-Security-Policy``.
        content_security_policy_report_only: the values of fields
            ``Content-Security-Policy-Report-Only``.
        self_origin: the origin of the settings.

    Returns:
        The policies, or None where there are none.

    Raises:
        ValueError: a value is no serialized policy list; the message says where and why.

    Source: https://w3c.github.io/webappsec-csp/#parse-response-csp
    """
    # 1. No policy is known yet.
    policies: list[Policy] = []
    # 2. The settings give the values that a response has as `Content-Security-Policy`.
    enforced = extract_serialized_policies(content_security_policy, "content_security_policy")
    for token in enforced:
        # 2.1. The policies of this field are enforced.
        # § csp-enforced. Each of them is parsed, and main fetch asks for it.
        policy = parse_a_serialized_csp(token, "header", "enforce")
        # 2.2. Whoever extracts the policies refuses one without directives, and so each has some.
        policies.append(policy)
    # 3. The settings give the values of `Content-Security-Policy-Report-Only` as well.
    reported = extract_serialized_policies(
        content_security_policy_report_only, "content_security_policy_report_only"
    )
    for token in reported:
        # 3.1. The policies of this field only report.
        # § csp-monitored. Each of them is parsed, and main fetch asks for it.
        policy = parse_a_serialized_csp(token, "header", "report")
        # 3.2. Whoever extracts the policies refuses one without directives, and so each has some.
        policies.append(policy)
    # 4. The origin of the settings is what "'self'" stands for.
    if not policies:
        return None
    return CspList(tuple(policies), self_origin)
