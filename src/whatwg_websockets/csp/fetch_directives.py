"""6.1 Fetch Directives: `connect-src`, and `default-src` that stands in for it.

Source: https://w3c.github.io/webappsec-csp/#directives-fetch
"""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.csp.directive_algorithms import (
    get_the_effective_directive_for_request,
    should_fetch_directive_execute,
)
from whatwg_websockets.csp.matching_urls import (
    request_matches_source_list,
    response_matches_source_list,
)
from whatwg_websockets.csp.policy import Directive, Policy
from whatwg_websockets.url.origin import Origin

if TYPE_CHECKING:
    from whatwg_websockets.fetch.request import Request
    from whatwg_websockets.fetch.response import Response


def pre_request_check_allows(
    directive: Directive, request: "Request", policy: Policy, self_origin: Origin
) -> bool:
    """Run a directive's pre-request check; one without such a check allows every request.

    Source: https://w3c.github.io/webappsec-csp/#directive-pre-request-check
    """
    if directive.name == "connect-src":
        return _connect_src_pre_request_check(directive, request, policy, self_origin)
    if directive.name == "default-src":
        return _default_src_pre_request_check(directive, request, policy, self_origin)
    return True


def post_request_check_allows(
    directive: Directive,
    request: "Request",
    response: "Response",
    policy: Policy,
    self_origin: Origin,
) -> bool:
    """Run a directive's post-request check; one without such a check allows every response.

    Source: https://w3c.github.io/webappsec-csp/#directive-post-request-check
    """
    if directive.name == "connect-src":
        return _connect_src_post_request_check(directive, request, response, policy, self_origin)
    if directive.name == "default-src":
        return _default_src_post_request_check(directive, request, response, policy, self_origin)
    return True


@algorithm("connect-src-pre-request", "connect-src Pre-request check")
def _connect_src_pre_request_check(
    directive: Directive, request: "Request", policy: Policy, self_origin: Origin
) -> bool:
    """Tell whether "connect-src", or the directive that stands in for it, allows a request.

    Source: https://w3c.github.io/webappsec-csp/#connect-src-pre-request
    """
    # 1. The request has a directive that is about it.
    name = get_the_effective_directive_for_request(request)
    # 2. No directive is more relevant than "connect-src", so this condition never holds.
    is_for_another = not should_fetch_directive_execute(name, "connect-src", policy)
    # 3. The value of the directive is a source list.
    source_list = directive.value
    # 4-4.2. n/a: the mode of the request is "websocket", and only WebTransport has hashes.
    # 5. The URL of the request is allowed if it is in the source list.
    # 6. Any other URL is blocked.
    return is_for_another or request_matches_source_list(request, source_list, self_origin)


@algorithm("connect-src-post-request", "connect-src Post-request check")
def _connect_src_post_request_check(
    directive: Directive,
    request: "Request",
    response: "Response",
    policy: Policy,
    self_origin: Origin,
) -> bool:
    """Tell whether "connect-src", or the directive that stands in for it, allows a response.

    Source: https://w3c.github.io/webappsec-csp/#connect-src-post-request
    """
    # 1. The request has a directive that is about it.
    name = get_the_effective_directive_for_request(request)
    # 2. No directive is more relevant than "connect-src", so this condition never holds.
    is_for_another = not should_fetch_directive_execute(name, "connect-src", policy)
    # 3. The value of the directive is a source list.
    source_list = directive.value
    # 4-4.2. n/a: the mode of the request is "websocket", and only WebTransport has hashes.
    # 5. The URL of the response is allowed if it is in the source list.
    # 6. Any other URL is blocked.
    return is_for_another or response_matches_source_list(
        response, request, source_list, self_origin
    )


@algorithm("default-src-pre-request", "default-src Pre-request check")
def _default_src_pre_request_check(
    directive: Directive, request: "Request", policy: Policy, self_origin: Origin
) -> bool:
    """Tell whether "default-src" allows a request.

    Source: https://w3c.github.io/webappsec-csp/#default-src-pre-request
    """
    # 1. The request has a directive that is about it.
    name = get_the_effective_directive_for_request(request)
    # 2. The directive leaves it to "connect-src" where the policy has one.
    if not should_fetch_directive_execute(name, "default-src", policy):
        return True
    # 3. The check of "connect-src" is made with the value of this directive.
    return _connect_src_pre_request_check(directive, request, policy, self_origin)


@algorithm("default-src-post-request", "default-src Post-request check")
def _default_src_post_request_check(
    directive: Directive,
    request: "Request",
    response: "Response",
    policy: Policy,
    self_origin: Origin,
) -> bool:
    """Tell whether "default-src" allows a response.

    Source: https://w3c.github.io/webappsec-csp/#default-src-post-request
    """
    # 1. The request has a directive that is about it.
    name = get_the_effective_directive_for_request(request)
    # 2. The directive leaves it to "connect-src" where the policy has one.
    if not should_fetch_directive_execute(name, "default-src", policy):
        return True
    # 3. The check of "connect-src" is made with the value of this directive.
    return _connect_src_post_request_check(directive, request, response, policy, self_origin)
