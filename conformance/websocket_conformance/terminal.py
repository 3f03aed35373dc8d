"""Write to a terminal: safely, whatever the text contains and the terminal can show.

Errors go to standard error, everything else to standard output. Lines are never broken, so that a
path, a URL or a command can be copied.

A lost output does not affect verdicts and reports: what cannot be written to it is dropped. If its
reader has left, as ``head`` does, that is not an error. Any other reason is printed on standard
error, and `status` has the command end with 2.
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
"""The replacements of signs that the encoding of an output does not have."""


def say(text: str) -> None:
    """Print one or several lines."""
    _print(text, sys.stdout)


def complain(text: str) -> None:
    """Print an error on standard error."""
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
    """Return the exit status of a command: its own, unless its output could not be written."""
    is_short_at_most = status in (Exit.BEST, Exit.SHORT)
    return Exit.USAGE if _FAULTS and is_short_at_most else status


def _lasting(stream: TextIO | None) -> TextIO | None:
    """Return a stream to which writing always succeeds; None without a stream."""
    return None if stream is None else cast(TextIO, _Lasting(stream))


_FAULTS: list[OSError] = []
"""Return why standard output could not be written; None if it could, or its reader has left."""


class _Lasting:
    """A stream that drops what is written to it once it can no longer be written."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        """Return any other attribute of the stream."""
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
        """Redirect the stream to the null device, also for what Python flushes at its end."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)
        if self._stream is sys.stdout and not isinstance(error, BrokenPipeError):
            _FAULTS.append(error)
            complain(f"Standard output cannot be written: {error.strerror or error}.")


def _ready(stream: TextIO) -> None:
    """Let a stream write a replacement for each character that its encoding does not have."""
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
    """Makes invisible characters visible, except the console's own control sequences."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Wrap the objects that are to be printed."""
        return [each if isinstance(each, Control) else _Shown(each) for each in renderables]


class _Shown:
    """A renderable whose text cannot control the terminal."""

    def __init__(self, what: ConsoleRenderable) -> None:
        self._what = what

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the wrapped renderable, with invisible characters made visible."""
        return _shown(console.render(self._what, options))


def _shown(segments: Iterable[Segment]) -> RenderResult:
    for text, style, control in segments:
        yield Segment(text if control else visible(text, _LINE_ENDS), style, control)
