"""The writing side of a connection: the transport, the bytes that wait, and those that have left.

``bufferedAmount`` and the end of a connection depend on this module. A message has left when the
operating system has taken its last byte. asyncio's transports keep the bytes that the system does
not take. If TLS is in use, both the TLS layer and the TCP transport below it keep bytes. The
:class:`~whatwg_websockets.network.pace.Pace` keeps the part of a large message that is not masked
yet.
"""

import asyncio
from collections.abc import Callable

from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.network.handshake_stream import HandshakeStream
from whatwg_websockets.network.ledger import Ledger
from whatwg_websockets.network.pace import Pace, ignore
from whatwg_websockets.rfc6455.outgoing import Outgoing

# The interval in seconds at which to check whether bytes have left the TLS layer and the TCP
# transport below it, which do not report it.
LOOK_AT_TLS = 0.05

# A connection has room for a caller that waits for it while no more than this many bytes wait.
ROOM = 65_536


class Transmission:
    """The writing side of one connection.

    Args:
        event_loop: the page's event loop.
        outgoing: the frames that are to be written.
        room: the maximum number of bytes of application data that may wait.
        data_is_queued: a function that is called with True when data begins to wait in the
            transport, and with False when no data waits any more.
        writing_stalls: a function that is called with True when written data begins to wait for the
            server to read, and with False when data can be written at once.

    Attributes:
        pace: the writer of the transport.
        transport: the transport, or None before the connection is established and after it is
            closed.
        queued: the number of bytes of application data that were sent so far.
        full_at: the value of ``queued`` from which the bytes that have left must be counted before
            more is sent.
        has_backlog: whether data waited in the transport at the last check.
        uses_tls: whether the transport is a TLS transport.
    """

    __slots__ = (
        "_data_is_queued",
        "_event_loop",
        "_ledger",
        "_looks_at_tls",
        "_outgoing",
        "_room",
        "_seen_at_step_1",
        "_tcp_transport",
        "_transmitted_at_step_1",
        "_when_there_is_room",
        "_writing_stalls",
        "full_at",
        "has_backlog",
        "pace",
        "queued",
        "transport",
        "uses_tls",
    )

    def __init__(
        self,
        event_loop: EventLoop,
        outgoing: Outgoing,
        room: int,
        data_is_queued: Callable[[bool], None],
        writing_stalls: Callable[[bool], None],
    ) -> None:
        self.transport: asyncio.Transport | None = None
        self.queued = 0
        self.full_at = room
        self.has_backlog = False
        self._event_loop = event_loop
        self._outgoing = outgoing
        self._room = room
        self._data_is_queued = data_is_queued
        self._writing_stalls = writing_stalls
        self.pace = Pace(event_loop, self._stalls)
        self._tcp_transport: asyncio.Transport | None = None
        self.uses_tls = False
        self._ledger = Ledger()
        self._looks_at_tls = False
        self._seen_at_step_1 = -1
        self._transmitted_at_step_1 = 0
        self._when_there_is_room: Callable[[], None] | None = None

    def begin(self, stream: HandshakeStream) -> None:
        """Set the transport, which is that of the opening handshake.

        With a write buffer limit of 0, ``pause_writing`` is called when bytes begin to wait, and
        ``resume_writing`` when no bytes wait any more. A TLS transport of asyncio needs a limit of
        1 for this. The TCP transport below it is controlled by the TLS layer, and keeps its limits.
        """
        self.transport = stream.transport
        self._tcp_transport = stream.tcp_transport
        self.pace.begin(stream.transport, stream.tcp_transport)
        self.uses_tls = stream.transport is not stream.tcp_transport
        if self.uses_tls:
            stream.transport.set_write_buffer_limits(high=1, low=0)
        else:
            stream.transport.set_write_buffer_limits(high=0)

    def end(self) -> None:
        """Release the transport, which is gone, and the connection."""
        self.transport = self._tcp_transport = None
        self._data_is_queued = self._writing_stalls = ignore
        self._when_there_is_room = None
        self.pace.end()

    def close(self) -> None:
        """Close the transport after it has written its bytes, unless it is closing already.

        A TLS transport of asyncio discards its waiting bytes if it is closed a second time.
        """
        if self.transport is not None and not self.transport.is_closing():
            self.transport.close()

    def abort(self) -> None:
        """Close TCP at once. Waiting bytes are discarded, and count as not transmitted."""
        assert self._tcp_transport is not None
        self.settle()
        self._tcp_transport.abort()

    def depart(self) -> None:
        """Close TCP without waiting for the server to read.

        The rest of a large frame that has left only in part, and all other waiting data, is
        discarded. The server then sees that the connection was lost.
        """
        if self.transport is not None:
            self.pace.write_without_waiting()
            self.close()
        if self.has_backlog or self.uses_tls:
            self.abort()

    def write(self) -> None:
        """Write the outgoing frames."""
        pace = self.pace
        # § rfc6455-6.1-3. If the connection is no longer open, the outgoing frames are not sent.
        if not pace.is_open:
            return
        chunks, lengths, application_bytes = self._outgoing.take()
        # § rfc6455-6.1-8. The outgoing frames are transmitted in order.
        pace.write(chunks)
        if self.waiting() or not pace.is_open:
            self._ledger.write(lengths, application_bytes)
            self._note_backlog()
        else:
            self._ledger.all_has_left(sum(application_bytes))

    def write_at_once(self) -> None:
        """Write the outgoing frames, which had not left at step 1 of the event loop.

        This is the hot path of a connection that sends occasionally: one frame, and no bytes that
        wait before it. Its results are those of :meth:`write` (measured: receiving and sending a
        message of 100 bytes takes a sixth fewer instructions).
        """
        self.transmitted_as_of_step_1()
        outgoing, transport = self._outgoing, self.transport
        if self.has_backlog or self.uses_tls or transport is None or not self.pace.is_open:
            self.write()
            return
        application_bytes = outgoing.application_bytes[0]
        frame = outgoing.take_the_only_frame()
        if frame is None:
            self.write()
            return
        # § rfc6455-6.1-8. If exactly one outgoing frame waits, the frame is written directly to the
        #   transport.
        transport.write(frame)
        if transport.get_write_buffer_size() or transport.is_closing():
            self._ledger.write([len(frame)], [application_bytes])
            self._note_backlog()
        else:
            self._ledger.transmitted += application_bytes

    def waiting(self) -> int:
        """Return the number of written bytes that have not left, masked or not."""
        return self.pace.waiting()

    @property
    def has_no_room(self) -> bool:
        """Whether so many bytes wait that a caller that can wait should do so.

        If the transport is closing, frames that are sent are never written, so they are counted.
        """
        if not self.pace.is_open:
            return self._outgoing.length > ROOM
        return self.has_backlog and self.waiting() > ROOM

    def call_when_there_is_room(self, then: Callable[[], None]) -> None:
        """Call a function once, when the connection has room again, if it ever has."""
        self._when_there_is_room = then

    @property
    def everything_has_left(self) -> bool:
        """Whether this client's Close frame, and everything before it, has left.

        Only Pongs can wait behind the Close frame. If the server has ended TCP before its Pings are
        read, it gets no Pongs, and the closing handshake is complete nevertheless.
        """
        return not (self.has_backlog or self._outgoing.close_waits)

    def takes(self, queued: int) -> bool:
        """Count the bytes that have left, and return whether the send buffer has room.

        The call is not needed if :attr:`queued` will not exceed :attr:`full_at`.

        Args:
            queued: the value that :attr:`queued` would have after the next message.

        Source: https://websockets.spec.whatwg.org/#dom-websocket-send
        """
        self.settle()
        self.full_at = self._ledger.transmitted + self._room
        return queued <= self.full_at

    def transmitted_as_of_step_1(self) -> int:
        """Return how many bytes of application data had left at step 1 of the event loop.

        Source: https://websockets.spec.whatwg.org/#dom-websocket-bufferedamount
        """
        event_loop = self._event_loop
        if self._seen_at_step_1 != event_loop.times_at_step_1:
            self._seen_at_step_1 = event_loop.times_at_step_1
            if self.has_backlog:
                self.settle()
            self._transmitted_at_step_1 = self._ledger.transmitted
            event_loop.schedule_a_turn()
        return self._transmitted_at_step_1

    def settle(self) -> None:
        """Count the bytes that have left, unless the transport is closing.

        The buffer of a lost transport is empty since its bytes were discarded, and not since they
        have left.
        """
        if self._tcp_transport is not None and not self._tcp_transport.is_closing():
            self.strike_out()

    def strike_out(self) -> None:
        """Count the bytes that have left a transport that is open, or was until now."""
        waiting = self.waiting()
        self._ledger.settle(waiting)
        if waiting <= ROOM and self._when_there_is_room is not None:
            then, self._when_there_is_room = self._when_there_is_room, None
            then()
        if self.has_backlog and not waiting:
            self.has_backlog = False
            self._data_is_queued(False)

    def _stalls(self, writing_stalls: bool) -> None:
        if not writing_stalls:
            self.strike_out()
        self._writing_stalls(writing_stalls)

    def _note_backlog(self) -> None:
        if not self.has_backlog:
            self.has_backlog = True
            self._data_is_queued(True)
            if self.uses_tls and not self._looks_at_tls:
                self._look_at_tls()

    def _look_at_tls(self) -> None:
        self.settle()
        self._looks_at_tls = self.has_backlog and self.transport is not None
        if self._looks_at_tls:
            self._event_loop.asyncio_loop.call_later(LOOK_AT_TLS, self._look_at_tls)
