"""The fuzzing server: plays cases with the clients that ask for them.

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

``casetuple=1.1.1`` is another way to name a case. A GET request without a WebSocket handshake is
answered with a page about the server. Requests and commands that are refused are logged.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from websocket_conformance.cases import catalogue
from websocket_conformance.cases.case import Case
from websocket_conformance.cases.play import RoundTrips
from websocket_conformance.fuzzing.addresses import Address
from websocket_conformance.fuzzing.answers import ANSWERS, Reply, case_of, value_of
from websocket_conformance.fuzzing.commands import Commands
from websocket_conformance.fuzzing.link import Link
from websocket_conformance.fuzzing.meeting import Meeting
from websocket_conformance.fuzzing.opening_playing import OpeningServer, link_for, playing_for
from websocket_conformance.fuzzing.playing import Role
from websocket_conformance.fuzzing.shared import Fuzzing
from websocket_conformance.wire import deflate
from websocket_conformance.wire.endpoint import Endpoint
from websocket_conformance.wire.handshake import (
    HandshakeError,
    NoUpgradeError,
    Request,
    page,
    parse_request,
    refusal,
    response,
)
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
        fuzzing: the state that its connections share.
        address: where it listens; port 0 stands for a free port.
        tls: the TLS context; None to serve without TLS.

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


class ConnectionFromClient(Meeting):
    """One connection of a client, on any path.

    Args:
        fuzzing: the state that all connections share.
    """

    def __init__(self, fuzzing: Fuzzing) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(Link(loop, fuzzing.patience, fuzzing.most_quiet))
        self._fuzzing = fuzzing
        self._fail: Callable[[str], None] = self._fail_request
        self._wait(fuzzing.options.opening_handshake_seconds * fuzzing.patience())

    def _give_up(self, error: Exception) -> None:
        """Answer with a 500, or fail the case."""
        _LOGGER.exception("The judge could not go on with a connection.", exc_info=error)
        self._hear_no_more()
        self._fail(f"The judge could not go on: {error!r}.")

    def _too_late(self) -> None:
        self._link.drop(abort=True)

    def _take_head(self, head: bytes) -> None:
        try:
            self._serve(parse_request(head), head)
        except HandshakeError as error:
            self._refuse(error)

    def _refuse_endless(self) -> None:
        self._refuse(HandshakeError("The request does not end."))

    def _refuse(self, error: HandshakeError) -> None:
        self._hear_no_more()
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
        """Open the connection, send at most one text message, and close."""
        endpoint = self._open(request, _Deaf())

        def say(words: str | None) -> None:
            if words is not None:
                endpoint.send_message(Message(words.encode()))
            endpoint.send_close(Close())

        answer(say)

    def _command(self, request: Request) -> None:
        """Open the connection, and carry out the client's commands."""
        value_of(request, "agent", "")
        if request.query.keys() & {"case", "casetuple"}:
            case_of(self._fuzzing, request)
        commands = Commands(partial(_log_refused_message, request.path))
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
        agent, (index, case) = value_of(request, "agent"), case_of(fuzzing, request)
        if catalogue.is_excluded(fuzzing.excluded, agent, case.number):
            self._answer(request, lambda say: say(None))
            return
        role = Role(case, index, agent, True, fuzzing.options)
        self._link = link_for(case, self._link)
        playing = playing_for(
            role, self._link, self._log, lambda result: fuzzing.over(playing, result)
        )
        fuzzing.playing.add(playing)
        self._receive, self._lost, self._fail = playing.receive, playing.lost, playing.give_up
        playing.request = head
        if isinstance(playing, OpeningServer):
            playing.answer(request)
            return
        agreed = _agreed(case, request)
        playing.response = response(request, agreed, self._protocol(request))
        self._link.write(playing.response)
        self._log.octets_sent(playing.response, False)
        playing.open(agreed)


class _Deaf:
    """Ignores everything that comes."""

    def message(self, payload: bytes, binary: bool) -> None:
        pass

    def pong(self, payload: bytes) -> None:
        pass

    def ended(self) -> None:
        pass


def _log_refusal(head: bytes, why: str) -> None:
    """Log a refused request, as far as it can be printed, and the reason."""
    asked = head.partition(b"\r\n")[0][:_LONGEST_LOGGED]
    _LOGGER.warning("Refused %s: %s", ascii(asked.decode("latin-1")), why)


def _log_refused_message(path: str, message: bytes, why: str) -> None:
    """Log a message that is not a command, as far as it can be printed, and the reason."""
    shown = message[:_LONGEST_LOGGED].decode(errors="backslashreplace")
    _LOGGER.warning("Refused the message %s on %s: %s", ascii(shown), ascii(path), why)


def _agreed(case: Case, request: Request) -> deflate.Parameters | None:
    """Return the parameters that the server selects from a client's offers in a case."""
    if not isinstance(case.play, RoundTrips) or case.play.asked is None:
        return None
    return deflate.accept_offer(deflate.offers(request.extensions), case.play.asked)
