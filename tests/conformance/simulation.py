"""Two ends of a connection in one process and in a time of their own: nothing is waited for.

The judge's end is the real one, on its real `Link`. The other end is a peer that echoes, built on
the same `Endpoint` with the roles turned round, and can be told to break a rule.
"""

import heapq
import itertools
from collections.abc import Callable
from typing import Any, cast

from websocket_conformance.cases.case import Case
from websocket_conformance.cases.play import RoundTrips
from websocket_conformance.fuzzing.link import Link
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.fuzzing.playing import Playing, Role
from websocket_conformance.wire import deflate
from websocket_conformance.wire.connection import State
from websocket_conformance.wire.endpoint import Endpoint
from websocket_conformance.wire.frames import Opcode
from websocket_conformance.wire.log import Log
from websocket_conformance.wire.options import Options
from websocket_conformance.wire.sendable import Close, Frame, Message


class Handle:
    def __init__(self) -> None:
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class Loop:
    """An event loop whose time passes only when nothing else is left to do."""

    def __init__(self) -> None:
        self.now = 0.0
        self._order = itertools.count()
        self._due: list[tuple[float, int, Handle, Callable[..., object], tuple[Any, ...]]] = []

    def time(self) -> float:
        return self.now

    def call_later(self, seconds: float, act: Callable[..., object], *arguments: Any) -> Handle:
        handle = Handle()
        heapq.heappush(self._due, (self.now + seconds, next(self._order), handle, act, arguments))
        return handle

    def call_soon(self, act: Callable[..., object], *arguments: Any) -> Handle:
        return self.call_later(0, act, *arguments)

    def run(self, until: float = float("inf")) -> None:
        while self._due and self._due[0][0] <= until:
            self.now, _, handle, act, arguments = heapq.heappop(self._due)
            if not handle.is_cancelled:
                act(*arguments)


