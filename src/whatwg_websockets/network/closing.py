"""The end of one connection: how long the server is waited for, and how TCP is closed.

=============================  ===================================================================
since                          the server has
=============================  ===================================================================
our Close frame was sent       ``closing_timeout`` to answer. The time begins anew while the server
                               takes what we write, or sends what we read, up to
                               ``closing_time_in_all``. What has come while the page held the loop
                               has come in time: it is read before the time is over.
its Close frame was received   ``lingering_timeout`` to close TCP; then the client does.
the connection was failed      ``lingering_timeout`` to close TCP, without the page: our side of TCP
                               is shut down, and what arrives is read and discarded. A reset, which
                               unread bytes would bring about, would take the Close frame away. TLS
                               can only be ended both ways, so it is at the end of this time.
=============================  ===================================================================
"""

import asyncio
from collections.abc import Callable
from time import monotonic

from whatwg_websockets.html.event_loop import A_MOMENT, EventLoop
from whatwg_websockets.html.limits import Limits
from whatwg_websockets.network.transmission import Transmission
from whatwg_websockets.rfc6455.close_the_connection import close_the_websocket_connection
from whatwg_websockets.rfc6455.connection import CLOSED, Connection


def _nothing() -> None:
    """Do nothing, where there is no connection any more."""


class Closing:
    """Ends one connection.

    Args:
        event_loop: the page's event loop.
        limits: how long the server is waited for.
        wire: the wire state.
        transmission: the way out.
        the_connection_is_closed: tells the page's side; is called when a failed connection has let
            out its Close frame.

    Attributes:
        has_read: the server has sent something since the waiting began.
    """

    __slots__ = (
        "_began",
        "_event_loop",
        "_is_shut_down",
        "_limits",
        "_the_connection_is_closed",
        "_timer",
        "_transmission",
        "_waiting_at_last_look",
        "_wire",
        "has_read",
    )

    def __init__(
        self,
        event_loop: EventLoop,
        limits: Limits,
        wire: Connection,
        transmission: Transmission,
        the_connection_is_closed: Callable[[], None],
    ) -> None:
        self._event_loop = event_loop
        self._limits = limits
        self._wire = wire
        self._transmission = transmission
        self._the_connection_is_closed = the_connection_is_closed
        self._timer: asyncio.TimerHandle | None = None
        self._began = 0.0
        self._waiting_at_last_look = 0
        self._is_shut_down = False
        self.has_read = False

    def end(self) -> None:
        """Wait for nothing any more, and let go of the connection: it is gone."""
        self.cancel_the_timer()
        self._the_connection_is_closed = _nothing

    def go_on(self) -> None:
        """Do what follows from what has been written by now."""
        wire, transmission = self._wire, self._transmission
        if transmission.transport is None:
            return
        if wire.close_sent and self._timer is None:
            self.wait_for_the_server()
        if not (wire.must_close and wire.has_failed):
            return
        if not (self._is_shut_down or transmission.pace.kept):
            self._shut_down(transmission.transport)
        if wire.state != CLOSED and transmission.everything_has_left:
            # § rfc6455-7.1.7-1. Our side of TCP has ended, and with it the connection as the page
            #   knows it, however long the server keeps its own side open.
            self._the_connection_is_closed()

    def wait_for_the_server(self) -> None:
        """Give the server its time: to answer our Close frame, or to close TCP after both."""
        wire, limits = self._wire, self._limits
        # § rfc6455-5.5.1-8. The server is the one to close TCP.
        # § rfc6455-7.1.1-2. The TIME_WAIT of TCP falls to the side that closes first, the server.
        # § rfc6455-7.1.1-3. The server has some time for that.
        if not self._began:
            self._began = monotonic()
        if wire.must_close:
            seconds = limits.lingering_timeout
        else:
            left = self._began + limits.closing_time_in_all - monotonic()
            seconds = min(limits.closing_timeout, left)
        self.has_read = False
        self._waiting_at_last_look = self._transmission.waiting()
        self._timer = self._event_loop.asyncio_loop.call_later(seconds, self._time_is_up)

    def begin_to_wait_anew(self) -> None:
        """Forget the waiting so far: the server's Close frame has come, or a failure."""
        self.cancel_the_timer()
        self._began = 0.0

    def cancel_the_timer(self) -> None:
        """Wait for the server no longer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @property
    def is_waiting(self) -> bool:
        """Whether the server has its time at the moment."""
        return self._timer is not None

    def _time_is_up(self) -> None:
        """Stop waiting a moment later, when what has come meanwhile has been read.

        A page may have held the loop for all of the time. uvloop looks at its timers before it
        looks at the network.
        """
        self._timer = self._event_loop.asyncio_loop.call_later(A_MOMENT, self._stop_waiting)

    def _stop_waiting(self) -> None:
        """End a connection that the server does not end, unless there has been progress."""
        self._timer = None
        wire = self._wire
        if not wire.must_close:
            if self._there_was_progress():
                self.wait_for_the_server()
                return
            wire.note_why_it_ends("the server did not answer the Close frame in time", "timed out")
            close_the_websocket_connection(wire)
        if wire.state == CLOSED:
            # § rfc6455-7.1.1-1. The TLS session of a connection that was failed is closed as well.
            self._transmission.close()
        self._transmission.abort()

    def _there_was_progress(self) -> bool:
        """Tell whether the server has read or sent something, and still may."""
        has_moved = self.has_read or self._transmission.waiting() < self._waiting_at_last_look
        return has_moved and monotonic() - self._began < self._limits.closing_time_in_all

    def _shut_down(self, transport: asyncio.Transport) -> None:
        """Say that nothing follows; what still arrives is read and thrown away."""
        self._is_shut_down = True
        if not transport.can_write_eof():
            return
        try:
            # § rfc6455-7.1.1-1. TCP is not cut off, so the server can read all that was written.
            transport.write_eof()
        except OSError:
            # The server has reset the connection, and the transport does not know it yet.
            self._transmission.abort()
