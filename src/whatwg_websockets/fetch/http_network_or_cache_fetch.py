"""HTTP-network-or-cache fetch, section 4.6 of the Fetch Standard: the headers of the request."""

from typing import Final

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.fetch.cookie_headers import append_a_request_cookie_header
from whatwg_websockets.fetch.http_authentication import (
    append_a_request_authorization_header,
    create_an_authentication_entry,
    prompt_after_a_401,
)
from whatwg_websockets.fetch.http_network_fetch import Obtain, http_network_fetch
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.fetch.response import Response, network_error
from whatwg_websockets.fetch_metadata.append_the_fetch_metadata_headers import (
    append_the_fetch_metadata_headers,
)

UNAUTHORIZED: Final = 401
PROXY_AUTHENTICATION_REQUIRED: Final = 407
MISDIRECTED_REQUEST: Final = 421


@algorithm("concept-http-network-or-cache-fetch", "HTTP-network-or-cache fetch")
async def http_network_or_cache_fetch(
    request: Request,
    obtain: Obtain,
    *,
    is_authentication_fetch: bool = False,
    is_new_connection_fetch: bool = False,
) -> Response:
    """Complete the request's headers and send it; there is no cache. A 401 may be answered.

    Args:
        request: what is asked for.
        obtain: obtains the connection.
        is_authentication_fetch: whether the request is made once more, after a 401.
        is_new_connection_fetch: whether the request is made once more, after a 421.

    Source: https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch
    """
    # 1. The request is what this is given.
    # 2. The request stands for itself, so there are no other fetch params.
    # 3. The request stands for itself, so there is no other request.
    # 4. There is no response yet.
    # 5-7. n/a: the cache mode is "no-store", so there is nothing to store and to revalidate.
    # 8. From here on the fetch may be cancelled, which ends this coroutine.
    # 8.1. Who answers a 401 is seen when one comes, so the request itself is not sent.
    # 8.2. A clone is sent, since the request may have to be made once more.
    http_request = request.clone()
    headers, client = http_request.header_list, request.client
    # 8.3. Credentials go along in the mode "include", which a WebSocket asks for.
    include_credentials = request.credentials_mode == "include"
    # 8.4. n/a: only a document has an embedder policy.
    # 8.5. The request has no body, so the body has no length.
    # 8.6. No length is to be said.
    # 8.7. The method is GET, so the absence of a body is not said either.
    # 8.8. Without a length there is nothing to serialize.
    # 8.9. Without a length there is no Content-Length.
    # 8.10. Without a body there is nothing that might be too much to outlive a page.
    # 8.11. The referrer is "no-referrer", so there is no Referer.
    # 8.12. The server learns who asks.
    append_a_request_origin_header(http_request)
    # 8.13. The server learns whether its own site asks.
    append_the_fetch_metadata_headers(http_request)
    # 8.14. A WebSocket is not prefetched, so there is no Sec-Purpose.
    # 8.15. The server learns which program asks.
    if not headers.contains(b"User-Agent"):
        # 8.15.1. The environment has a name for the program.
        # 8.15.2. The name goes into the header list.
        headers.append(b"User-Agent", client.user_agent.encode("latin-1"))
    # 8.16. The cache mode is not "default", so conditional headers change nothing.
    # 8.17. The cache mode is not "no-cache", so no max-age is asked for.
    # 8.18. Nothing on the way may answer from a store.
    if request.cache_mode == "no-store":
        # 8.18.1. Old caches read this header.
        if not headers.contains(b"Pragma"):
            headers.append(b"Pragma", b"no-cache")
        # 8.18.2. Newer caches read this header.
        if not headers.contains(b"Cache-Control"):
            headers.append(b"Cache-Control", b"no-cache")
    # 8.19. The request has no Range, so the encodings are not limited.
    # 8.20. The headers that HTTP itself wants; the host comes first, as HTTP advises.
    if not headers.contains(b"Host"):
        # § rfc6455-4.1-22. With the port, where it is not the scheme's own.
        headers.prepend(b"Host", _host_of(http_request))
    # 8.21. Credentials go along if they are wanted.
    sent = None
    if include_credentials:
        # 8.21.1. The cookies of the environment's store go along.
        append_a_request_cookie_header(http_request)
        # 8.21.2. No header of a WebSocket's request says yet who asks.
        sent = append_a_request_authorization_header(
            http_request, is_authentication_fetch=is_authentication_fetch
        )
    # 8.22. A proxy is authenticated to where the tunnel is made, which this request goes through.
    # 8.23. n/a: no WebDriver is told of requests.
    # 8.24-8.26. n/a: the cache mode is "no-store", so no cache is looked into.
    # 9. A fetch that is aborted is cancelled, and so ends before this.
    # 10. n/a: no WebDriver is told of responses.
    # 11. There is no response yet.
    # 11.1. The cache mode is not "only-if-cached", so the network may be asked.
    # 11.2. Only the network is left to answer.
    response = await http_network_fetch(http_request, obtain)
    if sent is not None:
        # § rfc9110-11.6.3-1. What the server says of the next request is heeded.
        sent.heed(response.header_list.values(b"Authentication-Info"))
    # 11.3. n/a: a GET invalidates nothing in a cache.
    # 11.4. n/a: nothing is revalidated, so nothing is freshened.
    # 11.5. The response is the forward response; with the mode "no-store" it is not stored.
    # 12. Redirects are errors, so the URL of the request stands for the response's too.
    # 13. The request has no Range, so the response has no flag for one.
    # 14. n/a: only a service worker asks a response whether credentials went along.
    # 15. A 401 is answered where somebody knows who asks.
    if (
        response.status == UNAUTHORIZED
        and include_credentials
        and await prompt_after_a_401(request, response, sent)
    ):
        # 15.4. The request is made once more, over another connection, with the answer.
        response = await http_network_or_cache_fetch(request, obtain, is_authentication_fetch=True)
    # 16. A 407 that comes here is the server's, which is no proxy.
    if response.status == PROXY_AUTHENTICATION_REQUIRED:
        # 16.1. Nobody is prompted for a proxy by a server, which could be lied to in this way.
        return _network_error_of_a_407(response)
    # 17. A 421 says that another connection might do, and is believed once.
    if response.status == MISDIRECTED_REQUEST and not is_new_connection_fetch:
        # 17.1. A fetch that is canceled ends with its task.
        response.let_go()
        # 17.2. The request is made once more, over another connection.
        response = await http_network_or_cache_fetch(
            request,
            obtain,
            is_authentication_fetch=is_authentication_fetch,
            is_new_connection_fetch=True,
        )
    # 18. The answer of a prompt is remembered, unless it was refused as well.
    if is_authentication_fetch and response.status != UNAUTHORIZED:
        create_an_authentication_entry(request)
    # 19. The response goes to whoever asked.
    return response


def _network_error_of_a_407(response: Response) -> Response:
    response.let_go()
    why = f"the server answered with status {response.status_in_words}, which only a proxy may"
    return network_error(why, "status")


@algorithm("append-a-request-origin-header", "append a request `Origin` header")
def append_a_request_origin_header(request: Request) -> None:
    """Say which origin asks; "null" for an opaque one.

    Source: https://fetch.spec.whatwg.org/#append-a-request-origin-header
    """
    # 1. The origin is the client's.
    # 2. It is serialized.
    origin = request.client.origin.encode("ascii")
    # 3. A request in the mode "websocket" always says it.
    # § rfc6455-4.1-30. It is ours to say, as a browser's.
    request.header_list.append(b"Origin", origin)
    # 4. n/a: the mode is "websocket", so the third step has said the origin.


def _host_of(request: Request) -> bytes:
    url = request.url
    host = url.host or ""
    return (host if url.port is None else f"{host}:{url.port}").encode("ascii")
