"""One WebSocket connection, which runs in parallel to the page.

A connection is created by the constructor, before TCP is open, and ends when TCP is gone. It moves
bytes between the transport and :mod:`whatwg_websockets.rfc6455`, and reports events to the page's
side through :class:`Feedback`. It never calls a page itself. The modules of RFC 6455 implement the
protocol. This module only decides when to write, and when to stop reading for a while. The end of a
connection is in :mod:`.closing`.

**The data that waits for the page is bounded.** The Receiver reads a read in windows, and reads
each window when the tasks of the window before have run. All other waiting data is counted in
bytes, after decompression. While more than :data:`WAITING_FOR_THE_PAGE` bytes wait, nothing is read
from TCP.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import Any, Final, Protocol

from whatwg_websockets.html.event_loop import A_MOMENT, EventLoop, Task
from whatwg_websockets.html.idle import Resting
from whatwg_websockets.html.limits import Limits
from whatwg_websockets.network.closing import Closing
from whatwg_websockets.network.console import GIVEN_UP, tell_why_it_ended
from whatwg_websockets.network.handshake_stream import HandshakeStream
from whatwg_websockets.network.transmission import Transmission
from whatwg_websockets.rfc6455.close_code import the_websocket_connection_close_code
from whatwg_websockets.rfc6455.close_reason import the_websocket_connection_close_reason
from whatwg_websockets.rfc6455.close_the_connection import (
    close_the_websocket_connection,
    the_server_sends_no_more,
    the_websocket_connection_is_closed,
)
from whatwg_websockets.rfc6455.connection import (
    CLOSED,
    CLOSING,
    ESTABLISHED,
    HANDSHAKE_SUCCEEDS,
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
from whatwg_websockets.url.url_record import UrlRecord

# The number of bytes of outgoing frames at which they are written without further delay.
WRITE_AT_ONCE = 65_536

# A read of this many bytes or more may take milliseconds to parse and to inflate. If the time of
# the loop's turn is used up, even its first window is read in a later turn.
A_LONG_READ = 2_048

# Reading stops while messages of more than this many bytes wait for the page.
WAITING_FOR_THE_PAGE = 4_194_304


def _nothing() -> None:
    """Do nothing."""


class Feedback(Protocol):
    """The interface by which a connection reports events to the page's side."""

    def the_connection_is_established(self, extensions: str, protocol: str) -> None:
        """Report that the opening handshake has succeeded."""

    def messages_have_been_received(self, messages: list[Message]) -> None:
        """Report messages in the order of their arrival."""

    def the_closing_handshake_is_started(self) -> None:
        """Report that the first Close frame was sent or received."""

    def the_connection_is_closed(
        self, *, has_failed: bool, was_clean: bool, code: int, reason: str
    ) -> None:
        """Report that the connection is closed."""

    def nothing_leaves_any_more(self) -> None:
        """Report that TCP is gone while received data is still to be read."""

    def data_is_queued(self, is_queued: bool) -> None:
        """Report whether data waits for the server to read it."""


class TaskQueue(Protocol):
    """The queue of a connection's tasks: the event loop's, or one that can hold tasks back.

    Attributes:
        tasks: the tasks that wait, first in, first out.
    """

    tasks: deque[Task]

    def queue_a_task(
        self, steps: Callable[[Any, Any], object], subject: object, argument: object = None
    ) -> None:
        """Append the task ``steps(subject, argument)``, and schedule a turn."""

    def run_tasks(self) -> None:
        """Run the queued tasks that may run now. A page must not call this."""

    def schedule_a_turn(self) -> None:
        """Schedule a turn of the event loop, in which the queued tasks run."""


