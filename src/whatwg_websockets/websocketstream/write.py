"""4.2 Write."""

from functools import partial
from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.rfc6455.connection import ESTABLISHED
from whatwg_websockets.rfc6455.framing import BINARY, TEXT
from whatwg_websockets.send import utf_8_encode
from whatwg_websockets.webidl.conversions import is_buffer_source, to_bytes, to_usv_string
from whatwg_websockets.webidl.promise import (
    Promise,
    a_new_promise,
    a_promise_rejected_with,
    resolve,
)

if TYPE_CHECKING:
    from whatwg_websockets.websocketstream.websocket_stream import WebSocketStream


@algorithm("write", "write")
def write(stream: "WebSocketStream", chunk: object) -> Promise[Any]:
    """Send a chunk as one message.

    Args:
        stream: the stream.
        chunk: an object with the buffer protocol, which is copied now; any other value is
            converted to a string as JavaScript would.

    Returns:
        A promise that is resolved when the send buffer has room for the next message; it is
        rejected with the exception that the conversion raises.

    Source: https://whatpr.org/websockets/48.html#write
    """
    event_loop = stream._event_loop
    # 1. Make a promise, which is pending until there is room for the next message.
    promise = a_new_promise(event_loop)
    # 2. Let the data be null, until the chunk determines what is sent.
    # 3. Let the opcode be null, until the chunk determines whether the message is binary or text.
    try:
        # 4. Send a chunk that is a buffer source as a binary message.
        if not isinstance(chunk, str) and is_buffer_source(chunk):
            # 4.1. Copy the bytes of the buffer source, so that the program may change it
            #      afterwards.
            # 4.2. Use the opcode of a binary frame.
            data, opcode = to_bytes(chunk), BINARY
        else:
            # 5. Send a chunk that is not a buffer source as a text message.
            # 5.1. Convert the chunk to a string, and return a rejected promise if the conversion
            #      throws.
            # 5.2. Encode the string as UTF-8, with U+FFFD for each lone surrogate.
            # 5.3. Use the opcode of a text frame.
            text = chunk if isinstance(chunk, str) else to_usv_string(chunk)
            data, opcode = utf_8_encode(text), TEXT
    except Exception as exception:
        return a_promise_rejected_with(exception, event_loop)
    # 6. Hand the message to the transport, which sends it in parallel.
    connection = stream._connection
    # 6.1. Send without waiting, since the previous promise was resolved when the send buffer had
    #      room. A longer message is sent in parts, and its promise is resolved after the last part.
    # 6.2. Send the message, or drop it if a Close frame has been sent or received.
    if connection.wire.state == ESTABLISHED:
        connection.send_message(opcode, data)
    # 6.3. Queue a task that resolves the promise, once there is room for the next message.
    if connection.transmission.has_no_room:
        stream._unsent = promise
        connection.transmission.call_when_there_is_room(partial(_has_room, stream, promise))
    else:
        event_loop.queue_a_task(_resolve, promise)
    # 7. Return the promise, for which the writable stream waits before it writes the next chunk.
    return promise


def _resolve(promise: Promise[Any], _: None) -> None:
    resolve(promise)


def _has_room(stream: "WebSocketStream", promise: Promise[Any]) -> None:
    """Queue a task that resolves the promise of a message that waited for room."""
    stream._unsent = None
    stream._event_loop.queue_a_task(_resolve, promise)
