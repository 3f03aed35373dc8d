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
========================================  =====================================================

``casetuple=1.1.1`` is another way to name a case.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from websocket_conformance.cases import catalogue
from websocket_conformance.cases.case import Case
from websocket_conformance.cases.chaos import Reset
from websocket_conformance.cases.opening import Response
from websocket_conformance.cases.play import RoundTrips
from websocket_conformance.fuzzing.link import MOST_QUIET, Link
from websocket_conformance.fuzzing.opening_playing import OpeningServer, link_for, playing_for
from websocket_conformance.fuzzing.opening_verdicts import with_seen
from websocket_conformance.fuzzing.patience import Patience
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.fuzzing.playing import Playing, Role
from websocket_conformance.results.seen import Seen
from websocket_conformance.wire import deflate
from websocket_conformance.wire.endpoint import Endpoint
from websocket_conformance.wire.handshake import (
    END,
    LARGEST,
    HandshakeError,
    Request,
    parse_request,
    refusal,
    response,
)
from websocket_conformance.wire.log import Log
from websocket_conformance.wire.options import Options
from websocket_conformance.wire.sendable import Close, Message

_LOGGER = logging.getLogger(__name__)


@dataclass
class Book:
    """The results, by peer and case; the last one of each counts.

    Attributes:
        results: the results.
        waiting: who wants to be told of a case when it is over.
    """

    results: dict[tuple[str, str], Played] = field(default_factory=dict)
    waiting: dict[tuple[str, str], list[Callable[[Played], None]]] = field(default_factory=dict)

    def add(self, result: Played) -> None:
        """A case is over."""
        key = result.agent, result.number
        self.results[key] = result
        for told in self.waiting.pop(key, ()):
            told(result)

    def tell(self, agent: str, number: str, told: Callable[[Played], None]) -> None:
        """Tell somebody of a case, now or when it is over."""
        result = self.results.get((agent, number))
        if result is not None:
            told(result)
        else:
            self.waiting.setdefault((agent, number), []).append(told)


@dataclass
class Fuzzing:
    """What all connections of a fuzzing server share.

    Attributes:
        cases: the cases, in order.
        excluded: patterns of cases that are not played, under patterns of peers' names.
        options: how the judge keeps the rules.
        protocols: the subprotocols that the server speaks.
        write: writes the reports of some results; does nothing where nobody wants any.
        least_patience: by how much a deadline is at least longer than the case says.
        most_quiet: after how many seconds in which nothing came or left a peer has hung.
        patience: tells by how much a deadline is longer now.
        told: is told of each result.
        reported: is told when reports have been asked for, and the server goes on.
        book: the results so far.
        playing: the cases that are being played.
        stopped: is set when the server is to stop.
    """

    cases: Sequence[Case]
    excluded: Mapping[str, Sequence[str]] = field(default_factory=dict)
    options: Options = field(default_factory=Options)
    protocols: Sequence[str] = ()
    write: Callable[[Iterable[Played]], None] = lambda _: None
    least_patience: float = 1.0
    most_quiet: float = MOST_QUIET
    told: Callable[[Played], None] = lambda _: None
    reported: Callable[[], None] = lambda: None
    book: Book = field(default_factory=Book)
    playing: set[Playing] = field(default_factory=set)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    patience: Patience = field(init=False)

    def __post_init__(self) -> None:
        self.patience = Patience(lambda: len(self.playing), self.least_patience)

    def over(self, playing: Playing, result: Played) -> None:
        """A case is over."""
        self.playing.discard(playing)
        self.told(result)
        self.book.add(result)

    def hear(self, agent: str, number: str, seen: Seen, done: Callable[[], None]) -> None:
        """A client's close event is known; say when the case is over, and judged by that too."""

        def judge(result: Played) -> None:
            judged = with_seen(result, seen)
            self.book.results[agent, number] = judged
            self.told(judged)
            done()

        self.book.tell(agent, number, judge)

    def write_reports(self) -> None:
        """Write the reports of all results so far."""
        self.write(self.book.results.values())

    def give_up(self, fault: str) -> None:
        """End what is being played."""
        for playing in list(self.playing):
            playing.give_up(fault)


