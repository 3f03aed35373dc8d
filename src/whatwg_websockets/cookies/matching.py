"""Domain matching, default path and path matching, sections 5.3.2 to 5.3.4 of layered cookies.

Paths are serialized as in a URL record: each begins with a slash.
"""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.url.domain import is_domain


@algorithm("name-domain-matching", "domain matching")
def domain_matches(host: str, domain_attribute_value: str) -> bool:
    """Return whether a host is the host of a cookie's Domain attribute, or below it.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-domain-matching
    """
    # 1. Return true if the host is the attribute's value, or a domain below it. An IP address
    #    matches only itself.
    return host == domain_attribute_value or (
        is_domain(host) and host.endswith(f".{domain_attribute_value}")
    )


@algorithm("name-cookie-default-path", "cookie default path")
def cookie_default_path(path: str) -> str:
    """Return the path of a cookie without a Path attribute: the request's, without its last part.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-cookie-default-path
    """
    # 1. Assert that the path begins with a slash, as that of an http or https URL does.
    assert path.startswith("/")
    # 2. Remove the last slash of the path and what follows it.
    # 3. If the path has no characters before its last slash, use "/".
    # 4. Return the default path of the cookie.
    return path.rpartition("/")[0] or "/"


@algorithm("name-path-matching", "path matching")
def path_matches(request_path: str, cookie_path: str) -> bool:
    """Return whether a path is the path of a cookie, or below it.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-path-matching
    """
    # 1. The path of the request is serialized already.
    # 2. The path of the cookie is serialized already.
    # 3. Return true if the cookie's path is the request's path.
    if cookie_path == request_path:
        return True
    # 4. Return true if the cookie's path ends with a slash and the request's path begins with it.
    if request_path.startswith(cookie_path) and cookie_path.endswith("/"):
        return True
    # 5. Return true if the request's path begins with the cookie's path and a slash. The draft
    #    exchanges the two paths, which would send a cookie for /a with a request for /ab.
    return request_path.startswith(f"{cookie_path}/")
