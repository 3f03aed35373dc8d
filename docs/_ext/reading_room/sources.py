"""The code itself: a page for each file, with an anchor for each line, and links to them.

These pages stand beside Sphinx's: with a sidebar of all algorithms, each would take longer to make
than all of them take now.
"""

from pathlib import Path

import jinja2
from docutils import nodes
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder

from reading_room.house import Place, room

FOLDER = "source"
"""The folder of these pages."""

_environment = jinja2.Environment(
    loader=jinja2.PackageLoader("reading_room", "."),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
)


class SourceLink(nodes.reference):
    """A link to a line, until it is known from which page it leads there."""


def link_to(place: Place, text: str, *classes: str) -> SourceLink:
    """Return a link to a place."""
    return SourceLink("", text, place=place, internal=True, classes=["source-link", *classes])


def link_names(app: Sphinx, doctree: nodes.document) -> None:
    """Give what the reference documents a link to its code."""
    here = room(app.config)
    for signature in doctree.findall(addnodes.desc_signature):
        place = here.place_of_name(signature.get("module", ""), signature.get("fullname", ""))
        if place is not None:
            signature += link_to(place, "[source]", "viewcode-link")


def page_of(path: str) -> str:
    """Return the page of a file."""
    return f"{FOLDER}/{path.removesuffix('.py')}"


def resolve_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn the links to lines into ordinary ones; into their text where there are no pages."""
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
    """Write the pages of the files, where they are not there yet, or older than their files."""
    if exception is not None or not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    here = room(app.config)
    for path in sorted(here.files):
        name = here.place_of(path).path
        page = page_of(name)
        output = Path(app.builder.get_output_path(page))
        if output.is_file() and output.stat().st_mtime > path.stat().st_mtime:
            continue
        output.parent.mkdir(parents=True, exist_ok=True)
        root = app.builder.get_relative_uri(page, app.config.root_doc)
        output.write_text(_page(name, path.read_text(encoding="utf-8"), root), encoding="utf-8")


def _page(name: str, text: str, home: str) -> str:
    formatter = HtmlFormatter(linenos="inline", lineanchors="L", anchorlinenos=True)
    code = highlight(text, PythonLexer(stripnl=False), formatter)
    template = _environment.get_template("source.html.jinja")
    return template.render(name=name, code=code, home=home, static="../" * page_of(name).count("/"))
