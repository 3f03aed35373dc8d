"""A trace for the terminal, line by line as it happens."""

from collections.abc import Callable, Collection, Mapping
from enum import IntEnum

from rich.console import Console
from rich.text import Span, Text

from whatwg_websockets.steps.trace.entry import Entry
from whatwg_websockets.steps.trace.values import shortened
from whatwg_websockets.steps.trace.visible import visible

DEEPEST = 6
"""To how many levels entries are indented."""

TIME = 9
"""The width of the column of the time, in characters."""

BELOW = 4
"""By how many characters the lines below an entry are indented."""

NARROWEST = 24
"""How many characters a line has for its text at least."""

LONGEST = 2_000
"""How many characters of a value are printed; a file of another format has more."""

ARROWS = {"in": "◀──", "out": "──▶"}

STYLES = {"in": "cyan", "out": "green"}


class Detail(IntEnum):
    """How much of a trace is told."""

    OVERVIEW = 0
    """Algorithms, frames, events and ready states."""
    STEPS = 1
    """Each step too, and the fields of the opening handshake."""
    VALUES = 2
    """The values too."""


class Terminal:
    """Prints entries as they are made: a :class:`.record.Listener`.

    Args:
        console: where to.
        detail: how much is told.
        all_of: the folders whose minor algorithms are told in the overview as well.
        failed: called once if the console cannot be written to; nothing is printed after that.

    Attributes:
        error: why the console could not be written to; None while it can.
        lines: how many lines have been printed.
    """

    def __init__(
        self,
        console: Console,
        detail: Detail = Detail.VALUES,
        all_of: Collection[str] = (),
        failed: Callable[[], object] = lambda: None,
    ) -> None:
        self.error: OSError | None = None
        self.lines = 0
        self._console = console
        self._detail = detail
        self._all_of = all_of
        self._failed = failed
        self._above = ""
        self._newest: Entry | None = None

    def added(self, entry: Entry) -> None:
        """Print an entry, if it is to be told."""
        if not self._is_told(entry):
            return
        indent = self._indent(entry)
        self._newest = entry
        if entry.kind == "step" and entry.title != self._above:
            self._print("", indent, self._title(entry, "dim bold"))
        if entry.title and not entry.direction:
            self._above = entry.title
        self._print(f"{entry.time * 1000:.2f}", indent, self._body(entry))
        for line in self._lines_below(entry):
            self._print("", indent + BELOW, Text(line, "dim"))

    def changed(self, entry: Entry, values: Mapping[str, str], result: str) -> None:
        """Print new values of an entry, and its result, as far as they are to be told."""
        if not self._is_told(entry):
            return
        has_raised = result.startswith("raises ")
        lines = []
        if self._detail is Detail.VALUES:
            lines += [Text(f"{name} = {_cut(value)}", "dim") for name, value in values.items()]
            lines += [Text(f"→ {_cut(result)}", "dim")] if result and not has_raised else []
        if has_raised and self._detail is not Detail.OVERVIEW:
            lines.append(Text(f"→ {_cut(result)}", "red"))
        if lines and entry is not self._newest:
            lines[0] = Text(f"{_name(entry)}: ", "dim") + lines[0]
        indent = 2 * min(entry.depth, DEEPEST) + BELOW
        for line in lines:
            self._print("", indent, line)

    def _is_told(self, entry: Entry) -> bool:
        if self._detail is not Detail.OVERVIEW:
            return True
        if entry.kind == "algorithm":
            return not entry.minor or entry.folder in self._all_of
        return entry.kind != "step"

    def _indent(self, entry: Entry) -> int:
        """Return by how many characters an entry is indented."""
        depth = entry.level if self._detail is Detail.OVERVIEW else entry.depth
        return 2 * min(depth, DEEPEST)

    def _body(self, entry: Entry) -> Text:
        if entry.direction:
            style = STYLES[entry.direction]
            return Text(f"{ARROWS[entry.direction]} {entry.text}", style)
        if entry.kind == "algorithm":
            return self._title(entry, "bold")
        if entry.kind == "step":
            return Text.assemble((f"{entry.number}. ", "magenta"), entry.text)
        style = {"log": "yellow", "event": "bold magenta", "state": "bold blue"}[entry.kind]
        return Text.assemble((f"{entry.kind:5} ", style), entry.text)

    @staticmethod
    def _title(entry: Entry, style: str) -> Text:
        title = Text(f"{entry.folder}: {entry.title}", style)
        return title.append(f"  {entry.draft}" if entry.draft else "", "yellow")

    def _lines_below(self, entry: Entry) -> list[str]:
        """Return what stands below an entry that is whole when it is added."""
        if entry.kind == "frame" and self._detail is not Detail.VALUES:
            return [_frame(entry.values, self._width(BELOW))]
        told = Detail.STEPS if entry.kind == "http" else Detail.VALUES
        if entry.kind in ("step", "algorithm") or self._detail < told:
            return []
        separator = ": " if entry.kind == "http" else " = "
        return [f"{name}{separator}{_cut(value)}" for name, value in entry.values.items()]

    def _print(self, time: str, indent: int, text: Text) -> None:
        for line in _visible(text).wrap(self._console, self._width(indent), overflow="fold"):
            before = Text(f"{time:>{TIME}} " + " " * indent, "dim")
            line.rstrip()
            self._write(before + line)
            time = ""

    def _width(self, indent: int) -> int:
        return max(NARROWEST, self._console.width - TIME - 1 - indent)

    def _write(self, line: Text) -> None:
        """Print a line and flush it, so that it is seen at once, in a pipe too."""
        if self.error is not None:
            return
        try:
            self._console.file.write(self._styled(line) + "\n")
            self._console.file.flush()
            self.lines += 1
        except OSError as error:
            self.error = error
            self._failed()

    def _styled(self, line: Text) -> str:
        if not self._console.is_terminal:
            return line.plain
        with self._console.capture() as captured:
            self._console.print(line, end="", soft_wrap=True)
        return captured.get()


def _visible(text: Text) -> Text:
    """Return a text without what a terminal would obey, in the same styles."""
    plain = text.plain
    spans = [
        Span(len(visible(plain[:start])), len(visible(plain[:end])), style)
        for start, end, style in text.spans
    ]
    return Text(visible(plain), text.style, spans=spans)


def _cut(value: str) -> str:
    return shortened(value, LONGEST)


def _name(entry: Entry) -> str:
    """Return how a line refers to an entry that other lines have come behind."""
    return f"{entry.title} {entry.number}".rstrip()


def _frame(parts: Mapping[str, str], width: int) -> str:
    """Return one line about a frame: its bits, and what is on the wire, as far as it fits."""
    line = f"on the wire {parts['on the wire']}"
    if "opcode" in parts:
        bits = f"FIN {parts['FIN']}, RSV {parts['RSV1']}{parts['RSV2']}{parts['RSV3']}"
        opcode = parts["opcode"].partition(" ")[0]
        line = f"{bits}, opcode {opcode}, MASK {parts['MASK']}; {line}"
    return line if len(line) <= width else line[: width - 1].rpartition(" ")[0] + " …"
