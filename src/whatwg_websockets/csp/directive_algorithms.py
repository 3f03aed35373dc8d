"""6.8 Directive Algorithms: the directive that applies to a request.

Source: https://w3c.github.io/webappsec-csp/#directive-algorithms
"""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.csp.policy import Policy

if TYPE_CHECKING:
    from whatwg_websockets.fetch.request import Request


@algorithm("request-effective-directive", "get the effective directive for request")
def get_the_effective_directive_for_request(request: "Request") -> str:
    """Return the name of the directive that applies to requests of this kind.

    Source: https://w3c.github.io/webappsec-csp/#effective-directive-for-a-request
    """
    # 1. A WebSocket's request has the empty string as its initiator, which names no directive.
    # 2. Choose the directive by the request's destination.
    # 2a. (the empty string) Return the directive for an empty destination, which a WebSocket's
    #     request has.
    # 2a.1. Return "connect-src", the directive for requests without a destination.
    # 2b-2l. n/a: a WebSocket's request has the empty string as its destination.
    # 3. Return "connect-src" for every destination that has no other directive.
    return "connect-src"


@algorithm("directive-fallback-list", "get fetch directive fallback list")
def get_fetch_directive_fallback_list(directive_name: str) -> tuple[str, ...]:
    """Return a directive and those that apply in its place if a policy does not have it.

    Source: https://w3c.github.io/webappsec-csp/#directive-fallback-list
    """
    # 1. Choose the fallback list by the name of the directive.
    # 1a-1e. n/a: a WebSocket's request has the effective directive "connect-src".
    # 1f. ("connect-src") Return the fallback list of "connect-src".
    # 1f.1. Return "connect-src" and "default-src"; the latter applies if a policy does not have
    #       "connect-src".
    # 1g-1l. n/a: a WebSocket's request has the effective directive "connect-src".
    # 2. Every directive that is passed has a fallback list, so an empty list is never returned.
    return ("connect-src", "default-src")


@algorithm("should-directive-execute", "should fetch directive execute")
def should_fetch_directive_execute(
    effective_directive_name: str, directive_name: str, policy: Policy
) -> bool:
    """Return whether a directive applies, or a more specific directive of the policy does.

    Source: https://w3c.github.io/webappsec-csp/#should-directive-execute
    """
    # 1. Get the fallback list of the effective directive, the most specific directive first.
    directive_fallback_list = get_fetch_directive_fallback_list(effective_directive_name)
    # 2. Go through the fallback list, and stop at the first directive that is the given one or that
    #   the policy contains.
    for fallback_directive in directive_fallback_list:
        # 2.1. Return true for the given directive, since the policy has no more specific one.
        if directive_name == fallback_directive:
            return True
        # 2.2. Return false if the policy has a more specific directive than the given one.
        if policy.directive(fallback_directive) is not None:
            return False
    # 3. Return false for a directive that is not in the fallback list.
    return False
