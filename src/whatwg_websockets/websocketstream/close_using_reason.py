"""4.2 Close using reason, and its callers cancel and abort."""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.webidl.dom_exception import DOMException
from whatwg_websockets.websocketstream.close_the_websocket import close_the_websocket
from whatwg_websockets.websocketstream.websocket_error import WebSocketError

if TYPE_CHECKING:
    from whatwg_websockets.websocketstream.websocket_stream import WebSocketStream


@algorithm("cancel", "cancel")
def cancel(stream: "WebSocketStream", reason: object) -> None:
    """Close the connection when the readable stream is cancelled.

    Source: https://whatpr.org/websockets/48.html#cancel
    """
    # 1. Close the WebSocket using the reason of the cancellation.
    close_using_reason(stream, reason)
    # A cancelled stream is not read, so waiting messages are dropped, even in state CLOSING.
    stream._backpressure.end_backpressure()


@algorithm("abort", "abort")
def abort(stream: "WebSocketStream", reason: object) -> None:
    """Close the connection when the writable stream is aborted.

    Source: https://whatpr.org/websockets/48.html#abort
    """
    # 1. Close the WebSocket using the reason of the abort.
    close_using_reason(stream, reason)


@algorithm("close-using-reason", "close using reason")
def close_using_reason(stream: "WebSocketStream", reason: object) -> None:
    """Close the connection with the code and the reason of a WebSocketError.

    Args:
        stream: the stream.
        reason: a WebSocketError; any other value is not sent to the server.

    Source: https://whatpr.org/websockets/48.html#close-using-reason
    """
    # 1. Begin with null as the close code.
    code = None
    # 2. Begin with the empty string as the reason string.
    reason_string = ""
    # 3. Read the close code and the reason if the reason is a WebSocketError, and not from any
    #    other object.
    if isinstance(reason, WebSocketError):
        # 3.1. Use the close code of the WebSocketError, which may be null.
        code = reason.closeCode
        # 3.2. Use the reason of the WebSocketError as the reason string.
        reason_string = reason.reason
    # 4. Close the WebSocket with the code and the reason, or with neither if they are not allowed,
    #    for example if the error came from another connection.
    try:
        close_the_websocket(stream, code, reason_string)
    except DOMException:
        close_the_websocket(stream)
