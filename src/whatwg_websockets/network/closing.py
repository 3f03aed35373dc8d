"""The end of one connection: how long the client waits for the server, and how TCP is closed.

=============================  ===================================================================
event                          time that the server then has
=============================  ===================================================================
a Close frame was sent         ``closing_timeout`` to answer. The time restarts as long as the
                               server reads or sends data, up to ``closing_time_in_all``. Data that
                               has arrived while the page blocked the loop is still in time, and is
                               read before the time is over.
a Close frame was received     ``lingering_timeout`` to close TCP, after which the client closes
                               TCP.
the connection was failed      ``lingering_timeout`` to close TCP. The page does not wait for that.
                               The client's side of TCP is shut down, and incoming data is read and
                               discarded: unread bytes would cause a reset, with which the Close
                               frame could be lost. TLS can only be ended in both directions, which
                               happens at the end of this time.
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
    """Do nothing, since the connection is gone."""


class Closing:
    """The end of one connection.

    Args:
        event_loop: the page's event loop.
        limits: the limits, which say how long to wait for the server.
        wire: the state of the connection.
        transmission: the writing side of the connection.
        the_connection_is_closed: a function that is called when a failed connection has sent its
            Close frame, and that tells the page's side.

    Attributes:
        has_read: whether the server has sent data since the client began to wait.
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
        """Stop waiting, and release the connection, which is gone."""
        self.cancel_the_timer()
        self._the_connection_is_closed = _nothing

    def go_on(self) -> None:
        """Take the next step of the end, after data has been written."""
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
            # § rfc6455-7.1.7-1. A failed connection is closed for the page when this client's side
            #   of TCP is shut down, however long the server keeps its own side open.
            self._the_connection_is_closed()

    def wait_for_the_server(self) -> None:
        """Start the timer for the server's Close frame, or for the server's close of TCP."""
        wire, limits = self._wire, self._limits
        # § rfc6455-5.5.1-8, rfc6455-7.1.1-2. The server closes TCP first, and so it is the server
        #   that holds the TIME_WAIT state.
        # § rfc6455-7.1.1-3. The client waits a limited time for the server to close TCP.
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
        """Discard the time waited so far, since a Close frame or a failure has come."""
        self.cancel_the_timer()
        self._began = 0.0

    def cancel_the_timer(self) -> None:
        """Stop waiting for the server."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @property
    def is_waiting(self) -> bool:
        """Whether the timer is running."""
        return self._timer is not None

    def _time_is_up(self) -> None:
        """Stop waiting a moment later, once the data that has arrived meanwhile has been read.

        The page may have blocked the loop for the whole time, and uvloop runs its timers before it
        reads from the network.
        """
        self._timer = self._event_loop.asyncio_loop.call_later(A_MOMENT, self._stop_waiting)

    def _stop_waiting(self) -> None:
        """End a connection that the server has not ended, unless the server makes progress."""
        self._timer = None
        wire = self._wire
        if not wire.must_close:
            if self._there_was_progress():
                self.wait_for_the_server()
                return
            wire.note_why_it_ends("the server did not answer the Close frame in time", "timed out")
            close_the_websocket_connection(wire)
        if wire.state == CLOSED:
            # § rfc6455-7.1.1-1. The TLS session of a failed connection is closed cleanly.
            self._transmission.close()
        self._transmission.abort()

    def _there_was_progress(self) -> bool:
        """Return whether the server has read or sent data, and has time left in all."""
        has_moved = self.has_read or self._transmission.waiting() < self._waiting_at_last_look
        return has_moved and monotonic() - self._began < self._limits.closing_time_in_all

    def _shut_down(self, transport: asyncio.Transport) -> None:
        """Shut down this client's side of TCP. Incoming data is still read, and discarded."""
        self._is_shut_down = True
        if not transport.can_write_eof():
            return
        try:
            # § rfc6455-7.1.1-1. TCP is closed cleanly, so that the server can read all the data
            #   that was written.
            transport.write_eof()
        except OSError:
            # The server has reset the connection, and the transport has not detected that yet.
            self._transmission.abort()
