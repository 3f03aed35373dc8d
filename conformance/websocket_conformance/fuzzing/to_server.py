"""A connection of the fuzzing client to the server under test."""

import asyncio
from collections.abc import Callable

from websocket_conformance.cases.case import Case
from websocket_conformance.cases.opening import OpeningRequest
from websocket_conformance.cases.play import RoundTrips
from websocket_conformance.fuzzing.config import ServerUnderTest
from websocket_conformance.fuzzing.link import Link
from websocket_conformance.fuzzing.meeting import Meeting
from websocket_conformance.fuzzing.opening_playing import OpeningClient, playing_for
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.fuzzing.playing import Role
from websocket_conformance.fuzzing.verdicts import NEVER_OPEN
from websocket_conformance.wire import deflate
from websocket_conformance.wire.deflate import Asked
from websocket_conformance.wire.handshake import HandshakeError, new_key, parse_response, request

_DEFAULT_PORTS = {True: 443, False: 80}


class ConnectionToServer(Meeting):
    """A connection to the server under test, for one case.

    Args:
        testee: the server.
        role: the case, and the server's name.
        link: the connection.
        over: is called with the result.
        answered: is called when the server has answered the request, or has left.

    Attributes:
        playing: the play of the case.
        key: the value of the request's Sec-WebSocket-Key field.
    """

    def __init__(
        self,
        testee: ServerUnderTest,
        role: Role,
        link: Link,
        over: Callable[[Played], None],
        answered: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(link)
        self._testee = testee
        self._answered = answered
        self.playing = playing_for(role, link, self._log, over)
        self.key = new_key()
        self._is_open = False
        self._lost = lambda: self.playing.lost("The server closed the TCP connection.")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport, and send the request."""
        super().connection_made(transport)
        self._guarded(self._ask)

    def _ask(self) -> None:
        testee, playing = self._testee, self.playing
        address = testee.address
        port = "" if address.port == _DEFAULT_PORTS[address.secure] else f":{address.port}"
        host = f"{f'[{address.host}]' if ':' in address.host else address.host}{port}"
        if isinstance(playing, OpeningClient):
            playing.ask(host=host, resource=address.resource, key=self.key)
        else:
            playing.request = request(
                host,
                address.resource,
                self.key,
                offers=[deflate.offer_for(ask) for ask in _asked(playing.role.case)],
                origin=testee.origin,
                protocols=testee.protocols,
            )
            self._link.write(playing.request)
        self._log.octets_sent(playing.request, False)
        self._wait(testee.options.opening_handshake_seconds * self._link.patience())

    def connection_lost(self, exc: Exception | None) -> None:
        """The transport is lost."""
        self._answered()
        if not self._is_open:
            self._hear_no_more()
        super().connection_lost(exc)

    def fail(self, reason: str) -> None:
        """Fail the case: there is no connection, or the judge cannot go on with it."""
        self._cancel_timer()
        self.playing.give_up(reason if self._is_open else f"{NEVER_OPEN} {reason}")

    def leave(self) -> None:
        """End the connection, which is no longer needed."""
        self._cancel_timer()
        self._link.drop(abort=False)

    def _give_up(self, error: Exception) -> None:
        self.fail(f"The judge could not go on: {error!r}.")

    def _take_head(self, head: bytes) -> None:
        self._answered()
        self.playing.response = head
        if isinstance(self.playing, OpeningClient) and self.playing.is_refused(head):
            self._refuse("The server refused.")
            return
        try:
            self._open(head)
        except (HandshakeError, deflate.BadParameterError) as error:
            self._refuse(str(error))

    def _open(self, head: bytes) -> None:
        opening = self.playing.role.case.opening
        protocols = opening.protocols if opening is not None else self._testee.protocols
        found = parse_response(head, self.key, protocols)
        agreed = _agreed(found.extensions, self.playing.role.case)
        if self._testee.agent is None:
            self.playing.agent = found.server
        self._is_open = True
        self._receive, self._lost = self.playing.receive, self.playing.lost
        self.playing.open(agreed)

    def _refuse_endless(self) -> None:
        self._refuse("The response does not end.")

    def _too_late(self) -> None:
        if isinstance(self.playing, OpeningClient):
            self.playing.late()
        self._refuse("It was not completed in time.")

    def _refuse(self, reason: str) -> None:
        self._hear_no_more()
        self.playing.lost(reason)
        self._link.drop(abort=True)


def _asked(case: Case) -> tuple[Asked, ...]:
    play_ = case.play
    return (play_.asked or ()) if isinstance(play_, RoundTrips) else ()


def _agreed(field: str, case: Case) -> deflate.Parameters | None:
    """Return the parameters that a server's response agrees upon.

    Source: RFC 6455, section 9.1, and RFC 7692, section 5.1.

    Raises:
        HandshakeError: the response agrees upon something that was not offered.
        BadParameterError: the response has a parameter that it must not have.
    """
    extensions = deflate.parse_extensions(field)
    if not extensions:
        return None
    opening = case.opening
    was_offered = _asked(case) or (isinstance(opening, OpeningRequest) and opening.may_deflate)
    if len(extensions) > 1 or extensions[0].name != deflate.NAME or not was_offered:
        raise HandshakeError(f"{field!r} was not offered.")
    return deflate.parse_parameters(extensions[0].parameters, offer=False)
