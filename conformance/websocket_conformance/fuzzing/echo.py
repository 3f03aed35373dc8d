"""An echo server: it sends every message back to the client that sent it.

The echo server plays no cases. It is the server of the examples and of the lessons, and a server
that the embedded suite can be tried on. A client may ask for subprotocols, of which the first one
is selected, and may offer permessage-deflate, which is accepted.
"""

import asyncio
import logging
from dataclasses import replace

from websocket_conformance.fuzzing.addresses import Address
from websocket_conformance.fuzzing.link import Link
from websocket_conformance.fuzzing.meeting import Meeting
from websocket_conformance.wire import deflate
from websocket_conformance.wire.codes import GOING_AWAY, NORMAL
from websocket_conformance.wire.endpoint import Endpoint
from websocket_conformance.wire.handshake import HandshakeError, parse_request, refusal, response
from websocket_conformance.wire.options import Options
from websocket_conformance.wire.sendable import Close, Message

_LOGGER = logging.getLogger(__name__)

_OPTIONS = Options(echoes_close=True)
"""The answer to a Close frame has the code and the reason of that frame."""

_FAREWELL = 1.0
"""How long the clients may take to answer the Close frame of a server that ends, in seconds."""


class EchoServer:
    """An echo server with its open connections.

    Attributes:
        once: whether the server closes a connection after the first message on it.
        compresses: whether the server accepts an offer of permessage-deflate.
        connections: the connections whose TCP connection has not ended.
    """

    def __init__(self, *, once: bool = False, compresses: bool = True) -> None:
        self.once = once
        self.compresses = compresses
        self.connections: set[EchoConnection] = set()
        self._server: asyncio.Server | None = None

    async def listen(self, address: Address) -> Address:
        """Begin to listen, and return the address with the port that was taken.

        Args:
            address: where to listen; port 0 stands for a free port.

        Raises:
            OSError: the server cannot listen there.
        """
        self._server = await asyncio.get_running_loop().create_server(
            lambda: EchoConnection(self), address.host, address.port
        )
        return replace(address, port=self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening, and close all connections with the code 1001 (going away).

        Clients have one second to answer the Close frame. After that their connections are aborted.
        """
        if self._server is not None:
            self._server.close()
        for connection in list(self.connections):
            connection.go_away()
        gone = [asyncio.ensure_future(each.gone.wait()) for each in self.connections]
        if gone:
            _, late = await asyncio.wait(gone, timeout=_FAREWELL)
            for each in late:
                each.cancel()
        for connection in list(self.connections):
            connection.abort()


class EchoConnection(Meeting):
    """One connection of a client, on which each message is sent back.

    Attributes:
        gone: is set when the TCP connection has ended.

    Args:
        server: the server that the client has connected to.
    """

    def __init__(self, server: EchoServer) -> None:
        super().__init__(Link(asyncio.get_running_loop(), lambda: 1.0))
        self.gone = asyncio.Event()
        self._log.is_on = False
        self._server = server
        self._transport: asyncio.Transport | None = None
        self._endpoint: Endpoint | None = None
        self._wait(_OPTIONS.opening_handshake_seconds)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The TCP connection is established."""
        super().connection_made(transport)
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The TCP connection has ended."""
        super().connection_lost(exc)
        self._server.connections.discard(self)
        self.gone.set()

    def pause_writing(self) -> None:
        """Stop reading, as the client does not read what is sent back."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Read on, as the client has read what was sent back."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def go_away(self) -> None:
        """Send a Close frame with the code 1001, or abort a handshake that is not complete."""
        if self._endpoint is None:
            self.abort()
        else:
            self._endpoint.send_close(Close(GOING_AWAY))

    def abort(self) -> None:
        """End the TCP connection without a closing handshake."""
        self._link.drop(abort=True)

    def message(self, payload: bytes, binary: bool) -> None:
        """Send a message back."""
        assert self._endpoint is not None
        self._endpoint.send_message(Message(payload, binary))
        if self._server.once:
            self._endpoint.send_close(Close(NORMAL))

    def pong(self, payload: bytes) -> None:
        """Ignore a Pong."""

    def ended(self) -> None:
        """The WebSocket connection is over; `connection_lost` does the rest."""

    def _take_head(self, head: bytes) -> None:
        try:
            request = parse_request(head)
        except HandshakeError as error:
            self._refuse(error)
            return
        asked = [deflate.Asked()] if self._server.compresses else []
        agreed = deflate.accept_offer(deflate.offers(request.extensions), asked)
        self._link.write(response(request, agreed, next(iter(request.protocols), None)))
        self._endpoint = Endpoint(
            self._link, self, self._log, is_server=True, options=_OPTIONS, agreed=agreed
        )
        self._receive, self._lost = self._endpoint.receive, self._endpoint.lost

    def _refuse(self, error: HandshakeError) -> None:
        self._hear_no_more()
        self._link.write(refusal(error))
        self._link.drop(abort=False)

    def _refuse_endless(self) -> None:
        self._refuse(HandshakeError("The request does not end."))

    def _too_late(self) -> None:
        self.abort()

    def _give_up(self, error: Exception) -> None:
        """End the connection, as the server has met an exception that it does not expect."""
        _LOGGER.exception("The echo server could not go on with a connection.", exc_info=error)
        self._hear_no_more()
        self.abort()
