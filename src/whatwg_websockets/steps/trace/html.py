"""A trace as one HTML page that needs nothing else: a timeline to go through."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import jinja2

from whatwg_websockets.steps.trace.entry import Entry
from whatwg_websockets.steps.trace.shelf import Shelf, the_shelf
from whatwg_websockets.steps.trace.visible import visible

_environment = jinja2.Environment(
    loader=jinja2.PackageLoader("whatwg_websockets.steps.trace", "."),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    keep_trailing_newline=True,
)


@dataclass(frozen=True)
class Back:
    """The page that the timeline belongs to.

    Attributes:
        title: its title.
        address: where it is.
    """

    title: str
    address: str


def as_html(
    entries: Iterable[Entry],
    title: str,
    *,
    shelf: Shelf | None = None,
    address: Callable[[str], str] | None = None,
    back: Back | None = None,
) -> str:
    """Return a page with a trace.

    Args:
        entries: the trace.
        title: what was traced, such as a URL.
        shelf: what stands beside each entry; by default what this project has.
        address: returns the address of a page of the docs, such as
            ``standard/websockets/close``; None where the docs are not there to link to.
        back: the page that the timeline belongs to; None where there is no such page.
    """
    entries = list(entries)
    shelf = shelf or the_shelf()
    template = _environment.get_template("timeline.html.jinja")
    return template.render(
        title=title,
        data=_json([entry.as_dict() for entry in entries]),
        beside=_json(_each_once([shelf.beside(entry, address) for entry in entries])),
        back=back,
    )


def _each_once(besides: list[dict[str, str]]) -> dict[str, list[int] | list[dict[str, str]]]:
    """Return what stands beside the entries, each once, and for each entry which it is."""
    places: dict[str, int] = {}
    what: list[dict[str, str]] = []
    for each in besides:
        if places.setdefault(json.dumps(each), len(what)) == len(what):
            what.append(each)
    return {"of": [places[json.dumps(each)] for each in besides], "what": what}


def _json(data: object) -> str:
    """Return data for a script element, in which only "<" could end them."""
    return visible(json.dumps(data, ensure_ascii=False)).replace("<", "\\u003c")
