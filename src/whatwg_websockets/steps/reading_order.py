"""The order in which all lists show the standards."""

ORDER = (
    *("websockets", "rfc6455", "rfc7692", "websocketstream-draft"),
    *("fetch", "html", "dom", "streams", "fileapi", "webidl", "url", "infra", "encoding"),
    *("csp", "mixed-content", "upgrade-insecure-requests", "secure-contexts", "fetch-metadata"),
    *("layered-cookies", "rfc6797", "rfc9110", "rfc9112", "rfc7617", "rfc7616", "rfc6750"),
    *("rfc6724", "rfc8305"),
)
"""The WebSockets Standard, its protocol, the draft that extends it, and what they depend on."""


def place_in_order(id_: str, title: str) -> tuple[int, str]:
    """Return a key that sorts the standards in this order.

    Args:
        id_: the id of a standard.
        title: its title, by which the standards without a place in the order are sorted after the
            rest.
    """
    return (ORDER.index(id_), "") if id_ in ORDER else (len(ORDER), title)
