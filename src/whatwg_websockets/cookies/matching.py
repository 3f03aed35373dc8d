"""Domain matching, default path and path matching, sections 5.3.2 to 5.3.4 of layered cookies.

Paths are serialized, as a URL record has them: each begins with a slash.
"""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.url.domain import is_domain


@algorithm("name-domain-matching", "domain matching")
def domain_matches(host: str, domain_attribute_value: str) -> bool:
    """Tell whether a host is the host that a cookie names, or a domain below it.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-domain-matching
    """
    # 1. Only a domain is below another one; an IP address is itself alone.
    return host == domain_attribute_value or (
        is_domain(host) and host.endswith(f".{domain_attribute_value}")
    )


@algorithm("name-cookie-default-path", "cookie default path")
def cookie_default_path(path: str) -> str:
    """Return the path of a cookie that names none: that of the request without its last part.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-cookie-default-path
    """
    # 1. The path of an http or https URL begins with a slash.
    assert path.startswith("/")
    # 2. What comes behind the last slash is left out, with that slash.
    # 3. A path of one part becomes the root.
    # 4. The default path goes to whoever asks.
    return path.rpartition("/")[0] or "/"


@algorithm("name-path-matching", "path matching")
def path_matches(request_path: str, cookie_path: str) -> bool:
    """Tell whether a path is the path of a cookie, or below it.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-path-matching
    """
    # 1. The path of the request is serialized already.
    # 2. The path of the cookie is serialized already.
    # 3. A path matches itself.
    if cookie_path == request_path:
        return True
    # 4. A cookie's path that ends with a slash matches all that begins with it.
    if request_path.startswith(cookie_path) and cookie_path.endswith("/"):
        return True
    # 5. Every other path of a cookie has to end where a part of the request's path ends. The draft
    #    has the two the other way round, which would send the cookies of /a to /ab.
    return request_path.startswith(f"{cookie_path}/")
