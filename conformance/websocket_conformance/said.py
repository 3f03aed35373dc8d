"""What a process said, as far as it is kept, and what is quoted of that."""

import re

from websocket_conformance.foreign import visible

_KEPT = 8192
"""How many octets are kept of the beginning, and how many of the end."""

_TOLD = 3
"""How many lines are told of the beginning of what a process said, and how many of its end."""

_CONTROL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
"""A control sequence of a terminal: a colour, a title."""

_HEAD = re.compile(
    r"Traceback \(most recent call last\)|panic: |thread '.*' panicked|Exception in "
)
"""What the first line of an account of an error begins with, in several languages."""


class Said:
    """What a process said: its beginning and its end."""

    def __init__(self) -> None:
        self._first = b""
        self._last = b""

    def hear(self, data: bytes) -> None:
        """It said something more."""
        self._first += data[: _KEPT - len(self._first)]
        self._last = (self._last + data)[-_KEPT:]

    def words(self) -> str:
        """What it said, in short: the last lines and, where there were more, also the first.

        Those are its first lines of all, or of the last traceback among what is kept: how it came
        to an error is said there, and what the error was at the end. Blank lines are left out.
        """
        last = _lines(self._last)
        told = [f"its last words: {' / '.join(last[-_TOLD:])}"] if last else []
        if rest := last[:-_TOLD]:
            first = rest if self._last.startswith(self._first) else _lines(self._first)
            at = max((at for at, line in enumerate(rest) if _HEAD.match(line)), default=None)
            first = first if at is None else rest[at:]
            told.insert(0, f"its first words: {' / '.join(first[:_TOLD])}")
        return "; ".join(told)


def _lines(said: bytes) -> list[str]:
    """The lines of some output that are not blank, without colours and the like."""
    text = _CONTROL.sub("", said.decode(errors="replace"))
    return [visible(line) for each in text.splitlines() if (line := each.strip())]
