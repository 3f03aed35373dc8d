"""The pages of the code: a page for each file, with an anchor for each line, and links to them.

A line that a link leads to is highlighted, and links back to its algorithm.

These pages stand beside Sphinx's: with a sidebar of all algorithms, one page would take longer to
make than all pages take now.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import jinja2
from docutils import nodes
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder

from reading_room.house import Place, Room, room
from whatwg_websockets.steps.index import Algorithm

FOLDER = "source"
"""The folder of these pages."""

_environment = jinja2.Environment(
    loader=jinja2.PackageLoader("reading_room", "."),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
)


class SourceLink(nodes.reference):
    """A link to a line, as long as the page with the link is unknown."""


def link_to(place: Place, text: str, *classes: str) -> SourceLink:
    """Return a link to a place."""
    return SourceLink("", text, place=place, internal=True, classes=["source-link", *classes])


def link_names(app: Sphinx, doctree: nodes.document) -> None:
    """Add a link to the code of each object in the reference."""
    here = room(app.config)
    for signature in doctree.findall(addnodes.desc_signature):
        place = here.place_of_name(signature.get("module", ""), signature.get("fullname", ""))
        if place is not None:
            signature += link_to(place, "[source]", "viewcode-link")


def page_of(path: str) -> str:
    """Return the page of a file."""
    return f"{FOLDER}/{path.removesuffix('.py')}"


def resolve_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace the links to lines by ordinary links, or by their text if there are no pages."""
    for node in list(doctree.findall(SourceLink)):
        place: Place = node["place"]
        link: nodes.Element = nodes.inline("", classes=node["classes"])
        if isinstance(app.builder, StandaloneHTMLBuilder):
            uri = app.builder.get_relative_uri(docname, page_of(place.path))
            anchor = f"#L-{place.line}" if place.line else ""
            link = nodes.reference("", internal=True, refuri=uri + anchor, classes=node["classes"])
        link += node.children
        node.replace_self(link)


def write_pages(app: Sphinx, exception: Exception | None) -> None:
    """Write the pages of the files that are missing or older than what they show."""
    if exception is not None or not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    here = room(app.config)
    algorithms = algorithms_of_lines(here)
    shared = newest([*here.root.joinpath("spec").glob("*.toml"), *Path(__file__).parent.iterdir()])
    for path in sorted(here.files):
        place = here.place_of(path).path
        page = page_of(place)
        output = Path(app.builder.get_output_path(page))
        if output.is_file() and output.stat().st_mtime > max(shared, path.stat().st_mtime):
            continue
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(_page(app.builder, here, path, algorithms), encoding="utf-8")


def newest(paths: Iterable[Path]) -> float:
    """Return the time of the file that was changed last."""
    return max((path.stat().st_mtime for path in paths), default=0)


@dataclass(frozen=True)
class Back:
    """The algorithm to which a line links back.

    Attributes:
        algorithm: the algorithm that the line belongs to.
        number: the number of the step, or of the first step of a range; empty for a line that
            belongs to the algorithm as a whole.
        is_first: whether it is the first line of the function that carries the algorithm out.
    """

    algorithm: Algorithm
    number: str
    is_first: bool

    @property
    def text(self) -> str:
        """The algorithm and the step, as the text of the link."""
        return f"{self.algorithm.name}, step {self.number}" if self.number else self.algorithm.name

    @property
    def fragment(self) -> str:
        """The place on the page of the algorithm."""
        return f"#step-{self.number.replace('.', '-')}" if self.number else ""


def algorithms_of_lines(here: Room) -> dict[Path, dict[int, Back]]:
    """Return for each file the links back of its lines; the innermost algorithm counts."""
    found: dict[Path, dict[int, Back]] = {}
    for source in here.sources:
        lines = found.setdefault(source.path, {})
        for function in source.functions:
            algorithm = here.marked(function.anchor, function.name)
            if algorithm is None:
                continue
            starts = {step.line: step.numbers[0] for step in function.steps}
            number = ""
            for line in range(function.line, function.last_line + 1):
                number = starts.get(line, number)
                lines[line] = Back(algorithm, number, is_first=line == function.line)
    return found


def _page(
    builder: StandaloneHTMLBuilder, here: Room, path: Path, algorithms: dict[Path, dict[int, Back]]
) -> str:
    name = here.place_of(path).path
    page = page_of(name)
    backs = algorithms.get(path, {})
    text = path.read_text(encoding="utf-8")
    formatter = HtmlFormatter(nowrap=True)
    code = highlight(text, PythonLexer(stripnl=False), formatter).splitlines()

    def uri(algorithm: Algorithm) -> str:
        return builder.get_relative_uri(page, here.pages[algorithm])

    about = dict.fromkeys(back.algorithm for back in backs.values())
    tested = here.tested_by.get(name, ())
    return _environment.get_template("source.html.jinja").render(
        name=name,
        lines=[(number, line, backs.get(number)) for number, line in enumerate(code, 1)],
        about=[(each.name, uri(each)) for each in about],
        tested=[(each.name, uri(each)) for each in tested],
        uri=uri,
        home=builder.get_relative_uri(page, builder.config.root_doc),
        static="../" * page.count("/"),
    )
