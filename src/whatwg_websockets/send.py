"""Section 3.1 of the WebSockets Standard: send(data)."""

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
    """Queue a message for transmission.

    Args:
        socket: the socket.
        data: text, a Blob, or bytes. A lone surrogate in text is sent as U+FFFD.

    Raises:
        DOMException: "InvalidStateError" if the socket is still CONNECTING.

    Source: https://websockets.spec.whatwg.org/#dom-websocket-send
    """
    # 1. If the ready state is CONNECTING, raise an InvalidStateError.
    if socket._ready_state == CONNECTING:
        raise DOMException("send() was called before the socket is open", "InvalidStateError")
    # 2. Choose the opcode and the payload of the message by the type of the data.
    if isinstance(data, str):
        # 2a. (a string) Send the string's UTF-8 bytes as a text message.
        opcode, payload = TEXT, utf_8_encode(data)
    elif isinstance(data, Blob):
        # 2b. (a Blob) Send the Blob's bytes as a binary message.
        opcode, payload = BINARY, byte_sequence_of(data)
    else:
        # 2c. (a buffer) Send the buffer's current bytes as a binary message.
        # 2d. (a view of a buffer) Send the bytes in view as a binary message. bufferedAmount grows
        #   by their number, though the standard says by the length of the whole buffer.
        opcode, payload = BINARY, data
    # In each branch, the message is sent if the connection is established and not closing, and
    # bufferedAmount grows in any case. If the send buffer has no room for the message, flag the
    # socket as full and close its connection.
    connection = socket._connection
    # § rfc6455-6.1-2. A message is sent only while no Close frame has been sent or received.
    if connection.wire.state != ESTABLISHED:
        socket._never_sent += len(payload)
    elif not connection.send_message(opcode, payload):
        socket._never_sent += len(payload)
        socket._is_flagged_as_full = True
        connection.close_at_once()


@algorithm("utf-8-encode", "UTF-8 encode")
def utf_8_encode(text: str) -> bytes:
    """Encode text in UTF-8, with U+FFFD in place of lone surrogates.

    The text is converted to a USVString only if it cannot be encoded as it is, since the conversion
    takes as long as the encoding.

    Source: https://encoding.spec.whatwg.org/#utf-8-encode
    """
    try:
        # 1. Encode the scalar values with Python's UTF-8 codec.
        return text.encode()
    except UnicodeEncodeError:
        return to_usv_string(text).encode()
