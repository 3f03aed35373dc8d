"""4 close(closeInfo)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.websocketstream.close_the_websocket import close_the_websocket

if TYPE_CHECKING:
    from whatwg_websockets.websocketstream.websocket_stream import WebSocketStream


@algorithm("dom-websocketstream-close", "close(closeInfo)")
def close(stream: "WebSocketStream", close_info: Mapping[str, Any]) -> None:
    """Begin the closing handshake, or give up a connection that is not open yet.

    Args:
        stream: the stream.
        close_info: the converted dictionary.

    Raises:
        DOMException: "InvalidAccessError" for a code that a program may not use; "SyntaxError" for
            a reason of more than 123 bytes.

    Source: https://whatpr.org/websockets/48.html#dom-websocketstream-close
    """
    # 1. The code may have been left out.
    code = close_info.get("closeCode")
    # 2. The reason is empty if it was left out.
    reason = close_info["reason"]
    # 3. The code and the reason are checked before the closing handshake starts.
    close_the_websocket(stream, code, reason)
