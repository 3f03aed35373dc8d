"""Runs to write reports of."""

from datetime import UTC, datetime

from websocket_conformance.results.result import Entry, Kind, Result, Transcript, Who
from websocket_conformance.results.run import Heading, Run
from websocket_conformance.results.verdict import Verdict

STARTED = datetime(2026, 11, 24, 3, 4, 5, tzinfo=UTC)
TALK = (
    Entry(Who.PEER, Kind.HANDSHAKE, "GET /runCase HTTP/1.1", "Host: <here>\nUpgrade: x", 0.0),
    Entry(Who.JUDGE, Kind.FRAME, "text, 2 octets", '"<&"', 0.25),
    Entry(Who.PEER, Kind.EVENT, "close"),
)


def result(case="1.1.1", behaviour=Verdict.OK, **more) -> Result:
    fields = {
        "case": case,
        "section": case.partition(".")[0],
        "title": "A <short> text.",
        "expectation": "The same text.",
        "source": "RFC 6455, 5.6",
        "link": "https://www.rfc-editor.org/rfc/rfc6455#section-5.6",
        "behaviour": behaviour,
        "closing": Verdict.OK,
        "explanation": "It came <back> | twice.",
        "close_code": 1000,
        "seconds": 0.0125,
        "conversation": Transcript.of(TALK),
    }
    return Result(**(fields | more))


def run(*results: Result, implementation="ws", **more) -> Run:
    results = results or (result(),)
    sections = dict.fromkeys(each.section for each in results)
    fields = {
        "implementation": implementation,
        "version": "8.1",
        "runtime": "Node.js 22",
        "suite": "embedded",
        "suite_version": "1",
        "profile": "quick",
        "started": STARTED,
        "seconds": 1.5,
        "asked": len(results),
        "interrupted": False,
        "sections": tuple(Heading(id_, f"About <{id_}>") for id_ in sections),
        "results": results,
    }
    return Run(**(fields | more))
