"""6.7.2.5 to 6.7.2.8: the comparison of a request's or a response's URL with a source list.

Source: https://w3c.github.io/webappsec-csp/#matching-urls
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.csp.matching_parts import (
    host_part_matches,
    path_part_matches,
    port_part_matches,
    scheme_part_matches,
)
from whatwg_websockets.csp.source_expression import (
    HostSource,
    SchemeSource,
    parse_a_source_expression,
)
from whatwg_websockets.html.same_site import is_same_origin
from whatwg_websockets.url.origin import Origin, TupleOrigin
from whatwg_websockets.url.url_record import DEFAULT_PORTS, UrlRecord, origin_of

if TYPE_CHECKING:
    from whatwg_websockets.fetch.request import Request
    from whatwg_websockets.fetch.response import Response

HTTP_SCHEMES: Final = frozenset({"http", "https"})

REDIRECT_COUNT: Final = 0
"""The redirect count of a WebSocket's request, which follows no redirect."""


@algorithm("match-request-to-source-list", "does request match source list?")
def request_matches_source_list(
    request: "Request", source_list: Sequence[str], self_origin: Origin
) -> bool:
    """Return whether the URL of a request matches a source list.

    Source: https://w3c.github.io/webappsec-csp/#match-request-to-source-list
    """
    # 1. Match the current URL of the request to the source list, with a redirect count of 0.
    return url_matches_source_list(request.url, source_list, self_origin, REDIRECT_COUNT)


@algorithm("match-response-to-source-list", "does response to request match source list?")
def response_matches_source_list(
    response: "Response",
    request: "Request",
    source_list: Sequence[str],
    self_origin: Origin,
) -> bool:
    """Return whether the URL of a response matches a source list.

    Source: https://w3c.github.io/webappsec-csp/#match-response-to-source-list
    """
    # 1. Match the request's URL, which is the URL of the response since no redirect is followed, to
    #    the source list.
    return url_matches_source_list(request.url, source_list, self_origin, REDIRECT_COUNT)


@algorithm("match-url-to-source-list", "does url match source list in origin with redirect count?")
def url_matches_source_list(
    url: UrlRecord, source_list: Sequence[str], origin: Origin, redirect_count: int
) -> bool:
    """Return whether a URL matches a source list.

    Args:
        url: the URL.
        source_list: the source expressions.
        origin: the origin that ``'self'`` stands for.
        redirect_count: the number of redirects that have led to the URL.

    Source: https://w3c.github.io/webappsec-csp/#match-url-to-source-list
    """
    # 1. Assert that the source list is not null: every directive has a value, which may be empty.
    # 2. If the source list is empty, return "does not match".
    if not source_list:
        return False
    # 3. Return "does not match" if "'none'" is the only source expression.
    if len(source_list) == 1 and source_list[0].lower() == "'none'":
        return False
    # 4. Compare the URL with each source expression.
    for expression in source_list:
        # 4.1. Return "matches" for the first source expression that the URL matches.
        if url_matches_expression(url, expression, origin, redirect_count):
            return True
    # 5. Return "does not match", since no source expression matches the URL.
    return False


