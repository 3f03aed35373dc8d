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
    """Complete the request's headers and send it, without a cache. A 401 may be answered.

    Args:
        request: the request.
        obtain: obtains the connection.
        is_authentication_fetch: whether the request is repeated after a 401.
        is_new_connection_fetch: whether the request is repeated after a 421.

    Source: https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch
    """
    # 1. Take the request, which is passed in place of the fetch params.
    # 2. Let the fetch params of the HTTP fetch be null, since this algorithm needs none.
    # 3. Let the HTTP request be null, until the request is cloned.
    # 4. Let the response be null, until the request has been made.
    # 5-7. n/a: a WebSocket's cache mode is "no-store", so no response is stored or revalidated.
    # 8. Perform the substeps until the fetch is canceled; the cancellation of the fetch cancels
    #   this coroutine.
    # 8.1. Do not send the request itself, since it is needed a second time if a 401 response can be
    #   answered.
    # 8.2. Send a clone of the request, so that the request can be sent a second time.
    http_request = request.clone()
    headers, client = http_request.header_list, request.client
    # 8.3. Include credentials if the credentials mode is "include", as it is for a WebSocket.
    include_credentials = request.credentials_mode == "include"
    # 8.4. n/a: only a document has an embedder policy, which could remove the credentials.
    # 8.5. A WebSocket's request has no body, so the content length is null.
    # 8.6. Let the value for Content-Length be null.
    # 8.7. The method is GET, so Content-Length is not set to 0 for a request without a body.
    # 8.8. The content length is null, so no value for Content-Length is serialized.
    # 8.9. The value for Content-Length is null, so the header is not appended.
    # 8.10. A WebSocket's request has no body, so the limit for keepalive requests does not apply.
    # 8.11. A WebSocket's referrer is "no-referrer", so the header Referer is not appended.
    # 8.12. Append the header Origin to the request.
    append_a_request_origin_header(http_request)
    # 8.13. Append the fetch metadata headers to the request.
    append_the_fetch_metadata_headers(http_request)
    # 8.14. A WebSocket's request is not a prefetch, so the header Sec-Purpose is not appended.
    # 8.15. Append the header User-Agent if the header list does not contain it.
    if not headers.contains(b"User-Agent"):
        # 8.15.1. Get the environment's default value for User-Agent.
        # 8.15.2. Append the header User-Agent to the header list.
        headers.append(b"User-Agent", client.user_agent.encode("latin-1"))
    # 8.16. The cache mode is not "default", so conditional headers do not change it.
    # 8.17. The cache mode is not "no-cache", so Cache-Control is not set to max-age=0.
    # 8.18. If the cache mode is "no-store", append headers that keep caches from answering the
    #   request.
    if request.cache_mode == "no-store":
        # 8.18.1. Append the header Pragma, which HTTP/1.0 caches read.
        if not headers.contains(b"Pragma"):
            headers.append(b"Pragma", b"no-cache")
        # 8.18.2. Append the header Cache-Control, which HTTP/1.1 caches read.
        if not headers.contains(b"Cache-Control"):
            headers.append(b"Cache-Control", b"no-cache")
    # 8.19. A WebSocket's request has no Range header, so Accept-Encoding is not set to identity.
    # 8.20. Insert the header Host before all other headers, as HTTP recommends.
    if not headers.contains(b"Host"):
        # § rfc6455-4.1-22. Send the host, and the port unless it is the scheme's default, in the
        #   header Host.
        headers.prepend(b"Host", _host_of(http_request))
    # 8.21. Append the headers with credentials if credentials are included.
    sent = None
    if include_credentials:
        # 8.21.1. Append the header Cookie with the cookies of the client's store.
        append_a_request_cookie_header(http_request)
        # 8.21.2. Append the header Authorization, which the header list of a WebSocket's request
        #         does not contain.
        sent = append_a_request_authorization_header(
            http_request, is_authentication_fetch=is_authentication_fetch
        )
    # 8.22. Do not send proxy credentials with this request, since they are sent to the proxy when
    #       the tunnel is opened.
    # 8.23. n/a: a program has no WebDriver, which would be notified of the request.
    # 8.24-8.26. n/a: a WebSocket's cache mode is "no-store", so no response is looked up in a
    #            cache.
    # 9. No check for an aborted fetch is needed, since an abort ends the task of the fetch.
    # 10. n/a: a program has no WebDriver, which would be notified of a cached response.
    # 11. Fetch over the network, since there is no cached response.
    # 11.1. The cache mode is not "only-if-cached", so the network may be used.
    # 11.2. Run HTTP-network fetch for the clone of the request.
    response = await http_network_fetch(http_request, obtain)
    if sent is not None:
        # § rfc9110-11.6.3-1. Use the parameters in Authentication-Info for the next request.
        sent.heed(response.header_list.values(b"Authentication-Info"))
    # 11.3. n/a: a GET does not invalidate cached responses.
    # 11.4. n/a: a WebSocket's fetch revalidates no cached response, so no stored response is
    #       freshened.
    # 11.5. Take the response from the network, which is not stored because the cache mode is
    #       "no-store".
    # 12. Use the URL of the request as the response's URL, since no redirect is followed.
    # 13. A WebSocket's request has no Range header, so the response's range-requested flag stays
    #     unset.
    # 14. n/a: only a service worker reads whether a response's request included credentials.
    # 15. Handle a 401 response if credentials are included and the prompt has an answer to the
    #   challenge.
    if (
        response.status == UNAUTHORIZED
        and include_credentials
        and await prompt_after_a_401(request, response, sent)
    ):
        # 15.4. Fetch the request a second time with the answer to the 401 response, over another
        #   connection.
        response = await http_network_or_cache_fetch(request, obtain, is_authentication_fetch=True)
    # 16. Handle a response with the status 407 that comes from the server and not from a proxy.
    if response.status == PROXY_AUTHENTICATION_REQUIRED:
        # 16.1. Return a network error without a prompt, since a server could obtain a proxy's
        #       password with a prompt.
        return _network_error_of_a_407(response)
    # 17. Handle a 421 response, which asks for another connection, unless this fetch was repeated
    #     for a 421 response already.
    if response.status == MISDIRECTED_REQUEST and not is_new_connection_fetch:
        # 17.1. Close the connection of the 421 response. No check for a canceled fetch is needed,
        #       since the cancellation ends the task of the fetch.
        response.let_go()
        # 17.2. Fetch the request a second time over another connection.
        response = await http_network_or_cache_fetch(
            request,
            obtain,
            is_authentication_fetch=is_authentication_fetch,
            is_new_connection_fetch=True,
        )
    # 18. Create an authentication entry from the prompt's answer, unless the server has refused it.
    if is_authentication_fetch and response.status != UNAUTHORIZED:
        create_an_authentication_entry(request)
    # 19. Return the response.
    return response


def _network_error_of_a_407(response: Response) -> Response:
    response.let_go()
    why = f"the server answered with status {response.status_in_words}, which only a proxy may send"
    return network_error(why, "status")


@algorithm("append-a-request-origin-header", "append a request `Origin` header")
def append_a_request_origin_header(request: Request) -> None:
    """Append the client's origin as the header Origin; an opaque origin is sent as "null".

    Source: https://fetch.spec.whatwg.org/#append-a-request-origin-header
    """
    # 1. Get the origin of the request, which is the client's.
    # 2. Serialize the origin of the request.
    origin = request.client.origin.encode("ascii")
    # 3. Append the header Origin if the mode of the request is "websocket".
    # § rfc6455-4.1-30. Send the header Origin, as every browser client does.
    request.header_list.append(b"Origin", origin)
    # 4. n/a: a WebSocket's request has the mode "websocket", whose Origin is always sent.


def _host_of(request: Request) -> bytes:
    url = request.url
    host = url.host or ""
    return (host if url.port is None else f"{host}:{url.port}").encode("ascii")
