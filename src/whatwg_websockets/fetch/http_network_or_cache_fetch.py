"""HTTP-network-or-cache fetch, section 4.6 of the Fetch Standard: the headers of the request."""

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
    # 2. n/a: the request is never repeated, so no second one stands for it,
    # 3. n/a: and none has other headers.
    # 4. n/a: the response is what this returns.
    # 5. n/a: nothing is stored,
    # 6. n/a: as there is no cache,
    # 7. n/a: nor anything to revalidate in it.
    # 8. From here on the fetch may be cancelled, which ends this coroutine.
    # 8.1. Redirects are errors and nobody is prompted, so the request itself is sent.
    headers, client = request.header_list, request.client
    # 8.2. n/a: so no copy of it is.
    # 8.3. Credentials go along in the mode "include", which a WebSocket asks for.
    include_credentials = request.credentials_mode == "include"
    # 8.4. n/a: no document, so no embedder policy.
    # 8.5. n/a: the request has no body, which would have a length
    # 8.6. n/a: to be said
    # 8.7. n/a: even where it is nothing,
    # 8.8. n/a: in digits
    # 8.9. n/a: in a header,
    # 8.10. n/a: and which might be too much to outlive its page.
    # 8.11. n/a: the referrer is "no-referrer".
    # 8.12. The server learns who asks.
    append_a_request_origin_header(request)
    # 8.13. n/a: fetch metadata tells what in a page asks; a program is none.
    # 8.14. n/a: nothing is prefetched.
    # 8.15. Who we are.
    if not headers.contains(b"User-Agent"):
        # 8.15.1. The environment has a name for it,
        # 8.15.2. and the server sees it.
        headers.append(b"User-Agent", client.user_agent.encode("latin-1"))
    # 8.16. n/a: the request does not begin with conditions on what is stored,
    # 8.17. n/a: and its cache mode is never "no-cache".
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
        headers.prepend(b"Host", _host_of(request))
    # 8.21. Credentials.
    if include_credentials:
        # 8.21.1. The cookies of the environment's store.
        append_a_request_cookie_header(request)
        # 8.21.2. n/a: no authentication entries are kept, and the name and password of a URL are
        #         only for the repetition of a request after a 401.
    # 8.22. n/a: no proxies are gone through.
    # 8.23. n/a: no debugger is told of requests.
    # 8.24. n/a: there is no cache to look into,
    # 8.25. n/a: and the cache mode says so already,
    # 8.26. n/a: so nothing is found there.
    # 9. n/a: a fetch that is cancelled does not come here.
    # 10. n/a: no debugger is told of responses.
    # 11. There is no response yet.
    # 11.1. n/a: the cache mode is never "only-if-cached".
    # 11.2. Only the network is left to answer.
    return await http_network_fetch(request, obtain)
    # 11.3. n/a: there is no cache to drop anything from,
    # 11.4. n/a: to freshen anything in
    # 11.5. n/a: or to store the response in; it is what was returned.
    # 12. n/a: no redirect is followed, so the request's URL is the response's.
    # 13. n/a: no range is asked for.
    # 14. n/a: nobody asks the response whether credentials went along.
    # 15. n/a: a 401 stands: nobody could be prompted for a name and a password.
    # 16. n/a: so does a 407.
    # 17. n/a: a 421 cannot be for a connection of its own.
    # 18. n/a: nobody was prompted for anything that could be kept.
    # 19. n/a: it has been returned.


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
    # 4. n/a: the mode is "websocket".


@algorithm("append-a-request-cookie-header", "append a request `Cookie` header")
def append_a_request_cookie_header(request: Request) -> None:
    """Send the cookies that the environment's store has for the URL.

    Source: https://fetch.spec.whatwg.org/#append-a-request-cookie-header
    """
    store = request.client.cookie_store
    # 1. An environment without a store has no cookies.
    if store is not None:
        # 2. n/a: the store knows which site it is of,
        # 3. n/a: sees from the URL whether that is secure,
        # 4. n/a: and may give what is kept from scripts, as no script reads it here.
        # 5. What belongs to the URL is the store's to say.
        cookies = store.cookies_for(request.url.serialize())
        # 6. A header that says nothing is not sent.
        if cookies:
            # 7. It has written them one behind the other already.
            # 8. They go along.
            request.header_list.append(b"Cookie", cookies.encode("latin-1"))


def _host_of(request: Request) -> bytes:
    url = request.url
    host = url.host or ""
    return (host if url.port is None else f"{host}:{url.port}").encode("ascii")
