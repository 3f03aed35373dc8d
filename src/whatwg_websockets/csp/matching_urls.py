"""6.7.2.5 to 6.7.2.8: whether the URL of a request or a response matches a source list.

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
"""The redirect count of a WebSocket's request, whose redirects are errors."""


@algorithm("match-request-to-source-list", "does request match source list?")
def request_matches_source_list(
    request: "Request", source_list: Sequence[str], self_origin: Origin
) -> bool:
    """Tell whether the URL of a request is in a source list.

    Source: https://w3c.github.io/webappsec-csp/#match-request-to-source-list
    """
    # 1. The current URL of the request is compared, and no redirect has led to it.
    return url_matches_source_list(request.url, source_list, self_origin, REDIRECT_COUNT)


@algorithm("match-response-to-source-list", "does response to request match source list?")
def response_matches_source_list(
    response: "Response",
    request: "Request",
    source_list: Sequence[str],
    self_origin: Origin,
) -> bool:
    """Tell whether the URL of a response is in a source list.

    Source: https://w3c.github.io/webappsec-csp/#match-response-to-source-list
    """
    # 1. The URL of the response is that of the request, since no redirect is followed.
    return url_matches_source_list(request.url, source_list, self_origin, REDIRECT_COUNT)


@algorithm("match-url-to-source-list", "does url match source list in origin with redirect count?")
def url_matches_source_list(
    url: UrlRecord, source_list: Sequence[str], origin: Origin, redirect_count: int
) -> bool:
    """Tell whether a URL is in a source list.

    Args:
        url: the URL.
        source_list: the source expressions.
        origin: what ``'self'`` stands for.
        redirect_count: how many redirects have led to the URL.

    Source: https://w3c.github.io/webappsec-csp/#match-url-to-source-list
    """
    # 1. A directive has a value, which may be empty.
    # 2. An empty list matches nothing.
    if not source_list:
        return False
    # 3. The keyword "'none'" matches nothing where it stands alone.
    if len(source_list) == 1 and source_list[0].lower() == "'none'":
        return False
    # 4. One expression that matches is enough.
    for expression in source_list:
        # 4.1. The first expression that matches decides.
        if url_matches_expression(url, expression, origin, redirect_count):
            return True
    # 5. No expression of the list matches the URL.
    return False


@algorithm(
    "match-url-to-source-expression", "does url match expression in origin with redirect count?"
)
def url_matches_expression(
    url: UrlRecord, expression: str, origin: Origin, redirect_count: int
) -> bool:
    """Tell whether a URL matches one source expression.

    Args:
        url: the URL.
        expression: the source expression.
        origin: what ``'self'`` stands for.
        redirect_count: how many redirects have led to the URL.

    Source: https://w3c.github.io/webappsec-csp/#match-url-to-source-expression
    """
    # 1. An asterisk matches where one of two conditions is met.
    if expression == "*":
        # 1.1. The request of a WebSocket has an HTTP(S) scheme, which an asterisk always matches.
        is_http = url.scheme in HTTP_SCHEMES
        # 1.2. The scheme of the page is matched as well.
        if is_http or (isinstance(origin, TupleOrigin) and url.scheme == origin.scheme):
            return True
    parts = parse_a_source_expression(expression)
    # 2. The expression names a scheme or a host.
    if parts is not None:
        # 2.1. A scheme that is named has to match.
        if parts.scheme_part is not None and not scheme_part_matches(parts.scheme_part, url.scheme):
            return False
        # 2.2. An expression that names nothing but a scheme matches.
        if isinstance(parts, SchemeSource):
            return True
    # 3. The expression names a host.
    if isinstance(parts, HostSource):
        return _url_matches_host_source(url, parts, origin, redirect_count)
    # 4. The keyword "'self'" stands for the origin of the page.
    if expression.lower() == "'self'":
        return _url_is_of_the_origin(url, origin)
    # 5. Any other expression matches no URL: the keywords, nonces and hashes are about scripts and
    #    styles.
    return False


@algorithm(
    "match-url-to-source-expression",
    "does url match expression in origin with redirect count?: a host",
)
def _url_matches_host_source(
    url: UrlRecord, expression: HostSource, origin: Origin, redirect_count: int
) -> bool:
    # 3.1. A URL without a host has nothing to be compared.
    if url.host is None:
        return False
    # 3.2. An expression without a scheme has that of the page.
    if expression.scheme_part is None and (
        not isinstance(origin, TupleOrigin) or not scheme_part_matches(origin.scheme, url.scheme)
    ):
        return False
    # 3.3. The host has to match.
    if not host_part_matches(expression.host_part, url.host):
        return False
    # 3.4. The expression may have no port.
    port_part = expression.port_part
    # 3.5. The port has to match.
    if not port_part_matches(port_part, url):
        return False
    # 3.6. The path counts if the URL is the one that the page has asked for. To whom a redirect has
    #      led, the page must not find out.
    if expression.path_part and redirect_count == 0:
        # 3.6.1. The record holds the path serialized.
        path = url.path
        # 3.6.2. The path has to match.
        if not path_part_matches(expression.path_part, path):
            return False
    # 3.7. All parts that the expression has match.
    return True


@algorithm(
    "match-url-to-source-expression",
    "does url match expression in origin with redirect count?: 'self'",
)
def _url_is_of_the_origin(url: UrlRecord, origin: Origin) -> bool:
    # 4.1. The URL is of the same origin.
    if is_same_origin(origin, origin_of(url)):
        return True
    # An opaque origin has neither host nor port.
    if not isinstance(origin, TupleOrigin):
        return False
    # 4.2. A URL of the same host is matched too, if the ports are alike and the scheme is no less
    #      secure.
    are_ports_alike = url.port == origin.port or (
        _has_default_port(url) and _has_default_port(origin)
    )
    # 4.2.1. A secure scheme is matched, whichever scheme the page has.
    is_secure = url.scheme in {"https", "wss"}
    # 4.2.2. A page without TLS may use WebSocket without TLS.
    is_no_worse = origin.scheme == "http" and url.scheme in {"http", "ws"}
    return url.host == origin.host and are_ports_alike and (is_secure or is_no_worse)


def _has_default_port(url: UrlRecord | TupleOrigin) -> bool:
    return url.port is None or url.port == DEFAULT_PORTS[url.scheme]
