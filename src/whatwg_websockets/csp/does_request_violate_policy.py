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
    """Return the directive of a policy that a request violates; None if it violates none.

    Source: https://w3c.github.io/webappsec-csp/#does-request-violate-policy
    """
    # 1. A WebSocket's request is not a resource hint, so the check for resource hints is not made.
    # 2. Let the violated directive be null, until a directive blocks the request.
    violates = None
    # 3. Check the request against each directive of the policy.
    for directive in policy.directive_set:
        # 3.1. Run the directive's pre-request check on the request.
        is_allowed = pre_request_check_allows(directive, request, policy, self_origin)
        # 3.2. Take the directive as the violated one if its check blocks the request.
        if not is_allowed:
            violates = directive
    # 4. Return the last directive that blocks the request, or null.
    return violates
