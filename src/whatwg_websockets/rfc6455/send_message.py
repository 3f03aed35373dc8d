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
        data: the message; for TEXT its UTF-8. A large one is kept as it is until it leaves.

    Source: RFC 6455 section 6.1
    """
    # 1. Who calls this has seen that the connection is open.
    # 2. A message becomes one frame, however large it is,
    # 3. with the opcode of its type,
    # 4. and FIN, as the frame is the last one, too.
    # 5. It is masked where it is put.
    # 6. permessage-deflate may make another payload of the data.
    deflater = connection.deflater
    if deflater is not None:
        deflated = deflater.deflate(data)
        if deflated is not None:
            # § rfc7692-6.1-1. RSV1 says that it is compressed.
            # § rfc7692-6.1-3. Nowhere else is it set, and this frame is a message's first.
            connection.outgoing.put(FIN | RSV1 | opcode, deflated, len(data))
            return
    # 7. It leaves with what else waits.
    # § rfc6455-6.1-4. One frame takes all of the data,
    # § rfc6455-6.1-5. has the message's opcode,
    # § rfc6455-6.1-6. and is its last.
    # § rfc7692-6.1-2. Without RSV1 it is as it is.
    connection.outgoing.put(FIN | opcode, data, len(data))
