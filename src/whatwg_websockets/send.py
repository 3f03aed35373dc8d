"""3.1 send(data)."""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.fileapi.blob import Blob, byte_sequence_of
from whatwg_websockets.ready_state import CONNECTING
from whatwg_websockets.rfc6455.connection import ESTABLISHED
from whatwg_websockets.rfc6455.framing import BINARY, TEXT
from whatwg_websockets.webidl.conversions import to_usv_string
from whatwg_websockets.webidl.dom_exception import DOMException

if TYPE_CHECKING:
    from whatwg_websockets.websocket import WebSocket


@algorithm("dom-websocket-send", "send(data)")
def send(socket: "WebSocket", data: str | Blob | bytes) -> None:
    """Transmit a message, soon; the data may be changed as soon as this returns.

    Args:
        socket: the socket.
        data: text, a Blob, or bytes. A lone surrogate in text is sent as U+FFFD.

    Raises:
        DOMException: "InvalidStateError": the socket is still CONNECTING.

    Source: https://websockets.spec.whatwg.org/#dom-websocket-send
    """
    # 1. Before the connection is open there is nobody to send to.
    if socket._ready_state == CONNECTING:
        raise DOMException("send() was called before the socket is open", "InvalidStateError")
    # 2. What is sent, and what bufferedAmount grows by, depends on the kind of data.
    if isinstance(data, str):
        # 2a. (a string) Its UTF-8, in a text frame.
        opcode, payload = TEXT, utf_8_encode(data)
    elif isinstance(data, Blob):
        # 2b. (a Blob) Its bytes, in a binary frame.
        opcode, payload = BINARY, byte_sequence_of(data)
    else:
        # 2c. (a buffer) Its bytes as they are now, in a binary frame.
        # 2d. (a view of a buffer) The bytes in view; they are what bufferedAmount grows by, though
        #     the text says the whole buffer.
        opcode, payload = BINARY, data
    # In each branch: it is sent where the connection is established and not closing, and counted
    # in any case. Where the send buffer has no room, the socket is full, which ends it.
    connection = socket._connection
    # § rfc6455-6.1-2. Once a Close frame has been sent or received, it is not open.
    if connection.wire.state != ESTABLISHED:
        socket._never_sent += len(payload)
    elif not connection.send_message(opcode, payload):
        socket._never_sent += len(payload)
        socket._is_flagged_as_full = True
        connection.close_at_once()


@algorithm("utf-8-encode", "UTF-8 encode")
def utf_8_encode(text: str) -> bytes:
    """Encode text; only where it cannot be is it converted to a USVString first.

    Encoding is what shows that it can: to convert first would be to encode each message twice.

    Source: https://encoding.spec.whatwg.org/#utf-8-encode
    """
    try:
        # 1. Python's own codec writes the scalar values.
        return text.encode()
    except UnicodeEncodeError:
        return to_usv_string(text).encode()
