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
    """Append the cookies that the client's cookie store has for the request.

    Source: https://fetch.spec.whatwg.org/#append-a-request-cookie-header
    """
    store = request.client.cookie_store
    # 1. Return if the client's settings have no cookie store.
    if store is None:
        return
    if isinstance(store, CookieJar):
        value = _value_from(store, request)
    else:
        # A cookie store of the program's own receives the URL alone.
        value = store.cookies_for(request.url.serialize()).encode("latin-1")
    # 6. Append the header only if there are cookies to send.
    if value:
        # 8. Append the header Cookie to the request's header list.
        request.header_list.append(b"Cookie", value)


@algorithm("append-a-request-cookie-header", "append a request `Cookie` header: value")
def _value_from(jar: CookieJar, request: Request) -> bytes:
    """Return the value of the Cookie header for a request: the cookies of a jar that match it."""
    url = request.url
    # 2. Determine the same-site mode of the request.
    same_site = determine_the_same_site_mode(request)
    # 3. Set "is secure" to true if the scheme of the URL is https, and to false otherwise.
    is_secure = url.scheme == "https"
    # 4. Allow HttpOnly cookies, since the cookies are sent to a server and not read by a script.
    http_only_allowed = True
    with jar.lock:
        # 5. Retrieve the cookies of the request from the jar.
        cookies = retrieve_cookies(
            jar.stored,
            jar.now(),
            is_secure=is_secure,
            host=url.host or "",
            path=url.path,
            http_only_allowed=http_only_allowed,
            same_site=same_site,
        )
        # 7. Serialize the cookies to one header value.
        return serialize_cookies(cookies)


@algorithm(
    "parse-and-store-response-set-cookie-headers", "parse and store response `Set-Cookie` headers"
)
def parse_and_store_response_set_cookie_headers(request: Request, response: Response) -> None:
    """Store the cookies that come with a response, whatever its status is.

    Source: https://fetch.spec.whatwg.org/#parse-and-store-response-set-cookie-headers
    """
    store = request.client.cookie_store
    # 1. Return if the client's settings have no cookie store.
    if store is None:
        return
    values = response.header_list.values(b"Set-Cookie")
    if isinstance(store, CookieJar):
        _store(store, request, values)
        return
    # A cookie store of the program's own may lack a method that accepts cookies.
    set_cookie = getattr(store, "set_cookie", None)
    if set_cookie is not None:
        for value in values:
            set_cookie(request.url.serialize(), value.decode("latin-1"))


@algorithm(
    "parse-and-store-response-set-cookie-headers",
    "parse and store response `Set-Cookie` headers: store",
)
def _store(jar: CookieJar, request: Request, values: list[bytes]) -> None:
    """Store the cookies of Set-Cookie headers in a jar."""
    host = request.url.host or ""
    # 2. Do not allow a cookie to be set for all hosts below a public suffix.
    allow_non_host_only_cookie_for_public_suffix = False
    # 3. Set "is secure" to true if the scheme of the URL is https, and to false otherwise.
    is_secure = request.url.scheme == "https"
    # 4. Allow HttpOnly cookies, since a server sets the cookies and not a script.
    http_only_allowed = True
    # 5. Allow cookies with SameSite set to Strict or Lax if the same-site mode of the request
    #    permits it.
    same_site_allowed = determine_the_same_site_mode(request) == "strict-or-less"
    # 6. Store the cookie of each Set-Cookie header of the response.
    # 6.1. Skip every header whose name is not Set-Cookie.
    for value in values:
        with jar.lock:
            now = jar.now()
            # 6.2. Parse and store the cookie of the header, which ignores an invalid or forbidden
            #      cookie.
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
            # 6.3. Remove cookies of the host if the jar holds too many.
            garbage_collect_cookies(jar.stored, host, now)


@algorithm("determine-the-same-site-mode", "determine the same-site mode")
def determine_the_same_site_mode(request: Request) -> SameSiteMode:
    """Return which cookies may be sent with a request, by their SameSite attribute.

    A client without an origin is not a page; all its cookies are sent.

    Source: https://fetch.spec.whatwg.org/#determine-the-same-site-mode
    """
    client = request.client
    # 1. Assert that the request's method is GET or POST; a WebSocket's is GET.
    # 2. A WebSocket's request is not a navigation, so no initiator origin is compared.
    # 3. A WebSocket's request has no destination that would make it a navigation.
    # 4. The client stands for a top-level page, which has no ancestors that would have to be same
    #   site.
    # 5. Send only cookies with SameSite=None if the page and the URL are not same site. RFC 6265bis
    #    section 5.2 and web-platform-tests compare the page's site; the Fetch Standard compares
    #    only the sites of redirects.
    if not client.is_nobodys_page and not is_same_site(
        client.origin_record, origin_of(request.url)
    ):
        return "none"
    # 6. Send the cookies whatever their SameSite attribute is, since the page and the URL are same
    #    site.
    return "strict-or-less"
