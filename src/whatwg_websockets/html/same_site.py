"""Same origin and same site, section 7.1.1 of the HTML Standard.

Source: https://html.spec.whatwg.org/multipage/browsers.html#sites
"""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.url.origin import OpaqueOrigin, Origin
from whatwg_websockets.url.public_suffix import registrable_domain

SchemeAndHost = tuple[str, str]
Site = OpaqueOrigin | SchemeAndHost
"""A site: an opaque origin, or a scheme with a registrable domain or else a host."""


@algorithm("same-origin", "same origin")
def is_same_origin(a: Origin, b: Origin) -> bool:
    """Tell whether two origins are the same.

    Source: https://html.spec.whatwg.org/multipage/browsers.html#same-origin
    """
    # 1. An opaque origin is the same as itself.
    if isinstance(a, OpaqueOrigin):
        return a is b
    # 2. Tuple origins are the same where scheme, host and port are.
    # 3. All others are not the same.
    return a == b


@algorithm("obtain-a-site", "obtain a site")
def obtain_a_site(origin: Origin) -> Site:
    """Return the site that an origin belongs to.

    Source: https://html.spec.whatwg.org/multipage/browsers.html#obtain-a-site
    """
    # 1. An opaque origin is a site of its own.
    if isinstance(origin, OpaqueOrigin):
        return origin
    domain = registrable_domain(origin.host)
    # 2. An IP address, and a public suffix, stand for themselves.
    if domain is None:
        return origin.scheme, origin.host
    # 3. All below a registrable domain is one site.
    return origin.scheme, domain


@algorithm("concept-site-same-site", "same site")
def is_same_site_as(a: Site, b: Site) -> bool:
    """Tell whether two sites are the same.

    Source: https://html.spec.whatwg.org/multipage/browsers.html#concept-site-same-site
    """
    # 1. An opaque origin is the same site as itself.
    # 2. An opaque origin is the same site as nothing else.
    if isinstance(a, OpaqueOrigin) or isinstance(b, OpaqueOrigin):
        return a is b
    # 3. The schemes tell sites apart.
    # 4. The hosts tell sites apart.
    # 5. Two sites with the same scheme and the same host are the same.
    return a == b


@algorithm("schemelessly-same-site", "schemelessly same site")
def is_schemelessly_same_site(a: Origin, b: Origin) -> bool:
    """Tell whether two origins are the same site but for their schemes.

    Source: https://html.spec.whatwg.org/multipage/browsers.html#schemelessly-same-site
    """
    # 1. An opaque origin is the same site as itself, and as nothing else.
    if isinstance(a, OpaqueOrigin) or isinstance(b, OpaqueOrigin):
        return a is b
    # 2. Tuple origins are compared by their hosts.
    # 2.1. The port does not count either.
    host_a, host_b = a.host, b.host
    domain_a = registrable_domain(host_a)
    # 2.2. Hosts without a registrable domain have to be equal.
    if host_a == host_b and domain_a is None:
        return True
    # 2.3. Others have to have the same registrable domain.
    # 3. All others are not the same site.
    return domain_a is not None and domain_a == registrable_domain(host_b)


@algorithm("same-site", "same site: origins")
def is_same_site(a: Origin, b: Origin) -> bool:
    """Tell whether two origins are the same site: scheme and registrable domain.

    Source: https://html.spec.whatwg.org/multipage/browsers.html#same-site
    """
    # 1. One origin has its site.
    site_a = obtain_a_site(a)
    # 2. The other origin has its site, too.
    site_b = obtain_a_site(b)
    # 3. Where the sites are the same, the origins are the same site.
    # 4. Otherwise the origins are not the same site.
    return is_same_site_as(site_a, site_b)
