"""4.1 Integration with Fetch: what main fetch asks about a request and its response.

Settings without policies are spared the time that it takes to import what compares and reports.

Source: https://w3c.github.io/webappsec-csp/#fetch-integration
"""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm

if TYPE_CHECKING:
    from whatwg_websockets.fetch.request import Request
    from whatwg_websockets.fetch.response import Response


@algorithm("report-for-request", "report Content Security Policy violations for request")
def report_csp_violations_for_request(request: "Request") -> None:
    """Report what the policies would block that only report.

    Source: https://w3c.github.io/webappsec-csp/#report-for-request
    """
    # 1. The policies are those of the client, which has none if none were given to it.
    csp_list = request.client.csp_list
    if csp_list is None:
        return
    from whatwg_websockets.csp.does_request_violate_policy import does_request_violate_policy
    from whatwg_websockets.csp.reporting import report_a_violation
    from whatwg_websockets.csp.violation import create_a_violation_for_request

    # 2. Each policy of the list has its turn.
    for policy in csp_list.policies:
        # 2.1. A policy that is enforced has its turn when the request may be blocked.
        if policy.disposition == "enforce":
            continue
        # 2.2. The request is held against the policy.
        violates = does_request_violate_policy(request, policy, csp_list.self_origin)
        # 2.3. A violation is reported, and the request goes on.
        if violates is not None:
            report_a_violation(create_a_violation_for_request(request, policy))
            request.reported_policies.append(policy)


@algorithm("should-block-request", "should request be blocked by Content Security Policy?")
def should_request_be_blocked_by_csp(request: "Request") -> bool:
    """Tell whether a policy forbids a request, and report it then.

    Source: https://w3c.github.io/webappsec-csp/#should-block-request
    """
    # 1. The policies are those of the client, which has none if none were given to it.
    csp_list = request.client.csp_list
    # 2. The request is allowed as long as no policy blocks it.
    is_blocked = False
    if csp_list is None:
        return is_blocked
    from whatwg_websockets.csp.does_request_violate_policy import does_request_violate_policy
    from whatwg_websockets.csp.reporting import report_a_violation
    from whatwg_websockets.csp.violation import create_a_violation_for_request

    # 3. Each policy of the list has its turn.
    for policy in csp_list.policies:
        # 3.1. A policy that only reports has had its turn.
        if policy.disposition == "report":
            continue
        # 3.2. The request is held against the policy.
        violates = does_request_violate_policy(request, policy, csp_list.self_origin)
        # 3.3. One policy is enough to block the request, and each that does is reported.
        if violates is not None:
            # 3.3.1. The violation is reported.
            report_a_violation(create_a_violation_for_request(request, policy))
            # 3.3.2. The request is blocked.
            is_blocked = True
    # 4. The answer is known when all policies have been asked.
    return is_blocked


@algorithm(
    "should-block-response", "should response to request be blocked by Content Security Policy?"
)
def should_response_to_request_be_blocked_by_csp(response: "Response", request: "Request") -> bool:
    """Tell whether a policy forbids a response, and report it then.

    Source: https://w3c.github.io/webappsec-csp/#should-block-response
    """
    # 1. The policies are those of the client, which has none if none were given to it.
    csp_list = request.client.csp_list
    # 2. The response is allowed as long as no policy blocks it.
    is_blocked = False
    if csp_list is None:
        return is_blocked
    from whatwg_websockets.csp.fetch_directives import post_request_check_allows
    from whatwg_websockets.csp.reporting import report_a_violation
    from whatwg_websockets.csp.violation import create_a_violation_for_request

    # 3. Each policy of the list has its turn.
    for policy in csp_list.policies:
        # 3.1. Each directive of the policy is asked.
        for directive in policy.directive_set:
            # 3.1.1. The directive checks the URL of the response.
            if not post_request_check_allows(
                directive, request, response, policy, csp_list.self_origin
            ):
                # 3.1.1.1. The violation is reported, unless the policy has reported the request: no
                #          service worker has put another response in the place of the server's.
                if policy not in request.reported_policies:
                    report_a_violation(create_a_violation_for_request(request, policy))
                # 3.1.1.2. Only a policy that is enforced blocks the response.
                is_blocked = is_blocked or policy.disposition == "enforce"
    # 4. The answer is known when all policies have been asked.
    return is_blocked
