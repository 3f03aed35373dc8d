"""The life of one WebSocket connection, in parallel to the page.

It begins with the constructor, before there is TCP, and ends when TCP is gone. It moves bytes
between the transport and :mod:`whatwg_websockets.rfc6455`, tells the page's side what happened
through :class:`Feedback`, and never calls a page itself. The rules are the RFC's; what is decided
here is only when: when to write, how long to wait, when to stop reading for a while.

============================  ====================================================================
until then                    what happens
============================  ====================================================================
the opening handshake is over  the fetch has the stream; :meth:`~WebSocketConnection.establish`
                              or :meth:`~WebSocketConnection.fail` ends this
a Close frame was sent        the server has ``closing_timeout`` to answer, from when it had left
both were sent                the server has ``lingering_timeout`` to close TCP, then we do
the connection was failed     our side of TCP is shut down, what arrives is thrown away, for
                              ``lingering_timeout``: a reset would eat the Close frame
============================  ====================================================================
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Protocol

from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.html.limits import Limits
from whatwg_websockets.network.handshake_stream import HandshakeStream
from whatwg_websockets.network.transmission import Transmission
from whatwg_websockets.rfc6455.close_code import the_websocket_connection_close_code
from whatwg_websockets.rfc6455.close_reason import the_websocket_connection_close_reason
from whatwg_websockets.rfc6455.close_the_connection import (
    close_the_websocket_connection,
    the_websocket_connection_is_closed,
)
from whatwg_websockets.rfc6455.connection import (
    CLOSED,
    CLOSING,
    ESTABLISHED,
    Connection,
)
from whatwg_websockets.rfc6455.control_frames import answer_the_last_ping
from whatwg_websockets.rfc6455.extension import Deflater, Inflater
from whatwg_websockets.rfc6455.fail_the_connection import fail_the_websocket_connection
from whatwg_websockets.rfc6455.receive import Message, Receiver, carry_out_the_ending
from whatwg_websockets.rfc6455.send_message import send_a_websocket_message
from whatwg_websockets.rfc6455.start_the_closing_handshake import (
    start_the_websocket_closing_handshake,
)

logger = logging.getLogger("whatwg_websockets")

# How much is read at once. One buffer a thread serves all its connections: what is in it is used
# up before the next read, so an idle connection costs none.
READ_AT_ONCE = 262_144

# What a batch of tasks sends leaves in one write, unless it has grown to this before.
WRITE_AT_ONCE = 65_536

# Reading stops while messages of so many bytes wait for the page.
WAITING_FOR_THE_PAGE = 4_194_304

_thread = threading.local()


def _scratch() -> memoryview:
    """Return the buffer into which this thread reads."""
    try:
        return _thread.scratch  # type: ignore[no-any-return]
    except AttributeError:
        _thread.scratch = memoryview(bytearray(READ_AT_ONCE))
        return _thread.scratch  # type: ignore[no-any-return]


def _nothing() -> None:
    """Be what is called where nothing is to be done."""


class Feedback(Protocol):
    """The page's side, as seen from here: the door through which news goes there."""

    def the_connection_is_established(self, extensions: str, protocol: str) -> None:
        """The opening handshake has succeeded."""

    def messages_have_been_received(self, messages: list[Message]) -> None:
        """Messages have arrived, in this order."""

    def the_closing_handshake_is_started(self) -> None:
        """A Close frame was sent or received, for the first time."""

    def the_connection_is_closed(
        self, *, has_failed: bool, was_clean: bool, code: int, reason: str
    ) -> None:
        """TCP is gone."""

    def data_is_queued(self, is_queued: bool) -> None:
        """Data waits for the peer to read, or no longer does."""


