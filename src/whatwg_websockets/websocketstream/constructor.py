"""4 new WebSocketStream(url, options)."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from sys import maxsize
from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.constructor import require_subprotocols
from whatwg_websockets.dom.abort_algorithms import add_an_abort_algorithm, is_aborted
from whatwg_websockets.establish_connection import establish_a_websocket_connection
from whatwg_websockets.garbage_collection import watch
from whatwg_websockets.html.environment_settings import EnvironmentSettings
from whatwg_websockets.network.connection import WebSocketConnection
from whatwg_websockets.ready_state import CLOSING
from whatwg_websockets.rfc6455.close_code import NORMAL
from whatwg_websockets.rfc6455.connection import NOT_ESTABLISHED
from whatwg_websockets.webidl.promise import a_new_promise, mark_as_handled, reject
from whatwg_websockets.websocketstream.feedback import StreamFeedback, a_queue_of_tasks
from whatwg_websockets.websocketstream.get_a_url_record import get_a_url_record

if TYPE_CHECKING:
    from whatwg_websockets.websocketstream.websocket_stream import WebSocketStream


@algorithm("dom-websocketstream-websocketstream", "new WebSocketStream(url, options)")
def construct(
    stream: "WebSocketStream",
    url: str,
    options: Mapping[str, Any],
    settings: EnvironmentSettings,
) -> None:
    """Check the arguments, and begin to connect.

    Args:
        stream: the new object.
        url: where to.
        options: the converted dictionary.
        settings: the object's relevant settings object.

    Raises:
        DOMException: "SyntaxError": the URL or a subprotocol is none.

    Source: https://whatpr.org/websockets/48.html#dom-websocketstream-websocketstream
    """
    event_loop = stream._event_loop
    # 1. A relative URL is relative to the base URL of the settings.
    base_url = settings.api_base_url
    # 2. The URL is parsed, and a URL that is not one of a WebSocket connection is refused.
    url_record = get_a_url_record(url, base_url)
    # 3. There are no subprotocols if none were given.
    protocols = options.get("protocols", [])
    # 4. Each subprotocol is a token, and is given only once.
    require_subprotocols(protocols)
    # 5. The URL record is kept.
    stream._url = url_record
    # 6. The promises `opened` and `closed` are pending.
    stream._opened = a_new_promise(event_loop)
    stream._closed = a_new_promise(event_loop)
    # A program may look at one of them, or at neither: Chromium reports no rejection of theirs.
    mark_as_handled(stream._opened)
    mark_as_handled(stream._closed)
    # 7. Backpressure is applied, so that no message is handled before the program asks for one.
    stream._backpressure = a_queue_of_tasks(event_loop)
    stream._backpressure.apply()
    stream._connection = _a_connection_of(stream, settings)
    # 8. A signal may abort the handshake.
    if "signal" in options:
        # 8.1. The signal is an AbortSignal.
        signal = options["signal"]
        # 8.2. If the signal is aborted already, both promises are rejected, and no connection is
        #      established.
        if is_aborted(signal):
            reject(stream._opened, signal._abort_reason)
            reject(stream._closed, signal._abort_reason)
            return
        # 8.3. The abort steps may be called in any thread.
        stream._signal = signal
        stream._abort_steps = partial(
            event_loop.call_from_any_thread, partial(_abort_the_handshake, stream)
        )
        add_an_abort_algorithm(stream._abort_steps, signal)
    # 9. The client is the object's relevant settings object.
    client = settings
    event_loop.kept_alive[id(stream)] = stream
    stream._watcher = watch(stream, stream._connection, client)
    # 10. What follows is done in parallel.
    # 10.1. A WebSocket connection is established, and belongs to the object.
    event_loop.in_parallel(
        establish_a_websocket_connection, url_record, protocols, client, stream._connection
    )


@algorithm("dom-websocketstream-websocketstream", "new WebSocketStream(url, options): abort")
def _abort_the_handshake(stream: "WebSocketStream") -> None:
    """Carry out the abort steps of a signal."""
    # 8.3.1. After the opening handshake an abort does nothing.
    connection = stream._connection
    if connection.wire.state == NOT_ESTABLISHED:
        # 8.3.1.1. The connection is failed, whatever the server still sends.
        connection.give_up(NORMAL, "the signal was aborted before the connection was established")
        # 8.3.1.2. The ready state is CLOSING.
        stream._change_ready_state(CLOSING)
        # 8.3.1.3. The promises `opened` and `closed` are rejected with the abort reason of the
        #          signal.
        signal = stream._signal
        assert signal is not None
        reject(stream._opened, signal._abort_reason)
        reject(stream._closed, signal._abort_reason)
        # 8.3.1.4. The flag says that the promises need not be settled again when the connection is
        #          closed.
        stream._handshake_aborted = True


def _a_connection_of(stream: "WebSocketStream", client: EnvironmentSettings) -> WebSocketConnection:
    """Make the connection of a stream, which is still to be established.

    A stream waits until there is room for a message, so its send buffer has no limit of its own.
    """
    event_loop = stream._event_loop
    return WebSocketConnection(
        event_loop,
        replace(client.limits, send_buffer=maxsize),
        StreamFeedback(stream, stream._backpressure, event_loop),
        stream._url,
        stream._backpressure,
    )
