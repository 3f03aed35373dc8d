"""A trace as a Mermaid sequence diagram of one page: what the page does and hears, and the wire."""

import re
import textwrap
from collections.abc import Iterable, Iterator

from whatwg_websockets.steps.trace.entry import Entry
from whatwg_websockets.steps.trace.plan import PAGE_FOLDERS
from whatwg_websockets.steps.trace.visible import visible

WIDEST = 44
"""How many characters a line of a label has at most."""

MOST_LINES = 4
"""How many lines a label has at most; a handout shows what happens, not all of a message."""

WRITE = "write"
"""The algorithm of WebSocketStream that a page calls through its writer."""

_CALL = re.compile(r"(?P<name>(?:new WebSocket(?:Stream)?|[a-z]\w*))\((?P<parameters>[^()]*)\)")
"""The name of an algorithm that a page calls."""

_OF_A_PROMISE = re.compile(r"(?<= is resolved) with .*", re.DOTALL)
"""What a promise is resolved with, which has no room on a handout."""

_NOT_WORTH_TELLING = frozenset({"", "not given", "null", "« »", "«[ ]»"})
"""Arguments that are the same as none."""

_ENTITIES = {character: f"#{ord(character)};" for character in "#;<>{}|`&%"}


def as_mermaid(entries: Iterable[Entry]) -> str:
    """Return a trace as the source of a diagram.

    It has the calls and the events of the page, its ready states, the opening handshake, the
    frames, and what the log reports: a connection that says hello fits a page.
    """
    lines = [
        "sequenceDiagram",
        "    participant P as Page",
        "    participant N as Network",
        "    participant S as Server",
    ]
    lines += [f"    {line}" for entry in entries for line in _lines(entry)]
    return "\n".join(lines) + "\n"


def _lines(entry: Entry) -> Iterator[str]:
    if entry.direction:
        ends = "N->>S" if entry.direction == "out" else "S->>N"
        yield f"{ends}: {_label(entry.text)}"
    elif entry.kind == "event":
        yield f"N-->>P: {_label(_OF_A_PROMISE.sub('', entry.text))}"
    elif entry.kind == "state":
        yield f"Note over P: {_label(entry.text.rpartition(' ')[2])}"
    elif entry.kind == "log":
        yield f"Note over N: {_label(entry.values.get('why', entry.text))}"
    elif entry.kind == "algorithm" and entry.folder in PAGE_FOLDERS:
        call = _call(entry)
        if call:
            yield f"P->>N: {_label(call)}"


def _call(entry: Entry) -> str:
    """Return a call of the page with its arguments; "" for what no page calls."""
    if entry.algorithm == WRITE:
        return f"write({entry.values.get('chunk', '')})"
    found = _CALL.fullmatch(entry.algorithm)
    if found is None:
        return ""
    given = [entry.values.get(each.strip(), "") for each in found["parameters"].split(",")]
    while given and given[-1] in _NOT_WORTH_TELLING:
        given.pop()
    return f"{found['name']}({', '.join(given)})"


def _label(text: str) -> str:
    """Return a text as a label may have it: on a few lines, which end between words."""
    lines = textwrap.wrap(
        text, WIDEST, max_lines=MOST_LINES, placeholder=" …", break_on_hyphens=False
    )
    return "<br/>".join(
        "".join(_ENTITIES.get(each, each) for each in visible(line)) for line in lines
    )
