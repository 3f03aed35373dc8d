"""A case of the opening handshake, or of chaos, that is being played with one peer."""

import os
from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate
from typing import Generic, TypeVar

from websocket_conformance.cases import opening as parts
from websocket_conformance.cases.case import Case
from websocket_conformance.cases.chaos import Reset, every_octet
from websocket_conformance.cases.opening import Opening, Pace, Then
from websocket_conformance.cases.play import Script
from websocket_conformance.fuzzing.link import Link
from websocket_conformance.fuzzing.opening_verdicts import (
    ENDURED,
    STAYED,
    Signs,
    on_opening,
    on_refusal_of_a_server,
    on_reset,
    status_of,
)
from websocket_conformance.fuzzing.paced import PacedLink
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.fuzzing.playing import Playing, Role
from websocket_conformance.fuzzing.verdicts import Finding, Findings, both
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire import deflate
from websocket_conformance.wire.codes import NORMAL
from websocket_conformance.wire.connection import State
from websocket_conformance.wire.frames import Opcode, encode
from websocket_conformance.wire.handshake import Request, accept_value, response
from websocket_conformance.wire.log import Log
from websocket_conformance.wire.sendable import Close

OpeningT = TypeVar("OpeningT", bound=Opening)

KEPT = 16 * 1024
"""How many octets of the judge's part a report has at most."""

ENOUGH = 4 * 2**20
"""After how many octets the judge stops a part without an end."""

_BY_OCTET = 0.001
"""The seconds between two octets that leave one at a time, each in its own segment."""

_BY_LINE = 0.01
"""The seconds between two lines that leave one at a time."""

_SLOWLY = 0.02
"""The seconds between two octets of a slow part: a short response takes almost three seconds."""


def link_for(case: Case, link: Link) -> Link:
    """Return the link that a case needs."""
    if case.opening is None and case.chaos is None:
        return link
    return PacedLink(link, case.chaos)


def playing_for(role: Role, link: Link, log: Log, done: Callable[[Played], None]) -> Playing:
    """Return the object that plays a case."""
    match role.case.opening:
        case parts.OpeningRequest() as opening:
            return OpeningClient(role, link, log, done, opening)
        case parts.OpeningResponse() as opening:
            return OpeningServer(role, link, log, done, opening)
    return Playing(role, link, log, done)


