"""Cookies, section 3.1 of the Fetch Standard: the headers Cookie and Set-Cookie."""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.cookies.cookie import SameSiteMode
from whatwg_websockets.cookies.cookie_jar import CookieJar
from whatwg_websockets.cookies.eviction import garbage_collect_cookies
from whatwg_websockets.cookies.parse_and_store_a_cookie import parse_and_store_a_cookie
from whatwg_websockets.cookies.retrieve_cookies import retrieve_cookies, serialize_cookies
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.fetch.response import Response
from whatwg_websockets.html.same_site import is_same_site
from whatwg_websockets.url.url_record import origin_of


@algorithm("append-a-request-cookie-header", "append a request `Cookie` header")
def append_a_request_cookie_header(request: Request) -> None:
    """Send the cookies that the environment's store has for the URL.

    Source: https://fetch.spec.whatwg.org/#append-a-request-cookie-header
    """
    store = request.client.cookie_store
    # 1. An environment without a store has no cookies.
    if store is None:
        return
    if isinstance(store, CookieJar):
        value = _value_from(store, request)
    else:
        # A store of the program's own sees all that it needs from the URL.
        value = store.cookies_for(request.url.serialize()).encode("latin-1")
    # 6. A header that says nothing is not sent.
    if value:
        # 8. The cookies go into the header list.
        request.header_list.append(b"Cookie", value)


@algorithm("append-a-request-cookie-header", "append a request `Cookie` header: value")
def _value_from(jar: CookieJar, request: Request) -> bytes:
    """Return the cookies that a jar has for a request, as the value of a Cookie header."""
    url = request.url
    # 2. The page may be of another site than the server.
    same_site = determine_the_same_site_mode(request)
    # 3. The scheme says whether the connection is secure.
    is_secure = url.scheme == "https"
    # 4. A server gets the cookies, so those go along that scripts do not get.
    http_only_allowed = True
    with jar.lock:
        # 5. The jar says which cookies belong to the request.
        cookies = retrieve_cookies(
            jar.stored,
            jar.now(),
            is_secure=is_secure,
            host=url.host or "",
            path=url.path,
            http_only_allowed=http_only_allowed,
            same_site=same_site,
        )
        # 7. The cookies become one value.
        return serialize_cookies(cookies)


@algorithm(
    "parse-and-store-response-set-cookie-headers", "parse and store response `Set-Cookie` headers"
)
def parse_and_store_response_set_cookie_headers(request: Request, response: Response) -> None:
    """Keep the cookies that come with a response, whatever its status.

    Source: https://fetch.spec.whatwg.org/#parse-and-store-response-set-cookie-headers
    """
    store = request.client.cookie_store
    # 1. An environment without a store keeps nothing.
    if store is None:
        return
    values = response.header_list.values(b"Set-Cookie")
    if isinstance(store, CookieJar):
        _store(store, request, values)
        return
    # A store of the program's own may have no way in.
    set_cookie = getattr(store, "set_cookie", None)
    if set_cookie is not None:
        for value in values:
            set_cookie(request.url.serialize(), value.decode("latin-1"))


@algorithm(
    "parse-and-store-response-set-cookie-headers",
    "parse and store response `Set-Cookie` headers: store",
)
def _store(jar: CookieJar, request: Request, values: list[bytes]) -> None:
    """Put the values of Set-Cookie headers into a jar."""
    host = request.url.host or ""
    # 2. Nobody sets cookies for all hosts below a public suffix.
    allow_non_host_only_cookie_for_public_suffix = False
    # 3. The scheme says whether the connection was secure.
    is_secure = request.url.scheme == "https"
    # 4. A server sets the cookies, so it may keep them from scripts.
    http_only_allowed = True
    # 5. The page may be of another site than the server.
    same_site_allowed = determine_the_same_site_mode(request) == "strict-or-less"
    # 6. Each header is one cookie.
    # 6.1. Other headers have been left out.
    for value in values:
        with jar.lock:
            now = jar.now()
            # 6.2. What is no cookie, or may not be set, is passed over.
            parse_and_store_a_cookie(
                jar.stored,
                value,
                now,
                is_secure=is_secure,
                host=host,
                path=request.url.path,
                http_only_allowed=http_only_allowed,
                allow_non_host_only_cookie_for_public_suffix=allow_non_host_only_cookie_for_public_suffix,
                same_site_strict_or_lax_allowed=same_site_allowed,
            )
            # 6.3. There may be too many cookies now.
            garbage_collect_cookies(jar.stored, host, now)


@algorithm("determine-the-same-site-mode", "determine the same-site mode")
def determine_the_same_site_mode(request: Request) -> SameSiteMode:
    """Tell which cookies the page may have go along, by their SameSite.

    Settings without an origin are nobody's page, and all of their cookies go along.

    Source: https://fetch.spec.whatwg.org/#determine-the-same-site-mode
    """
    client = request.client
    # 1. The method of a WebSocket's request is GET.
    # 2. A WebSocket's request leads to no page, so nobody has initiated a navigation.
    # 3. A WebSocket's request has no destination.
    # 4. The settings stand for a page that is in no other page, and has no ancestor.
    # 5. No redirect is followed, so none has gone over another site. Fetch does not ask whether the
    #    page itself is of another site than the server. RFC 6265bis 5.2 and web-platform-tests do,
    #    and only a cookie with SameSite=None goes along then.
    if not client.is_nobodys_page and not is_same_site(
        client.origin_record, origin_of(request.url)
    ):
        return "none"
    # 6. Otherwise all cookies go along.
    return "strict-or-less"
