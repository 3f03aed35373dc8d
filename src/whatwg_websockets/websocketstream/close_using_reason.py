"""4.2 Close using reason, and what it is for: cancel and abort."""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.webidl.dom_exception import DOMException
from whatwg_websockets.websocketstream.close_the_websocket import close_the_websocket
from whatwg_websockets.websocketstream.websocket_error import WebSocketError

if TYPE_CHECKING:
    from whatwg_websockets.websocketstream.websocket_stream import WebSocketStream


@algorithm("cancel", "cancel")
def cancel(stream: "WebSocketStream", reason: object) -> None:
    """Close the connection since nobody reads any more.

    Source: https://whatpr.org/websockets/48.html#cancel
    """
    # 1. A WebSocketError may have the code and the reason of the Close frame.
    close_using_reason(stream, reason)
    # What nobody reads any more holds nothing back, also where the connection was closing before.
    stream._backpressure.end_backpressure()


@algorithm("abort", "abort")
def abort(stream: "WebSocketStream", reason: object) -> None:
    """Close the connection since nobody writes any more.

    Source: https://whatpr.org/websockets/48.html#abort
    """
    # 1. A WebSocketError may have the code and the reason of the Close frame.
    close_using_reason(stream, reason)


@algorithm("close-using-reason", "close using reason")
def close_using_reason(stream: "WebSocketStream", reason: object) -> None:
    """Close the connection with the code and the reason of a WebSocketError.

    Args:
        stream: the stream.
        reason: a WebSocketError; anything else says nothing to the server.

    Source: https://whatpr.org/websockets/48.html#close-using-reason
    """
    # 1. Without a WebSocketError there is no code.
    code = None
    # 2. Without a WebSocketError the reason is empty.
    reason_string = ""
    # 3. Only a WebSocketError gives a code and a reason. The attributes of another object are not
    #    read.
    if isinstance(reason, WebSocketError):
        # 3.1. The code is that of the error, which may have none.
        code = reason.closeCode
        # 3.2. The reason is that of the error.
        reason_string = reason.reason
    # 4. The error may tell of another connection, with a code that a program may not use. Then
    #    neither its code nor its reason is sent.
    try:
        close_the_websocket(stream, code, reason_string)
    except DOMException:
        close_the_websocket(stream)
