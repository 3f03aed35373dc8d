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
    """Fetch a request by its scheme; no embedder comes in between.

    Source: https://fetch.spec.whatwg.org/#concept-override-fetch
    """
    # 1. The request is what this is given.
    # 2. No embedder overrides the response.
    # 3. Without an override nothing is returned yet.
    # 4. The type says which fetch comes next.
    # 4a. (scheme fetch) The fetch of a WebSocket is of this type.
    response = await scheme_fetch(request, obtain)
    # 4b. n/a: only a request that needs CORS goes to HTTP fetch at once.
    # 5. The response goes to main fetch.
    return response  # noqa: RET504 (it is returned by another step)


@algorithm("concept-scheme-fetch", "scheme fetch")
async def scheme_fetch(request: Request, obtain: Obtain) -> Response:
    """Fetch a request, the scheme of which is one of HTTP's.

    Source: https://fetch.spec.whatwg.org/#concept-scheme-fetch
    """
    # 1. A fetch that is canceled ends with its task, and so does not come here.
    # 2. The request is what this is given.
    # 3. The scheme of the URL says what is to be done.
    # 3a-3d. n/a: the scheme of a WebSocket's request is "http" or "https".
    # 3e. (an HTTP scheme) The response is that of HTTP fetch.
    return await http_fetch(request, obtain)
    # 4. n/a: the scheme of a WebSocket's request is "http" or "https".


@algorithm("concept-http-fetch", "HTTP fetch")
async def http_fetch(request: Request, obtain: Obtain) -> Response:
    """Fetch a request over HTTP; a redirect is an error.

    Source: https://fetch.spec.whatwg.org/#concept-http-fetch
    """
    # 1. The request is what this is given.
    # 2. There is no response yet.
    # 3. The service-workers mode is "none", so no service worker is asked.
    # 4. No service worker has answered.
    # 4.1. The mode is "websocket", so there is no preflight.
    # 4.2. The redirect mode is "error", so the service-workers mode stays as it is.
    # 4.3. The response is that of HTTP-network-or-cache fetch.
    response = await http_network_or_cache_fetch(request, obtain)
    # 4.4. The response is not tainted by CORS, so there is nothing to check.
    # 4.5. n/a: only a document may read how long what took.
    # 5. The response is not opaque, so no policy is asked about it.
    # 6. A redirect status needs an answer.
    if response.status in REDIRECT_STATUSES:
        # 6.1. n/a: no document is navigated.
        # 6.2. The request has no body that would have to be stopped.
        # 6.3. The redirect mode is "error".
        # 6.3a. (error) A redirect is not followed.
        # 6.3a.1. The response becomes a network error, and keeps its connection to be closed.
        response = _network_error_of_a_redirect(response)
        # 6.3b-6.3c. n/a: the redirect mode is "error".
    # 7. The response goes to scheme fetch.
    return response


def _network_error_of_a_redirect(response: Response) -> Response:
    """Return a network error that says where the server wanted the page to go."""
    locations = [each.decode("latin-1") for each in response.header_list.values(b"Location")]
    where = " and ".join(shown(without_password(each)) for each in locations)
    what = f"a redirect to {where}" if where else "a redirect"
    why = f"the server answered with status {response.status_in_words}; {what} is not followed"
    error = network_error(why, "redirect")
    error.connection = response.connection
    return error
