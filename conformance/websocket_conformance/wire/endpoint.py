"""The judge's own end of a WebSocket connection, from the opened connection on.

It keeps the rules that a peer can be measured by, and is able to break each of them. It knows no
socket: octets go in with `receive` and out through a `Wire`. What it does is in `sending`,
`receiving` and `closing`, which share a `Connection`; here they are put together.

Source: RFC 6455, sections 5, 6 and 7.
"""

from websocket_conformance.wire import deflate
from websocket_conformance.wire.closing import Closer
from websocket_conformance.wire.connection import Connection, State
from websocket_conformance.wire.log import Log
from websocket_conformance.wire.options import Options
from websocket_conformance.wire.outgoing import Outgoing
from websocket_conformance.wire.receiving import Receiver
from websocket_conformance.wire.sendable import Close, Frame, Message, Part
from websocket_conformance.wire.sending import Sender
from websocket_conformance.wire.surroundings import Listener, Wire


class Endpoint:
    """One end of a connection that has been opened.

    Attributes:
        closing: how the connection came to its end.
        sent: how much this end sent.
        received: how much the peer sent.
        log: what was seen.
        way: how this end compresses; None if it does not.

    Args:
        wire: the connection below.
        listener: who is told what comes.
        log: what is seen is put down here.
        is_server: which end this is.
        options: how it keeps the rules.
        agreed: the parameters of permessage-deflate, if that was agreed upon.
    """

    def __init__(
        self,
        wire: Wire,
        listener: Listener,
        log: Log,
        *,
        is_server: bool,
        options: Options,
        agreed: deflate.Parameters | None = None,
    ) -> None:
        deflater = inflater = None
        self.way: deflate.Way | None = None
        if agreed is not None:
            self.way, theirs = deflate.ways(agreed, is_server=is_server)
            deflater, inflater = deflate.Deflater(self.way), deflate.Inflater(theirs)
        self._connection = connection = Connection(is_server, options, log)
        outgoing = Outgoing(connection, wire)
        self._sender = Sender(connection, outgoing, deflater)
        self._closer = Closer(connection, outgoing, self._sender, wire, listener)
        self._receiver = Receiver(connection, self._sender, self._closer, listener, inflater)
        self.log = log
        self.closing = connection.closing
        self.sent = connection.sent
        self.received = connection.received

    @property
    def state(self) -> State:
        """Where the connection is in its life."""
        return self._connection.state

    @property
    def pongs_sent(self) -> int:
        """The octets of the Pongs that answered Pings."""
        return self._connection.pongs_sent

    @property
    def octets_received(self) -> int:
        """All octets of the peer, also those that came once the connection was closing."""
        return self._connection.octets_received

    def send_frame(self, frame: Frame) -> None:
        """Send a frame, whatever the state."""
        self._sender.send_frame(frame)

    def send_message(
        self, message: Message, *, compressed: bytes | None = None, chop: int | None = None
    ) -> None:
        """Send a message if the connection is open, compressed if that was agreed upon.

        Args:
            message: the message.
            compressed: its payload as this endpoint would compress it, if that is known.
            chop: how many octets of a single frame go out in one write; None for all of them.
        """
        self._sender.send_message(message, compressed=compressed, chop=chop)

    def send_part(self, part: Part) -> None:
        """Send a piece of a text frame's payload if the connection is open."""
        self._sender.send_part(part)

    def receive(self, data: bytes) -> None:
        """Take in octets from the peer."""
        self._receiver.receive(data)

    def send_close(self, close: Close) -> None:
        """Start the closing handshake if the connection is open."""
        self._closer.send_close(close)

    def time_out(self) -> None:
        """Fail the connection, as its time is over: with a Close, or without if one was sent."""
        self._closer.time_out()

    def drop(self, *, abort: bool = False) -> None:
        """Close TCP from this side, at once or when what was written has left."""
        self._closer.drop(abort=abort)

    def lost(self, reason: str | None = None) -> None:
        """The connection below is gone, for a reason if it is known."""
        self._closer.lost(reason)
