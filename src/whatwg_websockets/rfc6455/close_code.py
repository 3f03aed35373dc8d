"""The WebSocket connection close code, RFC 6455 sections 7.1.5 and 7.4."""

from whatwg_websockets.algorithm import algorithm

NORMAL = 1000
GOING_AWAY = 1001
PROTOCOL_ERROR = 1002
NO_STATUS_RECEIVED = 1005
ABNORMAL = 1006
INVALID_PAYLOAD = 1007
MESSAGE_TOO_BIG = 1009

# § rfc6455-7.4.1-3. This client does not require the server to use an extension, so the client
#   never sends the close code 1010.
_DEFINED = frozenset((1000, 1001, 1002, 1003, *range(1007, 1015)))


def may_be_received(code: int) -> bool:
    """Return whether a Close frame may carry the code.

    A Close frame may carry the codes that the RFC and the IANA registry define for it, and 3000 to
    4999, which libraries and applications define. 1004 is reserved. 1005, 1006 and 1015 describe a
    connection, and are never sent. 1016 to 2999, and 5000 and above, are not defined yet.

    Source: RFC 6455 sections 7.4.1, 7.4.2
    """
    return code in _DEFINED or 3000 <= code <= 4999


@algorithm("rfc6455#section-7.1.5", "the WebSocket connection close code")
def the_websocket_connection_close_code(received: tuple[int | None, str] | None) -> int:
    """Return the code that the close event reports.

    Args:
        received: the code and the reason of the first Close frame received, or None if no Close
            frame was received. The code is None if the frame had no body.

    Source: RFC 6455 section 7.1.5
    """
    if received is None:
        # § websockets-failure-1006. If the connection closed without a Close frame from the server,
        #   the close code is 1006.
        return ABNORMAL
    code, _ = received
    return NO_STATUS_RECEIVED if code is None else code
