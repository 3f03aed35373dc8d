"""Write Autobahn's own files, which readers of its reports know, for both suites.

``index.json`` has a line for each case under each peer's name, and each case has a file with
everything that is known of it. The keys and the forms of the values are those of Autobahn's
testsuite. The real suite makes a case's report itself; for the embedded suite, `report` makes it.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from websocket_conformance.cases.expected import Event, EventKind
from websocket_conformance.cases.play import LargeEcho, RoundTrips, Script
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.report.boards import unique
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.connection import Traffic
from websocket_conformance.wire.log import KEPT, Logged, Note, OctetsSeen

Report = Mapping[str, Any]
"""The record of a case, in the form of Autobahn's file."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_LONGEST_STEM = 200
_OF_INDEX = ("behavior", "behaviorClose", "duration", "remoteCloseCode")
CUT = " ..."
NOTES = {
    "pause": "CT",
    "paused": "CTE",
    "fail": "KL",
    "failing": "KLE",
    "close": "TI",
    "closing": "TIE",
    "log": "WLM",
}


class Reports:
    """The files of a growing list of results, which are written again and again.

    Attributes:
        directory: the folder of the files.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._written: dict[tuple[str, str], Played] = {}
        self._names = _Names()

    def write(self, results: Iterable[Played]) -> None:
        """Write the files of the new results, and the index of all results.

        Raises:
            OSError: they cannot be written; the next call tries the missing files again.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        written = self._written
        new = [each for each in results if written.get((each.agent, each.number)) is not each]
        for each in map(report, new):
            self._write(self._names.add(each), _json(each))
        self._write("index.json", self._names.index())
        written.update({(each.agent, each.number): each for each in new})

    def _write(self, name: str, text: str) -> None:
        new = self.directory / f".{name}.{os.getpid()}"
        new.write_text(text, encoding="utf-8")
        new.replace(self.directory / name)


def files(reports: Iterable[Report]) -> Iterator[tuple[str, str]]:
    """Return the names and contents of Autobahn's files: a file for each report, then the index."""
    names = _Names()
    for each in reports:
        yield names.add(each), _json(each)
    yield "index.json", names.index()


class _Names:
    """The names of the reports' files, and the index, which contains all of them."""

    def __init__(self) -> None:
        self._stems: dict[str, str] = {}
        self._taken: set[str] = set()
        self._lines: dict[str, dict[str, Any]] = {}
        self._texts: dict[str, str] = {}

    def add(self, report: Report) -> str:
        """Put a report into the index, in place of an earlier one of its case; return its name."""
        agent, case = str(report["agent"]), str(report["id"])
        name = f"{self._stem(agent)}_case_{case.replace('.', '_')}.json"
        line = {**{key: report.get(key) for key in _OF_INDEX}, "reportfile": name}
        self._lines.setdefault(agent, {})[case] = line
        self._texts.pop(agent, None)
        return name

    def index(self) -> str:
        """Return the index; only new entries are converted to JSON."""
        for agent in self._lines.keys() - self._texts.keys():
            self._texts[agent] = _json({agent: self._lines[agent]})[1:-2]
        text = ",".join(self._texts[agent] for agent in sorted(self._texts))
        return f"{{{text}\n}}" if text else "{}"

    def _stem(self, agent: str) -> str:
        """Return the beginning of the names of a peer's files, which is unique to the peer."""
        if agent not in self._stems:
            # The name is converted as Autobahn does it, and shortened if it is too long for a file.
            name = "".join(c if c in _LETTERS else " " for c in agent.strip().lower())
            stem = name.strip().replace(" ", "_")[:_LONGEST_STEM]
            self._stems[agent] = unique(stem, self._taken, "_")
        return self._stems[agent]


def _json(value: object) -> str:
    return json.dumps(value, indent=3, sort_keys=True, separators=(",", ": "))


def report(result: Played) -> dict[str, Any]:
    """Return the contents of Autobahn's file for a case of the embedded suite."""
    case, play = result.case, result.case.play
    expected = play.expected if isinstance(play, Script) else {}
    return {
        "agent": result.agent,
        "behavior": result.behaviour.value,
        "behaviorClose": result.behaviour_close.value,
        "case": result.index,
        "description": f"{case.sends} ({case.source})",
        "duration": round(result.seconds * 1000),
        "expectation": case.expects,
        "expected": {word.value: [*map(_event, events)] for word, events in expected.items()},
        "expectedClose": _ending(result),
        "id": case.number,
        "received": [*map(_event, result.received)],
        "reportCompressionRatio": isinstance(play, RoundTrips) and play.asked is not None,
        "reportTime": isinstance(play, LargeEcho | RoundTrips),
        "result": result.because,
        "resultClose": result.because_close,
        "started": f"{result.started:%Y-%m-%dT%H:%M:%S}.{result.started.microsecond // 1000:03}Z",
        "trafficStats": _traffic(result),
        **_closing(result),
        **_connection(result),
    }


