"""Peers of the judge's own connections, from the first octet on, in a time of their own.

A peer here reads no HTTP. It is told what to do with a case: open the connection, or refuse, or
something that no peer may do. So what is tested is what the judge makes of that, for every row of
its tables, and not what some parser thinks of the row.
"""

import asyncio
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any, cast
from unittest import mock

from simulation import Loop, Peer, Transport

from websocket_conformance.cases.case import Case
from websocket_conformance.cases.opening import Opening
from websocket_conformance.cases.play import RoundTrips
from websocket_conformance.fuzzing import server
from websocket_conformance.fuzzing.addresses import Address
from websocket_conformance.fuzzing.config import ServerUnderTest
from websocket_conformance.fuzzing.link import Link
from websocket_conformance.fuzzing.opening_playing import link_for
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.fuzzing.playing import Role
from websocket_conformance.fuzzing.to_server import ConnectionToServer
from websocket_conformance.wire import deflate
from websocket_conformance.wire.frames import Opcode, encode
from websocket_conformance.wire.handshake import accept_value, new_key, request
from websocket_conformance.wire.options import Options

UNTIL = 10_000
OFFER = "permessage-deflate; client_max_window_bits"


class Wire(Transport, asyncio.Transport):  # type: ignore[misc]
    """One end of a pipe, which can be deaf for a while."""

    def __init__(self, loop: Loop) -> None:
        Transport.__init__(self, loop)
        self.held: list[bytes] | None = None
        self.ended: Callable[[], None] = lambda: None

    def take(self, data: bytes) -> None:
        if self.held is None:
            super().take(data)
        else:
            self.held.append(data)

    def pause_reading(self) -> None:
        self.held = []

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        if isinstance(self.other, Wire):
            self.loop.call_soon(self.other.ended)

    def resume_reading(self) -> None:
        held, self.held = self.held, None
        for data in held or ():
            super().take(data)


class Opener:
    """Opens the connection, and echoes.

    Args:
        loop: its loop.
        wire: its end of the pipe.
        head: tells how many octets the judge's part has, once that is known.
        kind: what it does with frames.
    """

    def __init__(
        self, loop: Loop, wire: Wire, head: Callable[[], int], kind: type[Peer] = Peer
    ) -> None:
        self.loop = loop
        self.wire = wire
        self.head = head
        self.kind = kind
        self.is_client = True
        self.agreed: deflate.Parameters | None = None
        self.buffer = b""
        wire.receive = self.receive

    def receive(self, data: bytes) -> None:
        self.buffer += data
        if len(self.buffer) >= self.head():
            self.decide(self.buffer[self.head() :])

    def decide(self, rest: bytes) -> None:
        peer = self.kind(self.loop, self.wire, self.agreed)
        peer.start(is_client=self.is_client)
        self.answer()
        if rest:
            peer.receive(rest)

    def answer(self) -> None:
        """A server has something to say first."""


class Refuser(Opener):
    """Leaves."""

    def decide(self, rest: bytes) -> None:
        self.wire.close()


class Stayer(Opener):
    """Neither says anything nor leaves."""

    def receive(self, data: bytes) -> None:
        pass


class Closer(Opener):
    """Refuses, but with a Close."""

    def decide(self, rest: bytes) -> None:
        self.wire.write(b"\x88\x82\x00\x00\x00\x00\x03\xea")
        self.wire.close()


class Asker(Opener):
    """Asks again on the same connection, as for a redirect."""

    def decide(self, rest: bytes) -> None:
        self.wire.write(b"GET /moved HTTP/1.1\r\nHost: judge\r\n\r\n")
        self.wire.close()


