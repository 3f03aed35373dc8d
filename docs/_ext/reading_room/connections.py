"""Recorded connections: their timeline, and the diagram of calls and frames.

A recording is a file of JSON Lines in the folder ``recordings`` of the documentation, as
``whatwg-websockets trace -o NAME.jsonl`` writes it.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from docutils import nodes
from docutils.nodes import Node
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from reading_room.house import Room, room
from reading_room.words import inside
from whatwg_websockets.steps.index import Algorithm
from whatwg_websockets.steps.trace.entry import Entry, State
from whatwg_websockets.steps.trace.html import Back, as_html
from whatwg_websockets.steps.trace.mermaid import as_mermaid
from whatwg_websockets.steps.trace.shelf import Shelf

logger = logging.getLogger(__name__)

FOLDER = "recordings"

CALLS = ("constructor", "method")
"""The kinds of the algorithms that a page calls."""

FEEDBACK = "feedback"
"""The kind of the algorithms that run as tasks of the page."""


def read(path: Path) -> list[Entry]:
    """Read a recording."""
    return [_entry(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _entry(data: dict[str, object]) -> Entry:
    state = data.pop("state")
    return Entry(**data, state=State(**state) if isinstance(state, dict) else None)  # type: ignore[arg-type]


def refreshed(here: Room, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Update the lines of the steps, since the code may have moved after the recording."""
    lines = {
        (function.anchor, function.name, step.number): here.place_of(step.path, step.line)
        for source in here.sources
        for function in source.functions
        for step in function.steps
    }
    for entry in entries:
        place = lines.get((entry.anchor, entry.algorithm, entry.number))
        yield replace(entry, where=str(place)) if place else entry


def write_timelines(app: Sphinx, exception: Exception | None) -> None:
    """Write the timeline of each recording."""
    if exception is not None or not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    here = room(app.config)
    shelf = Shelf(here.sources, here.index)
    for path in (Path(app.srcdir) / FOLDER).glob("*.jsonl"):
        name = f"{FOLDER}/{path.stem}"
        output = Path(app.builder.get_output_path(name))
        output.parent.mkdir(parents=True, exist_ok=True)
        page = as_html(
            refreshed(here, read(path)),
            path.stem.replace("-", " "),
            shelf=shelf,
            address=partial(app.builder.get_relative_uri, name),
            back=_page_of(app, path.stem),
        )
        output.write_text(page, encoding="utf-8")


def _page_of(app: Sphinx, recording: str) -> Back | None:
    """Return the chapter with the name of a recording; None if it does not exist."""
    title = app.env.titles.get(recording)
    if title is None:
        return None
    address = app.builder.get_relative_uri(f"{FOLDER}/{recording}", recording)
    return Back(title.astext(), address)


class Timeline(nodes.General, nodes.Element):
    """A timeline, as long as the page that shows it is unknown."""


def resolve_timelines(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Show the timelines in a frame; builders other than those of HTML omit them."""
    for node in list(doctree.findall(Timeline)):
        shown: list[Node] = []
        if isinstance(app.builder, StandaloneHTMLBuilder):
            uri = app.builder.get_relative_uri(docname, f"{FOLDER}/{node['recording']}")
            frame = f'<iframe class="timeline" src="{uri}" title="The timeline"></iframe>'
            alone = nodes.reference("", "Open the timeline on a separate page", refuri=uri)
            shown = [nodes.raw("", frame, format="html"), nodes.paragraph("", "", alone)]
        node.replace_self(shown)


class _OfARecording(SphinxDirective, ABC):
    """A directive whose argument is the name of a recording, without ``.jsonl``."""

    required_arguments = 1

    def run(self) -> list[Node]:
        """Show the recording; warn if it does not exist."""
        name = self.arguments[0]
        path = Path(self.env.srcdir) / FOLDER / f"{name}.jsonl"
        if not path.is_file():
            message = f"no recording is called {name!r}; there is no {path}"
            logger.warning(message, location=self.get_location(), type="reading_room")
            return []
        self.env.note_dependency(str(path))
        return self.shown(name, read(path))

    @abstractmethod
    def shown(self, name: str, entries: list[Entry]) -> list[Node]:
        """Return the nodes that show the recording."""


class TimelineDirective(_OfARecording):
    """Shows the timeline of a recording."""

    def shown(self, name: str, entries: list[Entry]) -> list[Node]:
        """Return a node that stands for the timeline."""
        return [Timeline(recording=name)]


class SequenceDirective(_OfARecording):
    """Shows the diagram of a recording; folded below it, the same diagram for Mermaid."""

    def shown(self, name: str, entries: list[Entry]) -> list[Node]:
        """Return the diagram."""
        here = room(self.config)
        heads = (nodes.inline("", f"{each} ") for each in ("page", "connection", "server"))
        diagram = nodes.container("", classes=["sequence"])
        diagram += nodes.container("", nodes.paragraph("", "", *heads), classes=["row", "heads"])
        for row in rows_of(here, entries):
            words: Node = nodes.literal("", row.text)
            if row.algorithm is not None:
                words = inside(row.text, here.pages[row.algorithm], self.env.docname)
            said = nodes.paragraph("", "", words)
            diagram += nodes.container("", said, classes=["row", row.kind])
        mermaid = as_mermaid(entries)
        return [
            diagram,
            nodes.raw("", '<details class="mermaid"><summary>', format="html"),
            nodes.inline("", "The same for Mermaid"),
            nodes.raw("", "</summary>", format="html"),
            nodes.literal_block(mermaid, mermaid, language="text"),
            nodes.raw("", "</details>", format="html"),
        ]


@dataclass(frozen=True)
class Row:
    """A row of the diagram.

    Attributes:
        kind: "state": the ready state changes; "call": the page calls; "task": a task of the page
            runs; "note": an algorithm runs in parallel; "out" and "in": data is sent or received.
        text: the text of the row.
        algorithm: the algorithm of the row, if it has one.
    """

    kind: str
    text: str
    algorithm: Algorithm | None = None


def rows_of(here: Room, entries: Iterable[Entry]) -> Iterator[Row]:
    """Return the rows for what was sent and received, and for algorithms of the main floor."""
    state, last = "", None
    for entry in entries:
        if entry.direction:
            yield Row(entry.direction, entry.text)
        algorithm = _begun(here, entry)
        if algorithm is not None and algorithm != last:
            yield Row(_kind(algorithm), algorithm.name, algorithm)
            last = algorithm
        if entry.state is not None and entry.state.ready_state != state:
            state = entry.state.ready_state
            yield Row("state", state)


def _begun(here: Room, entry: Entry) -> Algorithm | None:
    if entry.folder != "websockets" or not entry.number or entry.number.startswith("§"):
        return None
    return here.marked(entry.anchor, entry.algorithm)


def _kind(algorithm: Algorithm) -> str:
    if algorithm.kind in CALLS:
        return "call"
    return "task" if algorithm.kind == FEEDBACK else "note"
