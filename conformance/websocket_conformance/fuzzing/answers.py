"""The fuzzing server's answers at the paths where no case is played.

Each path has a function that reads the request and returns what is done once the connection is
open. It refuses a request that makes no sense, before the connection is open.
"""

import json
import logging
from collections.abc import Callable, Mapping

from websocket_conformance.cases.case import Case
from websocket_conformance.cases.chaos import Reset
from websocket_conformance.cases.opening import OpeningResponse
from websocket_conformance.fuzzing.shared import Fuzzing
from websocket_conformance.results.seen import Seen
from websocket_conformance.wire.handshake import HandshakeError, Request

_LONGEST_NUMBER = 5

_LOGGER = logging.getLogger(__name__)

LastWord = Callable[[str | None], None]
"""Sends at most one text message, and closes."""

Reply = Callable[[LastWord], None]
"""The action that is carried out once the connection is open."""


def value_of(request: Request, name: str, default: str | None = None) -> str:
    """Return a parameter of a request's query.

    Raises:
        HandshakeError: the parameter is missing and has no default, or is repeated.
    """
    values = request.query.get(name, ())
    if len(values) > 1:
        raise HandshakeError(f"{name} is there {len(values)} times.")
    if not values and default is None:
        raise HandshakeError(f"{name} is missing; a shell needs quotes around a URL with &.")
    return values[0] if values else default or ""


def case_of(fuzzing: Fuzzing, request: Request) -> tuple[int, Case]:
    """Return the case that a request names, and its place.

    Raises:
        HandshakeError: there is no such case.
    """
    cases = fuzzing.cases
    number = value_of(request, "casetuple", "").strip()
    if number:
        found = [(index, case) for index, case in enumerate(cases, 1) if case.number == number]
        if not found:
            raise HandshakeError(f"There is no case {number}.", "404 Not Found")
        return found[0]
    place = value_of(request, "case", "")
    if not _is_number(place) or not 1 <= int(place) <= len(cases):
        raise HandshakeError(f"case is to be from 1 to {len(cases)}, not {place[:20]!r}.")
    return int(place), cases[int(place) - 1]


def _is_number(text: str) -> bool:
    """Return whether a text is the number of a case or a close code; both are short."""
    return text.isdecimal() and len(text) <= _LONGEST_NUMBER


def _case_count(fuzzing: Fuzzing, request: Request) -> Reply:
    return lambda say: say(str(len(fuzzing.cases)))


def _case_info(fuzzing: Fuzzing, request: Request) -> Reply:
    info: object
    if request.query.keys() & {"case", "casetuple"}:
        info = _info(case_of(fuzzing, request)[1])
    else:
        info = [_info(case) for case in fuzzing.cases]
    return lambda say: say(json.dumps(info))


def _info(case: Case) -> dict[str, object]:
    """Return what a driver may know of a case."""
    info: dict[str, object] = {"id": case.number, "description": case.sends}
    if isinstance(case.opening, OpeningResponse) and case.opening.protocols:
        info["protocols"] = list(case.opening.protocols)
    if isinstance(case.chaos, Reset):
        info["closeEvent"] = True
    return info


def _case_status(fuzzing: Fuzzing, request: Request) -> Reply:
    agent, (_, case) = value_of(request, "agent"), case_of(fuzzing, request)

    def answer(say: LastWord) -> None:
        fuzzing.book.tell(
            agent,
            case.number,
            lambda result: say(json.dumps({"behavior": result.behaviour.value})),
        )

    return answer


def _close_event(fuzzing: Fuzzing, request: Request) -> Reply:
    agent, (_, case) = value_of(request, "agent"), case_of(fuzzing, request)
    code, clean = value_of(request, "code"), value_of(request, "wasClean")
    if not _is_number(code) or clean not in ("true", "false"):
        raise HandshakeError("A close event has a code=1006, say, and wasClean=true or false.")
    seen = Seen(int(code), value_of(request, "reason", ""), clean == "true")
    return lambda say: fuzzing.hear(agent, case.number, seen, lambda: say(None))


def _update_reports(fuzzing: Fuzzing, request: Request) -> Reply:
    value_of(request, "agent")
    shuts_down = value_of(request, "shutdownOnComplete", "").lower() in ("true", "yes")

    def answer(say: LastWord) -> None:
        try:
            fuzzing.write_reports()
        except OSError as error:
            _LOGGER.error("The reports cannot be written: %s", error)
        say(None)
        if shuts_down:
            fuzzing.stopped.set()
        else:
            fuzzing.reported()

    return answer


def _stop(fuzzing: Fuzzing, request: Request) -> Reply:
    return lambda say: fuzzing.stopped.set()


ANSWERS: Mapping[str, Callable[[Fuzzing, Request], Reply]] = {
    "/getCaseCount": _case_count,
    "/getCaseInfo": _case_info,
    "/getCaseStatus": _case_status,
    "/closeEvent": _close_event,
    "/updateReports": _update_reports,
    "/stopServer": _stop,
}
"""The answers, each under its path."""
