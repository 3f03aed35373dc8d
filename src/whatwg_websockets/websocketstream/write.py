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
        chunk: anything with the buffer protocol, of which a copy is taken now; anything else is
            turned into a string as JavaScript would.

    Returns:
        a promise that is resolved when the next message has its place in the send buffer; it is
        rejected with what the conversion raises.

    Source: https://whatpr.org/websockets/48.html#write
    """
    event_loop = stream._event_loop
    # 1. The promise is pending until there is room for the next message.
    promise = a_new_promise(event_loop)
    # 2. What is sent depends on the chunk.
    # 3. The opcode depends on the chunk as well.
    try:
        # 4. A chunk that is a buffer source is a binary message.
        if not isinstance(chunk, str) and is_buffer_source(chunk):
            # 4.1. The bytes are copied, so that the program may change its buffer afterwards.
            # 4.2. The opcode is that of a binary frame.
            data, opcode = to_bytes(chunk), BINARY
        else:
            # 5. A chunk that is no buffer source is text.
            # 5.1. A chunk that cannot be converted rejects the promise of the write.
            # 5.2. The text is encoded as UTF-8, with U+FFFD for each lone surrogate.
            # 5.3. The opcode is that of a text frame.
            text = chunk if isinstance(chunk, str) else to_usv_string(chunk)
            data, opcode = utf_8_encode(text), TEXT
    except Exception as exception:
        return a_promise_rejected_with(exception, event_loop)
    # 6. The message is given to the transport in parallel.
    connection = stream._connection
    # 6.1. There is room for the message, since the promise of the message before was resolved. A
    #      message that is longer than the room is sent in parts, and its promise waits for the last
    #      of them.
    # 6.2. A message that is written after a Close frame was sent or received is dropped.
    if connection.wire.state == ESTABLISHED:
        connection.send_message(opcode, data)
    # 6.3. The promise is resolved in a task, as soon as there is room for the next message.
    if connection.transmission.has_no_room:
        stream._unsent = promise
        connection.transmission.call_when_there_is_room(partial(_has_room, stream, promise))
    else:
        event_loop.queue_a_task(_resolve, promise)
    # 7. The writable stream writes no other chunk before the promise is settled.
    return promise


def _resolve(promise: Promise[Any], _: None) -> None:
    resolve(promise)


def _has_room(stream: "WebSocketStream", promise: Promise[Any]) -> None:
    """Resolve the promise of the message that had no room, in a task."""
    stream._unsent = None
    stream._event_loop.queue_a_task(_resolve, promise)
