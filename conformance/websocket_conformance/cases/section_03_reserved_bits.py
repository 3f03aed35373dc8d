"""Section 3: reserved bits that no negotiated extension defines.

Source: RFC 6455, section 5.2.
"""

from websocket_conformance.cases.case import Case, Group, Section
from websocket_conformance.cases.expected import BY_PEER, text
from websocket_conformance.cases.play import Script
from websocket_conformance.cases.steps import BINARY, CLOSE, PING, TEXT, FailAfter, Step
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.sendable import Frame

_HELLO = b"Hello, world!"
_OCTETS = b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff"

_FAILED = "The peer fails the connection at once (1002)."
_ECHO_FIRST = f"The first message comes back. Then: {_FAILED} No Pong comes."


def _case(number: int, sends: str, *steps: Step, echo: bool = False) -> Case:
    """Make a case in which the peer may send an echo before it sees the reserved bit."""
    expected = {Verdict.OK: (text(_HELLO),), Verdict.NON_STRICT: ()}
    script = Script((*steps, FailAfter(1)), expected if echo else {Verdict.OK: ()})
    expects = _ECHO_FIRST if echo else _FAILED
    return Case(f"3.{number}", sends, expects, "RFC 6455, 5.2", script, BY_PEER)


CASES = (
    _case(1, "A text message with RSV3 set.", Frame(TEXT, _HELLO, rsv=0b001)),
    _case(
        2, "A text message, one with RSV2 set, a Ping.",
        Frame(TEXT, _HELLO), Frame(TEXT, _HELLO, rsv=0b010), Frame(PING), echo=True,
    ),
    _case(
        3, "A text message, one with RSV2 and RSV3 set; then, by itself, a Ping.",
        Frame(TEXT, _HELLO), Frame(TEXT, _HELLO, rsv=0b011, apart=True),
        Frame(PING, apart=True), echo=True,
    ),
    _case(
        4, "A text message, one with RSV1 set, a Ping; one octet at a time.",
        Frame(TEXT, _HELLO, chop=1), Frame(TEXT, _HELLO, rsv=0b100, chop=1),
        Frame(PING, chop=1), echo=True,
    ),
    _case(5, "A binary message with RSV1 and RSV3 set.", Frame(BINARY, _OCTETS, rsv=0b101)),
    _case(6, "A binary message with RSV1 and RSV2 set.", Frame(BINARY, _HELLO, rsv=0b110)),
    _case(7, "A Close with all reserved bits set.", Frame(CLOSE, rsv=0b111)),
)  # fmt: skip

SECTION = Section(3, "Reserved bits", (Group("3", "Reserved bits", CASES),))
