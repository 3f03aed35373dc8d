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
from websocket_conformance.wire.sending import Sender
from websocket_conformance.wire.surroundings import Listener, Wire


class Endpoint:
    """One end of a connection that has been opened.

    Attributes:
        connection: what is known of the connection.
        way: how this end compresses; None if it does not.
        send_frame, send_message, send_part: see `Sender`.
        receive: see `Receiver`.
        send_close, time_out, drop, lost: see `Closer`.

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
        self.connection = connection = Connection(is_server, options, log)
        outgoing = Outgoing(connection, wire)
        sender = Sender(connection, outgoing, deflater)
        closer = Closer(connection, outgoing, sender, wire, listener)
        receiver = Receiver(connection, sender, closer, listener, inflater)
        self.send_frame = sender.send_frame
        self.send_message = sender.send_message
        self.send_part = sender.send_part
        self.receive = receiver.receive
        self.send_close = closer.send_close
        self.time_out = closer.time_out
        self.drop = closer.drop
        self.lost = closer.lost

    @property
    def state(self) -> State:
        """Where the connection is in its life."""
        return self.connection.state
