"""6.8 Directive Algorithms: which directive decides about a request.

Source: https://w3c.github.io/webappsec-csp/#directive-algorithms
"""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.csp.policy import Policy

if TYPE_CHECKING:
    from whatwg_websockets.fetch.request import Request


@algorithm("request-effective-directive", "get the effective directive for request")
def get_the_effective_directive_for_request(request: "Request") -> str:
    """Return the name of the directive that is about requests of this kind.

    Source: https://w3c.github.io/webappsec-csp/#effective-directive-for-a-request
    """
    # 1. The request of a WebSocket has no initiator that would be looked at.
    # 2. The destination of the request decides.
    # 2a. (the empty string) A WebSocket's request has no destination.
    # 2a.1. The directive for it is "connect-src".
    # 2b-2l. n/a: the destination of a WebSocket's request is the empty string.
    # 3. Every destination without a directive of its own has the same directive.
    return "connect-src"


@algorithm("directive-fallback-list", "get fetch directive fallback list")
def get_fetch_directive_fallback_list(directive_name: str) -> tuple[str, ...]:
    """Return the directives that may stand in for a directive, which is the first of them.

    Source: https://w3c.github.io/webappsec-csp/#directive-fallback-list
    """
    # 1. The name of the directive decides.
    # 1a-1e. n/a: a WebSocket's request has the effective directive "connect-src".
    # 1f. ("connect-src") One other directive may stand in for "connect-src".
    # 1f.1. The directive "default-src" is asked where there is no "connect-src".
    # 1g-1l. n/a: a WebSocket's request has the effective directive "connect-src".
    # 2. A directive without fallbacks is never asked about, so the list is never empty.
    return ("connect-src", "default-src")


@algorithm("should-directive-execute", "should fetch directive execute")
def should_fetch_directive_execute(
    effective_directive_name: str, directive_name: str, policy: Policy
) -> bool:
    """Tell whether a directive decides, or leaves it to another that suits better.

    Source: https://w3c.github.io/webappsec-csp/#should-directive-execute
    """
    # 1. The most relevant directive stands first.
    directive_fallback_list = get_fetch_directive_fallback_list(effective_directive_name)
    # 2. The first directive of the list that the policy has decides.
    for fallback_directive in directive_fallback_list:
        # 2.1. Nothing more relevant was found in the policy, so this directive decides.
        if directive_name == fallback_directive:
            return True
        # 2.2. The policy has a more relevant directive.
        if policy.directive(fallback_directive) is not None:
            return False
    # 3. A directive that is not in the list is about other requests.
    return False
