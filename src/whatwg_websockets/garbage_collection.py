"""Section 7 of the WebSockets Standard: garbage collection, and "make disappear"."""

import weakref
from typing import TYPE_CHECKING, Protocol

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.environment_settings import EnvironmentSettings
from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.network.connection import WebSocketConnection
from whatwg_websockets.ready_state import CLOSED, CLOSING, CONNECTING, OPEN
from whatwg_websockets.rfc6455.close_code import GOING_AWAY
from whatwg_websockets.rfc6455.connection import CLOSED as WIRE_CLOSED
from whatwg_websockets.rfc6455.connection import ESTABLISHED, NOT_ESTABLISHED

if TYPE_CHECKING:
    from whatwg_websockets.websocket import WebSocket

# The events whose listeners keep a socket alive, by ready state.
KEPT_BY = {
    # § websockets-gc-connecting. While the socket is CONNECTING, a listener for any of its four
    #   events keeps it alive.
    CONNECTING: ("open", "message", "error", "close"),
    # § websockets-gc-open. While the socket is OPEN, a listener for message, error or close keeps
    #   it alive.
    OPEN: ("message", "error", "close"),
    # § websockets-gc-closing. While the socket is CLOSING, a listener for error or close keeps it
    #   alive.
    CLOSING: ("error", "close"),
    CLOSED: (),
}


@algorithm("garbage-collection", "must not be garbage collected")
def must_not_be_garbage_collected(socket: "WebSocket") -> bool:
    """Return whether a listener may still be waiting for an event of the socket.

    Source: https://websockets.spec.whatwg.org/#garbage-collection
    """
    # The loop takes 0.2 µs and any() 0.5 µs. This function runs eleven times for each connection.
    for name in KEPT_BY[socket._ready_state]:  # noqa: SIM110
        if socket._has_listeners(name):
            return True
    return False


@algorithm("garbage-collection", "is garbage collected")
def is_garbage_collected(connection: WebSocketConnection) -> None:
    """End the connection of a socket that was garbage collected.

    An established connection is closed with a Close frame without a body. A connection that is not
    established yet is failed, a case on which the standard is silent.

    Source: https://websockets.spec.whatwg.org/#garbage-collection
    """
    if connection.wire.state == NOT_ESTABLISHED:
        connection.give_up(GOING_AWAY, "the socket was garbage collected while connecting")
    elif connection.wire.state == ESTABLISHED:
        # § websockets-gc-close. When an open socket is garbage collected, start the closing
        #   handshake with a Close frame that has no body.
        connection.start_the_closing_handshake(None)


@algorithm("make-disappear", "make disappear")
def make_disappear(connection: WebSocketConnection) -> None:
    """End a connection because its document or its event loop goes away.

    Source: https://websockets.spec.whatwg.org/#make-disappear
    """
    state = connection.wire.state
    if state == NOT_ESTABLISHED:
        # 1a. (not yet established) Fail the WebSocket connection.
        connection.give_up(GOING_AWAY, "the document went away while connecting")
    elif state == ESTABLISHED:
        # 1b. (the closing handshake is not started) Start the closing handshake with the code 1001.
        connection.start_the_closing_handshake(GOING_AWAY)
    else:
        # 1c. (otherwise) Do nothing, since the connection is closing or closed already.
        return


def keep_or_let_go(socket: "WebSocket") -> None:
    """Keep the socket alive while a listener may be waiting for its events.

    A socket that must be kept alive is kept at once, from its construction on. A socket that need
    not be is let go when the event loop next reaches step 1, if its ready state then allows it. The
    event loop identifies the socket by ``id()``, since two sockets of a subclass may be equal.
    """
    event_loop = socket._event_loop
    if must_not_be_garbage_collected(socket):
        event_loop.kept_alive[id(socket)] = socket
    elif id(socket) in event_loop.kept_alive:
        event_loop.at_step_1(lambda: _let_go(socket))


def _let_go(socket: "WebSocket") -> None:
    if not must_not_be_garbage_collected(socket):
        socket._event_loop.kept_alive.pop(id(socket), None)


class Watched(Protocol):
    """The owner of a connection: a WebSocket or a WebSocketStream."""

    _event_loop: EventLoop

    def _leave_with_the_document(self) -> None:
        """Become CLOSED, since the document or the event loop goes away."""


def watch(
    socket: Watched, connection: WebSocketConnection, settings: EnvironmentSettings
) -> "Watcher":
    """Make a connection end when its socket, its document or its event loop is gone."""
    return Watcher(socket, connection, settings)


class Watcher:
    """The object that ends a connection when its owner is gone.

    The event loop refers to the watcher until the connection is closed. The settings object does
    until the socket has fired its close event, since the document may go away while the task that
    fires the event is still queued.
    """

    def __init__(
        self,
        socket: Watched,
        connection: WebSocketConnection,
        settings: EnvironmentSettings,
    ) -> None:
        # The weak reference's callback may run in any thread, and at any point of the program.
        self._socket = weakref.ref(socket, self.socket_is_gone)
        self._connection = connection
        self._event_loop = socket._event_loop
        self._settings = settings
        self._event_loop.unloading.add(self)
        settings.unloading.add(self)
        connection.when_gone = self._connection_is_gone

    def _connection_is_gone(self) -> None:
        self._event_loop.unloading.discard(self)
        if self._socket() is None:
            self._settings.unloading.discard(self)

    def socket_is_closed(self) -> None:
        """Stop watching the document, since a socket that is CLOSED fires no more events."""
        self._settings.unloading.discard(self)

    def socket_is_gone(self, _: object = None) -> None:
        """End the connection, since the socket was garbage collected."""
        if self._connection.wire.state == WIRE_CLOSED:
            self._settings.unloading.discard(self)
        else:
            self._event_loop.call_soon_from_any_thread(
                lambda: is_garbage_collected(self._connection)
            )

    def disappear(self) -> None:
        """End the connection, since the document or the event loop goes away."""
        self._event_loop.call_from_any_thread(self._disappear)

    def _disappear(self) -> None:
        socket = self._socket()
        if socket is not None:
            # The tasks of a document that is gone do not run. Each task of a socket that is CLOSED
            # returns without an effect.
            socket._leave_with_the_document()
        # § websockets-disappear. When the document goes away, make the WebSocket disappear.
        make_disappear(self._connection)

    def depart(self) -> None:
        """End the connection with the time that is left, since the event loop is ending."""
        self._connection.depart()
