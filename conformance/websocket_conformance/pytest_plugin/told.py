"""Describe a result for the output of a test that has failed."""

from collections.abc import Iterator

from websocket_conformance.foreign import visible
from websocket_conformance.results.result import Entry, Kind, Result


def told(result: Result, nodeid: str) -> str:
    """Return a text that says why a case is not at its best.

    Args:
        result: the result of the case.
        nodeid: the name by which pytest finds the test.
    """
    return "\n".join(_lines(result, nodeid))


def _lines(result: Result, nodeid: str) -> Iterator[str]:
    yield f"{result.case} is {result.verdict}: {result.reason}"
    yield f"What the judge does: {result.title}"
    if result.expectation:
        yield f"Expected: {' '.join(result.expectation.split())}"
    if result.source:
        yield f"Source: {result.source}{f' ({result.link})' if result.link else ''}"
    talk = result.conversation
    if talk.start:
        yield "What was exchanged:"
        yield from map(_entry, talk.start)
        if talk.left_out:
            yield f"  … {talk.left_out} more …"
        yield from map(_entry, talk.end)
    yield f'To repeat it: pytest "{nodeid}"'


def _entry(entry: Entry) -> str:
    time = "" if entry.time is None else f"{entry.time:.3f}"
    payload = "" if entry.kind is Kind.HANDSHAKE else visible(entry.payload)
    head = visible(entry.head)
    return f"  {time:>7}  {entry.who:<5}  {head}  {payload}".rstrip()
