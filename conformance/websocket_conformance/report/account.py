"""Describe what a peer did in a case that fell short: its last frames, its Close, and its end.

All times are in seconds from the start of the connection.
"""

from collections.abc import Sequence

from websocket_conformance.cases.expected import Rule
from websocket_conformance.counting import counted
from websocket_conformance.foreign import quoted
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.fuzzing.verdicts import EXPECTATIONS
from websocket_conformance.report.frames import body, head
from websocket_conformance.report.talk import duration
from websocket_conformance.report.telling import is_handshake
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.connection import Closing
from websocket_conformance.wire.frames import Opcode
from websocket_conformance.wire.log import FrameSeen, OctetsSeen
from websocket_conformance.wire.shown import payload

_MOST = 3
"""How many frames are described."""


def reason(played: Played) -> str:
    """Return the reason of a case's verdict; if the case falls short, with what was expected."""
    told = played.because_close if played.behaviour is played.best else played.because
    if played.is_best:
        return told
    parts = [told]
    is_open = played.case.rule is Rule.INFORMATIONAL
    if not is_open and not any(words in told for words in EXPECTATIONS):
        parts.append(f"Expected: {played.case.expects}")
    is_closed_well = played.behaviour_close in (Verdict.OK, played.best)
    if not is_closed_well and played.because_close not in told:
        parts.append(played.because_close)
    return " ".join(parts)


def deeds(played: Played) -> str:
    """Describe what the peer did in a case that falls short; empty for other cases."""
    return "" if played.is_best or not played.was_open else " ".join(_deeds(played))


def _deeds(played: Played) -> list[str]:
    """Describe what the peer did on an open connection, in sentences."""
    frames = [each for each in played.conversation if isinstance(each, FrameSeen)]
    frames = [frame for frame in frames if not frame.sent]
    count = sum(played.counts.frames_received.values()) or len(frames)
    if count:
        return [_said(frames, count, played.closing), *_left(played, frames)]
    if refused := _refused(played):
        return refused
    if played.closing.dropped_by_me:
        return ["The peer sent nothing on the open connection."]
    return [f"The peer sent nothing, and left (after {duration(played.ended_at)})."]


def _refused(played: Played) -> list[str]:
    """Describe octets that were not accepted as a frame, and the end; empty without any."""
    seen = [each for each in played.conversation if isinstance(each, OctetsSeen) and not each.sent]
    seen = [each for each in seen if not is_handshake(each, played.heads)]
    if not seen:
        return []
    octets = b"".join(each.octets for each in seen)
    count = sum(each.length for each in seen)
    told = f"{counted(count, 'octet')}: {payload(Opcode.BINARY, octets, count)}"
    at = duration(seen[0].at)
    sentence = f"The peer sent no frame that the judge accepted, but {told} (after {at})."
    return [sentence, *([] if played.closing.dropped_by_me else [f"It {_end(played)}"])]


def _said(frames: Sequence[FrameSeen], count: int, closing: Closing) -> str:
    # A Close that follows the judge's, with the same code, is the answer to it.
    is_answer = closing.by_me and closing.remote_code == closing.local_code is not None
    answer = ", in answer to the judge's" if is_answer else ""
    last = frames[-_MOST:]
    if not last:
        return f"The peer sent {counted(count, 'frame')}{_close(closing, answer)}."
    told = ", then ".join(_frame(frame, answer) for frame in last)
    if count == len(last):
        return f"The peer sent {told}."
    were = "was" if len(last) == 1 else "were"
    return f"Of the peer's {count:,} frames the last {were} {told}."


def _close(closing: Closing, answer: str) -> str:
    """Describe the peer's Close where the log has no frames; empty without a code."""
    if closing.remote_code is None:
        return ""
    reason = f" {quoted(closing.remote_reason)}" if closing.remote_reason else ""
    return f", with a Close: {closing.remote_code}{reason}{answer}"


def _frame(frame: FrameSeen, answer: str) -> str:
    parts = filter(None, (head(frame, in_short=True), body(frame)))
    end = answer if frame.opcode == Opcode.CLOSE else ""
    return f"{': '.join(parts)} (after {duration(frame.at)}){end}"


def _left(played: Played, frames: Sequence[FrameSeen]) -> list[str]:
    """Say that no Close came, and who ended TCP."""
    if played.counts.frames_received.get(Opcode.CLOSE) or any(
        frame.opcode == Opcode.CLOSE for frame in frames
    ):
        return []
    if played.closing.dropped_by_me:
        return ["No Close came."]
    return [f"Without a Close it {_end(played)}"]


def _end(played: Played) -> str:
    return f"ended TCP (after {duration(played.ended_at)})."
