"""Section 10: a message that its sender divides into fragments of a fixed length.

Source: RFC 6455, section 5.4.
"""

from websocket_conformance.cases.case import Case, Group, Section
from websocket_conformance.cases.expected import text
from websocket_conformance.cases.play import Script
from websocket_conformance.cases.steps import FailAfter
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.sendable import Message

_PAYLOAD = b"*" * 65536

CASES = (
    Case(
        "10.1.1",
        "A text message of 65,536 octets in fragments of 1,300, which leaves 536 for the last.",
        "The message comes back; then a clean close with 1000.",
        "RFC 6455, 5.4",
        Script((Message(_PAYLOAD, fragment=1300), FailAfter(10)), {Verdict.OK: (text(_PAYLOAD),)}),
    ),
)

SECTION = Section(10, "Automatic fragments", (Group("10.1", "Automatic fragments", CASES),))