@algorithm(
    "match-url-to-source-expression", "does url match expression in origin with redirect count?"
)
def url_matches_expression(
    url: UrlRecord, expression: str, origin: Origin, redirect_count: int
) -> bool:
    """Return whether a URL matches one source expression.

    Args:
        url: the URL.
        expression: the source expression.
        origin: the origin that ``'self'`` stands for.
        redirect_count: the number of redirects that have led to the URL.

    Source: https://w3c.github.io/webappsec-csp/#match-url-to-source-expression
    """
    # 1. If the expression is an asterisk, return "matches" for a URL whose scheme is http, https or
    #   that of the page's origin.
    if expression == "*":
        # 1.1. An asterisk matches a URL whose scheme is http or https, which includes the URL of
        #      every WebSocket's request.
        is_http = url.scheme in HTTP_SCHEMES
        # 1.2. An asterisk matches a URL that has the scheme of the page's origin.
        if is_http or (isinstance(origin, TupleOrigin) and url.scheme == origin.scheme):
            return True
    parts = parse_a_source_expression(expression)
    # 2. Compare the scheme if the expression is a scheme-source or a host-source.
    if parts is not None:
        # 2.1. Return "does not match" if the expression's scheme does not match the URL's scheme.
        if parts.scheme_part is not None and not scheme_part_matches(parts.scheme_part, url.scheme):
            return False
        # 2.2. Return "matches" if the expression is a scheme-source, which names a scheme only.
        if isinstance(parts, SchemeSource):
            return True
    # 3. Compare the host, the port and the path if the expression is a host-source.
    if isinstance(parts, HostSource):
        return _url_matches_host_source(url, parts, origin, redirect_count)
    # 4. Compare the URL with the page's origin if the expression is the keyword "'self'".
    if expression.lower() == "'self'":
        return _url_is_of_the_origin(url, origin)
    # 5. Return "does not match" for a nonce, a hash or a keyword other than "'self'", which apply
    #    to scripts and styles only.
    return False


@algorithm(
    "match-url-to-source-expression",
    "does url match expression in origin with redirect count?: a host",
)
def _url_matches_host_source(
    url: UrlRecord, expression: HostSource, origin: Origin, redirect_count: int
) -> bool:
    # 3.1. Return "does not match" for a URL without a host.
    if url.host is None:
        return False
    # 3.2. Return "does not match" if the expression has no scheme and the scheme of the page's
    #      origin does not match the URL's.
    if expression.scheme_part is None and (
        not isinstance(origin, TupleOrigin) or not scheme_part_matches(origin.scheme, url.scheme)
    ):
        return False
    # 3.3. Return "does not match" if the expression's host does not match the URL's host.
    if not host_part_matches(expression.host_part, url.host):
        return False
    # 3.4. Get the expression's port, or null.
    port_part = expression.port_part
    # 3.5. Return "does not match" if the expression's port does not match the URL.
    if not port_part_matches(port_part, url):
        return False
    # 3.6. Compare the path only if no redirect has led to the URL, so that a page cannot find out
    #      where a redirect leads.
    if expression.path_part and redirect_count == 0:
        # 3.6.1. Get the URL's path, which the URL record holds serialized.
        path = url.path
        # 3.6.2. Return "does not match" if the expression's path does not match the URL's path.
        if not path_part_matches(expression.path_part, path):
            return False
    # 3.7. Return "matches", since all parts of the expression match the URL.
    return True


@algorithm(
    "match-url-to-source-expression",
    "does url match expression in origin with redirect count?: 'self'",
)
def _url_is_of_the_origin(url: UrlRecord, origin: Origin) -> bool:
    # 4.1. Return "matches" if the URL has the page's origin.
    if is_same_origin(origin, origin_of(url)):
        return True
    # An opaque origin has neither a host nor a port to compare.
    if not isinstance(origin, TupleOrigin):
        return False
    # 4.2. Return "matches" if the URL has the host of the page's origin, an equivalent port, and a
    #      scheme that is as secure.
    are_ports_alike = url.port == origin.port or (
        _has_default_port(url) and _has_default_port(origin)
    )
    # 4.2.1. Accept the schemes https and wss, whatever the scheme of the page's origin is.
    is_secure = url.scheme in {"https", "wss"}
    # 4.2.2. Accept the schemes http and ws if the page's origin has the scheme http.
    is_no_worse = origin.scheme == "http" and url.scheme in {"http", "ws"}
    return url.host == origin.host and are_ports_alike and (is_secure or is_no_worse)


def _has_default_port(url: UrlRecord | TupleOrigin) -> bool:
    return url.port is None or url.port == DEFAULT_PORTS[url.scheme]