class WebSocketConnection(asyncio.BufferedProtocol):
    """One connection: its wire state, its transport, its timers.

    Attributes:
        wire: the state that RFC 6455 speaks of.
        abandon_the_handshake: ends the fetch, while there is one.
        transmission: the way out, and what is known of what has left.
        when_closed: is called once the connection is closed.
    """

    def __init__(self, event_loop: EventLoop, limits: Limits, feedback: Feedback) -> None:
        self.wire = Connection()
        self.abandon_the_handshake: Callable[[], None] | None = None
        self.when_closed: Callable[[], None] = _nothing
        self._event_loop = event_loop
        self._limits = limits
        self._feedback = feedback
        self._receiver = Receiver(self.wire, limits.message_size)
        self._scratch = _scratch()
        self.transmission = Transmission(
            event_loop, self.wire.outgoing, limits.send_buffer, feedback.data_is_queued
        )
        self._flush_is_wanted = False
        # Receiving.
        self._unread = 0
        self._ending_is_carried_out = False
        # Closing.
        self._started_is_told = False
        self._is_shut_down = False
        self._timer: asyncio.TimerHandle | None = None
        self._waiting_at_last_look = 0

    # The opening handshake.

    def establish(
        self,
        stream: HandshakeStream,
        *,
        extensions: str,
        protocol: str,
        deflater: Deflater | None,
        inflater: Inflater | None,
    ) -> None:
        """Take the stream over: the WebSocket connection is established.

        Args:
            stream: the stream of the opening handshake, read up to the end of the response.
            extensions: the extensions in use, as the server named them.
            protocol: the subprotocol in use, or "".
            deflater: compresses what is sent, where permessage-deflate is in use.
            inflater: decompresses what is received.

        Source: RFC 6455 section 4.1
        """
        self.abandon_the_handshake = None
        self.wire.state = ESTABLISHED
        self.wire.deflater = deflater
        self._receiver = Receiver(self.wire, self._limits.message_size, inflater)
        self.transmission.begin(stream)
        self._feedback.the_connection_is_established(extensions, protocol)
        arrived, has_ended, is_lost = stream.hand_over(self)
        if arrived:
            self._put_before_the_page(self._read(arrived))
        # This is called by the fetch's task, in which no code of a page is to run.
        loop = self._event_loop.asyncio_loop
        self._event_loop.schedule_a_turn()
        if is_lost:
            loop.call_soon(self.connection_lost, None)
        elif has_ended:
            loop.call_soon(self._end, stream.transport)

    def _end(self, transport: asyncio.Transport) -> None:
        """Do what a transport does when the server sends no more."""
        self.eof_received()
        transport.close()

    # Receiving.

    def get_buffer(self, sizehint: int) -> memoryview:
        """Say where the next bytes go: to the shared scratch, or straight into a large message."""
        receiver = self._receiver
        return self._scratch if receiver.direct is None else receiver.payload_buffer()

    def buffer_updated(self, nbytes: int) -> None:
        """Take the bytes that were read."""
        # § rfc6455-7.1.7-3. What arrives is thrown away,
        # § rfc6455-7.1.1-1. and so it is when both Close frames are there.
        if self.wire.must_close:
            return
        receiver = self._receiver
        if receiver.direct is not None:
            receiver.payload_received(nbytes)
            self._unread += nbytes
        else:
            self._take(self._read(self._scratch[:nbytes]), nbytes)

    def _read(self, data: bytes | memoryview) -> list[Message]:
        receiver = self._receiver
        messages = receiver.receive(data)
        while receiver.has_more:
            messages += receiver.go_on()
        return messages

    def _put_before_the_page(self, messages: list[Message]) -> None:
        """Queue tasks for messages, and one for what the frame behind them asks for.

        A Close frame, and a failure, wait for their turn behind the messages that came before
        them: a page gets to answer those, as if the network had been a little slower.
        """
        event_loop = self._event_loop
        if messages:
            self._feedback.messages_have_been_received(messages)
        if self._receiver.ending is not None:
            # § rfc6455-5.5.1-6. Only messages are before it, which the page may answer.
            event_loop.tasks.append((WebSocketConnection._carry_out_the_ending, self, None))
        if self.wire.outgoing.lengths:
            self._want_flush()

    def _take(self, messages: list[Message], count: int) -> None:
        """Hand messages to the page, and see whether it keeps up."""
        event_loop = self._event_loop
        self._put_before_the_page(messages)
        event_loop.run_tasks()
        if event_loop.tasks:
            self._hold_reading_back(count)
        else:
            self._unread = 0

    def _hold_reading_back(self, count: int) -> None:
        """Stop reading where the page does not keep up, until it has."""
        self._unread += count
        transport = self.transmission.transport
        if self._unread > WAITING_FOR_THE_PAGE and transport is not None:
            self._unread = 0
            transport.pause_reading()
            self._event_loop.when_caught_up(transport.resume_reading)

    def _carry_out_the_ending(self, _: object = None) -> None:
        ending = self._receiver.ending
        if ending is None or self._ending_is_carried_out or self.wire.must_close:
            return
        self._ending_is_carried_out = True
        self._cancel_timer()
        carry_out_the_ending(self.wire, ending)
        self._tell_that_closing_has_started()
        self._want_flush()

    # Sending.

    def send_message(self, opcode: int, data: bytes) -> bool:
        """Send a message, soon.

        Args:
            opcode: TEXT or BINARY.
            data: the message, for TEXT its UTF-8.

        Returns:
            false where the send buffer has no room for it; then nothing was done.

        Source: RFC 6455 section 6.1
        """
        if not self.transmission.takes(len(data)):
            return False
        # § rfc6455-6.1-1. The RFC's steps.
        send_a_websocket_message(self.wire, opcode, data)
        if not self._flush_is_wanted:
            self._want_flush()
        if self.wire.outgoing.length > WRITE_AT_ONCE:
            # What leaves now had not left at step 1.
            self.transmission.transmitted_as_of_step_1()
            self.transmission.write()
        return True

    def _want_flush(self) -> None:
        if not self._flush_is_wanted:
            self._flush_is_wanted = True
            self._event_loop.when_the_batch_ends(self._flush)

    def _flush(self) -> None:
        """Write what has collected, and see what follows from that."""
        self._flush_is_wanted = False
        wire, transport = self.wire, self.transmission.transport
        if transport is None:
            return
        if wire.outgoing.lengths:
            self.transmission.write()
        if wire.close_sent and self._timer is None:
            self._begin_to_wait()
        if wire.must_close and wire.has_failed and not self._is_shut_down:
            self._shut_down(transport)

    def pause_writing(self) -> None:
        """Take note that what is written waits."""
        self.wire.is_stalled = True

    def resume_writing(self) -> None:
        """Take note that nothing waits any more, and answer the Ping that did."""
        self.wire.is_stalled = False
        self.transmission.strike_out()
        answer_the_last_ping(self.wire)
        if self.wire.outgoing.lengths:
            self._want_flush()

    # Closing.

    def start_the_closing_handshake(self, code: int | None, reason: bytes = b"") -> None:
        """Send a Close frame behind what waits to be written.

        Args:
            code: the status code, or None for a frame without a body.
            reason: the reason in UTF-8.

        Source: RFC 6455 section 7.1.2
        """
        # § rfc6455-7.1.7-4. Nothing calls this on its own: the page does, with close(),
        # § rfc6455-7.2.1-3. or by going away,
        # § rfc6455-7.3-1. and it has its reasons.
        start_the_websocket_closing_handshake(self.wire, code, reason)
        self._tell_that_closing_has_started()
        self._want_flush()

    def fail(self, code: int, why: str) -> None:
        """Fail a connection that is not open yet: it is given up at once.

        Args:
            code: the status code; there is no way yet to tell the server.
            why: what was wrong, for the log.

        Source: RFC 6455 section 7.1.7
        """
        if self.wire.state == CLOSED:
            return
        fail_the_websocket_connection(self.wire, code, why)
        abandon, self.abandon_the_handshake = self.abandon_the_handshake, None
        if abandon is not None:
            abandon()
        self._is_closed()

    def close_at_once(self) -> None:
        """Close TCP without a closing handshake; what waits is not sent.

        Source: RFC 6455 section 7.1.1
        """
        close_the_websocket_connection(self.wire)
        self.wire.state = CLOSING
        self.transmission.abort()

    def depart(self) -> None:
        """Write what there is, and close TCP without waiting for anybody: the loop is ending."""
        self._flush()
        self.transmission.depart()

    def _tell_that_closing_has_started(self) -> None:
        if not self._started_is_told and self.wire.state == CLOSING:
            self._started_is_told = True
            self._feedback.the_closing_handshake_is_started()

    def _shut_down(self, transport: asyncio.Transport) -> None:
        """Say that nothing follows; what still arrives is read and thrown away."""
        self._is_shut_down = True
        try:
            # § rfc6455-7.1.1-1. It is not cut off: the server can read all that was written.
            if transport.can_write_eof():
                transport.write_eof()
            else:
                transport.close()
        except OSError:
            # The server has reset the connection, and the transport does not know it yet.
            self.transmission.abort()

    def _begin_to_wait(self) -> None:
        """Give the server its time: to answer our Close frame, or to close TCP after both."""
        wire, limits = self.wire, self._limits
        # § rfc6455-5.5.1-8. TCP is the server's to close;
        # § rfc6455-7.1.1-2. so it is the one that has the TIME_WAIT.
        # § rfc6455-7.1.1-3. It has some time for that.
        seconds = limits.lingering_timeout if wire.must_close else limits.closing_timeout
        self._waiting_at_last_look = self.transmission.waiting()
        self._timer = self._event_loop.asyncio_loop.call_later(seconds, self._stop_waiting)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _stop_waiting(self) -> None:
        """End a connection that the server does not end; while a backlog drains, wait on."""
        self._timer = None
        if self.transmission.waiting() < self._waiting_at_last_look:
            self._begin_to_wait()
            return
        logger.info("WebSocket connection ended: the server did not close it in time")
        close_the_websocket_connection(self.wire)
        self.transmission.abort()

    def eof_received(self) -> None:
        """The server sends no more: what it asked for last is done now, then TCP closes.

        Where it asked for nothing, the connection is lost, however long our own side stays.
        """
        self.transmission.settle()
        self._carry_out_the_ending()
        if not self.wire.must_close:
            logger.info("WebSocket connection lost: the server ended it without a Close frame")
            self.wire.has_failed = True
        self._flush()
        if self._timer is None:
            self._begin_to_wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """TCP is gone."""
        if self.wire.state == CLOSED:
            return
        self._carry_out_the_ending()
        if exc is not None:
            logger.info("WebSocket connection lost: %s", exc)
        # § rfc6455-7.2.3-1. n/a: nothing here connects again; that is for the page to do,
        # § rfc6455-7.2.3-2. n/a: after a time of its choice,
        # § rfc6455-7.2.3-3. n/a: and a longer one the next time.
        self._is_closed()
        self._event_loop.run_tasks()

    def _is_closed(self) -> None:
        """Tell the page's side that the connection is closed.

        Source: RFC 6455 section 7.1.4
        """
        self._cancel_timer()
        wire = self.wire
        was_clean = the_websocket_connection_is_closed(
            wire, everything_has_left=self.transmission.everything_has_left
        )
        self.transmission.end()
        self.when_closed()
        self._feedback.the_connection_is_closed(
            has_failed=wire.has_failed,
            was_clean=was_clean,
            code=the_websocket_connection_close_code(wire.close_received),
            reason=the_websocket_connection_close_reason(wire.close_received),
        )
