"""The output of a process: which part is kept, and which part is quoted."""

import re
from collections.abc import Sequence
from itertools import pairwise

from websocket_conformance.foreign import visible

_KEPT = 8192
"""How many octets of the output are kept at the beginning, and how many at the end."""

_TOLD = 3
"""How many lines are quoted from the beginning of the output, and how many from its end."""

_CONTROL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
"""A control sequence of a terminal, such as a colour or a title."""

_HEAD = re.compile(
    r"Traceback \(most recent call last\)|panic: |thread '.*' panicked|Exception in "
)
"""The beginning of the first line of an error report, in several languages."""

_ERROR = re.compile(
    r"""
    \b \w* (?:Error|Exception|ExceptionGroup|Rejection) \]? (?:\ [\[(][\w.\ ]+[\])])? (?::|$)
    | ^ (?:panic|fatal\ error|(?:\S+:\ )?error (?:\[\w+\])?) :\ .
    | ^ thread\ '.*'\ .*panicked | ^ Exception\ in\ thread | ^ terminate\ called\ | ^ what\(\):
    """,
    re.VERBOSE,
)
"""A line that names an error: in Python, in JavaScript under Node, Deno and Bun, in
Go, Rust, Java, .NET and C++."""

_HALF = re.compile(r"thread '.*panicked at [^']*:$")
"""A line of Rust's that is followed by the message on the next line."""


class Said:
    """The output of a process: its beginning and its end."""

    def __init__(self) -> None:
        self._first = b""
        self._last = b""

    def hear(self, data: bytes) -> None:
        """Add output."""
        self._first += data[: _KEPT - len(self._first)]
        self._last = (self._last + data)[-_KEPT:]

    def words(self) -> str:
        """Return its first lines, the lines that name an error, and its last lines.

        The first lines are those of the whole output, or of the last traceback in the part that is
        kept, which shows how the error came about. No line is repeated, and blank lines are left
        out.
        """
        last = _lines(self._last)
        if not last:
            return ""
        told = last[-_TOLD:]
        parts = [f"its last words: {' / '.join(told)}"]
        rest = last[:-_TOLD]
        first = rest if self._last.startswith(self._first) else _lines(self._first)
        errors = [line for line in _errors([*first, *last]) if line not in told][-_TOLD:]
        if errors:
            parts.insert(0, f"its error: {' / '.join(errors)}")
        if rest:
            at = max((at for at, line in enumerate(rest) if _HEAD.match(line)), default=None)
            first = first if at is None else rest[at:]
            first = [line for line in first[:_TOLD] if line not in errors]
            parts[:0] = [f"its first words: {' / '.join(first)}"] if first else []
        return "; ".join(parts)


def _errors(lines: Sequence[str]) -> list[str]:
    """Return the lines that name an error, each once, in order."""
    pairs = pairwise([*lines, ""])
    found = (
        f"{line} {after}" if _HALF.match(line) else line
        for line, after in pairs
        if _ERROR.search(line)
    )
    return list(dict.fromkeys(found))


def _lines(said: bytes) -> list[str]:
    """Return the lines of some output that are not blank, without control sequences."""
    text = _CONTROL.sub("", said.decode(errors="replace"))
    return [visible(line) for each in text.splitlines() if (line := each.strip())]
