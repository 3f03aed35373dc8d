"""Tells in words for a reader what a report of the suite says was expected of a case."""

import html
import re
from typing import Any

from websocket_conformance.autobahn.wirelog import payload
from websocket_conformance.results.verdict import Verdict, verdict_of

_TEXT, _BINARY = 1, 2


def plain(text: str) -> str:
    """The suite's HTML as plain text: line breaks kept, all other markup dropped."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"<br\s*/?>\s*", "\n", text, flags=re.IGNORECASE)
    return html.unescape(re.sub(r"<[^<>]*>", "", text)).strip()


def described_events(expected: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """What would have earned which verdict, the best verdict first."""
    order = sorted(expected, key=lambda word: list(Verdict).index(verdict_of(word)))
    return [(word, [_part(*part) for part in expected[word]]) for word in order]


def _part(kind: str, shown: Any = "", binary: bool = False, *_: Any) -> str:
    if kind == "timeout":
        return f"the wait “{shown}”"
    opcode = _BINARY if binary else _TEXT
    name = ("binary" if binary else "text") if kind == "message" else kind
    return f"{name} {payload(opcode, len(shown), shown) or '(empty)'}"


def described_close(expected: dict[str, Any], *, judge_is_server: bool = True) -> str:
    """How the connection was to end, for a reader."""
    if not expected:
        return ""
    codes = " or ".join(map(str, expected.get("closeCode", ())))
    by_server = bool(expected.get("closedByMe")) is judge_is_server
    by = "begun by the server" if by_server else "begun by the client"
    clean = "clean" if expected.get("requireClean") else "clean or not"
    return f"{codes or 'any code'}, {by}, {clean}"
