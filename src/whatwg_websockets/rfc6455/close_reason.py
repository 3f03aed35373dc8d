"""The WebSocket connection close reason, RFC 6455 section 7.1.6."""

from whatwg_websockets.algorithm import algorithm


@algorithm("rfc6455#section-7.1.6", "the WebSocket connection close reason")
def the_websocket_connection_close_reason(received: tuple[int | None, str] | None) -> str:
    """Return the reason that the close event reports, which is empty if no reason was received.

    Args:
        received: the code and the reason of the first Close frame received, or None.

    Source: RFC 6455 section 7.1.6
    """
    if received is None:
        return ""
    _, reason = received
    # § rfc6455-5.5.1-2. The close reason goes to the page, and is not written to the log.
    return reason
