"""The judge's end of a WebSocket connection, after the opening handshake.

It checks the peer's frames by the rules of the protocol, and can break each rule itself. It does
no input or output: octets go in through `receive` and out through a `Wire`. This module puts
together `sending`, `receiving` and `closing`, which share a `Connection`.

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
    """One end of an open connection.

    Attributes:
        connection: the state of the connection.
        way: the parameters of the judge's compression; None without compression.
        send_frame, send_message, send_part: see `Sender`.
        receive: see `Receiver`.
        send_close, time_out, drop, lost: see `Closer`.

    Args:
        wire: the transport.
        listener: is called with what arrives.
        log: the log of the connection.
        is_server: whether the judge is the server.
        options: which rules the judge keeps.
        agreed: the parameters of permessage-deflate; None if it was not negotiated.
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
        """The state of the connection."""
        return self.connection.state