class WebSocketConnection(asyncio.BufferedProtocol):
    """One connection, with its state and its transport.

    Args:
        event_loop: the page's event loop.
        limits: the limits of the connection.
        feedback: the page's side.
        url: the URL, for the log, which shows it without its password.
        task_queue: the queue of the tasks for messages and for everything that follows them; by
            default the event loop's own queue.

    Attributes:
        wire: the state of the connection, as RFC 6455 defines it.
        abandon_the_handshake: a function that ends the fetch, while the opening handshake is under
            way.
        transmission: the writing side of the connection.
        closing: the end of the connection.
        when_gone: a function that is called when TCP is gone, or can no longer be opened.
    """

    def __init__(
        self,
        event_loop: EventLoop,
        limits: Limits,
        feedback: Feedback,
        url: UrlRecord,
        task_queue: TaskQueue | None = None,
    ) -> None:
        self.wire = Connection()
        self.abandon_the_handshake: Callable[[], None] | None = None
        self.when_gone: Callable[[], None] = _nothing
        self._event_loop = event_loop
        self._task_queue: TaskQueue = event_loop if task_queue is None else task_queue
        self._limits = limits
        self._feedback = feedback
        self._url = url
        self.transmission = Transmission(
            event_loop,
            self.wire.outgoing,
            limits.send_buffer,
            self._data_is_queued,
            self._writing_stalls,
        )
        self.closing = Closing(
            event_loop, limits, self.wire, self.transmission, self._the_connection_is_closed
        )
        self._closing_is_told = False
        # Sending.
        self._outgoing = self.wire.outgoing
        self._flush_is_wanted = False
        self._written_at = 0.0
        # Receiving. The Receiver is created when the extensions in use are known.
        self._receiver: Receiver
        self._waiting_for_the_page = 0
        self._reading_is_paused = False
        self._ending_is_queued = False
        self._after_the_rest: Callable[[], None] | None = None
        self._tls_has_ended = False

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
        """Establish the WebSocket connection, and take over the stream of the opening handshake.

        Args:
            stream: the stream of the opening handshake, read up to the end of the response.
            extensions: the extensions in use, as the server named them.
            protocol: the subprotocol in use, or an empty string.
            deflater: the compressor of messages if permessage-deflate is in use, or else None.
            inflater: the decompressor of messages if permessage-deflate is in use, or else None.

        Source: RFC 6455 section 4.1
        """
        self.abandon_the_handshake = None
        self.wire.move(HANDSHAKE_SUCCEEDS)
        self.wire.deflater = deflater
        self._receiver = Receiver(self.wire, self._limits.message_size, inflater)
        self.transmission.begin(stream)
        self._feedback.the_connection_is_established(extensions, protocol)
        arrived, has_ended, is_lost = stream.hand_over(self)
        if arrived:
            self._count(self._take(arrived))
        # If the stream has ended already, handle its end after the messages that came before.
        if is_lost:
            self._task_queue.tasks.append((WebSocketConnection.connection_lost, self, None))
        elif has_ended:
            self._task_queue.tasks.append((WebSocketConnection._end, self, None))
        # This method runs in the fetch's task, in which no code of a page must run.
        self._task_queue.schedule_a_turn()

    def _end(self, _: object = None) -> None:
        """Act as a transport does at the end of the stream."""
        if not self.eof_received():
            self.transmission.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Run the queued tasks, since no asyncio task is running, unlike in ``establish``."""
        self._task_queue.run_tasks()

    @property
    def let_rest(self) -> Callable[[Resting], None]:
        """The function to register an object with that may rest while the connection is idle."""
        return self._event_loop.idle.watch

    # Receiving.

    def get_buffer(self, sizehint: int) -> memoryview:
        """Return the buffer for the next bytes: the event loop's, or that of a large message."""
        receiver = self._receiver
        if receiver.direct is None:
            return self._event_loop.read_buffer
        return receiver.payload_buffer()

    def buffer_updated(self, nbytes: int) -> None:
        """Process the bytes that were read."""
        # § rfc6455-7.1.7-3. Data that arrives after a failure is discarded.
        # § rfc6455-7.1.1-1. Data that arrives after both Close frames is discarded.
        if self.wire.must_close:
            return
        self.closing.has_read = True
        receiver = self._receiver
        if receiver.direct is not None:
            receiver.payload_received(nbytes)
            return
        data = self._event_loop.read_buffer[:nbytes]
        if nbytes >= A_LONG_READ and self._event_loop.must_yield:
            receiver.keep(data)
            self._queue([])
            self._task_queue.schedule_a_turn()
            return
        cost = self._take(data)
        self._task_queue.run_tasks()
        if self._task_queue.tasks:
            self._count(cost)

    def _take(self, data: bytes | memoryview) -> int:
        """Read a window of the received bytes, and return the cost that is still to be counted."""
        self._queue(self._receiver.receive(data))
        return 0 if self._receiver.has_more else self._receiver.cost

    def _queue(self, messages: list[Message]) -> None:
        """Queue tasks for the messages of a window, and a task for what follows the messages.

        A Pong is sent before any code of the page runs. So is the answer to a Close frame, or the
        Close frame of a failure, if no message precedes it. If a message does, the answer waits
        until the message's task has run, so that the page can still reply to the message.
        """
        tasks, receiver = self._task_queue.tasks, self._receiver
        if messages:
            self._feedback.messages_have_been_received(messages)
        if receiver.has_more:
            self._waiting_for_the_page += receiver.cost
            tasks.append((WebSocketConnection._read_on, self, receiver.cost))
            self._pause_reading()
        elif receiver.ending is not None and not self._ending_is_queued:
            self._ending_is_queued = True
            if messages or self._waiting_for_the_page:
                # § rfc6455-5.5.1-6. A Close frame is answered at once. If messages received before
                #   the Close frame still wait for their tasks, the answer follows those tasks, in
                #   which the page may reply.
                tasks.append((WebSocketConnection._carry_out_the_ending, self, None))
            else:
                self._carry_out_the_ending()
        if self._outgoing.lengths:
            self.write_what_waits()

    def _count(self, cost: int) -> None:
        """Count queued messages as waiting, until their tasks have run."""
        if cost:
            self._waiting_for_the_page += cost
            self._task_queue.tasks.append((WebSocketConnection._have_been_read, self, cost))
            if self._waiting_for_the_page > WAITING_FOR_THE_PAGE:
                self._pause_reading()

    def _have_been_read(self, cost: int) -> None:
        """Stop counting messages as waiting, since their tasks have run."""
        self._waiting_for_the_page -= cost
        self._resume_reading()

    def _read_on(self, cost: int) -> None:
        """Read the next window, since the tasks of the window before have run."""
        self._waiting_for_the_page -= cost
        if not self.wire.must_close:
            self._queue(self._receiver.go_on())
            if self._receiver.has_more:
                return
            self._count(self._receiver.cost)
        self._resume_reading()
        after, self._after_the_rest = self._after_the_rest, None
        if after is not None:
            self._task_queue.tasks.append((_call, after, None))

    def _pause_reading(self) -> None:
        transport = self.transmission.transport
        if transport is not None and not self._reading_is_paused:
            self._reading_is_paused = True
            transport.pause_reading()

    def _resume_reading(self) -> None:
        """Resume reading from TCP, if reading has stopped and the waiting data leaves room."""
        transport = self.transmission.transport
        if transport is None or not self._reading_is_paused:
            return
        has_room = self._waiting_for_the_page <= WAITING_FOR_THE_PAGE
        if has_room and (not self._receiver.has_more or self.wire.must_close):
            self._reading_is_paused = False
            transport.resume_reading()

    def _carry_out_the_ending(self, _: object = None) -> None:
        ending = self._receiver.ending
        if ending is None or self.wire.must_close:
            return
        self.closing.begin_to_wait_anew()
        carry_out_the_ending(self.wire, ending)
        self._tell_that_closing_has_started()
        self.write_what_waits()

    # Sending.

    def send_message(self, opcode: int, data: bytes) -> bool:
        """Send a message, which is written at once unless the connection wrote a moment ago.

        Args:
            opcode: TEXT or BINARY.
            data: the message, in UTF-8 if it is TEXT.

        Returns:
            whether the send buffer has room for the message. If not, the message is not sent.

        Source: RFC 6455 section 6.1
        """
        transmission = self.transmission
        queued = transmission.queued + len(data)
        if queued > transmission.full_at and not transmission.takes(queued):
            return False
        transmission.queued = queued
        # § rfc6455-6.1-1. A message is sent by the steps of RFC 6455 section 6.1.
        send_a_websocket_message(self.wire, opcode, data)
        now = perf_counter()
        if now - self._written_at >= A_MOMENT or self._outgoing.length > WRITE_AT_ONCE:
            self._written_at = now
            transmission.write_at_once()
        elif not self._flush_is_wanted:
            self._want_flush()
        return True

    def _want_flush(self) -> None:
        self._flush_is_wanted = True
        self._event_loop.let_out_between_tasks(self._flush, self._written_at + A_MOMENT)

    def _flush(self) -> None:
        self._flush_is_wanted = False
        if self._outgoing.lengths:
            self.write_what_waits()

    def write_what_waits(self) -> None:
        """Write the outgoing frames, and continue the end of a connection that is closing."""
        self._written_at = perf_counter()
        if self._outgoing.lengths:
            self.transmission.write()
        if self.wire.state != ESTABLISHED:
            self.closing.go_on()

    def pause_writing(self) -> None:
        """Stop writing large messages, since data waits in the transport."""
        self.transmission.pace.pause()

    def resume_writing(self) -> None:
        """Continue writing, since no data waits in the transport any more."""
        self.transmission.pace.resume()

    def _writing_stalls(self, writing_stalls: bool) -> None:
        """Hold Pongs back while written data waits, and answer the last Ping afterwards."""
        self.wire.is_stalled = writing_stalls
        if not writing_stalls:
            answer_the_last_ping(self.wire)
            self.write_what_waits()

    def _data_is_queued(self, is_queued: bool) -> None:
        """Report whether data waits, and end a failed connection once no data waits."""
        self._feedback.data_is_queued(is_queued)
        if not is_queued:
            self.closing.go_on()

    # Closing.

    def start_the_closing_handshake(self, code: int | None, reason: bytes = b"") -> None:
        """Send a Close frame after the outgoing frames.

        Args:
            code: the status code, or None for a Close frame without a body.
            reason: the reason in UTF-8.

        Source: RFC 6455 section 7.1.2
        """
        # § rfc6455-7.1.7-4, rfc6455-7.2.1-3. Unless a connection fails, it is closed only by the
        #   page, with close() or when the page goes away.
        # § rfc6455-7.3-1. The page may close the connection at any time, for its own reasons.
        start_the_websocket_closing_handshake(self.wire, code, reason)
        self._tell_that_closing_has_started()
        self.write_what_waits()

    def give_up(self, code: int, why: str) -> None:
        """Fail a connection that is not established yet, because the page has given it up.

        Args:
            code: the status code, which cannot be sent before the connection is established.
            why: what the page did, for the log.

        Source: RFC 6455 section 7.1.7
        """
        self.fail(code, why, GIVEN_UP)

    def fail(self, code: int, why: str, kind: str = "protocol") -> None:
        """Fail a connection that is not established yet, which ends at once.

        Args:
            code: the status code, which cannot be sent before the connection is established.
            why: the reason of the failure, for the log.
            kind: the kind of failure in one word, for programs that read the log.

        Source: RFC 6455 section 7.1.7
        """
        if self.wire.state == CLOSED:
            return
        fail_the_websocket_connection(self.wire, code, why, kind)
        abandon, self.abandon_the_handshake = self.abandon_the_handshake, None
        if abandon is not None:
            abandon()
        self._the_connection_is_closed()
        self._is_gone()

    def close_at_once(self) -> None:
        """Close TCP without a closing handshake, since the send buffer is full.

        Source: RFC 6455 section 7.1.1
        """
        self.wire.note_why_it_ends("the send buffer had no room for a message", "send buffer full")
        close_the_websocket_connection(self.wire)
        self.transmission.abort()

    def depart(self) -> None:
        """Write the outgoing frames, and close TCP without waiting, since the loop is ending."""
        if self.transmission.transport is not None:
            self.write_what_waits()
            if self.wire.state != CLOSED:
                close_the_websocket_connection(self.wire)
        self.transmission.depart()

    def _tell_that_closing_has_started(self) -> None:
        if not self._closing_is_told and self.wire.state == CLOSING:
            self._closing_is_told = True
            self._feedback.the_closing_handshake_is_started()

    def eof_received(self) -> bool:
        """Handle the end of the server's stream, after which TCP closes.

        If the stream ends without a Close frame, the connection is lost, even if this client's side
        of TCP stays open.

        Returns:
            whether TCP stays open for now, since received data is still to be read and answered.
        """
        self.transmission.settle()
        if self.transmission.uses_tls:
            self._read_ahead()
        if self._receiver.has_more and not self.wire.must_close:
            self._after_the_rest = self._end_behind_the_rest
            # Over TLS, which ends in both directions at once, data that is read later cannot be
            # answered.
            self._tls_has_ended = self.transmission.uses_tls
            self.write_what_waits()
            return not self._tls_has_ended
        waits_for_its_turn = self._ending_is_queued and not self.wire.must_close
        if waits_for_its_turn and not self.transmission.uses_tls:
            # The page may still reply to the messages before the Close frame.
            self._task_queue.queue_a_task(_call, self._end_behind_the_rest)
            return True
        self._the_stream_has_ended()
        return False

    def _read_ahead(self) -> None:
        """Read windows before their turn, as far as the bound of waiting data allows.

        A TLS transport closes as soon as the server has ended TLS. So a Close frame before the end
        must be answered now.
        """
        while self._receiver.has_more and self._waiting_for_the_page <= WAITING_FOR_THE_PAGE:
            self._queue(self._receiver.go_on())

    def _end_behind_the_rest(self) -> None:
        self._the_stream_has_ended()
        self.transmission.close()

    def _the_stream_has_ended(self) -> None:
        self._carry_out_the_ending()
        the_server_sends_no_more(self.wire)
        self.write_what_waits()
        # When this method returns, the transport writes the data that it was given, and closes.
        self.transmission.pace.write_all()
        if self.transmission.transport is not None and not self.closing.is_waiting:
            self.closing.wait_for_the_server()

    def connection_lost(self, exc: Exception | None) -> None:
        """Report to the page's side that TCP is gone, after the data that is still to be read."""
        self._reading_is_paused = False
        if self._receiver.has_more and not self.wire.must_close:
            self._after_the_rest = lambda: self._tcp_is_gone(exc)
            self._feedback.nothing_leaves_any_more()
        else:
            self._tcp_is_gone(exc)
            self._task_queue.run_tasks()

    def _tcp_is_gone(self, exc: Exception | None) -> None:
        self._carry_out_the_ending()
        if self._tls_has_ended:
            the_server_sends_no_more(self.wire)
        if exc is not None:
            self.wire.note_why_it_ends(f"the connection was lost: {exc}", "lost")
        # § rfc6455-7.2.3-1 to -3. n/a: a WebSocket does not reconnect, so the page that creates a
        #   new WebSocket chooses the delays.
        if self.wire.state != CLOSED:
            self._the_connection_is_closed()
        self._is_gone()

    def _is_gone(self) -> None:
        """Call the function for the end, and remove the references between the parts.

        Without this, each connection would leave a reference cycle to the garbage collector.
        """
        when_gone, self.when_gone = self.when_gone, _nothing
        self.transmission.end()
        self.closing.end()
        when_gone()

    def _the_connection_is_closed(self) -> None:
        """Report to the page's side that the connection is closed.

        Source: RFC 6455 section 7.1.4
        """
        wire = self.wire
        transmission = self.transmission
        everything_has_left = transmission.everything_has_left
        if self._tls_has_ended:
            everything_has_left = not transmission.has_backlog
        was_clean = the_websocket_connection_is_closed(
            wire, everything_has_left=everything_has_left
        )
        if wire.why is not None:
            tell_why_it_ended(str(self._url), wire.why, wire.kind)
        self._feedback.the_connection_is_closed(
            has_failed=wire.has_failed,
            was_clean=was_clean,
            code=the_websocket_connection_close_code(wire.close_received),
            reason=the_websocket_connection_close_reason(wire.close_received),
        )


def _call(steps: Callable[[], None], _: object) -> None:
    steps()


BOOKKEEPING: Final = frozenset({WebSocketConnection._have_been_read, WebSocketConnection._read_on})
"""The tasks that no page can observe, and that may run while code of a page runs."""
