"""4.2 Pull bytes."""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm

if TYPE_CHECKING:
    from whatwg_websockets.websocketstream.websocket_stream import WebSocketStream


@algorithm("pull-bytes", "pull bytes")
def pull_bytes(stream: "WebSocketStream") -> None:
    """Let the next message of the server be handled, at once or when it arrives.

    Source: https://whatpr.org/websockets/48.html#pull-bytes
    """
    # 1. Release backpressure, so that a message that waits is handled within this step.
    stream._backpressure.release()
