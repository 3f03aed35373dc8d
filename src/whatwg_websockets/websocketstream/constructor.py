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
        url: the URL, which may be relative.
        options: the members of the dictionary, converted.
        settings: the object's relevant settings object.

    Raises:
        DOMException: "SyntaxError": the URL cannot be used, or a subprotocol is not a token or is
            given twice.

    Source: https://whatpr.org/websockets/48.html#dom-websocketstream-websocketstream
    """
    event_loop = stream._event_loop
    # 1. Get the base URL of the settings.
    base_url = settings.api_base_url
    # 2. Get the URL record of a WebSocket connection from the URL, resolved against the base URL.
    url_record = get_a_url_record(url, base_url)
    # 3. Get the list of subprotocols, which is empty if they are not given.
    protocols = options.get("protocols", [])
    # 4. Throw a SyntaxError if a subprotocol is not a token or is given twice.
    require_subprotocols(protocols)
    # 5. Store the URL record in the stream.
    # § websocketstream-internal-url. A WebSocketStream keeps the URL record of its URL.
    stream._url = url_record
    # 6. Make the promises `opened` and `closed`, which are pending.
    # § websocketstream-internal-opened. A WebSocketStream has a promise `opened`, which is settled
    #   when the handshake has ended.
    stream._opened = a_new_promise(event_loop)
    # § websocketstream-internal-closed. A WebSocketStream has a promise `closed`, which is settled
    #   when the connection is closed.
    stream._closed = a_new_promise(event_loop)
    # A program may ignore one or both of them, so their rejection is not reported, as in Chromium.
    mark_as_handled(stream._opened)
    mark_as_handled(stream._closed)
    # 7. Apply backpressure, so that no message is handled before the program reads.
    stream._backpressure = a_queue_of_tasks(event_loop)
    stream._backpressure.apply()
    stream._connection = _a_connection_of(stream, settings)
    # 8. If the program gives a signal, add abort steps to the signal.
    if "signal" in options:
        # 8.1. Get the signal, which is an AbortSignal.
        signal = options["signal"]
        # 8.2. Reject the promises `opened` and `closed` with the abort reason of a signal that is
        #      aborted already, and return without a connection.
        if is_aborted(signal):
            reject(stream._opened, signal._abort_reason)
            reject(stream._closed, signal._abort_reason)
            return
        # 8.3. Add the steps that abort the handshake to the signal, which may be aborted in any
        #      thread.
        stream._signal = signal
        stream._abort_steps = partial(
            event_loop.call_from_any_thread, partial(_abort_the_handshake, stream)
        )
        add_an_abort_algorithm(stream._abort_steps, signal)
    # 9. Take the object's relevant settings object as the client.
    client = settings
    event_loop.kept_alive[id(stream)] = stream
    stream._watcher = watch(stream, stream._connection, client)
    # 10. Run the rest of the constructor in parallel.
    # 10.1. Establish a WebSocket connection for the client, with the URL record and the
    #       subprotocols.
    event_loop.in_parallel(
        establish_a_websocket_connection, url_record, protocols, client, stream._connection
    )


@algorithm("dom-websocketstream-websocketstream", "new WebSocketStream(url, options): abort")
def _abort_the_handshake(stream: "WebSocketStream") -> None:
    """Run the abort steps of a signal."""
    # 8.3.1. Abort the handshake only if the connection is not established yet.
    connection = stream._connection
    if connection.wire.state == NOT_ESTABLISHED:
        # 8.3.1.1. Fail the WebSocket connection, which is not established yet.
        connection.give_up(NORMAL, "the signal was aborted before the connection was established")
        # 8.3.1.2. Set the ready state of the stream to CLOSING.
        stream._change_ready_state(CLOSING)
        # 8.3.1.3. Reject the promises `opened` and `closed` with the signal's abort reason.
        signal = stream._signal
        assert signal is not None
        reject(stream._opened, signal._abort_reason)
        reject(stream._closed, signal._abort_reason)
        # 8.3.1.4. Set the flag "handshake aborted", so that the promises are not settled once more
        #          at the end.
        stream._handshake_aborted = True


def _a_connection_of(stream: "WebSocketStream", client: EnvironmentSettings) -> WebSocketConnection:
    """Make the connection of a stream, which is to be established later.

    A stream waits for room before it sends a message, so its send buffer is not limited.
    """
    event_loop = stream._event_loop
    return WebSocketConnection(
        event_loop,
        replace(client.limits, send_buffer=maxsize),
        StreamFeedback(stream, stream._backpressure, event_loop),
        stream._url,
        stream._backpressure,
    )