class Connection(asyncio.Protocol):
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
        seconds = fuzzing.options.opening_handshake_seconds * fuzzing.patience()
        self._timer = loop.call_later(seconds, self._too_late) if seconds else None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The transport is there."""
        assert isinstance(transport, asyncio.Transport)
        self._link.connected(transport)

    def data_received(self, data: bytes) -> None:
        """Octets came."""
        self._link.heard()
        self._receive(data)

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
        self._link.write(refusal(error))
        self._link.drop(abort=False)

    def _serve(self, request: Request, head: bytes) -> None:
        match request.path:
            case "/runCase":
                self._run_case(request, head)
            case "/getCaseCount":
                self._answer(request, lambda say: say(str(len(self._fuzzing.cases))))
            case "/getCaseInfo":
                self._case_info(request)
            case "/getCaseStatus":
                self._case_status(request)
            case "/closeEvent":
                self._close_event(request)
            case "/updateReports":
                _agent(request)
                self._answer(request, partial(self._update_reports, request))
            case "/stopServer":
                self._answer(request, lambda say: self._fuzzing.stopped.set())
            case path:
                raise HandshakeError(f"There is nothing at {path}.", "404 Not Found")

    # The paths.

    def _case_info(self, request: Request) -> None:
        info: object
        if request.query.keys() & {"case", "casetuple"}:
            info = _info(self._case(request)[1])
        else:
            info = [_info(case) for case in self._fuzzing.cases]
        self._answer(request, lambda say: say(json.dumps(info)))

    def _close_event(self, request: Request) -> None:
        agent, (_, case) = _agent(request), self._case(request)
        code, clean = _value(request, "code"), _value(request, "wasClean")
        if not code.isdecimal() or clean not in ("true", "false"):
            raise HandshakeError("A close event has a code=1006, say, and wasClean=true or false.")
        seen = Seen(int(code), _value(request, "reason", ""), clean == "true")
        self._answer(
            request,
            lambda say: self._fuzzing.hear(agent, case.number, seen, lambda: say(None)),
        )

    def _case_status(self, request: Request) -> None:
        agent, (_, case) = _agent(request), self._case(request)

        def answer(say: Callable[[str | None], None]) -> None:
            self._fuzzing.book.tell(
                agent,
                case.number,
                lambda result: say(json.dumps({"behavior": result.behaviour.value})),
            )

        self._answer(request, answer)

    def _update_reports(self, request: Request, say: Callable[[str | None], None]) -> None:
        try:
            self._fuzzing.write_reports()
        except OSError as error:
            _LOGGER.error("The reports cannot be written: %s", error)
        say(None)
        if _value(request, "shutdownOnComplete", "").lower() in ("true", "yes"):
            self._fuzzing.stopped.set()
        else:
            self._fuzzing.reported()

    def _answer(
        self, request: Request, answer: Callable[[Callable[[str | None], None]], None]
    ) -> None:
        """Open the connection, say one text message or none, and close."""
        self._link.write(response(request, None))
        self._log.is_on = False
        endpoint = Endpoint(
            self._link, _Deaf(), self._log, is_server=True, options=self._fuzzing.options
        )
        self._receive = endpoint.receive
        self._lost = endpoint.lost

        def say(words: str | None) -> None:
            if words is not None:
                endpoint.send_message(Message(words.encode()))
            endpoint.send_close(Close())

        answer(say)

    def _run_case(self, request: Request, head: bytes) -> None:
        """Open the connection and play a case on it."""
        fuzzing = self._fuzzing
        agent, (index, case) = _agent(request), self._case(request)
        if catalogue.is_excluded(fuzzing.excluded, agent, case.number):
            self._answer(request, lambda say: say(None))
            return
        role = Role(case, index, agent, True, fuzzing.options)
        self._link = link_for(case, self._link)
        if isinstance(case.opening, Response):
            self._answer_otherwise(request, head, role, case.opening)
            return
        playing = playing_for(
            role, self._link, self._log, lambda result: fuzzing.over(playing, result)
        )
        fuzzing.playing.add(playing)
        agreed = _agreed(case, request)
        protocol = next((name for name in request.protocols if name in fuzzing.protocols), None)
        playing.request, playing.response = head, response(request, agreed, protocol)
        self._link.write(playing.response)
        self._log.octets_sent(playing.response, False)
        self._receive, self._lost = playing.receive, playing.lost
        playing.open(agreed)

    def _answer_otherwise(
        self, request: Request, head: bytes, role: Role, opening: Response
    ) -> None:
        """Play a case of the opening handshake."""
        fuzzing = self._fuzzing
        playing = OpeningServer(
            role, self._link, self._log, lambda result: fuzzing.over(playing, result), opening
        )
        fuzzing.playing.add(playing)
        self._receive, self._lost = playing.receive, playing.lost
        playing.answer(request, head)

    def _case(self, request: Request) -> tuple[int, Case]:
        """The case that a request names, and its place."""
        cases = self._fuzzing.cases
        number = _value(request, "casetuple", "").strip()
        if number:
            found = [(index, case) for index, case in enumerate(cases, 1) if case.number == number]
            if not found:
                raise HandshakeError(f"There is no case {number}.", "404 Not Found")
            return found[0]
        place = _value(request, "case", "")
        if not place.isdecimal() or not 1 <= int(place) <= len(cases):
            raise HandshakeError(f"case is to be from 1 to {len(cases)}, not {place!r}.")
        return int(place), cases[int(place) - 1]


class _Deaf:
    """Listens to nothing."""

    def message(self, payload: bytes, binary: bool) -> None:
        pass

    def pong(self, payload: bytes) -> None:
        pass

    def ended(self) -> None:
        pass


def _info(case: Case) -> dict[str, object]:
    """What a driver may know of a case."""
    info: dict[str, object] = {"id": case.number, "description": case.sends}
    if isinstance(case.opening, Response) and case.opening.protocols:
        info["protocols"] = list(case.opening.protocols)
    if isinstance(case.chaos, Reset):
        info["closeEvent"] = True
    return info


def _value(request: Request, name: str, default: str | None = None) -> str:
    values = request.query.get(name, ())
    if len(values) > 1:
        raise HandshakeError(f"{name} is there {len(values)} times.")
    if not values and default is None:
        raise HandshakeError(f"{name} is missing.")
    return values[0] if values else default or ""


def _agent(request: Request) -> str:
    return _value(request, "agent")


def _agreed(case: Case, request: Request) -> deflate.Parameters | None:
    """What comes of a client's offers in a case."""
    if not isinstance(case.play, RoundTrips) or case.play.asked is None:
        return None
    return deflate.accept(deflate.offers(request.extensions), case.play.asked)
