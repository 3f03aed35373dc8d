"""Section 4: reserved opcodes.

Source: RFC 6455, section 5.2.
"""

from websocket_conformance.cases.case import Case, Group, Section
from websocket_conformance.cases.expected import BY_PEER, text
from websocket_conformance.cases.play import Script
from websocket_conformance.cases.steps import PING, TEXT, FailAfter
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.sendable import Frame

_HELLO = b"Hello, world!"
_PAYLOAD = b"reserved opcode payload"

_FAILED = "The peer fails the connection at once (1002)."
_ECHO_FIRST = f"The first message comes back. Then: {_FAILED} No Pong comes."


def _alone(number: str, opcode: int, payload: bytes = b"") -> Case:
    sends = f"A frame with opcode {opcode}" + (" and a payload." if payload else ".")
    script = Script((Frame(opcode, payload), FailAfter(1)), {Verdict.OK: ()})
    return Case(number, sends, _FAILED, "RFC 6455, 5.2", script, BY_PEER)


def _between(number: str, opcode: int, payload: bytes = b"", chop: int | None = None) -> Case:
    """Make a case in which the peer may send an echo before it sees the opcode."""
    sends = f"A text message, a frame with opcode {opcode}, a Ping"
    steps = (
        Frame(TEXT, _HELLO, chop=chop),
        Frame(opcode, payload, chop=chop),
        Frame(PING, chop=chop),
        FailAfter(1),
    )
    expected = {Verdict.OK: (text(_HELLO),), Verdict.NON_STRICT: ()}
    sends += "; one octet at a time." if chop else "."
    script = Script(steps, expected)
    return Case(number, sends, _ECHO_FIRST, "RFC 6455, 5.2", script, BY_PEER)


def _group(number: str, title: str, first: int) -> Group:
    """Make the group of five consecutive opcodes."""
    cases = (
        _alone(f"{number}.1", first),
        _alone(f"{number}.2", first + 1, _PAYLOAD),
        _between(f"{number}.3", first + 2),
        _between(f"{number}.4", first + 3, _HELLO),
        _between(f"{number}.5", first + 4, _HELLO, chop=1),
    )
    return Group(number, title, cases)


SECTION = Section(
    4,
    "Reserved opcodes",
    (_group("4.1", "Opcodes of data frames", 3), _group("4.2", "Opcodes of control frames", 11)),
)
