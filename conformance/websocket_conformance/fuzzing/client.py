"""The fuzzing client: plays the cases with a server, each on a connection of its own."""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ParamSpec

from websocket_conformance.cases import catalogue
from websocket_conformance.cases.case import Case
from websocket_conformance.cases.opening import OpeningRequest
from websocket_conformance.cases.play import RoundTrips
from websocket_conformance.fuzzing.config import ServerUnderTest
from websocket_conformance.fuzzing.link import Link
from websocket_conformance.fuzzing.opening_playing import OpeningClient, link_for, playing_for
from websocket_conformance.fuzzing.opening_verdicts import with_next
from websocket_conformance.fuzzing.patience import Patience
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.fuzzing.playing import Role
from websocket_conformance.fuzzing.verdicts import NEVER_OPEN
from websocket_conformance.wire import deflate
from websocket_conformance.wire.deflate import Asked
from websocket_conformance.wire.handshake import (
    END,
    LARGEST,
    HandshakeError,
    new_key,
    parse_response,
    request,
)
from websocket_conformance.wire.log import Log

P = ParamSpec("P")

_CONNECT_SECONDS = 10.0
_LONGEST_TURN = 1.0
_DEFAULT_PORTS = {True: 443, False: 80}


@dataclass
class Session:
    """What all connections to one server share.

    Attributes:
        testee: the server.
        excluded: patterns of cases that are not played, under patterns of servers' names.
        told: is told of each result.
        agent: the server's name, as soon as it is known.
        in_flight: how many cases are being played.
        line: is held by the connection that is in its opening handshake.
        patience: tells by how much a deadline is longer now.
    """

    testee: ServerUnderTest
    excluded: Mapping[str, Sequence[str]]
    told: Callable[[Played], None]
    agent: str | None = None
    in_flight: int = 0
    line: asyncio.Lock = field(default_factory=asyncio.Lock)
    patience: Patience = field(init=False)

    def __post_init__(self) -> None:
        self.patience = Patience(lambda: self.in_flight)

    def excludes(self, case: Case) -> bool:
        """Whether a case is not to be played; nobody knows before the server has a name."""
        agent = self.testee.agent or self.agent
        return agent is not None and catalogue.is_excluded(self.excluded, agent, case.number)


