"""Writes to a terminal: texts of others without their escape sequences, in any encoding.

Errors are written to standard error, everything else to standard output. Lines are never broken, so
that a path, a URL or a command can be copied.

An output that is lost costs nobody a verdict or a report: what cannot be written to it is dropped.
Where its reader has left, as ``head`` does, that is nobody's fault. Anything else is said on
standard error, and `status` has the command end with 2.
"""

import codecs
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, TextIO, cast

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook, RenderResult
from rich.control import Control
from rich.segment import Segment

from websocket_conformance.errors import Exit
from websocket_conformance.foreign import visible

_LINE_ENDS = "\n"
_HANDLER = "websocket_conformance"
_SIGNS = {
    "✓": "+",
    "✕": "x",
    "§": "S",
    "·": ".",
    "…": "...",
    "→": "->",
    "←": "<-",
    "“": '"',
    "”": '"',
}
"""What stands for a sign where the encoding of an output has no such sign."""


def say(text: str) -> None:
    """Say a line, or several."""
    _print(text, sys.stdout)


def complain(text: str) -> None:
    """Say on standard error what is wrong."""
    _print(text, sys.stderr)


def console() -> Console:
    """A console on standard output for tables, colours and bars."""
    _ready(sys.stdout)
    made = Console(file=_lasting(sys.stdout), highlight=False, soft_wrap=True, emoji=False)
    made.push_render_hook(_Visible())
    return made


def _print(text: str, stream: TextIO) -> None:
    _ready(stream)
    print(visible(text, _LINE_ENDS), file=_lasting(stream), flush=True)


def status(status: int) -> int:
    """The status that a command leaves: its own, unless what it printed could not be written."""
    is_short_at_most = status in (Exit.BEST, Exit.SHORT)
    return Exit.USAGE if _FAULTS and is_short_at_most else status


def _lasting(stream: TextIO | None) -> TextIO | None:
    """A stream to which writing always succeeds; None if there is no stream."""
    return None if stream is None else cast(TextIO, _Lasting(stream))


_FAULTS: list[OSError] = []
"""Why standard output could not be written, if it could not, and its reader is not the reason."""


class _Lasting:
    """A stream that leads nowhere once it cannot be written any more."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        """Whatever else the stream has."""
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write, or drop what is written."""
        try:
            return self._stream.write(text)
        except OSError as error:
            self._lose(error)
            return len(text)

    def flush(self) -> None:
        """Flush, or drop what has been written."""
        try:
            self._stream.flush()
        except OSError as error:
            self._lose(error)

    def _lose(self, error: OSError) -> None:
        """Let the stream lead nowhere, also for what Python flushes at its end."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)
        if self._stream is sys.stdout and not isinstance(error, BrokenPipeError):
            _FAULTS.append(error)
            complain(f"Standard output cannot be written: {error.strerror or error}.")


def _ready(stream: TextIO) -> None:
    """Let a stream write something for each character, also for those that it does not have."""
    with suppress(AttributeError):
        stream.reconfigure(errors=_HANDLER)  # type: ignore[attr-defined]


def _replaced(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    shown = "".join(
        _SIGNS.get(char) or char.encode("ascii", "backslashreplace").decode()
        for char in error.object[error.start : error.end]
    )
    return shown, error.end


codecs.register_error(_HANDLER, _replaced)


class _Visible(RenderHook):
    """Makes what a console prints visible; the console's own control sequences stay."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Wrap what is to be printed."""
        return [each if isinstance(each, Control) else _Shown(each) for each in renderables]


class _Shown:
    """Something printable whose text cannot control the terminal."""

    def __init__(self, what: ConsoleRenderable) -> None:
        self._what = what

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The same, with its text made visible."""
        return _shown(console.render(self._what, options))


def _shown(segments: Iterable[Segment]) -> RenderResult:
    for text, style, control in segments:
        yield Segment(text if control else visible(text, _LINE_ENDS), style, control)
