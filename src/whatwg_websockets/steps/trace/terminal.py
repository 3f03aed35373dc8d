"""A trace for the terminal."""

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from whatwg_websockets.steps.trace.entry import Entry

DEEPEST = 6
"""To how many levels entries are indented."""

ARROWS = {"in": "◀──", "out": "──▶"}


def print_trace(entries: Iterable[Entry], console: Console) -> None:
    """Print a trace: the time in milliseconds, the algorithm where it changes, and each step."""
    algorithm = ""
    for entry in entries:
        if entry.kind in ("step", "algorithm") and entry.algorithm != algorithm:
            algorithm = entry.algorithm
            title = Text(f"{entry.folder}: {algorithm}", "bold")
            title.append(f"  {entry.draft}" if entry.draft else "", "yellow")
            console.print(_indented(title, entry, ""))
        console.print(_indented(_body(entry), entry, f"{entry.time * 1000:9.2f}"))


def _indented(body: RenderableType, entry: Entry, time: str) -> RenderableType:
    line = Table.grid(padding=(0, 1))
    line.add_column(width=9, style="dim", justify="right")
    line.add_column(ratio=1, overflow="fold")
    line.expand = True
    line.add_row(time, Padding(body, (0, 0, 0, 2 * min(entry.depth, DEEPEST))))
    return line


def _body(entry: Entry) -> RenderableType:
    text = Text()
    if entry.direction:
        text.append(ARROWS[entry.direction] + " ", "cyan" if entry.direction == "in" else "green")
    elif entry.kind == "log":
        text.append("log ", "yellow")
    elif entry.number:
        text.append(entry.number + ". ", "magenta")
    text.append(entry.text)
    lines = [text]
    if entry.values:
        said = "  ".join(f"{name}={value}" for name, value in entry.values.items())
        lines.append(Text("   " + said, "dim"))
    if entry.result:
        lines.append(Text("   → " + entry.result, "red" if entry.result[:6] == "raises" else "dim"))
    return Group(*lines)
