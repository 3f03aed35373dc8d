"""6.1 Fetch Directives: `connect-src`, and `default-src`, which is its fallback.

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
    """Run a directive's pre-request check; a directive without one allows every request.

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
    """Run a directive's post-request check; a directive without one allows every response.

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
    """Return whether "connect-src", or "default-src" in its place, allows a request.

    Source: https://w3c.github.io/webappsec-csp/#connect-src-pre-request
    """
    # 1. Get the effective directive for the request.
    name = get_the_effective_directive_for_request(request)
    # 2. Allow the request if "connect-src" does not apply to it, which never happens for a
    #    WebSocket.
    is_for_another = not should_fetch_directive_execute(name, "connect-src", policy)
    # 3. Take the value of the directive as the source list.
    source_list = directive.value
    # 4-4.2. n/a: only WebTransport has certificate hashes, and the request's mode is "websocket".
    # 5. Allow the request if its URL matches the source list.
    # 6. Block the request if its URL does not match the source list.
    return is_for_another or request_matches_source_list(request, source_list, self_origin)


@algorithm("connect-src-post-request", "connect-src Post-request check")
def _connect_src_post_request_check(
    directive: Directive,
    request: "Request",
    response: "Response",
    policy: Policy,
    self_origin: Origin,
) -> bool:
    """Return whether "connect-src", or "default-src" in its place, allows a response.

    Source: https://w3c.github.io/webappsec-csp/#connect-src-post-request
    """
    # 1. Get the effective directive for the request.
    name = get_the_effective_directive_for_request(request)
    # 2. Allow the response if "connect-src" does not apply to the request, which never happens for
    #    a WebSocket.
    is_for_another = not should_fetch_directive_execute(name, "connect-src", policy)
    # 3. Take the value of the directive as the source list.
    source_list = directive.value
    # 4-4.2. n/a: only WebTransport has certificate hashes, and the request's mode is "websocket".
    # 5. Allow the response if its URL matches the source list.
    # 6. Block the response if its URL does not match the source list.
    return is_for_another or response_matches_source_list(
        response, request, source_list, self_origin
    )


@algorithm("default-src-pre-request", "default-src Pre-request check")
def _default_src_pre_request_check(
    directive: Directive, request: "Request", policy: Policy, self_origin: Origin
) -> bool:
    """Return whether "default-src" allows a request.

    Source: https://w3c.github.io/webappsec-csp/#default-src-pre-request
    """
    # 1. Get the effective directive for the request.
    name = get_the_effective_directive_for_request(request)
    # 2. Allow the request if the policy has "connect-src", which applies instead of "default-src".
    if not should_fetch_directive_execute(name, "default-src", policy):
        return True
    # 3. Run the pre-request check of "connect-src" with the value of "default-src".
    return _connect_src_pre_request_check(directive, request, policy, self_origin)


@algorithm("default-src-post-request", "default-src Post-request check")
def _default_src_post_request_check(
    directive: Directive,
    request: "Request",
    response: "Response",
    policy: Policy,
    self_origin: Origin,
) -> bool:
    """Return whether "default-src" allows a response.

    Source: https://w3c.github.io/webappsec-csp/#default-src-post-request
    """
    # 1. Get the effective directive for the request.
    name = get_the_effective_directive_for_request(request)
    # 2. Allow the response if the policy has "connect-src", which applies instead of "default-src".
    if not should_fetch_directive_execute(name, "default-src", policy):
        return True
    # 3. Run the post-request check of "connect-src" with the value of "default-src".
    return _connect_src_post_request_check(directive, request, response, policy, self_origin)
