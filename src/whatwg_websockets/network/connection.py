"""The life of one WebSocket connection, in parallel to the page.

It begins with the constructor, before there is TCP, and ends when TCP is gone. It moves bytes
between the transport and :mod:`whatwg_websockets.rfc6455`, tells the page's side what happened
through :class:`Feedback`, and never calls a page itself. The rules are the RFC's; what is decided
here is only when: when to write, and when to stop reading for a while. How the connection ends is
in :mod:`.closing`.

**What waits for the page is bounded.** The Receiver reads one window of a read after the other,
and a window is read when the tasks of the one before have run. What else waits is counted in bytes
as the page will get them; from :data:`WAITING_FOR_THE_PAGE` on nothing is read from TCP.
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

# What waits to be written leaves at the latest when it has grown to so many bytes.
WRITE_AT_ONCE = 65_536

# A read of so many bytes or more may take milliseconds to parse and to inflate. In a turn of the
# loop whose time is used up, its first window has to wait for its turn, too.
A_LONG_READ = 2_048

# Reading stops while messages of so many bytes wait for the page.
WAITING_FOR_THE_PAGE = 4_194_304


def _nothing() -> None:
    """Do nothing, where nothing has to be done."""


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

    def nothing_leaves_any_more(self) -> None:
        """TCP is gone, and something is still to be read before the page hears of it."""

    def data_is_queued(self, is_queued: bool) -> None:
        """Data waits for the peer to read, or no longer does."""


class TaskQueue(Protocol):
    """Where the tasks of a connection wait: that of the event loop, or one that holds them back.

    Attributes:
        tasks: the tasks that wait, first in, first out.
    """

    tasks: deque[Task]

    def queue_a_task(
        self, steps: Callable[[Any, Any], object], subject: object, argument: object = None
    ) -> None:
        """Put ``steps(subject, argument)`` behind them, and have it run soon."""

    def run_tasks(self) -> None:
        """Run what is queued, as far as it may; is called by no page."""

    def schedule_a_turn(self) -> None:
        """Have what is queued run soon."""


class WebSocketConnection(asyncio.BufferedProtocol):
    """One connection: its wire state and its transport.

    Args:
        event_loop: the page's event loop.
        limits: how much of everything the connection may take.
        feedback: the page's side.
        url: where to; for the log, which shows it without its password.
        task_queue: where the tasks wait that messages and all that is behind them become; by
            default, the event loop's own queue.

    Attributes:
        wire: the state that RFC 6455 speaks of.
        abandon_the_handshake: ends the fetch, while there is one.
        transmission: the way out, and what is known of what has left.
        closing: the end of the connection.
        when_gone: is called once TCP is gone, or is never to be.
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
        # Receiving, for which the Receiver is made when the extensions in use are known.
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
        self.wire.move(HANDSHAKE_SUCCEEDS)
        self.wire.deflater = deflater
        self._receiver = Receiver(self.wire, self._limits.message_size, inflater)
        self.transmission.begin(stream)
        self._feedback.the_connection_is_established(extensions, protocol)
        arrived, has_ended, is_lost = stream.hand_over(self)
        if arrived:
            self._count(self._take(arrived))
        # What has ended by now ends behind the tasks of what came before.
        if is_lost:
            self._task_queue.tasks.append((WebSocketConnection.connection_lost, self, None))
        elif has_ended:
            self._task_queue.tasks.append((WebSocketConnection._end, self, None))
        # This is called by the fetch's task, in which no code of a page is to run.
        self._task_queue.schedule_a_turn()

    def _end(self, _: object = None) -> None:
        """Do what a transport does when the server sends no more."""
        if not self.eof_received():
            self.transmission.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the page hear of it now: this is no task's turn, as ``establish`` is."""
        self._task_queue.run_tasks()

    @property
    def let_rest(self) -> Callable[[Resting], None]:
        """What is told of something that may rest while the connection is idle."""
        return self._event_loop.idle.watch

    # Receiving.

    def get_buffer(self, sizehint: int) -> memoryview:
        """Say where the next bytes go: to the loop's buffer, or straight into a large message."""
        receiver = self._receiver
        if receiver.direct is None:
            return self._event_loop.read_buffer
        return receiver.payload_buffer()

    def buffer_updated(self, nbytes: int) -> None:
        """Take the bytes that were read."""
        # § rfc6455-7.1.7-3. What arrives behind a failure is discarded.
        # § rfc6455-7.1.1-1. What arrives behind both Close frames is discarded.
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
        """Read a window of what has arrived, and return what is still to be counted of it."""
        self._queue(self._receiver.receive(data))
        return 0 if self._receiver.has_more else self._receiver.cost

    def _queue(self, messages: list[Message]) -> None:
        """Queue tasks for the messages of a window, and one for what is to be done behind them.

        A Pong leaves before any page code runs, and so does the answer to a Close frame, or what
        follows from a failure, where no message is before it. Where one is, they wait for their
        turn behind it: a page gets to answer, as if the network had been a little slower.
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
                # § rfc6455-5.5.1-6. Only messages are before it, which the page may answer.
                tasks.append((WebSocketConnection._carry_out_the_ending, self, None))
            else:
                self._carry_out_the_ending()
        if self._outgoing.lengths:
            self.write_what_waits()

    def _count(self, cost: int) -> None:
        """Count messages that are queued as waiting, until their tasks have run."""
        if cost:
            self._waiting_for_the_page += cost
            self._task_queue.tasks.append((WebSocketConnection._have_been_read, self, cost))
            if self._waiting_for_the_page > WAITING_FOR_THE_PAGE:
                self._pause_reading()

    def _have_been_read(self, cost: int) -> None:
        """Note, behind the tasks of some messages, that the page has got them."""
        self._waiting_for_the_page -= cost
        self._resume_reading()

    def _read_on(self, cost: int) -> None:
        """Read the next window, behind the tasks of the one before."""
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
        """Go on reading, if it has stopped, and there is room for what it brings."""
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
        """Send a message: at once, unless the connection wrote something a moment ago.

        Args:
            opcode: TEXT or BINARY.
            data: the message, for TEXT its UTF-8.

        Returns:
            false where the send buffer has no room for it; then nothing was done.

        Source: RFC 6455 section 6.1
        """
        transmission = self.transmission
        queued = transmission.queued + len(data)
        if queued > transmission.full_at and not transmission.takes(queued):
            return False
        transmission.queued = queued
        # § rfc6455-6.1-1. The RFC's steps.
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
        """Write what has collected, and do what follows from that."""
        self._written_at = perf_counter()
        if self._outgoing.lengths:
            self.transmission.write()
        if self.wire.state != ESTABLISHED:
            self.closing.go_on()

    def pause_writing(self) -> None:
        """Let what follows wait: what is written waits in the transport."""
        self.transmission.pace.pause()

    def resume_writing(self) -> None:
        """Go on with what had to wait: nothing waits in the transport any more."""
        self.transmission.pace.resume()

    def _writing_stalls(self, writing_stalls: bool) -> None:
        """Let Pongs wait while what is written does, and answer the last Ping after that."""
        self.wire.is_stalled = writing_stalls
        if not writing_stalls:
            answer_the_last_ping(self.wire)
            self.write_what_waits()

    def _data_is_queued(self, is_queued: bool) -> None:
        """Tell the page's side whether data waits; end a failed connection once none does."""
        self._feedback.data_is_queued(is_queued)
        if not is_queued:
            self.closing.go_on()

    # Closing.

    def start_the_closing_handshake(self, code: int | None, reason: bytes = b"") -> None:
        """Send a Close frame behind what waits to be written.

        Args:
            code: the status code, or None for a frame without a body.
            reason: the reason in UTF-8.

        Source: RFC 6455 section 7.1.2
        """
        # § rfc6455-7.1.7-4. Only the page calls this, with close() or by going away.
        # § rfc6455-7.2.1-3. The connection is not closed for a reason of its own.
        # § rfc6455-7.3-1. The page may close the connection whenever it likes.
        start_the_websocket_closing_handshake(self.wire, code, reason)
        self._tell_that_closing_has_started()
        self.write_what_waits()

    def give_up(self, code: int, why: str) -> None:
        """Fail a connection that is not open yet, because the page does not want it any more.

        Args:
            code: the status code; there is no way yet to tell the server.
            why: what the page did, for the log.

        Source: RFC 6455 section 7.1.7
        """
        self.fail(code, why, GIVEN_UP)

    def fail(self, code: int, why: str, kind: str = "protocol") -> None:
        """Fail a connection that is not open yet: it ends at once.

        Args:
            code: the status code; there is no way yet to tell the server.
            why: what was wrong, for the log.
            kind: what sort of thing was wrong, in a word, for programs that read the log.

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
        """Close TCP without a closing handshake: the send buffer is full, and is not sent.

        Source: RFC 6455 section 7.1.1
        """
        self.wire.note_why_it_ends("the send buffer had no room for a message", "send buffer full")
        close_the_websocket_connection(self.wire)
        self.transmission.abort()

    def depart(self) -> None:
        """Write what there is, and close TCP without waiting for anybody: the loop is ending."""
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
        """Do what the server asked for last, now that it sends no more; then TCP closes.

        Where it asked for nothing, the connection is lost, however long our own side stays.

        Returns:
            whether TCP stays open for now, since something is still to be read, and to be answered.
        """
        self.transmission.settle()
        if self.transmission.uses_tls:
            self._read_ahead()
        if self._receiver.has_more and not self.wire.must_close:
            self._after_the_rest = self._end_behind_the_rest
            # What is still to be read is not answered over TLS, which ends both ways at once.
            self._tls_has_ended = self.transmission.uses_tls
            self.write_what_waits()
            return not self._tls_has_ended
        waits_for_its_turn = self._ending_is_queued and not self.wire.must_close
        if waits_for_its_turn and not self.transmission.uses_tls:
            # The page has not seen all that is before the Close frame, and may answer it first.
            self._task_queue.queue_a_task(_call, self._end_behind_the_rest)
            return True
        self._the_stream_has_ended()
        return False

    def _read_ahead(self) -> None:
        """Read windows before their turn, as far as what waits is bounded.

        A transport of TLS closes when the server has ended TLS, and waits for nobody: a Close frame
        that is before the end is answered now or never.
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
        # The transport closes when this returns, after it has let out what it was given.
        self.transmission.pace.write_all()
        if self.transmission.transport is not None and not self.closing.is_waiting:
            self.closing.wait_for_the_server()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the page's side that TCP is gone, behind what is still to be read."""
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
        # § rfc6455-7.2.3-1. n/a: a WebSocket does not connect again, which is for the page to do.
        # § rfc6455-7.2.3-2. n/a: the page chooses the delay before it connects again.
        # § rfc6455-7.2.3-3. n/a: the page chooses longer delays for further attempts.
        if self.wire.state != CLOSED:
            self._the_connection_is_closed()
        self._is_gone()

    def _is_gone(self) -> None:
        """Tell whoever waits for the end, and have the parts let go of each other.

        Otherwise each connection would leave a circle of references to the garbage collector.
        """
        when_gone, self.when_gone = self.when_gone, _nothing
        self.transmission.end()
        self.closing.end()
        when_gone()

    def _the_connection_is_closed(self) -> None:
        """Tell the page's side that the connection is closed.

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
"""The tasks behind messages that no page hears of, and that may run while a page does."""