class Transport:
    """One end of a pipe."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.written: list[bytes] = []
        self.is_closed = False
        self.receive: Callable[[bytes], None] = lambda data: None
        self.lost: Callable[[], None] = lambda: None
        self.other: Transport | None = None

    def write(self, data: bytes) -> None:
        if not self.is_closed:
            self.written.append(bytes(data))
            if self.other is not None:
                self.loop.call_soon(self.other.take, bytes(data))

    def take(self, data: bytes) -> None:
        if not self.is_closed:
            self.receive(data)

    def close(self) -> None:
        if not self.is_closed:
            self.is_closed = True
            self.loop.call_soon(self.lost)
            if self.other is not None:
                self.loop.call_soon(self.other.close)

    abort = close

    def is_closing(self) -> bool:
        return self.is_closed

    def get_write_buffer_size(self) -> int:
        return 0

    def get_extra_info(self, name: str) -> None:
        return None


def pipe(loop: Loop) -> tuple[Transport, Transport]:
    one, other = Transport(loop), Transport(loop)
    one.other, other.other = other, one
    return one, other


class Peer:
    """Echoes. What it is not to do well, a subclass does otherwise."""

    options = Options()

    def __init__(self, loop: Loop, transport: Transport, agreed: deflate.Parameters | None) -> None:
        link = Link(cast(Any, loop), lambda: 1.0)
        link.connected(cast(Any, transport))
        self.transport = transport
        self.is_client = True
        self.agreed = agreed
        self.link = link
        self.loop = loop

    def start(self, *, is_client: bool) -> None:
        self.endpoint = Endpoint(
            self.link,
            self,
            Log(self.loop.time),
            is_server=not is_client,
            options=self.options,
            agreed=self.agreed,
        )
        self.transport.receive = self.receive
        self.transport.lost = self.endpoint.lost

    def receive(self, data: bytes) -> None:
        self.link.heard()
        self.endpoint.receive(data)

    def message(self, payload: bytes, binary: bool) -> None:
        self.endpoint.send_message(Message(payload, binary))

    def pong(self, payload: bytes) -> None:
        pass

    def ended(self) -> None:
        pass


class Deaf(Peer):
    """Takes everything, says nothing, and never ends the connection."""

    def receive(self, data: bytes) -> None:
        pass


class Flood(Peer):
    """Sends Pings and does not stop."""

    is_sending = False

    def receive(self, data: bytes) -> None:
        if not self.is_sending:
            self.is_sending = True
            self.go_on()

    def go_on(self) -> None:
        self.transport.write((b"\x89\xfd\0\0\0\0" + bytes(125)) * 512)
        if not self.transport.is_closed:
            self.loop.call_later(0.01, self.go_on)


class Lenient(Peer):
    """Takes what is not UTF-8 for text, and sends it back."""

    options = Options(checks_utf8=False)


class Changing(Peer):
    """Sends back another octet at the end."""

    def message(self, payload: bytes, binary: bool) -> None:
        super().message(payload[:-1] + b"!" if payload else b"!", binary)


class Shortening(Peer):
    def message(self, payload: bytes, binary: bool) -> None:
        super().message(payload[:-1] if payload else b"!", binary)


class Retyping(Peer):
    """Sends text as binary messages, and binary messages as text."""

    options = Options(checks_utf8=False)

    def message(self, payload: bytes, binary: bool) -> None:
        super().message(payload, not binary)


class Doubling(Peer):
    """Sends each message twice."""

    def message(self, payload: bytes, binary: bool) -> None:
        super().message(payload, binary)
        super().message(payload, binary)


class Ponging(Peer):
    """Sends a Pong that nobody asked for before each message."""

    def message(self, payload: bytes, binary: bool) -> None:
        self.endpoint.send_frame(Frame(Opcode.PONG))
        super().message(payload, binary)


class Closing(Peer):
    """Closes instead of an echo."""

    def message(self, payload: bytes, binary: bool) -> None:
        self.endpoint.send_close(Close(1000))


class Dropping(Peer):
    """Drops the connection instead of an echo."""

    def message(self, payload: bytes, binary: bool) -> None:
        self.endpoint.drop()


class Unmasked(Peer):
    """Does not mask its frames."""

    def message(self, payload: bytes, binary: bool) -> None:
        self.transport.write(bytes((0x82 if binary else 0x81, 0)))


class Silent(Peer):
    """Never answers a Close."""

    def receive(self, data: bytes) -> None:
        if data[:1] != b"\x88":
            super().receive(data)


class DroppingWhenFailed(Peer):
    """Fails a connection without a Close."""

    options = Options(fails_by_drop=True)


def agree(case: Case, *, judge_is_server: bool) -> deflate.Parameters | None:
    """What a peer that knows everything agrees upon."""
    play = case.play
    if not isinstance(play, RoundTrips) or play.asked is None:
        return None
    if judge_is_server:
        return deflate.accept_offer([deflate.Parameters(may_limit_client=True)], play.asked)
    return deflate.accept_offer([deflate.offer_for(ask) for ask in play.asked], [play.asked[0]])


def play(
    case: Case,
    kind: type[Peer] = Peer,
    *,
    judge_is_server: bool = True,
    patience: float = 1.0,
    compresses: bool = True,
) -> Played:
    """Play a case to its end."""
    loop = Loop()
    ours, theirs = pipe(loop)
    results: list[Played] = []
    link = Link(cast(Any, loop), lambda: patience)
    link.connected(cast(Any, ours))
    log = Log(loop.time)
    role = Role(case, 1, "peer", judge_is_server, Options())
    playing = Playing(role, link, log, results.append)
    agreed = agree(case, judge_is_server=judge_is_server) if compresses else None
    peer = kind(loop, theirs, agreed)
    peer.start(is_client=judge_is_server)

    def receive(data: bytes) -> None:
        link.heard()
        playing.receive(data)

    ours.receive, ours.lost = receive, playing.lost
    playing.open(agreed)
    loop.run(until=10_000)
    (result,) = results
    assert peer.endpoint.state is State.CLOSED or kind in (Deaf, Flood, Silent)
    return result
