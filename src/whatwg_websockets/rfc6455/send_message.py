"""Sending data, RFC 6455 section 6.1."""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.rfc6455.connection import Connection
from whatwg_websockets.rfc6455.framing import FIN, RSV1


@algorithm("rfc6455#section-6.1", "send a WebSocket message")
def send_a_websocket_message(connection: Connection, opcode: int, data: bytes) -> None:
    """Put a message behind what waits to be written; it leaves as one frame.

    Args:
        connection: an established connection whose closing handshake has not started.
        opcode: TEXT or BINARY.
        data: the message; for TEXT its UTF-8. It is copied.

    Source: RFC 6455 section 6.1
    """
    deflater = connection.deflater
    if deflater is not None:
        deflated = deflater.deflate(data)
        if deflated is not None:
            connection.outgoing.put(FIN | RSV1 | opcode, deflated, len(data))
            return
    connection.outgoing.put(FIN | opcode, data, len(data))
