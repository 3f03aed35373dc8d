"""5 Get a URL record."""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.url.url_record import UrlRecord, parse, without_password
from whatwg_websockets.webidl.dom_exception import DOMException


@algorithm("get-a-url-record", "get a URL record")
def get_a_url_record(url: str, base_url: UrlRecord) -> UrlRecord:
    """Make the URL record of a connection: its scheme is ws or wss, and it has no fragment.

    Args:
        url: the URL as it was given.
        base_url: what it is resolved against, where it is relative.

    Raises:
        DOMException: "SyntaxError": the URL is none, has another scheme, or has a fragment.

    Source: https://whatpr.org/websockets/48.html#get-a-url-record
    """
    # 1. The URL is parsed.
    url_record = parse(url, base_url)
    # 2. A string that cannot be parsed as a URL is refused.
    if url_record is None:
        given = without_password(url)
        raise DOMException(f"{given!r} is not a URL that can be resolved", "SyntaxError")
    # 3. The scheme http becomes ws.
    if url_record.scheme == "http":
        url_record = url_record.with_scheme("ws")
    # 4. The scheme https becomes wss.
    elif url_record.scheme == "https":
        url_record = url_record.with_scheme("wss")
    # 5. Any other scheme is refused.
    if url_record.scheme not in ("ws", "wss"):
        given = without_password(url)
        raise DOMException(f"the scheme of {given!r} is not ws, wss, http or https", "SyntaxError")
    # 6. A fragment, even an empty one, is refused, since it would mean nothing to a server.
    if url_record.fragment is not None:
        given = without_password(url)
        raise DOMException(f"{given!r} has a fragment, and a WebSocket URL has none", "SyntaxError")
    # 7. The URL record is returned.
    return url_record
