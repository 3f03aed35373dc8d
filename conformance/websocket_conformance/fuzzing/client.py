"""The fuzzing client: plays the cases with a server, each on its own connection."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from websocket_conformance.cases import catalogue
from websocket_conformance.cases.case import Case
from websocket_conformance.fuzzing.config import ServerUnderTest
from websocket_conformance.fuzzing.link import Link
from websocket_conformance.fuzzing.opening_playing import link_for
from websocket_conformance.fuzzing.opening_verdicts import with_next
from websocket_conformance.fuzzing.patience import Patience
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.fuzzing.playing import Role
from websocket_conformance.fuzzing.reaching import tls_for
from websocket_conformance.fuzzing.to_server import ConnectionToServer

_CONNECT_SECONDS = 10.0
_LONGEST_TURN = 1.0


@dataclass
class Session:
    """The state that all connections to one server share.

    Attributes:
        testee: the server.
        excluded: patterns of cases that are not played, under patterns of servers' names.
        told: is called with each result.
        agent: the server's name, as soon as it is known.
        in_flight: how many cases are being played.
        line: the lock that the connection in its opening handshake holds.
        patience: the factor by which deadlines are longer now.
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
        """Return whether a case is excluded; unknown before the server has sent its name."""
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
        jobs: how many cases are played at a time.
        told: is called with each result, as soon as there is one.
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
    """Play one case with a server, and the connection after it if the verdict needs that.

    Args:
        session: the state that all connections to the server share; it learns the server's name.
        index: the place of the case among all cases.
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
    """Play one case; without a connection, the result is a failure."""
    loop = asyncio.get_running_loop()
    over: asyncio.Future[Played] = loop.create_future()
    testee = session.testee
    agent = testee.agent or session.agent or "UnknownServer"
    role = Role(case, index, agent, False, testee.options)
    await session.line.acquire()
    turn = _Turn(session.line, loop)
    link = link_for(case, Link(loop, session.patience))
    connection = ConnectionToServer(testee, role, link, partial(_tell, over), turn.over)
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            await loop.create_connection(
                lambda: connection,
                testee.address.host,
                testee.address.port,
                ssl=tls_for(testee.address, testee.hostname),
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
    """A connection's place in the line of connections that are to be opened.

    A client opens one connection to a host at a time. Here, no connection waits longer than a
    second, so that a server that does not answer does not delay a run for hours.

    Source: RFC 6455, section 4.1, step 2.

    Args:
        line: the lock; this connection holds it now.
        loop: the event loop.
    """

    def __init__(self, line: asyncio.Lock, loop: asyncio.AbstractEventLoop) -> None:
        self._line = line
        self._is_over = False
        self._timer = loop.call_later(_LONGEST_TURN, self.over)

    def over(self) -> None:
        """Let the next connection begin: the handshake is over, or has taken too long."""
        if not self._is_over:
            self._is_over = True
            self._timer.cancel()
            self._line.release()


def _words(error: Exception) -> str:
    """Return the message of an error, which may be empty."""
    unsaid = "it took too long" if isinstance(error, TimeoutError) else "it was lost at once"
    return str(error) or unsaid


def _tell(over: "asyncio.Future[Played]", result: Played) -> None:
    if not over.done():
        over.set_result(result)


def _server_name(testee: ServerUnderTest) -> str | None:
    return testee.hostname or testee.address.host if testee.address.secure else None
