"""Section 3.1 of the WebSockets Standard: new WebSocket(url, protocols)."""

import re
from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.establish_connection import establish_a_websocket_connection
from whatwg_websockets.feedback import Feedback
from whatwg_websockets.garbage_collection import watch
from whatwg_websockets.html.environment_settings import EnvironmentSettings
from whatwg_websockets.network.connection import WebSocketConnection
from whatwg_websockets.url.url_record import parse, without_password
from whatwg_websockets.webidl.dom_exception import DOMException

if TYPE_CHECKING:
    from whatwg_websockets.websocket import WebSocket

# A token of HTTP: printable ASCII without separators (RFC 6455 section 4.1, item 10).
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


@algorithm("dom-websocket-websocket", "new WebSocket(url, protocols)")
def construct(
    socket: "WebSocket",
    url: str,
    protocols: str | list[str],
    settings: EnvironmentSettings,
    target_address_space: str | None = None,
) -> None:
    """Check the arguments, and begin to establish the connection.

    Args:
        socket: the new object.
        url: the URL to connect to, which may be relative.
        protocols: the subprotocols to offer to the server.
        settings: the object's relevant settings object.
        target_address_space: the address space that the server's address has to be in, or None.

    Raises:
        DOMException: "SyntaxError" if the URL or a subprotocol is not valid.

    Source: https://websockets.spec.whatwg.org/#dom-websocket-websocket
    """
    # 1. Take the base URL of the relevant settings object.
    base_url = settings.api_base_url
    # 2. Parse the URL, which may be relative to the base URL.
    # § rfc6455-4.1-2. The URL parser checks each component of the URL.
    url_record = parse(url, base_url)
    # 3. Refuse a string that is not a valid URL.
    if url_record is None:
        # § rfc6455-4.1-3. An invalid URL raises an exception, since no connection exists yet that
        #   could be failed.
        given = without_password(url)
        raise DOMException(f"{given!r} is not a URL that can be resolved", "SyntaxError")
    # 4. If the URL's scheme is http, replace the scheme by ws.
    if url_record.scheme == "http":
        url_record = url_record.with_scheme("ws")
    # 5. If the URL's scheme is https, replace the scheme by wss.
    elif url_record.scheme == "https":
        url_record = url_record.with_scheme("wss")
    # 6. Refuse a URL whose scheme is neither ws nor wss.
    if url_record.scheme not in ("ws", "wss"):
        given = without_password(url)
        raise DOMException(f"the scheme of {given!r} is not ws, wss, http or https", "SyntaxError")
    # 7. Refuse a URL with a fragment, even an empty one, since no server receives a fragment.
    if url_record.fragment is not None:
        # § rfc6455-3-1. A socket never connects to a URL with a fragment.
        given = without_password(url)
        raise DOMException(
            f"{given!r} has a fragment, which a WebSocket URL must not have", "SyntaxError"
        )
    # 8. If a single subprotocol is given, turn it into a list of one subprotocol.
    if isinstance(protocols, str):
        protocols = [protocols]
    # 9. Refuse a list in which a subprotocol is not a token or is repeated.
    require_subprotocols(protocols)
    # 10. Store the URL record in the WebSocket object.
    # § websockets-internal-url. A socket keeps the URL record of its URL.
    socket._url = url_record
    socket._origin = url_record.serialize_origin()
    # 11. Take the WebSocket object's relevant settings object as the client.
    client = settings
    connection = _a_connection_of(socket, client)
    # 12. Run the opening handshake in parallel.
    # 12.1. Establish a WebSocket connection for the WebSocket object.
    socket._event_loop.in_parallel(
        establish_a_websocket_connection,
        url_record,
        protocols,
        client,
        connection,
        target_address_space,
    )


def require_subprotocols(protocols: list[str]) -> None:
    """Refuse a list in which a subprotocol is not a token or is repeated.

    Raises:
        DOMException: "SyntaxError" if the list is refused.

    Source: RFC 6455 section 4.1
    """
    for protocol in protocols:
        if not _TOKEN.fullmatch(protocol):
            # § rfc6455-4.1-33. A subprotocol that is empty or contains a separator is refused.
            raise DOMException(f"{protocol!r} is not a subprotocol's name", "SyntaxError")
    if len(set(protocols)) != len(protocols):
        # § rfc6455-4.1-34. A list of subprotocols with a repetition is refused.
        raise DOMException(f"a subprotocol is repeated in {protocols!r}", "SyntaxError")


def _a_connection_of(socket: "WebSocket", client: EnvironmentSettings) -> WebSocketConnection:
    """Create a socket's connection, which is not established yet."""
    event_loop = socket._event_loop
    connection = WebSocketConnection(
        event_loop, client.limits, Feedback(socket, event_loop), socket._url
    )
    socket._connection = connection
    socket._watcher = watch(socket, connection, client)
    return connection
