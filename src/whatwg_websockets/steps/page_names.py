"""The names of the algorithms' pages in the reading room, for the pages and for links to them."""

import re
from collections.abc import Iterable

from whatwg_websockets.steps.index import Algorithm, Standard

ALGORITHMS = "standard"
"""The folder of the algorithms' pages."""

_TAKEN = frozenset({"index", "requirements"})
"""The pages of a standard that do not show an algorithm."""


def page_names(standards: Iterable[Standard]) -> dict[Algorithm, str]:
    """Return the page of each algorithm, such as ``standard/websockets/close``.

    A page has the algorithm's name, and also its anchor if another page has that name.
    """
    pages = {}
    for standard in standards:
        short = {each: slug(each.name.partition("(")[0]) for each in standard.algorithms}
        names = list(short.values())
        for algorithm, name in short.items():
            if names.count(name) > 1 or name in _TAKEN:
                name = slug(f"{algorithm.name} {algorithm.anchor}")
            pages[algorithm] = f"{ALGORITHMS}/{standard.id}/{name}"
    return pages


def page_of_requirements(standard: str) -> str:
    """Return the page of the requirements of a standard, which its id names."""
    return f"{ALGORITHMS}/{standard}/requirements"


def slug(text: str) -> str:
    """Return a text as a part of a URL."""
    return "-".join(re.findall(r"[a-z0-9]+", text.casefold()))
