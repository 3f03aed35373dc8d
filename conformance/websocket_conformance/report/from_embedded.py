"""Make runs of results of the embedded suite."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from importlib.metadata import version

from websocket_conformance.cases import catalogue
from websocket_conformance.cases.case import Case
from websocket_conformance.cases.chaos import Reset
from websocket_conformance.cases.expected import Event, EventKind
from websocket_conformance.cases.opening import Outcome
from websocket_conformance.cases.play import Script
from websocket_conformance.cases.profile import Profile
from websocket_conformance.cases.steps import Watch
from websocket_conformance.counting import counted
from websocket_conformance.foreign import quoted
from websocket_conformance.fuzzing.opening_playing import ENOUGH
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.report import account, telling
from websocket_conformance.results.result import Entry, Kind, Result, Transcript, Who
from websocket_conformance.results.run import Run
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.frames import Opcode
from websocket_conformance.wire.log import Note
from websocket_conformance.wire.shown import SHOWN, name, octets, payload

_RFC = re.compile(r"RFC (\d+), (?:sections? )?(\d+(?:\.\d+)*)")
_WHATWG = {
    "WebSockets Standard, 2.2, step 11.2": (
        "https://websockets.spec.whatwg.org/#concept-websocket-establish"
    )
}
"""The anchors of the WHATWG's standards that sources name; numbers of sections change."""


@dataclass(frozen=True)
class Plan:
    """The cases that were to be played with each peer.

    Attributes:
        cases: the cases.
        profile: how many messages the long cases send, and how long they pause.
        excluded: patterns of cases that are not played, under patterns of peers' names.
        interrupted: whether the run was ended early.
    """

    cases: Sequence[Case]
    profile: Profile
    excluded: Mapping[str, Sequence[str]] = field(default_factory=dict)
    interrupted: bool = False


def runs(results: Iterable[Played], asked: Plan) -> list[Run]:
    """Return the runs of some results, one for each peer; of each case, the last result counts.

    A peer's version and runtime are unknown.
    """
    by_peer: dict[str, dict[str, Played]] = {}
    for played in results:
        by_peer.setdefault(played.agent, {})[played.number] = played
    return [_run(agent, cases, asked) for agent, cases in by_peer.items()]


def _run(agent: str, played: Mapping[str, Played], asked: Plan) -> Run:
    results = tuple(result(played[number]) for number in catalogue.places() if number in played)
    started = min(each.started for each in played.values())
    ended = max(each.started + timedelta(seconds=each.seconds) for each in played.values())
    wanted = played.keys() | {
        case.number
        for case in asked.cases
        if not catalogue.is_excluded(asked.excluded, agent, case.number)
    }
    return Run(
        implementation=agent,
        version="",
        runtime="",
        suite="embedded",
        suite_version=suite_version(),
        profile=asked.profile,
        started=started,
        seconds=(ended - started).total_seconds(),
        asked=len(wanted),
        interrupted=asked.interrupted and len(played) < len(wanted),
        sections=telling.sections(results),
        results=results,
    )


def suite_version() -> str:
    """Return the embedded suite's version, as text for the report."""
    return f"whatwg-websockets {version('whatwg-websockets')}"


def result(played: Played) -> Result:
    """Return the result of a case that was played."""
    handshake = telling.handshake(
        played.request, played.response, judge_is_server=played.judge_is_server
    )
    entries = telling.entries(played.conversation, heads=played.heads)
    return replace(
        about(played.case),
        behaviour=played.behaviour,
        best=played.best,
        closing=played.behaviour_close,
        explanation=account.reason(played),
        deeds=account.deeds(played),
        close_code=played.close_code,
        seconds=round(played.seconds, 4),
        conversation=Transcript.of(
            [*handshake, *_endless(played), *entries, *_unrecorded(played), _end(played)]
        ),
    )


def unplayed(case: Case, trouble: str) -> Result:
    """Return the result of a case that could not be played, and so has failed, with the reason."""
    return replace(about(case), behaviour=Verdict.FAILED, trouble=trouble)


