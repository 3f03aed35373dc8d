"""4.1 Integration with Fetch: the checks that main fetch makes of a request and its response.

The modules that compare and report are imported only if the settings have policies.

Source: https://w3c.github.io/webappsec-csp/#fetch-integration
"""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm

if TYPE_CHECKING:
    from whatwg_websockets.fetch.request import Request
    from whatwg_websockets.fetch.response import Response


@algorithm("report-for-request", "report Content Security Policy violations for request")
def report_csp_violations_for_request(request: "Request") -> None:
    """Report the violations of report-only policies by a request.

    Source: https://w3c.github.io/webappsec-csp/#report-for-request
    """
    # 1. Get the CSP list of the client; a client without policies has nothing to report.
    csp_list = request.client.csp_list
    if csp_list is None:
        return
    from whatwg_websockets.csp.does_request_violate_policy import does_request_violate_policy
    from whatwg_websockets.csp.reporting import report_a_violation
    from whatwg_websockets.csp.violation import create_a_violation_for_request

    # 2. Check the request against each policy of the CSP list.
    for policy in csp_list.policies:
        # 2.1. Skip an enforced policy, against which main fetch checks the request later.
        if policy.disposition == "enforce":
            continue
        # 2.2. Find the directive of the report-only policy that the request violates.
        violates = does_request_violate_policy(request, policy, csp_list.self_origin)
        # 2.3. Report the violation of the report-only policy, without blocking the request.
        if violates is not None:
            report_a_violation(create_a_violation_for_request(request, policy))
            request.reported_policies.append(policy)


@algorithm("should-block-request", "should request be blocked by Content Security Policy?")
def should_request_be_blocked_by_csp(request: "Request") -> bool:
    """Return whether a policy blocks a request, and report each violation.

    Source: https://w3c.github.io/webappsec-csp/#should-block-request
    """
    # 1. Get the CSP list of the client; a client without policies blocks no request.
    csp_list = request.client.csp_list
    # 2. Begin with "allowed" as the result for the request.
    is_blocked = False
    if csp_list is None:
        return is_blocked
    from whatwg_websockets.csp.does_request_violate_policy import does_request_violate_policy
    from whatwg_websockets.csp.reporting import report_a_violation
    from whatwg_websockets.csp.violation import create_a_violation_for_request

    # 3. Check the request against each policy of the CSP list.
    for policy in csp_list.policies:
        # 3.1. Skip a report-only policy, whose violations have been reported before.
        if policy.disposition == "report":
            continue
        # 3.2. Find the directive of the enforced policy that the request violates.
        violates = does_request_violate_policy(request, policy, csp_list.self_origin)
        # 3.3. Handle the violation of the enforced policy, if there is one.
        if violates is not None:
            # 3.3.1. Report the violation of the enforced policy by the request.
            report_a_violation(create_a_violation_for_request(request, policy))
            # 3.3.2. Set the result for the request to "blocked".
            is_blocked = True
    # 4. Return whether the request is blocked, after all policies have been checked.
    return is_blocked


@algorithm(
    "should-block-response", "should response to request be blocked by Content Security Policy?"
)
def should_response_to_request_be_blocked_by_csp(response: "Response", request: "Request") -> bool:
    """Return whether a policy blocks a response, and report each violation.

    Source: https://w3c.github.io/webappsec-csp/#should-block-response
    """
    # 1. Get the CSP list of the client; a client without policies blocks no response.
    csp_list = request.client.csp_list
    # 2. Begin with "allowed" as the result for the response.
    is_blocked = False
    if csp_list is None:
        return is_blocked
    from whatwg_websockets.csp.fetch_directives import post_request_check_allows
    from whatwg_websockets.csp.reporting import report_a_violation
    from whatwg_websockets.csp.violation import create_a_violation_for_request

    # 3. Check the response against each policy of the CSP list.
    for policy in csp_list.policies:
        # 3.1. Check the response against each directive of the policy.
        for directive in policy.directive_set:
            # 3.1.1. Run the directive's post-request check on the response.
            if not post_request_check_allows(
                directive, request, response, policy, csp_list.self_origin
            ):
                # 3.1.1.1. Report the violation, unless the pre-request check of the policy has
                #          reported it already, since the response has the URL of the request.
                if policy not in request.reported_policies:
                    report_a_violation(create_a_violation_for_request(request, policy))
                # 3.1.1.2. Set the result for the response to "blocked" if the policy is enforced.
                is_blocked = is_blocked or policy.disposition == "enforce"
    # 4. Return whether the response is blocked, after all policies have been checked.
    return is_blocked
