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
    # 1. A WebSocketError says what the Close frame is to say.
    close_using_reason(stream, reason)
    # What nobody reads any more holds nothing back, also where the connection was closing before.
    stream._backpressure.end_backpressure()


@algorithm("abort", "abort")
def abort(stream: "WebSocketStream", reason: object) -> None:
    """Close the connection since nobody writes any more.

    Source: https://whatpr.org/websockets/48.html#abort
    """
    # 1. A WebSocketError says what the Close frame is to say.
    close_using_reason(stream, reason)


@algorithm("close-using-reason", "close using reason")
def close_using_reason(stream: "WebSocketStream", reason: object) -> None:
    """Close the connection with the code and the reason of a WebSocketError.

    Args:
        stream: the stream.
        reason: a WebSocketError; anything else says nothing to the server.

    Source: https://whatpr.org/websockets/48.html#close-using-reason
    """
    # 1. There is no code at first.
    code = None
    # 2. The reason is empty at first.
    reason_string = ""
    # 3. Only a WebSocketError says more; attributes of the same names on another object do not.
    if isinstance(reason, WebSocketError):
        # 3.1. The code is the error's, which may have none.
        code = reason.closeCode
        # 3.2. The reason is the error's.
        reason_string = reason.reason
    # 4. The error may be one that tells of another connection, whose code a program may not use.
    #    Such a code is left out.
    try:
        close_the_websocket(stream, code, reason_string)
    except DOMException:
        close_the_websocket(stream)
