"""6.7.2.1 Does request violate policy?"""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.csp.fetch_directives import pre_request_check_allows
from whatwg_websockets.csp.policy import Directive, Policy
from whatwg_websockets.url.origin import Origin

if TYPE_CHECKING:
    from whatwg_websockets.fetch.request import Request


@algorithm("does-request-violate-policy", "does request violate policy?")
def does_request_violate_policy(
    request: "Request", policy: Policy, self_origin: Origin
) -> Directive | None:
    """Tell which directive of a policy a request violates; None if it violates none.

    Source: https://w3c.github.io/webappsec-csp/#does-request-violate-policy
    """
    # 1. The request of a WebSocket is no resource hint.
    # 2. Nothing is violated as long as no directive blocks the request.
    violates = None
    # 3. Each directive of the policy is asked.
    for directive in policy.directive_set:
        # 3.1. The directive checks the request.
        is_allowed = pre_request_check_allows(directive, request, policy, self_origin)
        # 3.2. The directive that blocks the request is the one that is violated.
        if not is_allowed:
            violates = directive
    # 4. The last directive that has blocked the request is returned.
    return violates
