"""5 Get a URL record."""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.url.url_record import UrlRecord, parse, without_password
from whatwg_websockets.webidl.dom_exception import DOMException


@algorithm("get-a-url-record", "get a URL record")
def get_a_url_record(url: str, base_url: UrlRecord) -> UrlRecord:
    """Return the URL record of a connection: its scheme is ws or wss, and its fragment is null.

    Args:
        url: the URL, as the program gave it.
        base_url: the base URL of a relative URL.

    Raises:
        DOMException: "SyntaxError": the URL cannot be parsed, or has another scheme or a fragment.

    Source: https://whatpr.org/websockets/48.html#get-a-url-record
    """
    # 1. Parse the URL against the base URL.
    url_record = parse(url, base_url)
    # 2. Throw a SyntaxError if the URL cannot be parsed.
    if url_record is None:
        given = without_password(url)
        raise DOMException(f"{given!r} is not a URL that can be resolved", "SyntaxError")
    # 3. If the URL's scheme is http, replace the scheme by ws.
    if url_record.scheme == "http":
        url_record = url_record.with_scheme("ws")
    # 4. If the URL's scheme is https, replace the scheme by wss.
    elif url_record.scheme == "https":
        url_record = url_record.with_scheme("wss")
    # 5. Throw a SyntaxError if the scheme is not ws or wss.
    if url_record.scheme not in ("ws", "wss"):
        given = without_password(url)
        raise DOMException(f"the scheme of {given!r} is not ws, wss, http or https", "SyntaxError")
    # 6. Throw a SyntaxError if the URL has a fragment, even an empty one.
    if url_record.fragment is not None:
        given = without_password(url)
        raise DOMException(f"{given!r} has a fragment, and a WebSocket URL has none", "SyntaxError")
    # 7. Return the URL record.
    return url_record