async def play(
    testee: ServerUnderTest,
    cases: Sequence[Case],
    jobs: int,
    told: Callable[[Played], None],
    excluded: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Play cases with a server.

    Args:
        testee: the server.
        cases: the cases.
        jobs: how many at a time.
        told: is told of each result, as soon as there is one.
        excluded: patterns of cases that are not played, under patterns of servers' names.
    """
    session = Session(testee, excluded or {}, told)
    places = catalogue.places()
    waiting = deque((places[case.number], case) for case in cases)
    async with asyncio.TaskGroup() as lanes:
        for _ in range(min(jobs, len(cases))):
            lanes.create_task(_lane(session, waiting))


async def _lane(session: Session, waiting: "deque[tuple[int, Case]]") -> None:
    while waiting:
        index, case = waiting.popleft()
        if session.excludes(case):
            continue
        result = await play_case(session, index, case)
        if not session.excludes(case):
            session.told(result)


async def play_case(session: Session, index: int, case: Case) -> Played:
    """Play one case with a server, with the connection that follows it, if its verdict needs one.

    Args:
        session: what all connections to the server share; it learns the server's name.
        index: the place of the case among all.
        case: the case.
    """
    session.in_flight += 1
    try:
        result = await _play(session, index, case)
        if case.followed_by is not None:
            result = with_next(result, await _play(session, index, case.followed_by))
    finally:
        session.in_flight -= 1
    if result.was_open:
        session.agent = result.agent
    return result


async def _play(session: Session, index: int, case: Case) -> Played:
    """Play one case; if there is no connection, that is its result."""
    loop = asyncio.get_running_loop()
    over: asyncio.Future[Played] = loop.create_future()
    testee = session.testee
    agent = testee.agent or session.agent or "UnknownServer"
    role = Role(case, index, agent, False, testee.options)
    await session.line.acquire()
    turn = _Turn(session.line, loop)
    connection = ConnectionToServer(session, role, lambda result: _tell(over, result), turn.over)
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            await loop.create_connection(
                lambda: connection,
                testee.address.host,
                testee.address.port,
                ssl=_tls(testee),
                server_hostname=_server_name(testee),
            )
        return await over
    except Exception as error:
        connection.fail(f"There is no connection: {_words(error)}.")
        return await over
    finally:
        turn.over()
        connection.leave()


class _Turn:
    """A connection's turn in the line of those that are to be opened.

    A client opens one connection to a host at a time; here none waits for longer than a second, so
    that a server that does not answer costs a run no hours.

    Source: RFC 6455, section 4.1, step 2.

    Args:
        line: the line, whose turn it is now.
        loop: the event loop.
    """

    def __init__(self, line: asyncio.Lock, loop: asyncio.AbstractEventLoop) -> None:
        self._line = line
        self._is_over = False
        self._timer = loop.call_later(_LONGEST_TURN, self.over)

    def over(self) -> None:
        """The opening handshake is over, or has taken too long for others to wait."""
        if not self._is_over:
            self._is_over = True
            self._timer.cancel()
            self._line.release()


def _words(error: Exception) -> str:
    """What an error says of itself, which may be nothing."""
    unsaid = "it took too long" if isinstance(error, TimeoutError) else "it was lost at once"
    return str(error) or unsaid


def _tell(over: "asyncio.Future[Played]", result: Played) -> None:
    if not over.done():
        over.set_result(result)


def _tls(testee: ServerUnderTest) -> ssl.SSLContext | None:
    if not testee.address.secure:
        return None
    context = ssl.create_default_context()
    if testee.hostname is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _server_name(testee: ServerUnderTest) -> str | None:
    return testee.hostname or testee.address.host if testee.address.secure else None


def _asked(case: Case) -> tuple[Asked, ...]:
    play_ = case.play
    return (play_.asked or ()) if isinstance(play_, RoundTrips) else ()


class ConnectionToServer(asyncio.Protocol):
    """A connection to the server under test, for one case.

    Args:
        session: what it shares with the others.
        role: the case and the server.
        over: is given the result.
        answered: is told that the server has answered the request.

    Attributes:
        playing: the play of the case.
        key: what the request has in its Sec-WebSocket-Key field.
    """

    def __init__(
        self,
        session: Session,
        role: Role,
        over: Callable[[Played], None],
        answered: Callable[[], None] = lambda: None,
    ) -> None:
        loop = asyncio.get_running_loop()
        self._answered = answered
        self._session = session
        self._link = link_for(role.case, Link(loop, session.patience))
        self._log = Log(loop.time)
        self.playing = playing_for(role, self._link, self._log, over)
        self.key = new_key()
        self._head = b""
        self._is_open = False
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The transport is there: send the request."""
        assert isinstance(transport, asyncio.Transport)
        self._link.connected(transport)
        self._guarded(self._ask)

    def _ask(self) -> None:
        testee, case = self._session.testee, self.playing.role.case
        address = testee.address
        port = "" if address.port == _DEFAULT_PORTS[address.secure] else f":{address.port}"
        host = f"{f'[{address.host}]' if ':' in address.host else address.host}{port}"
        if isinstance(self.playing, OpeningClient):
            self.playing.ask(host=host, resource=address.resource, key=self.key)
        else:
            self.playing.request = request(
                host,
                address.resource,
                self.key,
                offers=[deflate.offer_for(ask) for ask in _asked(case)],
                origin=testee.origin,
                protocols=testee.protocols,
            )
            self._link.write(self.playing.request)
        self._log.octets_sent(self.playing.request, False)
        seconds = testee.options.opening_handshake_seconds * self._session.patience()
        if seconds:
            self._timer = self._link.loop.call_later(seconds, self._too_late)

    def data_received(self, data: bytes) -> None:
        """Octets came."""
        self._link.heard()
        self._guarded(self.playing.receive if self._is_open else self._receive_head, data)

    def connection_lost(self, exc: Exception | None) -> None:
        """The transport is gone."""
        self._cancel_timer()
        self._answered()
        rest = self._link.lost(exc)
        if rest and self._is_open:
            self.playing.receive(rest)
        if not self._is_open:
            self.playing.lost("The server closed the TCP connection.")
        else:
            self.playing.lost()

    def fail(self, reason: str) -> None:
        """There is no connection, or the judge cannot go on with it: the case has failed."""
        self._cancel_timer()
        self.playing.give_up(reason if self._is_open else f"{NEVER_OPEN} {reason}")

    def _guarded(self, act: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Do something; what is unexpected there costs this case and no other."""
        try:
            act(*args, **kwargs)
        except Exception as error:
            self.fail(f"The judge could not go on: {error!r}.")

    def leave(self) -> None:
        """Nobody waits for this connection any more."""
        self._cancel_timer()
        self._link.drop(abort=False)

    def _receive_head(self, data: bytes) -> None:
        self._log.octets_received(data)
        self._head += data
        head, end, rest = self._head.partition(END)
        if not end:
            if len(head) > LARGEST:
                self._refuse("The response does not end.")
            return
        self._cancel_timer()
        self._answered()
        self.playing.response = head + end
        if isinstance(self.playing, OpeningClient) and self.playing.is_refused(head):
            self._refuse("The server refused.")
            return
        try:
            self._open(head + end)
        except (HandshakeError, deflate.BadParameterError) as error:
            self._refuse(str(error))
            return
        if rest:
            self.playing.receive(rest)

    def _open(self, head: bytes) -> None:
        testee = self._session.testee
        opening = self.playing.role.case.opening
        protocols = opening.protocols if opening is not None else testee.protocols
        found = parse_response(head, self.key, protocols)
        agreed = _agreed(found.extensions, self.playing.role.case)
        if testee.agent is None:
            self.playing.agent = found.server
        self._is_open = True
        self.playing.open(agreed)

    def _too_late(self) -> None:
        if isinstance(self.playing, OpeningClient):
            self.playing.late()
        self._refuse("It was not completed in time.")

    def _refuse(self, reason: str) -> None:
        self.playing.lost(reason)
        self._link.drop(abort=True)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


def _agreed(field: str, case: Case) -> deflate.Parameters | None:
    """What a server's response agrees upon.

    Source: RFC 6455, section 9.1, and RFC 7692, section 5.1.

    Raises:
        HandshakeError: it is not what was offered.
        BadParameterError: it has a parameter that it must not have.
    """
    extensions = deflate.parse_extensions(field)
    if not extensions:
        return None
    opening = case.opening
    was_offered = _asked(case) or (isinstance(opening, OpeningRequest) and opening.may_deflate)
    if len(extensions) > 1 or extensions[0].name != deflate.NAME or not was_offered:
        raise HandshakeError(f"{field!r} was not offered.")
    return deflate.parse_parameters(extensions[0].parameters, offer=False)
