"""Describe what a peer did in a case that fell short: its last frames, its Close, and its end.

All times are in seconds from the start of the connection.
"""

from collections.abc import Sequence

from websocket_conformance.cases.expected import Rule
from websocket_conformance.counting import counted
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.fuzzing.verdicts import EXPECTATIONS
from websocket_conformance.report.frames import body, head
from websocket_conformance.report.talk import duration
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.connection import Closing
from websocket_conformance.wire.frames import Opcode
from websocket_conformance.wire.log import FrameSeen

_MOST = 3
"""How many frames are described."""


def reason(played: Played) -> str:
    """Return the reason of a case's verdict; if the case falls short, with what the peer did."""
    told = played.because_close if played.behaviour is played.best else played.because
    if played.is_best:
        return told
    parts = [told]
    is_open = played.case.rule is Rule.INFORMATIONAL
    if not is_open and not any(words in told for words in EXPECTATIONS):
        parts.append(f"Expected: {played.case.expects}")
    is_closed_well = played.behaviour_close in (Verdict.OK, played.best)
    if not is_closed_well and played.because_close != told:
        parts.append(played.because_close)
    return " ".join([*parts, *_deeds(played)])


def _deeds(played: Played) -> list[str]:
    """Describe what the peer did on an open connection, in sentences."""
    if not played.was_open:
        return []
    frames = [each for each in played.conversation if isinstance(each, FrameSeen)]
    frames = [frame for frame in frames if not frame.sent]
    count = sum(played.counts.frames_received.values()) or len(frames)
    if count:
        return [_said(frames, count, played.closing), *_left(played, frames)]
    if played.closing.dropped_by_me:
        return ["The peer sent nothing on the open connection."]
    return [f"The peer sent nothing, and left (after {duration(played.ended_at)})."]


def _said(frames: Sequence[FrameSeen], count: int, closing: Closing) -> str:
    if not frames:
        return f"The peer sent {counted(count, 'frame')}."
    # A Close that follows the judge's, with the same code, is the answer to it.
    is_answer = closing.by_me and closing.remote_code == closing.local_code is not None
    answer = ", in answer to the judge's" if is_answer else ""
    told = ", then ".join(_frame(frame, answer) for frame in frames[-_MOST:])
    if count <= _MOST:
        return f"The peer sent {told}."
    return f"Of the peer's {count:,} frames the last were {told}."


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
    return [f"Without a Close it ended TCP (after {duration(played.ended_at)})."]
