"""Our own words as nodes: code in backticks, paragraphs, links."""

import re
from collections.abc import Iterator

from docutils import nodes
from sphinx import addnodes

CODE = re.compile(r"(?::\w+)?:?`{1,2}[.~]?(?P<code>[^`]+)`{1,2}")
"""Code in comments and docstrings: `so`, ``so``, :func:`so`."""


def inline(text: str) -> Iterator[nodes.Node]:
    """Return a line of words; text in backticks becomes code."""
    end = 0
    for found in CODE.finditer(text):
        yield nodes.Text(text[end : found.start()])
        yield nodes.literal("", found["code"].lstrip(".~"))
        end = found.end()
    yield nodes.Text(text[end:])


def paragraphs(text: str) -> Iterator[nodes.paragraph]:
    """Return words, with an empty line between paragraphs."""
    for each in text.split("\n\n"):
        if each:
            yield nodes.paragraph("", "", *inline(each))


def outside(text: str, url: str, *classes: str) -> nodes.reference:
    """Return a link to a page of another site."""
    return nodes.reference("", text, internal=False, refuri=url, classes=list(classes))


def inside(text: str, page: str, docname: str) -> addnodes.pending_xref:
    """Return a link from one page of ours to another; Sphinx turns its text into plain words."""
    return addnodes.pending_xref(
        "",
        nodes.inline("", "", *inline(text)),
        refdomain="std",
        reftype="doc",
        reftarget=f"/{page}",
        refdoc=docname,
        refexplicit=True,
        refwarn=True,
    )
