"""4.2 Close: the close algorithm of the writable stream of a WebSocketStream."""

from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.webidl.promise import Promise, a_new_promise
from whatwg_websockets.websocketstream.close_the_websocket import close_the_websocket

if TYPE_CHECKING:
    from whatwg_websockets.websocketstream.websocket_stream import WebSocketStream


@algorithm("close", "close")
def close(stream: "WebSocketStream") -> Promise[Any]:
    """Close the connection after everything has been written.

    Returns:
        A promise that is settled when the connection is closed.

    Source: https://whatpr.org/websockets/48.html#close
    """
    # 1. Close the WebSocket, with a Close frame that has no body. In the draft, the
    #    algorithm returns at once. This implementation waits until the connection is closed, as
    #    web-platform-tests and Chromium do, so that a page learns whether the server has read
    #    what was written.
    close_the_websocket(stream)
    stream._writable_is_closed = a_new_promise(stream._event_loop)
    return stream._writable_is_closed
