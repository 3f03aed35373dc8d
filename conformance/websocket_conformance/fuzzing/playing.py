"""Play a case with one peer, from the opened connection to the result."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from websocket_conformance.cases.case import Case
from websocket_conformance.fuzzing.conversation import Conversation, conversation
from websocket_conformance.fuzzing.link import Link
from websocket_conformance.fuzzing.played import Counts, Played
from websocket_conformance.fuzzing.verdicts import NEVER_OPEN, Findings, both, on_case
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.connection import Closing, State, Traffic
from websocket_conformance.wire.deflate import Parameters
from websocket_conformance.wire.endpoint import Endpoint
from websocket_conformance.wire.log import Log
from websocket_conformance.wire.options import Options
from websocket_conformance.wire.shown import octets

_FLOOD_FACTOR = 4
"""How many octets a peer may send for each octet of the judge's: an echo needs one or two."""

_FLOOD_AT_LEAST = 2**20
"""How many octets a peer may send beyond that. A peer that sends more has failed the case."""


@dataclass(frozen=True)
class Role:
    """The case and the peer, before the case is played.

    Attributes:
        case: the case.
        index: its place, counted from 1: among the cases of the run, by which a client asks for it,
            or among all cases if the judge is the client.
        agent: the peer's name.
        is_server: whether the judge is the server.
        options: how strictly the judge applies the rules.
    """

    case: Case
    index: int
    agent: str
    is_server: bool
    options: Options


class Playing:
    """Plays a case on a link, once the connection is open.

    Args:
        role: the case, the peer, and what the judge is in it.
        link: the connection.
        log: the connection's log.
        done: is called once with the result.
    """

    def __init__(self, role: Role, link: Link, log: Log, done: Callable[[Played], None]) -> None:
        self.role = role
        self.agent = role.agent
        self.request = self.response = b""
        self._link = link
        self._log = log
        self._done = done
        self._started = datetime.now(UTC)
        self._opened_at = 0.0
        self._endpoint: Endpoint | None = None
        self._conversation: Conversation[Any] | None = None
        self._fault: str | None = None
        self._is_over = False

    def open(self, agreed: Parameters | None) -> None:
        """The opening handshake is over."""
        role = self.role
        self._opened_at = self._log.now
        self._endpoint = Endpoint(
            self._link,
            self,
            self._log,
            is_server=role.is_server,
            options=role.options,
            agreed=agreed,
        )
        ours, theirs = self.request, self.response
        if role.is_server:
            ours, theirs = theirs, ours
        self._endpoint.connection.sent.handshake = len(ours)
        self._endpoint.connection.received.handshake = len(theirs)
        self._conversation = conversation(role.case, self._endpoint, self._link)
        self._conversation.start()

    def receive(self, data: bytes) -> None:
        """Octets came."""
        endpoint = self._endpoint
        if endpoint is not None:
            endpoint.receive(data)
            seen = endpoint.connection
            sent = seen.sent.wire + seen.sent.application - seen.pongs_sent
            if seen.octets_received > _FLOOD_FACTOR * sent + _FLOOD_AT_LEAST:
                self.give_up(f"The peer sent {octets(seen.octets_received)} and did not stop.")

    def message(self, payload: bytes, binary: bool) -> None:
        """A message came."""
        if self._conversation is not None:
            self._conversation.message(payload, binary)

    def pong(self, payload: bytes) -> None:
        """A Pong came."""
        if self._conversation is not None:
            self._conversation.pong(payload)

    def lost(self, reason: str | None = None) -> None:
        """The connection below is lost."""
        if self._endpoint is not None:
            self._endpoint.lost(reason)
        else:
            self._finish(reason)

    def give_up(self, fault: str) -> None:
        """End the case as failed, whatever its findings so far."""
        if self._fault is None:
            self._fault = fault
        if self._endpoint is not None and self._endpoint.state is not State.CLOSED:
            closing = self._endpoint.connection.closing
            closing.was_clean, closing.why_unclean = False, fault
            self._endpoint.drop(abort=True)
        elif self._endpoint is None:
            self._link.drop(abort=True)
            self._finish(fault)

    def ended(self) -> None:
        """Judge the case: the judge is done with the connection."""
        try:
            if self._conversation is not None:
                self._conversation.end()
        finally:
            self._finish(None)

    def _finish(self, reason: str | None) -> None:
        if not self._is_over:
            self._is_over = True
            self._done(self._result(reason))

    def _verdicts(self, reason: str | None) -> Findings:
        if self._fault is not None:
            return both(Verdict.FAILED, self._fault)
        if self._endpoint is None or self._conversation is None:
            return both(Verdict.FAILED, f"{NEVER_OPEN} {reason or ''}".strip())
        return on_case(
            self.role.case,
            self._conversation.verdict(),
            self._endpoint.connection.closing,
            is_server=self.role.is_server,
        )

    def _result(self, reason: str | None) -> Played:
        verdicts = self._verdicts(reason)
        log = self._log
        seen = self._endpoint.connection if self._endpoint is not None else None
        return Played(
            self.role.case,
            self.role.index,
            self.agent,
            verdicts.behaviour.behaviour,
            verdicts.behaviour.because,
            verdicts.closing.behaviour,
            verdicts.closing.because,
            self._started,
            log.now - self._opened_at,
            tuple(self._conversation.received) if self._conversation else (),
            tuple(log.entries),
            seen.closing if seen else Closing(why_unclean=reason),
            Counts(
                dict(log.frames_sent), dict(log.frames_received), dict(log.writes), dict(log.reads)
            ),
            seen.sent if seen else Traffic(),
            seen.received if seen else Traffic(),
            self.request.decode("latin-1"),
            self.response.decode("latin-1"),
            self.role.is_server,
            seen is not None,
            ended_at=log.now,
        )
