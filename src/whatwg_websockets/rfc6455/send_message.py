"""Sending data, RFC 6455 section 6.1."""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.rfc6455.connection import Connection
from whatwg_websockets.rfc6455.framing import FIN, RSV1


@algorithm("rfc6455#section-6.1", "send a WebSocket message")
def send_a_websocket_message(connection: Connection, opcode: int, data: bytes) -> None:
    """Append a message to the outgoing frames, as one frame.

    Args:
        connection: an established connection whose closing handshake has not started.
        opcode: TEXT or BINARY.
        data: the message, in UTF-8 if it is TEXT. A large message is kept until it is transmitted.

    Source: RFC 6455 section 6.1
    """
    # 1. The caller has checked that the connection is open.
    # 2. Put the whole message into one frame, however large the message is.
    # 3. Set the opcode of the frame to the type of the message.
    # 4. Set FIN, since the first frame of the message is also its last.
    # 5. Mask the frame when it is appended to the outgoing frames.
    # 6. If permessage-deflate is in use, compress the message.
    deflater = connection.deflater
    if deflater is not None:
        deflated = deflater.deflate(data)
        if deflated is not None:
            # § rfc7692-6.1-1. A compressed message is sent with RSV1.
            # § rfc7692-6.1-3. RSV1 is set on the first frame of a message, and on no other frame.
            connection.outgoing.put(FIN | RSV1 | opcode, deflated, len(data))
            return
    # 7. Append the frame to the outgoing frames, which are written together.
    # § rfc6455-6.1-4. One frame carries all data of the message.
    # § rfc6455-6.1-5. The opcode of the message's first frame says whether it is text or binary.
    # § rfc6455-6.1-6. The last frame of a message has FIN.
    # § rfc7692-6.1-2. An uncompressed message is sent without RSV1.
    connection.outgoing.put(FIN | opcode, data, len(data))
