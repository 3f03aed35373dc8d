"""What main fetch blocks: its steps 7 and 20, in section 4.1 of the Fetch Standard."""

from whatwg_websockets.csp.fetch_integration import (
    should_request_be_blocked_by_csp,
    should_response_to_request_be_blocked_by_csp,
)
from whatwg_websockets.fetch.port_blocking import should_be_blocked_due_to_a_bad_port
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.fetch.response import Response, network_error
from whatwg_websockets.mixed_content.algorithms import (
    should_fetching_be_blocked_as_mixed_content,
    should_response_be_blocked_as_mixed_content,
)

WhyAndKind = tuple[str, str]


def why_the_request_is_blocked(request: Request) -> WhyAndKind | None:
    """Return the reason why a request may not be made, for the log, and the kind of the reason.

    Returns:
        The arguments of ``network_error()``; None if the request may be made.
    """
    if should_be_blocked_due_to_a_bad_port(request.url):
        return f"port {request.url.port} is blocked", "blocked port"
    if should_fetching_be_blocked_as_mixed_content(request.client, request.url):
        return _why_it_is_mixed_content(request), "mixed content"
    if should_request_be_blocked_by_csp(request):
        return "a Content Security Policy of the settings forbids the URL", "csp"
    return None


def why_the_response_is_blocked(response: Response, request: Request) -> WhyAndKind | None:
    """Return why a response is blocked, as ``why_the_request_is_blocked()`` does for a request."""
    # The URL of the request is used as the response's, since no redirect is followed.
    if should_response_be_blocked_as_mixed_content(request.client, request.url):
        return _why_it_is_mixed_content(request), "mixed content"
    if should_response_to_request_be_blocked_by_csp(response, request):
        return "a Content Security Policy of the settings forbids the response", "csp"
    return None


def network_error_in_place_of(response: Response, why: str, kind: str) -> Response:
    """Return a network error with the connection of a response, so that the caller can close it."""
    error = network_error(why, kind)
    error.connection = response.connection
    return error


def _why_it_is_mixed_content(request: Request) -> str:
    return (
        f"it is mixed content: a page of {request.client.origin} may not make requests without TLS"
    )
