"""4 close(closeInfo)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.websocketstream.close_the_websocket import close_the_websocket

if TYPE_CHECKING:
    from whatwg_websockets.websocketstream.websocket_stream import WebSocketStream


@algorithm("dom-websocketstream-close", "close(closeInfo)")
def close(stream: "WebSocketStream", close_info: Mapping[str, Any]) -> None:
    """Begin the closing handshake, or fail a connection that is not established yet.

    Args:
        stream: the stream.
        close_info: the members of the dictionary, converted.

    Raises:
        DOMException: "InvalidAccessError" for a code that a program may not use; "SyntaxError" for
            a reason of more than 123 bytes.

    Source: https://whatpr.org/websockets/48.html#dom-websocketstream-close
    """
    # 1. Get the close code, or null if it was left out.
    code = close_info.get("closeCode")
    # 2. Get the reason, which is the empty string if it was left out.
    reason = close_info["reason"]
    # 3. Close the WebSocket with the close code and the reason.
    close_the_websocket(stream, code, reason)
