"""HTTP-network-or-cache fetch, section 4.5 of the Fetch Standard: the headers of the request."""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.fetch.http_network_fetch import Obtain, http_network_fetch
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.fetch.response import Response


@algorithm("concept-http-network-or-cache-fetch", "HTTP-network-or-cache fetch")
async def http_network_or_cache_fetch(request: Request, obtain: Obtain) -> Response:
    """Complete the request's headers and send it; there is no cache.

    Source: https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch
    """
    # 1. The request is what this is given.
    # 2. n/a: steps 2 to 7 prepare for a cache and for repeated requests.
    # 8. From here on the fetch may be cancelled, which ends this coroutine.
    # 8.1. Redirects are errors and nobody is prompted, so the request itself is sent.
    headers, client = request.header_list, request.client
    # 8.3. Credentials go along in the mode "include", which a WebSocket asks for.
    include_credentials = request.credentials_mode == "include"
    # 8.4. n/a: no document, so no embedder policy.
    # 8.5. n/a: steps 8.5 to 8.11 are about a body and a referrer; there are none.
    # 8.12. The server learns who asks.
    append_a_request_origin_header(request)
    # 8.13. n/a: fetch metadata describes what in a document asks.
    # 8.14. n/a: nothing is prefetched.
    # 8.15. Who we are.
    if not headers.contains(b"User-Agent"):
        headers.append(b"User-Agent", client.user_agent.encode("latin-1"))
    # 8.16. n/a: steps 8.16 and 8.17 are about other cache modes.
    # 8.18. Nothing on the way may answer from a store.
    if request.cache_mode == "no-store":
        # 8.18.1. Old caches read this header.
        if not headers.contains(b"Pragma"):
            headers.append(b"Pragma", b"no-cache")
        # 8.18.2. And all others this one.
        if not headers.contains(b"Cache-Control"):
            headers.append(b"Cache-Control", b"no-cache")
    # 8.19. n/a: no range is asked for.
    # 8.20. The headers that HTTP itself wants; the host comes first, as HTTP advises.
    if not headers.contains(b"Host"):
        # § rfc6455-4.1-22. With the port, where it is not the scheme's own.
        headers.headers.insert(0, (b"Host", _host_of(request)))
    if client.accept_language is not None:
        headers.append(b"Accept-Language", client.accept_language.encode("latin-1"))
    # 8.21. Credentials.
    if include_credentials:
        # 8.21.1. The cookies of the environment's store.
        append_a_request_cookie_header(request)
        # 8.21.2. n/a: no authentication entries are kept, and the name and password of a URL are
        #         only for the repetition of a request after a 401.
    # 8.22. n/a: steps 8.22 to 8.25 are about proxies, a debugger and a cache.
    # 9. n/a: a fetch that is cancelled does not come here.
    # 10. Only the network is left to answer.
    return await http_network_fetch(request, obtain)
    # 11. n/a: steps 11 to 17 are about caches, prompts for credentials, and trying again.


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


@algorithm("append-a-request-cookie-header", "append a request `Cookie` header")
def append_a_request_cookie_header(request: Request) -> None:
    """Send the cookies that the environment's store has for the URL.

    Source: https://fetch.spec.whatwg.org/#append-a-request-cookie-header
    """
    store = request.client.cookie_store
    if store is not None:
        cookies = store.cookies_for(request.url.serialize())
        if cookies:
            request.header_list.append(b"Cookie", cookies.encode("latin-1"))


def _host_of(request: Request) -> bytes:
    url = request.url
    host = url.host or ""
    return (host if url.port is None else f"{host}:{url.port}").encode("ascii")
