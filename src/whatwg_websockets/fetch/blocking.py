"""What main fetch blocks: the seventh and the twentieth step, section 4.1 of the Fetch Standard."""

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
    """Say why a request may not be made, and in a word what sort of reason that is, for the log.

    Returns:
        what ``network_error()`` takes; None where the request may be made.
    """
    if should_be_blocked_due_to_a_bad_port(request.url):
        return f"port {request.url.port} is blocked", "blocked port"
    if should_fetching_be_blocked_as_mixed_content(request.client, request.url):
        return _why_it_is_mixed_content(request), "mixed content"
    if should_request_be_blocked_by_csp(request):
        return "a Content Security Policy of the settings forbids the URL", "csp"
    return None


def why_the_response_is_blocked(response: Response, request: Request) -> WhyAndKind | None:
    """Say why a response is not handed over, in the way of ``why_the_request_is_blocked()``."""
    # The URL of the request stands for the response's.
    if should_response_be_blocked_as_mixed_content(request.client, request.url):
        return _why_it_is_mixed_content(request), "mixed content"
    if should_response_to_request_be_blocked_by_csp(response, request):
        return "a Content Security Policy of the settings forbids the response", "csp"
    return None


def network_error_in_place_of(response: Response, why: str, kind: str) -> Response:
    """Return a network error that keeps the connection of a response, so that it is closed."""
    error = network_error(why, kind)
    error.connection = response.connection
    return error


def _why_it_is_mixed_content(request: Request) -> str:
    return (
        f"it is mixed content: {request.client.origin} may not ask for what comes over a network "
        "without TLS"
    )