def _ending(result: Played) -> dict[str, Any]:
    ending = result.case.ending
    return {
        "closedByMe": ending.by_judge,
        "closeCode": list(ending.codes),
        "requireClean": ending.clean,
        **({"closedByWrongEndpointIsFatal": True} if ending.is_fatal else {}),
    }


def _closing(result: Played) -> dict[str, Any]:
    closing = result.closing
    return {
        "closedByMe": closing.by_me,
        "droppedByMe": closing.dropped_by_me,
        "failedByMe": closing.failed_by_me,
        "localCloseCode": closing.local_code,
        "localCloseReason": _reason(closing.local_reason),
        "remoteCloseCode": closing.remote_code,
        "remoteCloseReason": closing.remote_reason,
        "wasClean": closing.was_clean,
        "wasCloseHandshakeTimeout": closing.peer_did_not_answer,
        "wasNotCleanReason": None if closing.was_clean else closing.why_unclean,
        "wasOpenHandshakeTimeout": closing.peer_did_not_open,
        "wasServerConnectionDropTimeout": closing.server_did_not_drop,
    }


def _reason(octets: bytes | None) -> str | None:
    """Return a whole reason; in hexadecimal digits if it is not UTF-8."""
    if octets is None:
        return None
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.hex()


def _connection(result: Played) -> dict[str, Any]:
    counts = result.counts
    return {
        "createStats": True,
        "createWirelog": _is_logged(result.conversation),
        "httpRequest": result.request,
        "httpResponse": result.response,
        "isServer": result.judge_is_server,
        "rxFrameStats": counts.frames_received,
        "rxOctetStats": counts.reads,
        "txFrameStats": counts.frames_sent,
        "txOctetStats": counts.writes,
        "wirelog": [_row(entry) for entry in result.conversation],
    }


def _is_logged(conversation: Iterable[Logged]) -> bool:
    """Return whether the log was on at the end."""
    turns = [entry.tag for entry in conversation if isinstance(entry, Note) and entry.what == "log"]
    return not turns or bool(turns[-1])


def _traffic(result: Played) -> dict[str, Any] | None:
    """Return the traffic of a case that measures it, if all echoes have come."""
    play = result.case.play
    if not isinstance(play, RoundTrips) or play.asked is None:
        return None
    if result.behaviour is not Verdict.OK:
        return None
    return {**_direction("outgoing", result.sent), **_direction("incoming", result.taken)}


def _direction(way: str, traffic: Traffic) -> dict[str, Any]:
    payload, application = traffic.payload, traffic.application
    return {
        f"preopen{way.capitalize()}OctetsWireLevel": traffic.handshake,
        f"{way}CompressionRatio": payload / application if application else None,
        f"{way}OctetsAppLevel": application,
        f"{way}OctetsWebSocketLevel": payload,
        f"{way}OctetsWireLevel": traffic.wire,
        f"{way}WebSocketFrames": traffic.frames,
        f"{way}WebSocketMessages": traffic.messages,
        f"{way}WebSocketOverhead": (traffic.wire - payload) / payload if payload else None,
    }


def _event(event: Event) -> list[Any]:
    shown = _shown(event.payload, len(event.payload))
    match event.kind:
        case EventKind.SILENCE:
            return ["timeout", event.tag]
        case EventKind.PONG:
            return ["pong", shown]
        case kind:
            return ["message", shown, kind is EventKind.BINARY]


def _hex(octets: bytes, length: int) -> str:
    cut = length > KEPT - len(CUT)
    return octets[:KEPT].hex() + (CUT if cut else "")


def _shown(octets: bytes, length: int) -> str:
    """Return a payload, as text if it is UTF-8, and shortened if it is long."""
    cut = length > KEPT - len(CUT)
    try:
        return octets[:KEPT].decode() + (CUT if cut else "")
    except UnicodeDecodeError:
        return f"0x{_hex(octets, length)}"


def _row(entry: Logged) -> list[Any]:
    """Return an entry of the log as a row of a wire log."""
    if isinstance(entry, Note):
        fields = {
            "pause": (entry.seconds, entry.tag),
            "paused": (entry.tag,),
            "log": (entry.tag,),
            "fail": (entry.seconds,),
            "close": (entry.seconds,),
        }
        return [NOTES[entry.what], *fields.get(entry.what, ())]
    if isinstance(entry, OctetsSeen):
        octets = [entry.length, _hex(entry.octets, entry.length)]
        return ["TO", octets, entry.apart] if entry.sent else ["RO", octets]
    payload = [entry.length, _shown(entry.payload, entry.length)]
    header = (entry.opcode, entry.fin, entry.rsv)
    mask = entry.mask.hex() if entry.mask else None
    if entry.sent:
        return ["TF", payload, *header, mask, None, entry.chop, entry.apart]
    return ["RF", payload, *header, entry.mask is not None, mask]
