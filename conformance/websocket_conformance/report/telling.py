"""Describe what was expected in a case, and what was exchanged, in the same way for both suites.

Both suites have a log of each connection; Autobahn's log is read into the same kinds of entries.
"""

from collections.abc import Iterator, Sequence

from websocket_conformance.cases import catalogue
from websocket_conformance.cases.expected import Ending, Event
from websocket_conformance.cases.profile import Profile
from websocket_conformance.foreign import quoted
from websocket_conformance.report.boards import natural
from websocket_conformance.report.frames import body, head
from websocket_conformance.report.pieces import Pieces
from websocket_conformance.results.result import Entry, Kind, Result, Who
from websocket_conformance.results.run import Heading
from websocket_conformance.wire.frames import Opcode
from websocket_conformance.wire.log import FrameSeen, Logged, Note, OctetsSeen
from websocket_conformance.wire.shown import SHOWN, octets, payload

_HANDSHAKE = (b"GET ", b"HTTP/1.")
_NOTES = {
    "pause": "waits {seconds:g} s{tag}",
    "fail": "fails the connection in {seconds:g} s unless it has ended",
    "failing": "fails the connection: the time is over",
    "close": "closes in {seconds:g} s unless the case is over",
    "closing": "closes: the time is over",
}


def sections(results: Sequence[Result]) -> tuple[Heading, ...]:
    """Return the sections of some results, in order; unknown sections come last."""
    every = catalogue.sections(Profile.FULL)
    known = {str(section.number): section.title for section in every}
    present = {result.section for result in results}
    ids = [*filter(present.__contains__, known), *sorted(present - known.keys(), key=natural)]
    return tuple(Heading(id_, known.get(id_, f"Section {id_}")) for id_ in ids)


def event(expected: Event, length: int) -> str:
    """Describe a message or a Pong that is expected.

    Args:
        expected: the event, with the part of its payload that is kept.
        length: how long the payload is.
    """
    shown = payload(Opcode[expected.kind.name], expected.payload[:SHOWN], length)
    return f"{expected.kind.name.lower()} {shown or '(empty)'}"


def verdict_for(word: str, events: Sequence[str]) -> str:
    """Return a sentence that says which verdict some events have."""
    return f"{word} if what comes is {', then '.join(events) or 'nothing'}."


def closing(ending: Ending, where: str = "") -> str:
    """Describe how the connection has to end.

    Args:
        ending: the expected end.
        where: the connections that the sentence is about.
    """
    codes = " or ".join(map(str, dict.fromkeys(ending.codes)))
    by = "the judge" if ending.by_judge else "the peer"
    clean = "clean" if ending.clean else "clean or not"
    return f"Closing{where}: begun by {by}, with {codes or 'no code'} or none, {clean}."


def handshake(request: str, response: str, *, judge_is_server: bool) -> Iterator[Entry]:
    """Return the heads of the request and the response, each as its first line and its fields."""
    peer, judge = (Who.PEER, Who.JUDGE) if judge_is_server else (Who.JUDGE, Who.PEER)
    for who, text in ((peer, request), (judge, response)):
        first, _, rest = text.strip().replace("\r\n", "\n").partition("\n")
        if first:
            yield Entry(who, Kind.HANDSHAKE, first, rest)


def entries(
    log: Sequence[Logged], *, heads: Sequence[bytes] = (), is_timed: bool = True
) -> list[Entry]:
    """Return the frames and notes of a log, and octets that were not frames.

    A frame that the judge sent in pieces is told piece by piece, as it has no entry of its own.

    Args:
        log: the log of a connection.
        heads: the octets of the request and the response, which have entries of their own.
        is_timed: whether the times in the log are known.
    """
    framed = {each.sent for each in log if isinstance(each, FrameSeen)}
    pieces = Pieces()
    told = []
    for each in log:
        if isinstance(each, OctetsSeen) and is_handshake(each, heads):
            continue
        time = round(each.at, 4) if is_timed else None
        if piece := pieces.take(each):
            told.append(Entry(Who.JUDGE, Kind.FRAME, *piece, time))
        elif not isinstance(each, OctetsSeen) or each.sent not in framed:
            told.append(_entry(each, time))
    return [entry for entry in told if entry.head]


def is_handshake(seen: OctetsSeen, heads: Sequence[bytes]) -> bool:
    """Return whether octets are the beginning of the request or of the response."""
    begins = any(head.startswith(seen.octets) for head in heads)
    return begins or seen.octets.startswith(_HANDSHAKE)


def _entry(seen: Logged, time: float | None) -> Entry:
    if isinstance(seen, Note):
        return Entry(Who.JUDGE, Kind.NOTE, _note(seen), time=time)
    who = Who.JUDGE if seen.sent else Who.PEER
    if isinstance(seen, OctetsSeen):
        return Entry(who, Kind.BYTES, octets(seen.length), seen.octets[:SHOWN].hex(" "), time)
    return Entry(who, Kind.FRAME, head(seen), body(seen), time)


def _note(note: Note) -> str:
    """Return the text of a note; empty if the note is of no interest to a reader."""
    if note.what == "log":
        return "the record goes on" if note.tag else "the record stops here"
    tag = f" ({quoted(str(note.tag))})" if note.tag else ""
    return _NOTES.get(note.what, "").format(seconds=note.seconds, tag=tag)
