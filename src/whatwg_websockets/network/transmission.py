"""The way out of a connection: the transport, what waits in it, and what has left.

``bufferedAmount`` and the end of a connection rest on what is known here: a message has left once
its last byte is the operating system's. asyncio's transports keep what the system does not take;
where TLS is in use, both its own layer and the TCP below it do. What a large message still has to
be masked is kept by the :class:`~whatwg_websockets.network.pace.Pace`.
"""

import asyncio
from collections.abc import Callable

from whatwg_websockets.html.event_loop import EventLoop
from whatwg_websockets.network.handshake_stream import HandshakeStream
from whatwg_websockets.network.ledger import Ledger
from whatwg_websockets.network.pace import Pace, ignore
from whatwg_websockets.rfc6455.outgoing import Outgoing

# How often to look whether the TLS layer and TCP below it have let out what waited, in seconds:
# they say nothing themselves.
LOOK_AT_TLS = 0.05

# Who waits for room has it while no more bytes than these wait.
ROOM = 65_536


class Transmission:
    """The transport of one connection as its writing side sees it.

    Args:
        event_loop: the page's event loop.
        outgoing: the frames that are to be written.
        room: how many bytes of application data may wait at most.
        data_is_queued: is told when data begins to wait in the transport, and when none does any
            more.
        writing_stalls: is told when what is written begins to wait for the peer to read, and when
            it may be written at once again.

    Attributes:
        pace: gives the transport what it takes.
        transport: takes what is written; None before the connection is established, and after it
            is closed.
        queued: how many bytes of application data were sent so far.
        full_at: so many may be sent before what has left has to be counted anew.
        has_backlog: data waited in the transport when it was last looked at.
        uses_tls: the transport is one of TLS.
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
        """Write to the transport of the opening handshake from now on.

        With no room for waiting, its ``pause_writing`` means "something waits", and
        ``resume_writing`` "nothing does". A TLS transport of asyncio needs one byte to tell the two
        apart; the TCP below it is TLS's to steer, so it keeps its own limits.
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
        """Let go of the transport, which is gone, and of the connection."""
        self.transport = self._tcp_transport = None
        self._data_is_queued = self._writing_stalls = ignore
        self._when_there_is_room = None
        self.pace.end()

    def close(self) -> None:
        """Close the transport once it has let out what it has, unless it is closing already.

        asyncio's transport of TLS forgets what waits in it where it is closed a second time.
        """
        if self.transport is not None and not self.transport.is_closing():
            self.transport.close()

    def abort(self) -> None:
        """Close TCP at once; what waits is thrown away, and stays counted as not transmitted."""
        assert self._tcp_transport is not None
        self.settle()
        self._tcp_transport.abort()

    def depart(self) -> None:
        """Close TCP without waiting for the server to read.

        A large frame of which the operating system has taken only a part ends there, as does
        whatever else waits: the server sees that the connection was lost.
        """
        if self.transport is not None:
            self.pace.write_without_waiting()
            self.close()
        if self.has_backlog or self.uses_tls:
            self.abort()

    def write(self) -> None:
        """Write the frames that wait to be."""
        pace = self.pace
        # § rfc6455-6.1-3. What waits for a connection that goes away is not sent.
        if not pace.is_open:
            return
        chunks, lengths, application_bytes = self._outgoing.take()
        # § rfc6455-6.1-8. The frames are transmitted, in order.
        pace.write(chunks)
        if self.waiting() or not pace.is_open:
            self._ledger.write(lengths, application_bytes)
            self._note_backlog()
        else:
            self._ledger.all_has_left(sum(application_bytes))

    def write_at_once(self) -> None:
        """Write the frames that wait to be; what leaves now had not left at step 1.

        Mostly that is one frame, and nothing before it waits. This is the hot path of a connection
        that sends now and then; it does nothing that :meth:`write` would not do (measured: a
        message of 100 bytes, received and sent, takes a sixth fewer instructions with it).
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
        # § rfc6455-6.1-8. The frame is transmitted.
        transport.write(frame)
        if transport.get_write_buffer_size() or transport.is_closing():
            self._ledger.write([len(frame)], [application_bytes])
            self._note_backlog()
        else:
            self._ledger.transmitted += application_bytes

    def waiting(self) -> int:
        """Return how many of the bytes written have not left: not masked yet, or not taken."""
        return self.pace.waiting()

    @property
    def has_no_room(self) -> bool:
        """Whether so much waits that who can wait should.

        Nothing leaves any more where the transport closes; what is sent then is never written.
        """
        if not self.pace.is_open:
            return self._outgoing.length > ROOM
        return self.has_backlog and self.waiting() > ROOM

    def call_when_there_is_room(self, then: Callable[[], None]) -> None:
        """Have something called once: when there is room again, if that is ever so."""
        self._when_there_is_room = then

    @property
    def everything_has_left(self) -> bool:
        """Whether our Close frame, and what was sent before it, has left.

        What waits behind it are Pongs. A server that has ended TCP by the time that its Pings are
        read gets none, and the closing handshake is complete all the same.
        """
        return not (self.has_backlog or self._outgoing.close_waits)

    def takes(self, queued: int) -> bool:
        """Tell whether there is room for so many bytes in all, after counting what has left anew.

        Where :attr:`queued` is to become no more than :attr:`full_at`, this need not be asked.

        Source: https://websockets.spec.whatwg.org/#dom-websocket-send
        """
        self.settle()
        self.full_at = self._ledger.transmitted + self._room
        return queued <= self.full_at

    def transmitted_as_of_step_1(self) -> int:
        """Return how many bytes of application data had left when the event loop last began anew.

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
        """Strike out of the ledger what has left.

        A transport that is lost has an empty buffer: what waited in it was thrown away.
        """
        if self._tcp_transport is not None and not self._tcp_transport.is_closing():
            self.strike_out()

    def strike_out(self) -> None:
        """Strike out of the ledger what has left a transport that is there, or was until now."""
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
