"""Control frames: Close, Ping and Pong, RFC 6455 section 5.5."""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.rfc6455.close_code import INVALID_PAYLOAD, PROTOCOL_ERROR, may_be_received
from whatwg_websockets.rfc6455.connection import Connection
from whatwg_websockets.rfc6455.failure import Failure
from whatwg_websockets.rfc6455.framing import FIN, PONG

MAXIMUM_PAYLOAD = 125
MAXIMUM_REASON = MAXIMUM_PAYLOAD - 2


@algorithm("rfc6455#section-5.5.1", "Close")
def parse_close_body(payload: bytes) -> tuple[int | None, str]:
    """Read the code and the reason from the payload of a Close frame.

    Returns:
        the code, or None if the frame has no body, and the reason.

    Raises:
        Failure: the body has only one byte (1002), a Close frame must not carry the code (1002), or
            the reason is not UTF-8 (1007).

    Source: RFC 6455 section 5.5.1
    """
    if not payload:
        return None, ""
    if len(payload) == 1:
        # § rfc6455-5.5.1-1. The body of a Close frame is empty or begins with a code of two bytes.
        raise Failure(PROTOCOL_ERROR, "a Close frame with a body of one byte")
    code = int.from_bytes(payload[:2], "big")
    if not may_be_received(code):
        raise Failure(PROTOCOL_ERROR, f"a Close frame with the code {code}")
    try:
        return code, payload[2:].decode()
    except UnicodeDecodeError:
        # § rfc6455-8.1-1. A close reason that is not UTF-8 fails the connection.
        raise Failure(INVALID_PAYLOAD, "a Close frame whose reason is not UTF-8") from None


def close_body(code: int | None, reason: bytes) -> bytes:
    """Return the payload of a Close frame, which is empty if the code is None.

    Source: RFC 6455 section 5.5.1
    """
    # § rfc6455-5.5.1-1. The body of a Close frame is a code of two bytes and the reason, or empty.
    return b"" if code is None else code.to_bytes(2, "big") + reason


@algorithm("rfc6455#section-5.5.3", "Pong")
def respond_to_ping(connection: Connection, payload: bytes) -> None:
    """Answer a Ping with a Pong of the same payload.

    A Ping is answered until a Close frame has been received, even after this client has sent one.
    While the server does not read, only the last Ping is kept, and answered later, as section 5.5.3
    allows. So a flood of Pings cannot fill the memory.

    Source: RFC 6455 sections 5.5.2, 5.5.3
    """
    if connection.must_close:
        return
    if connection.is_stalled:
        connection.unanswered_ping = payload
        return
    # § rfc6455-5.5.2-1, -2. A Ping is answered at once, unless a Close frame has been received.
    # § rfc6455-5.5.3-1. The Pong has the payload of the Ping that it answers.
    connection.outgoing.put(FIN | PONG, payload, 0)


def answer_the_last_ping(connection: Connection) -> None:
    """Answer the last Ping that arrived while the server did not read, if there was one.

    Source: RFC 6455 section 5.5.3
    """
    payload, connection.unanswered_ping = connection.unanswered_ping, None
    if payload is not None:
        respond_to_ping(connection, payload)
