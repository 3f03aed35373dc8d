"""A trace as one HTML page that needs nothing else: a timeline to scrub through."""

import json
from collections.abc import Iterable

import jinja2

from whatwg_websockets.steps.trace.entry import Entry

_environment = jinja2.Environment(
    loader=jinja2.PackageLoader("whatwg_websockets.steps.trace", "."),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    keep_trailing_newline=True,
)


def as_html(entries: Iterable[Entry], title: str) -> str:
    """Return a page with a trace.

    Args:
        entries: the trace.
        title: what was traced, such as a URL.
    """
    # Inside of a script element only "<" could end the data.
    data = json.dumps([entry.as_dict() for entry in entries], ensure_ascii=False)
    template = _environment.get_template("timeline.html.jinja")
    return template.render(title=title, data=data.replace("<", "\\u003c"))
