"""3.1 new WebSocket(url, protocols)."""

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
    """Check the arguments, and begin to connect.

    Args:
        socket: the new object.
        url: where to.
        protocols: the subprotocols to ask for.
        settings: the object's relevant settings object.
        target_address_space: the address space that the server has to be in, if any.

    Raises:
        DOMException: "SyntaxError": the URL or a subprotocol is none.

    Source: https://websockets.spec.whatwg.org/#dom-websocket-websocket
    """
    # 1. A relative URL is resolved against the base URL of the settings.
    base_url = settings.api_base_url
    # 2. The URL is parsed.
    # § rfc6455-4.1-2. The parser checks each part of the URL as it is read.
    url_record = parse(url, base_url)
    # 3. A string that is no URL is refused at once.
    if url_record is None:
        # § rfc6455-4.1-3. An exception is raised, since there is no connection yet that could fail.
        given = without_password(url)
        raise DOMException(f"{given!r} is not a URL that can be resolved", "SyntaxError")
    # 4. The scheme http is another way to write ws.
    if url_record.scheme == "http":
        url_record = url_record.with_scheme("ws")
    # 5. The scheme https is another way to write wss.
    elif url_record.scheme == "https":
        url_record = url_record.with_scheme("wss")
    # 6. Any other scheme is refused.
    if url_record.scheme not in ("ws", "wss"):
        given = without_password(url)
        raise DOMException(f"the scheme of {given!r} is not ws, wss, http or https", "SyntaxError")
    # 7. A fragment, even an empty one, is refused, since it would mean nothing to a server.
    if url_record.fragment is not None:
        # § rfc6455-3-1. The program never connects to a URL with a fragment.
        given = without_password(url)
        raise DOMException(f"{given!r} has a fragment, and a WebSocket URL has none", "SyntaxError")
    # 8. A single subprotocol becomes a list of one.
    if isinstance(protocols, str):
        protocols = [protocols]
    # 9. Each subprotocol is a token, and stands there once.
    require_subprotocols(protocols)
    # 10. The object keeps its URL as a record.
    socket._url = url_record
    socket._origin = url_record.serialize_origin()
    # 11. The client is the object's relevant settings object.
    client = settings
    connection = _a_connection_of(socket, client)
    # 12. The handshake goes on in parallel.
    # 12.1. A WebSocket connection is established, and belongs to the object.
    socket._event_loop.in_parallel(
        establish_a_websocket_connection,
        url_record,
        protocols,
        client,
        connection,
        target_address_space,
    )


def require_subprotocols(protocols: list[str]) -> None:
    """Refuse names that are not those of subprotocols.

    Raises:
        DOMException: "SyntaxError": one of them is no token, or stands there twice.

    Source: RFC 6455 section 4.1
    """
    for protocol in protocols:
        if not _TOKEN.fullmatch(protocol):
            # § rfc6455-4.1-33. A subprotocol is not empty, and has no separator character.
            raise DOMException(f"{protocol!r} is not a subprotocol's name", "SyntaxError")
    if len(set(protocols)) != len(protocols):
        # § rfc6455-4.1-34. All subprotocols are different.
        raise DOMException(f"a subprotocol is repeated in {protocols!r}", "SyntaxError")


def _a_connection_of(socket: "WebSocket", client: EnvironmentSettings) -> WebSocketConnection:
    """Make the connection of a socket, which is still to be established."""
    event_loop = socket._event_loop
    connection = WebSocketConnection(
        event_loop, client.limits, Feedback(socket, event_loop), socket._url
    )
    socket._connection = connection
    socket._watcher = watch(socket, connection, client)
    return connection