def send_opening(link: Link, opening: Opening, **values: str) -> bytes:
    """Send the judge's part of a handshake.

    Returns:
        The beginning of what was sent, as a report has it.
    """
    mask = os.urandom(4) if isinstance(opening, parts.OpeningRequest) else None
    hello = encode(Opcode.TEXT, b"Hello", mask=mask).decode("latin-1")
    head = opening.filled(hello=hello, **values)
    if isinstance(link, PacedLink):
        cuts, gap = _cuts(opening.pace, head)
        link.cut(cuts, gap)
    link.write(head)
    if opening.endless:
        unit = opening.endless.encode("latin-1")
        link.write(unit * (ENOUGH // len(unit)))
    return head[:KEPT]


def _cuts(pace: Pace, head: bytes) -> tuple[tuple[int, ...], float]:
    match pace:
        case Pace.AT_ONCE:
            return (len(head),), 0.0
        case Pace.WITH_FRAME:
            return (), 0.0
        case Pace.BY_LINE:
            return tuple(accumulate(map(len, head.splitlines(keepends=True)))), _BY_LINE
        case Pace.BY_OCTET:
            return every_octet()[: len(head)], _BY_OCTET
        case Pace.SLOWLY:
            return every_octet()[: len(head)], _SLOWLY


class OpeningPlaying(Playing, Generic[OpeningT]):
    """Plays a case of the opening handshake.

    Args:
        role: the case, the peer, and what the judge is in it.
        link: the connection.
        log: the connection's log.
        done: is given the result, once.
        opening: the judge's part of the handshake.
    """

    def __init__(
        self, role: Role, link: Link, log: Log, done: Callable[[Played], None], opening: OpeningT
    ) -> None:
        super().__init__(role, link, log, done)
        self.opening = opening
        self.signs = Signs(endless=bool(opening.endless))
        self._expected = opening.verdicts
        self._unasked = ""

    def receive(self, data: bytes) -> None:
        """Take octets; a second request, with or without credentials, is not a frame."""
        if not self.signs.octets and data.startswith(b"GET "):
            self.lost()
            return
        self.signs.octets += len(data)
        super().receive(data)

    def lost(self, reason: str | None = None) -> None:
        """The connection below is lost."""
        self.signs.peer_left = self._endpoint is None or self._endpoint.state is not State.CLOSED
        super().lost(reason)

    def _verdicts(self, reason: str | None) -> Findings:
        if self._fault is not None:
            return super()._verdicts(reason)
        if self._unasked:
            return both(Verdict.UNIMPLEMENTED, self._unasked)
        self.signs.frames = self._log.frames_received
        chaos = self.role.case.chaos
        if isinstance(chaos, Reset):
            return on_reset(self.signs, was_to_open=chaos.behind_head and not self.role.is_server)
        return on_opening(self._expected, self.signs, super()._verdicts(reason))


class OpeningServer(OpeningPlaying[parts.OpeningResponse]):
    """Plays a case of the opening handshake as the server."""

    def answer(self, request: Request) -> None:
        """Answer the client's request, and go on as if the answer had opened the connection."""
        self._unasked = self._missing(request)
        if self._unasked:
            self._close_at_once(request)
            return
        key = accept_value(request.key)
        values = {"accept": key, "Accept": key.swapcase(), "key": request.key}
        self.response = send_opening(self._link, self.opening, **values)
        self._log.octets_sent(self.response, False)
        if self.opening.then is Then.TALK:
            self.open(_agreed(self.opening))
        else:
            self._leave()

    def _missing(self, request: Request) -> str:
        """Return a sentence about what the client did not ask for; empty if nothing is missing."""
        asked = self.opening.protocols
        if not set(asked) <= set(request.protocols):
            return f"The client did not ask for the subprotocols {', '.join(asked)}."
        for name in self.opening.needs:
            if name not in request.extensions:
                if self.opening.otherwise is None:
                    return f"The client did not offer {name}."
                self._expected = self.opening.otherwise
        return ""

    def _close_at_once(self, request: Request) -> None:
        protocol = next(iter(request.protocols), None)
        self.response = response(request, None, protocol)
        self._link.write(self.response)
        play = Script((Close(NORMAL),), {Verdict.OK: ()})
        self.role = replace(self.role, case=replace(self.role.case, play=play))
        self.open(None)

    def _leave(self) -> None:
        self.signs.leaves = True
        if self.opening.then is Then.RESET and isinstance(self._link, PacedLink):
            self._link.reset()
        else:
            self._link.drop(abort=False)


def _agreed(opening: parts.OpeningResponse) -> deflate.Parameters | None:
    if not opening.deflate:
        return None
    extension = deflate.parse_extensions(opening.deflate)[0]
    return deflate.parse_parameters(extension.parameters, offer=False)


class OpeningClient(OpeningPlaying[parts.OpeningRequest]):
    """Plays a case of the opening handshake as the client."""

    def ask(self, **values: str) -> None:
        """Send the request, or the part of it that the case has."""
        self.request = send_opening(self._link, self.opening, **values)
        if self.opening.then is not Then.TALK and isinstance(self._link, PacedLink):
            self.signs.leaves = True
            self._link.finish()

    def is_refused(self, head: bytes) -> bool:
        """Whether a response does not open the connection."""
        self.signs.is_open = status_of(head) == "101"
        if not self.signs.is_open:
            self.signs.refused = on_refusal_of_a_server(head, self.opening.header)
        return not self.signs.is_open

    def late(self) -> None:
        """The server's time is over."""
        hung = Finding(Verdict.FAILED, "The server neither answered nor left.")
        self.signs.refused = ENDURED if self.opening.endless else hung
        if self.signs.leaves:
            self.signs.refused = STAYED
        self.lost(self.signs.refused.because)

    def lost(self, reason: str | None = None) -> None:
        """The connection below is lost."""
        if self._endpoint is None and not self.signs.is_open and self.signs.refused is None:
            left = Finding(Verdict.OK, "The server left as well.")
            refused = on_refusal_of_a_server(b"", self.opening.header)
            self.signs.refused = left if self.signs.leaves else refused
        super().lost(reason)
