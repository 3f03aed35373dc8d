"""2.2.1 and 2.2.2: parsing policies.

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
        The policy. Its directive set is empty if the string does not contain a directive.

    Source: https://w3c.github.io/webappsec-csp/#parse-serialized-policy
    """
    # 1. The settings give the policy as a string, so no bytes are decoded.
    # 2. Begin with an empty directive set; the policy is made from it at the end.
    directive_set: dict[str, Directive] = {}
    # 3. Split the policy at semicolons into tokens.
    for each in serialized.split(";"):
        # 3.1. Strip ASCII whitespace from both ends of the token.
        token = each.strip(ASCII_WHITESPACE)
        # 3.2. Skip a token that is empty or contains a character that is not ASCII.
        if not token or not token.isascii():
            continue
        # 3.3. Take the token's characters before the first whitespace as the directive's name.
        directive_name, *directive_value = _RUN_OF_WHITESPACE.split(token)
        # 3.4. Convert the directive's name to lower case.
        directive_name = directive_name.lower()
        # 3.5. Skip a directive whose name is in the directive set already.
        if directive_name in directive_set:
            continue
        # 3.6. Split the rest of the token at whitespace into the directive's value. In the
        #      standard's text, the whole token is split, which would include the name in the value.
        # 3.7. Make a directive with the name and the value.
        directive = Directive(directive_name, tuple(directive_value))
        # 3.8. Append the directive to the directive set.
        directive_set[directive_name] = directive
    # 4. Return a policy with the directive set.
    return Policy(tuple(directive_set.values()), source, disposition)


@algorithm("parse-response-csp", "parse a response's Content Security Policies")
def parse_the_policies_of_settings(
    content_security_policy: str | Iterable[str],
    content_security_policy_report_only: str | Iterable[str],
    self_origin: Origin,
) -> CspList | None:
    """Parse the policies that settings give in place of the two header fields of a response.

    Args:
        content_security_policy: the values of fields ``Content-Security-Policy``.
        content_security_policy_report_only: the values of fields
            ``Content-Security-Policy-Report-Only``.
        self_origin: the origin of the settings.

    Returns:
        The policies; None if the settings do not have any.

    Raises:
        ValueError: a value is not a serialized policy list; the message says where and why.

    Source: https://w3c.github.io/webappsec-csp/#parse-response-csp
    """
    # 1. Begin with an empty list of policies.
    policies: list[Policy] = []
    # 2. Extract the policies that the settings give as values of `Content-Security-Policy`.
    enforced = extract_serialized_policies(content_security_policy, "content_security_policy")
    for token in enforced:
        # 2.1. Parse the policy with the disposition "enforce".
        # § csp-enforced. Parse each enforced policy, so that main fetch enforces it.
        policy = parse_a_serialized_csp(token, "header", "enforce")
        # 2.2. Append the enforced policy to the policies. A policy without directives was refused
        #      when the policies were extracted from the settings.
        policies.append(policy)
    # 3. Extract the policies that the settings give as values of
    #    `Content-Security-Policy-Report-Only`.
    reported = extract_serialized_policies(
        content_security_policy_report_only, "content_security_policy_report_only"
    )
    for token in reported:
        # 3.1. Parse the policy with the disposition "report".
        # § csp-monitored. Parse each monitored policy, so that main fetch reports its violations.
        policy = parse_a_serialized_csp(token, "header", "report")
        # 3.2. Append the monitored policy to the policies. A policy without directives was refused
        #      when the policies were extracted from the settings.
        policies.append(policy)
    # 4. Return the policies with the settings' origin as their self-origin.
    if not policies:
        return None
    return CspList(tuple(policies), self_origin)
