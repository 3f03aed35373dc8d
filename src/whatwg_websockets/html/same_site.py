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
    """Return whether two origins are the same.

    Source: https://html.spec.whatwg.org/multipage/browsers.html#same-origin
    """
    # 1. An opaque origin is the same origin as itself.
    if isinstance(a, OpaqueOrigin):
        return a is b
    # 2. Two tuple origins are the same if their schemes, hosts and ports are the same.
    # 3. Origins that differ in scheme, host or port are not the same.
    return a == b


@algorithm("obtain-a-site", "obtain a site")
def obtain_a_site(origin: Origin) -> Site:
    """Return the site that an origin belongs to.

    Source: https://html.spec.whatwg.org/multipage/browsers.html#obtain-a-site
    """
    # 1. The site of an opaque origin is the origin itself.
    if isinstance(origin, OpaqueOrigin):
        return origin
    domain = registrable_domain(origin.host)
    # 2. If the host has no registrable domain, the site is the origin's scheme and host.
    if domain is None:
        return origin.scheme, origin.host
    # 3. The site is the origin's scheme and the registrable domain of its host.
    return origin.scheme, domain


@algorithm("concept-site-same-site", "same site")
def is_same_site_as(a: Site, b: Site) -> bool:
    """Return whether two sites are the same.

    Source: https://html.spec.whatwg.org/multipage/browsers.html#concept-site-same-site
    """
    # 1. An opaque origin is the same site as itself.
    # 2. An opaque origin is not the same site as any other site.
    if isinstance(a, OpaqueOrigin) or isinstance(b, OpaqueOrigin):
        return a is b
    # 3. Sites with different schemes are not the same.
    # 4. Sites with different hosts are not the same.
    # 5. Two sites with the same scheme and the same host are the same.
    return a == b


@algorithm("schemelessly-same-site", "schemelessly same site")
def is_schemelessly_same_site(a: Origin, b: Origin) -> bool:
    """Return whether two origins are the same site, apart from their schemes.

    Source: https://html.spec.whatwg.org/multipage/browsers.html#schemelessly-same-site
    """
    # 1. An opaque origin is schemelessly same site with itself only.
    if isinstance(a, OpaqueOrigin) or isinstance(b, OpaqueOrigin):
        return a is b
    # 2. If both origins are tuple origins, compare their hosts.
    # 2.1. Take the hosts of the two origins.
    host_a, host_b = a.host, b.host
    domain_a = registrable_domain(host_a)
    # 2.2. Equal hosts without a registrable domain are schemelessly same site.
    if host_a == host_b and domain_a is None:
        return True
    # 2.3. Hosts with the same registrable domain are schemelessly same site.
    # 3. Origins with neither equal hosts nor the same registrable domain are not schemelessly same
    #   site.
    return domain_a is not None and domain_a == registrable_domain(host_b)


@algorithm("same-site", "same site: origins")
def is_same_site(a: Origin, b: Origin) -> bool:
    """Return whether two origins are the same site, with the same scheme and registrable domain.

    Source: https://html.spec.whatwg.org/multipage/browsers.html#same-site
    """
    # 1. Obtain the site of the first origin.
    site_a = obtain_a_site(a)
    # 2. Obtain the site of the second origin.
    site_b = obtain_a_site(b)
    # 3. Return true if the sites of the two origins are the same.
    # 4. Return false if the sites of the two origins differ.
    return is_same_site_as(site_a, site_b)
