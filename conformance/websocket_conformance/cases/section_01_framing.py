"""Section 1: the echo of a message.

Source: RFC 6455, sections 5.2 (the three forms of the length) and 5.6 (text and binary data).
"""

from websocket_conformance.cases.case import Case, Group, Section
from websocket_conformance.cases.expected import binary, text
from websocket_conformance.cases.play import Script
from websocket_conformance.cases.steps import BINARY, TEXT, FailAfter
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.sendable import Frame

# Octets of payload; octets in each write; seconds.
_SIZES = (
    (0, None, 1),
    (125, None, 1),
    (126, None, 1),
    (127, None, 1),
    (128, None, 1),
    (65535, None, 10),
    (65536, None, 10),
    (65536, 997, 10),
)


def _case(number: str, kind: str, length: int, chop: int | None, seconds: float) -> Case:
    is_text = kind == "text"
    payload = (b"*" if is_text else b"\xfe") * length
    sent = Frame(TEXT if is_text else BINARY, payload, chop=chop)
    echo = text(payload) if is_text else binary(payload)
    return Case(
        number,
        f"A {kind} message of {length:,} octets"
        + (f", written {chop} octets at a time." if chop else "."),
        "The same message comes back; then a clean close with 1000.",
        "RFC 6455, 5.6" if length < 126 else "RFC 6455, 5.2",
        Script((sent, FailAfter(seconds)), {Verdict.OK: (echo,)}),
    )


def _group(number: str, title: str, kind: str) -> Group:
    cases = (_case(f"{number}.{last}", kind, *size) for last, size in enumerate(_SIZES, 1))
    return Group(number, title, tuple(cases))


SECTION = Section(
    1,
    "Framing",
    (_group("1.1", "Text messages", "text"), _group("1.2", "Binary messages", "binary")),
)
