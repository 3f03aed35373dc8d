"""Section 24: how a response arrives, for clients: in pieces, followed by more, or incomplete.

An octet before the response is not HTTP. No text says that a client should refuse the response
then, so a client may ignore the octet.

Source: RFC 6455, section 4.1; RFC 9293, section 2.2: TCP carries a stream of octets, not messages.
"""

from websocket_conformance.cases.expected import pong, text
from websocket_conformance.cases.handshakes import CLIENTS, PATIENCE, OpeningRow
from websocket_conformance.cases.opening import (
    FAILS,
    OPENS,
    SHOULD_FAIL,
    OpeningResponse,
    Pace,
    Then,
    response_lines,
)
from websocket_conformance.cases.play import Script
from websocket_conformance.cases.steps import CONTINUATION, PING, TEXT, FailAfter
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.sendable import Frame

_HEAD = response_lines()
_STREAM = "RFC 9293, 2.2"
"""The section which says that TCP carries a stream of octets."""


def _piece(sends: str, pace: Pace) -> OpeningRow:
    return sends, OpeningResponse(_HEAD, OPENS, pace), _STREAM


def _after_interim(sends: str, pace: Pace) -> OpeningRow:
    """Return a row with a 100 before the response, which a client must accept; see group 20.5."""
    return sends, OpeningResponse("HTTP/1.1 100 Continue\r\n\r\n" + _HEAD, OPENS, pace), _STREAM


_part = CLIENTS.part

PIECES = (
    _piece("The response, then a message.", Pace.AT_ONCE),
    _piece("The response and a message in one segment.", Pace.WITH_FRAME),
    _piece("A line at a time.", Pace.BY_LINE),
    _piece("An octet at a time.", Pace.BY_OCTET),
    _after_interim("A 100 and the response, an octet at a time.", Pace.BY_OCTET),
    _after_interim("A 100, the response and a message in one segment.", Pace.WITH_FRAME),
    _piece("An octet each 20 ms.", Pace.SLOWLY),
)

BEHIND = Script(
    (
        Frame(TEXT, b"a", fin=False), Frame(PING, b"b"), Frame(CONTINUATION, b"c"),
        FailAfter(PATIENCE),
    ),
    {Verdict.OK: (pong(b"b"), text(b"ac"))},
)  # fmt: skip

FIRST = (
    ("A message before the response.", OpeningResponse("{hello}" + _HEAD, FAILS), "RFC 6455, 4.1"),
    ("A message and no response.", OpeningResponse("{hello}", FAILS, then=Then.LEAVE),
     "RFC 6455, 4.1"),
    ("An octet before the response.", OpeningResponse("\x81" + _HEAD, SHOULD_FAIL), "RFC 9112, 4"),
)  # fmt: skip

DROPPED = (
    _part("Nothing: TCP is closed.", ""),
    _part("Nothing: TCP is reset.", "", Then.RESET),
    _part("An octet.", "H"),
    _part("Half a status line.", _HEAD[:10]),
    _part("A status line.", _HEAD[: _HEAD.index("\r\n")]),
    _part("A status line and its end.", _HEAD[: _HEAD.index("\r\n") + 2]),
    _part("Half of the fields.", _HEAD[: len(_HEAD) // 2]),
    _part("All fields, but not the empty line.", _HEAD[:-2]),
    _part("All but the last octet.", _HEAD[:-1]),
    _part("All but the last octet: TCP is reset.", _HEAD[:-1], Then.RESET),
)

SECTION = CLIENTS.section(
    24,
    "Segments",
    ("24.1", "The response in pieces", PIECES),
    (
        "24.2",
        "A message in two frames, a Ping between them, in the response's segment",
        (_piece("The response and three frames in one segment.", Pace.WITH_FRAME),),
        BEHIND,
    ),
    ("24.3", "Octets before the response", FIRST),
    ("24.4", "A part of the response, and no more", DROPPED),
    ("24.5", "A part of the response, slowly, and no more", [CLIENTS.trickle()]),
)
