"""Override fetch, scheme fetch and HTTP fetch, sections 4.2 to 4.4 of the Fetch Standard."""

from typing import Final

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.fetch.http_network_fetch import Obtain
from whatwg_websockets.fetch.http_network_or_cache_fetch import http_network_or_cache_fetch
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.fetch.response import Response, network_error, shown
from whatwg_websockets.url.url_record import without_password

# Source: https://fetch.spec.whatwg.org/#redirect-status
REDIRECT_STATUSES: Final = frozenset((301, 302, 303, 307, 308))


@algorithm("concept-override-fetch", "override fetch")
async def override_fetch(request: Request, obtain: Obtain) -> Response:
    """Fetch a request by its scheme; an embedder cannot override the response.

    Source: https://fetch.spec.whatwg.org/#concept-override-fetch
    """
    # 1. Take the request, which is passed in place of the fetch params.
    # 2. No embedder overrides the response, so it is null.
    # 3. Fetch the request, since no embedder has given a response.
    # 4. Choose the fetch by its type, which is "scheme-fetch" for a WebSocket.
    # 4a. (scheme-fetch) Run scheme fetch for the request.
    response = await scheme_fetch(request, obtain)
    # 4b. n/a: a WebSocket's request does not use CORS, so its type is not "http-fetch".
    # 5. Return the response of scheme fetch.
    return response  # noqa: RET504 (a later step returns it)


@algorithm("concept-scheme-fetch", "scheme fetch")
async def scheme_fetch(request: Request, obtain: Obtain) -> Response:
    """Fetch a request whose scheme is http or https.

    Source: https://fetch.spec.whatwg.org/#concept-scheme-fetch
    """
    # 1. If the fetch is canceled, the task of the fetch is cancelled, and scheme fetch is not run.
    # 2. Take the request, which is passed in place of the fetch params.
    # 3. Choose the fetch by the scheme of the request's URL.
    # 3a-3d. n/a: a WebSocket's request has no other scheme than http and https.
    # 3e. (an HTTP scheme) Return the response of HTTP fetch.
    return await http_fetch(request, obtain)
    # 4. n/a: a WebSocket's request has no other scheme than http and https.


@algorithm("concept-http-fetch", "HTTP fetch")
async def http_fetch(request: Request, obtain: Obtain) -> Response:
    """Fetch a request over HTTP; a redirect is a network error.

    Source: https://fetch.spec.whatwg.org/#concept-http-fetch
    """
    # 1. Take the request, which is passed in place of the fetch params.
    # 2. Let the response be null, until the request has been made.
    # 3. A WebSocket's request has the service-workers mode "none", so no service worker handles it.
    # 4. Fetch over the network, since no service worker has responded.
    # 4.1. A request in the mode "websocket" needs no CORS preflight.
    # 4.2. The redirect mode is not "follow", so the service-workers mode is not changed.
    # 4.3. Run HTTP-network-or-cache fetch for the request.
    response = await http_network_or_cache_fetch(request, obtain)
    # 4.4. The response tainting is not "cors", so no CORS check is made.
    # 4.5. n/a: only a document can read timing, so no timing is disallowed.
    # 5. The response is not opaque, so no cross-origin resource policy is checked.
    # 6. Handle a response whose status is a redirect status.
    if response.status in REDIRECT_STATUSES:
        # 6.1. n/a: a program has no documents, so no navigation is redirected.
        # 6.2. A WebSocket's request has no body whose transmission would be stopped.
        # 6.3. Decide how to handle the redirect by the request's redirect mode, which is "error".
        # 6.3a. (the redirect mode "error") Do not follow the redirect.
        # 6.3a.1. Replace the response with a network error, which has the connection of the
        #         response, so that the connection can be closed.
        response = _network_error_of_a_redirect(response)
        # 6.3b-6.3c. n/a: a WebSocket's request has no other redirect mode than "error".
    # 7. Return the response.
    return response


def _network_error_of_a_redirect(response: Response) -> Response:
    """Return a network error that names the location to which the server redirects."""
    locations = [each.decode("latin-1") for each in response.header_list.values(b"Location")]
    where = " and ".join(shown(without_password(each)) for each in locations)
    what = f"a redirect to {where}" if where else "a redirect"
    why = f"the server answered with status {response.status_in_words}; {what} is not followed"
    error = network_error(why, "redirect")
    error.connection = response.connection
    return error
