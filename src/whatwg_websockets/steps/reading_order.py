"""The order in which a reader meets the standards: wherever they are listed, it is this one."""

ORDER = (
    *("websockets", "rfc6455", "rfc7692", "websocketstream-draft"),
    *("fetch", "html", "dom", "streams", "fileapi", "webidl", "url", "infra", "encoding"),
    *("csp", "mixed-content", "upgrade-insecure-requests", "secure-contexts", "fetch-metadata"),
    *("layered-cookies", "rfc6797", "rfc9110", "rfc9112", "rfc7617", "rfc7616", "rfc6750"),
    *("rfc6724", "rfc8305"),
)
"""The WebSockets Standard, the protocol below it, the draft that extends it, what they call for."""


def place_in_order(id_: str, title: str) -> tuple[int, str]:
    """Return a key that sorts the standards as a reader meets them.

    Args:
        id_: the id of a standard.
        title: its title, by which those that have no place of their own are sorted behind the rest.
    """
    return (ORDER.index(id_), "") if id_ in ORDER else (len(ORDER), title)