class Mute(Opener):
    """Opens the connection, and answers nothing but the Close."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.kind = NoEcho


class NoEcho(Peer):
    def message(self, payload: bytes, binary: bool) -> None:
        pass


@contextmanager
def running(loop: Loop):
    """A judge that is made in here runs on a loop of its own."""
    with mock.patch.object(asyncio, "get_running_loop", return_value=loop):
        yield


def _pipe(loop: Loop) -> tuple[Wire, Wire]:
    one, other = Wire(loop), Wire(loop)
    one.other, other.other = other, one
    return one, other


def with_client(
    case: Case,
    kind: type[Opener] = Opener,
    *,
    peer: type[Peer] = Peer,
    offer: str = OFFER,
    protocols: tuple[str, ...] | None = None,
) -> Played:
    """Play a case with a client.

    Args:
        case: the case.
        kind: how the client opens the connection.
        peer: what it does with frames.
        offer: the extensions that it offers.
        protocols: the subprotocols that it asks for; None for those that the case needs.
    """
    loop, key = Loop(), new_key()
    ours, theirs = _pipe(loop)
    fuzzing = server.Fuzzing([case])
    with running(loop):
        connection = server.ConnectionFromClient(fuzzing)
    connection.connection_made(ours)
    ours.receive = connection.data_received
    ours.lost = lambda: connection.connection_lost(None)
    opening = case.opening
    client_ = kind(loop, theirs, _head(opening, key), peer)
    assert client_.wire is theirs
    if protocols is None:
        protocols = opening.protocols if opening is not None else ()
    octets = request("judge", "/runCase?case=1&agent=peer", key, protocols=protocols)
    if offer and isinstance(case.play, RoundTrips):
        client_.agreed = deflate.accept_offer(deflate.offers(offer), case.play.asked or ())
        client_.head = lambda: _usual(key, client_.agreed)
    extensions = f"Sec-WebSocket-Extensions: {offer}\r\n\r\n".encode()
    theirs.write(octets[:-2] + extensions if offer else octets)
    loop.run(until=UNTIL)
    (result,) = fuzzing.book.results.values()
    return result


def _head(opening: Opening | None, key: str) -> Callable[[], int]:
    value = accept_value(key)
    if opening is None:
        return lambda: _usual(key)
    hello = encode(Opcode.TEXT, b"Hello").decode("latin-1")
    octets = opening.filled(accept=value, Accept=value.swapcase(), key=key, hello=hello)
    return lambda: len(octets)


def _usual(key: str, agreed: deflate.Parameters | None = None) -> int:
    parsed = server.Request("", {}, key, "", ())
    return len(server.response(parsed, agreed))


class Serving(Opener):
    """A server that opens the connection."""

    status = "101 Switching Protocols"
    more = ""
    key: Callable[[], str]

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.is_client = False

    def answer(self) -> None:
        self.wire.write(
            f"HTTP/1.1 {self.status}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept_value(self.key())}\r\n{self.more}\r\n".encode()
        )


class Denying(Serving):
    """A server that refuses as it has to."""

    status = "426 Upgrade Required"
    more = "Sec-WebSocket-Version: 13\r\n"

    def decide(self, rest: bytes) -> None:
        self.answer()


class Failing(Denying):
    """A server that blames itself."""

    status = "500 Internal Server Error"


class Hiding(Denying):
    """A server that does not say which versions it knows."""

    more = ""


class Compressing(Serving):
    """A server that takes every offer."""

    more = "Sec-WebSocket-Extensions: permessage-deflate\r\n"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.agreed = deflate.Parameters()


class Choosing(Serving):
    """A server that chooses a subprotocol that nobody asked for."""

    more = "Sec-WebSocket-Protocol: x-never-asked-for\r\n"


class Lying(Serving):
    """A server that answers another key."""

    def answer(self) -> None:
        self.key = new_key
        super().answer()


class Leaving(Serving):
    """A server that leaves without a word."""

    def decide(self, rest: bytes) -> None:
        self.wire.close()


class Ending(Serving):
    """A server that leaves when the judge does, and not before."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.wire.ended = self.wire.close

    def receive(self, data: bytes) -> None:
        pass


class Waiting(Serving):
    """A server that does nothing."""

    def receive(self, data: bytes) -> None:
        pass


def with_server(case: Case, kind: type[Serving] = Serving, *, peer: type[Peer] = Peer) -> Played:
    """Play a case with a server.

    Args:
        case: the case.
        kind: how the server answers.
        peer: what it does with frames.
    """
    loop = Loop()
    ours, theirs = _pipe(loop)
    results: list[Played] = []
    testee = ServerUnderTest(Address("judge", 80), "peer")
    with running(loop):
        connection = ConnectionToServer(
            testee,
            Role(case, 1, "peer", False, Options()),
            link_for(case, Link(cast(Any, loop), lambda: 1.0)),
            results.append,
        )
    ours.receive = connection.data_received
    ours.lost = lambda: connection.connection_lost(None)

    def head() -> int:
        if case.opening is None:
            return len(connection.playing.request)
        values = {"host": "judge", "resource": "/", "key": connection.key}
        hello = "" if case.opening.octets.endswith("{hello}") else "1234567890a"
        return len(case.opening.filled(hello=hello, **values))

    server_ = kind(loop, theirs, head, peer)
    server_.key = lambda: connection.key
    with running(loop):
        connection.connection_made(cast(Any, ours))
        loop.run(until=UNTIL)
    (result,) = results
    return result