def about(case: Case) -> Result:
    """Return the part of a result that is known before the case is played."""
    return Result(
        case=case.number,
        section=case.number.partition(".")[0],
        title=case.sends,
        expectation="\n".join(_expectation(case)),
        source=case.source,
        link=link(case.source),
        best=case.best,
    )


def link(source: str) -> str:
    """Return the URL of the first section that a source names; empty if it does not name one."""
    found = _RFC.search(source)
    if found is None:
        return _WHATWG.get(source, "")
    return f"https://www.rfc-editor.org/rfc/rfc{found[1]}#section-{found[2]}"


def _expectation(case: Case) -> Iterator[str]:
    yield case.expects
    if not _is_judged_when_open(case):
        return
    if isinstance(case.play, Script):
        for word, events in case.play.expected.items():
            if events or word is not Verdict.OK:
                yield telling.verdict_for(word, [_event(event, case.play) for event in events])
        if case.play.may_merge_pongs:
            yield f"{Verdict.NON_STRICT} if it is some of these, with the last one at the end."
    # Where a peer may pass by refusing the connection, not every connection is open.
    may_be_refused = case.opening is not None and Outcome.REFUSED in case.opening.verdicts
    yield telling.closing(case.ending, " of an open connection" if may_be_refused else "")


def _is_judged_when_open(case: Case) -> bool:
    """Return whether the messages on the connection influence the verdict."""
    if isinstance(case.chaos, Reset):
        return False
    if case.opening is None:
        return True
    return case.opening.verdicts.get(Outcome.ESTABLISHED) not in (None, Verdict.INFORMATIONAL)


def _event(event: Event, script: Script) -> str:
    if event.kind is EventKind.SILENCE:
        watches = (step for step in script.steps if isinstance(step, Watch))
        watch = next(watch for watch in watches if watch.tag == event.tag)
        return f"an open connection {watch.seconds:g} s after {watch.after}"
    count = len(event.payload)
    return telling.event(event, count) + (f" of {octets(count)}" if count > SHOWN else "")


def _endless(played: Played) -> Iterator[Entry]:
    """Return what the judge repeats after its part of the opening handshake, if it does."""
    unit = played.case.opening.endless if played.case.opening else ""
    if unit:
        shown = payload(Opcode.TEXT, unit.encode("latin-1"), len(unit))
        ends = f"until the connection is over, or {octets(ENOUGH)} are sent"
        yield Entry(Who.JUDGE, Kind.BYTES, f"repeats {octets(len(unit))} {ends}", shown)


def _unrecorded(played: Played) -> Iterator[Entry]:
    """Return how many frames and messages there were, if the log was turned off meanwhile."""
    if not any(isinstance(each, Note) and each.what == "log" for each in played.conversation):
        return
    sides = (
        (Who.JUDGE, played.counts.frames_sent, played.sent),
        (Who.PEER, played.counts.frames_received, played.taken),
    )
    for who, counts, traffic in sides:
        frames = [f"{counts[code]:,} {name(code)}" for code in sorted(counts)]
        told = f"sent in all: {', '.join(frames) or 'no frame'}"
        if traffic.messages:
            messages = counted(traffic.messages, "message")
            told += f"; {messages} with {octets(traffic.application)}"
        yield Entry(who, Kind.NOTE, told)


def _end(played: Played) -> Entry:
    """Describe how the connection ended."""
    closing = played.closing
    judge, peer = closing.local_code, closing.remote_code
    parts = ["the end: clean" if closing.was_clean else "the end: not clean"]
    parts += [f"the judge's Close had {judge}"] if judge is not None else []
    if peer is not None:
        reason = f" {quoted(closing.remote_reason)}" if closing.remote_reason else ""
        parts.append(f"the peer's had {peer}{reason}")
    parts += [closing.why_unclean] if closing.why_unclean else []
    return Entry(Who.JUDGE, Kind.NOTE, "; ".join(parts))
