"""A trace as a Mermaid sequence diagram: the page, what goes on in parallel, and the server."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from textwrap import wrap

from whatwg_websockets.steps.trace.entry import Entry

WIDTH = 60
"""How many characters a line of a note has at most."""

OF_THE_PAGE = frozenset(
    {"websockets", "websocketstream", "html", "dom", "fileapi", "streams", "webidl", "url"}
)
"""The folders whose steps are the page's; all others are in parallel to it, as is the log."""

_ENTITIES = {character: f"#{ord(character)};" for character in '#;<>"{}|`'}


def as_mermaid(entries: Iterable[Entry]) -> str:
    """Return a trace as the source of a diagram; steps of one algorithm in a row are one note."""
    lines = [
        "sequenceDiagram",
        "    participant P as Page",
        "    participant C as Connection",
        "    participant S as Server",
    ]
    for _, group in groupby(entries, key=_what_stays_together):
        lines += [f"    {line}" for line in _lines(list(group))]
    return "\n".join(lines) + "\n"


def _what_stays_together(entry: Entry) -> object:
    return id(entry) if entry.direction else (entry.kind, entry.folder, entry.algorithm)


def _lines(group: list[Entry]) -> Iterator[str]:
    first = group[0]
    if first.direction:
        ends = "C->>S" if first.direction == "out" else "S->>C"
        yield f"{ends}: {_escaped(first.text)}"
        return
    where = "P" if first.folder in OF_THE_PAGE else "C"
    words = "<br/>".join(
        _escaped(line)
        for each in group
        for line in wrap(f"{each.number} {each.text}".strip(), WIDTH)
    )
    title = (first.algorithm or first.kind) + (f" ({first.draft})" if first.draft else "")
    yield f"Note over {where}: {_escaped(title)}<br/>{words}"
    if title == "queue a task":
        yield "C-->>P: a task"


def _escaped(text: str) -> str:
    return "".join(_ENTITIES.get(each, each) for each in " ".join(text.split()))
