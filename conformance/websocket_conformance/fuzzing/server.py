"""The fuzzing server: plays a case with each client that asks for one.

========================================  =====================================================
path                                      what the server does
========================================  =====================================================
``/getCaseCount``                         says how many cases there are, and closes
``/getCaseInfo?case=N``                   says the case's number, what it sends, the ``protocols``
                                          to ask for, if it needs any, and whether the client's
                                          ``closeEvent`` says more than the wire, and closes
``/getCaseInfo``                          says the same of all cases, in a list, and closes
``/runCase?case=N&agent=A``               plays the case
``/getCaseStatus?case=N&agent=A``         says the verdict as soon as the case is over, and closes
``/closeEvent?case=N&agent=A``            is told of the client's close event, by ``code=1006`` and
                                          ``wasClean=false``, and closes when the verdict is known
``/updateReports?agent=A``                writes the reports, and closes; with
                                          ``shutdownOnComplete=true`` the server stops then
``/stopServer``                           stops
any other                                 opens, and carries out commands; see `fuzzing.commands`
========================================  =====================================================

``casetuple=1.1.1`` is another way to name a case. A GET that asks for no WebSocket is answered with
a page that says what this is. What is refused is logged.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from websocket_conformance.cases import catalogue
from websocket_conformance.cases.case import Case
from websocket_conformance.cases.opening import OpeningResponse
from websocket_conformance.cases.play import RoundTrips
from websocket_conformance.fuzzing.addresses import Address
from websocket_conformance.fuzzing.answers import ANSWERS, Reply, agent_of, case_of, value_of
from websocket_conformance.fuzzing.commands import Commands
from websocket_conformance.fuzzing.link import Link
from websocket_conformance.fuzzing.opening_playing import OpeningServer, link_for, playing_for
from websocket_conformance.fuzzing.playing import Role
from websocket_conformance.fuzzing.shared import Fuzzing
from websocket_conformance.wire import deflate
from websocket_conformance.wire.endpoint import Endpoint
from websocket_conformance.wire.handshake import (
    END,
    LARGEST,
    HandshakeError,
    NoUpgradeError,
    Request,
    page,
    parse_request,
    refusal,
    response,
)
from websocket_conformance.wire.log import Log
from websocket_conformance.wire.sendable import Close, Message
from websocket_conformance.wire.surroundings import Listener

_LOGGER = logging.getLogger(__name__)
_LONGEST_LOGGED = 200
_BACKLOG = 1024

LOOPBACK = Address("127.0.0.1", 0)
"""A free port that only this machine reaches."""


async def listen(
    fuzzing: Fuzzing, address: Address = LOOPBACK, tls: ssl.SSLContext | None = None
) -> tuple[asyncio.Server, Address]:
    """Start a fuzzing server.

    Args:
        fuzzing: what its connections share.
        address: where it listens; port 0 stands for a free one.
        tls: how it speaks TLS; None to speak none.

    Returns:
        The server, and where it listens.

    Raises:
        OSError: it cannot listen there.
    """
    server = await asyncio.get_running_loop().create_server(
        lambda: ConnectionFromClient(fuzzing),
        address.host,
        address.port,
        ssl=tls,
        backlog=_BACKLOG,
    )
    return server, replace(address, port=server.sockets[0].getsockname()[1])


class ConnectionFromClient(asyncio.Protocol):
    """One connection of a client, whatever it wants.

    Args:
        fuzzing: what it shares with the others.
    """

    def __init__(self, fuzzing: Fuzzing) -> None:
        self._fuzzing = fuzzing
        loop = asyncio.get_running_loop()
        self._link = Link(loop, fuzzing.patience, fuzzing.most_quiet)
        self._log = Log(loop.time)
        self._head = b""
        self._receive: Callable[[bytes], None] = self._receive_head
        self._lost: Callable[[], None] = lambda: None
        self._fail: Callable[[str], None] = self._fail_request
        seconds = fuzzing.options.opening_handshake_seconds * fuzzing.patience()
        self._timer = loop.call_later(seconds, self._too_late) if seconds else None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The transport is there."""
        assert isinstance(transport, asyncio.Transport)
        self._link.connected(transport)

    def data_received(self, data: bytes) -> None:
        """Octets came."""
        self._link.heard()
        try:
            self._receive(data)
        except Exception as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """Answer with a 500, or fail the case: what is unexpected costs this connection alone."""
        _LOGGER.exception("The judge could not go on with a connection.", exc_info=error)
        self._receive = lambda _: None
        self._fail(f"The judge could not go on: {error!r}.")

    def connection_lost(self, exc: Exception | None) -> None:
        """The transport is gone."""
        self._cancel_timer()
        rest = self._link.lost(exc)
        if rest:
            self._receive(rest)
        self._lost()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _too_late(self) -> None:
        self._link.drop(abort=True)

    def _receive_head(self, data: bytes) -> None:
        self._log.octets_received(data)
        self._head += data
        head, end, rest = self._head.partition(END)
        if not end:
            if len(head) > LARGEST:
                self._refuse(HandshakeError("The request does not end."))
            return
        self._cancel_timer()
        try:
            self._serve(parse_request(head + end), head + end)
        except HandshakeError as error:
            self._refuse(error)
            return
        if rest:
            self._receive(rest)

    def _refuse(self, error: HandshakeError) -> None:
        self._receive = lambda _: None
        if isinstance(error, NoUpgradeError):
            self._link.write(page())
        else:
            _log_refusal(self._head, f"{error.status}: {error}")
            self._link.write(refusal(error))
        self._link.drop(abort=False)

    def _fail_request(self, why: str) -> None:
        self._refuse(HandshakeError(why, "500 Internal Server Error"))

    def _serve(self, request: Request, head: bytes) -> None:
        match request.path:
            case "/runCase":
                self._run_case(request, head)
            case path if path in ANSWERS:
                self._answer(request, ANSWERS[path](self._fuzzing, request))
            case _:
                self._command(request)

    def _answer(self, request: Request, answer: Reply) -> None:
        """Open the connection, say one text message or none, and close."""
        endpoint = self._open(request, _Deaf())

        def say(words: str | None) -> None:
            if words is not None:
                endpoint.send_message(Message(words.encode()))
            endpoint.send_close(Close())

        answer(say)

    def _command(self, request: Request) -> None:
        """Open the connection, and do what the client says on it."""
        value_of(request, "agent", "")
        if request.query.keys() & {"case", "casetuple"}:
            case_of(self._fuzzing, request)
        commands = Commands(partial(_log_refusal, self._head))
        commands.endpoint = self._open(request, commands)

    def _open(self, request: Request, listener: Listener) -> Endpoint:
        """Open a connection on which no case is played."""
        self._link.write(response(request, None, self._protocol(request)))
        self._log.is_on = False
        endpoint = Endpoint(
            self._link, listener, self._log, is_server=True, options=self._fuzzing.options
        )
        self._receive, self._lost = endpoint.receive, endpoint.lost
        self._fail = lambda _: self._link.drop(abort=True)
        return endpoint

    def _protocol(self, request: Request) -> str | None:
        """The first subprotocol that both sides speak, if there is one."""
        spoken = self._fuzzing.protocols
        return next((name for name in request.protocols if name in spoken), None)

    def _run_case(self, request: Request, head: bytes) -> None:
        """Open the connection and play a case on it."""
        fuzzing = self._fuzzing
        agent, (index, case) = agent_of(request), case_of(fuzzing, request)
        if catalogue.is_excluded(fuzzing.excluded, agent, case.number):
            self._answer(request, lambda say: say(None))
            return
        role = Role(case, index, agent, True, fuzzing.options)
        self._link = link_for(case, self._link)
        if isinstance(case.opening, OpeningResponse):
            self._answer_otherwise(request, head, role, case.opening)
            return
        playing = playing_for(
            role, self._link, self._log, lambda result: fuzzing.over(playing, result)
        )
        fuzzing.playing.add(playing)
        self._fail = playing.give_up
        agreed = _agreed(case, request)
        playing.request = head
        playing.response = response(request, agreed, self._protocol(request))
        self._link.write(playing.response)
        self._log.octets_sent(playing.response, False)
        self._receive, self._lost = playing.receive, playing.lost
        playing.open(agreed)

    def _answer_otherwise(
        self, request: Request, head: bytes, role: Role, opening: OpeningResponse
    ) -> None:
        """Play a case of the opening handshake."""
        fuzzing = self._fuzzing
        playing = OpeningServer(
            role, self._link, self._log, lambda result: fuzzing.over(playing, result), opening
        )
        fuzzing.playing.add(playing)
        self._fail = playing.give_up
        self._receive, self._lost = playing.receive, playing.lost
        playing.answer(request, head)


class _Deaf:
    """Listens to nothing."""

    def message(self, payload: bytes, binary: bool) -> None:
        pass

    def pong(self, payload: bytes) -> None:
        pass

    def ended(self) -> None:
        pass


def _log_refusal(head: bytes, why: str) -> None:
    """Log what was asked for, as far as it can be printed, and why it was refused."""
    asked = head.partition(b"\r\n")[0][:_LONGEST_LOGGED]
    _LOGGER.warning("Refused %s: %s", ascii(asked.decode("latin-1")), why)


def _agreed(case: Case, request: Request) -> deflate.Parameters | None:
    """What comes of a client's offers in a case."""
    if not isinstance(case.play, RoundTrips) or case.play.asked is None:
        return None
    return deflate.accept_offer(deflate.offers(request.extensions), case.play.asked)
