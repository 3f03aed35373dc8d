"""What stands beside an entry of a trace: the code of the step, its standard, its page in the docs.

A trace may be older than the code. So a step is looked for by its algorithm and its number, and
what is not there any more has nothing beside it.
"""

import ast
from collections.abc import Callable, Iterable
from textwrap import dedent

from whatwg_websockets.steps.comments import MarkedFunction, SourceFile, read_sources
from whatwg_websockets.steps.grammar import numbers_in
from whatwg_websockets.steps.index import Requirement, Standard, read_index
from whatwg_websockets.steps.links import Catalogue
from whatwg_websockets.steps.page_names import page_names, page_of_requirements
from whatwg_websockets.steps.places import places
from whatwg_websockets.steps.trace.entry import Entry

MOST_LINES = 8
"""How many lines of a statement are shown."""

REQUIREMENT = "§ "
"""What stands before the ids of requirements."""

Key = tuple[str, str, str]
"""The anchor and the name of an algorithm, and the number of a step; empty for the whole of it."""


class Shelf:
    """What stands beside the entries of a trace.

    Args:
        sources: the code.
        standards: the index.
    """

    def __init__(self, sources: Iterable[SourceFile], standards: Iterable[Standard]) -> None:
        standards = list(standards)
        self._catalogue = Catalogue(standards)
        self._pages = page_names(standards)
        self._code: dict[Key, str] = {}
        for source in sources:
            self._add_the_code(source)

    def _add_the_code(self, source: SourceFile) -> None:
        lines = source.path.read_text(encoding="utf-8").splitlines()
        for place in places([source]):
            key = (place.anchor, place.algorithm, place.number)
            if place.lines:
                span = slice(place.lines.start - 1, place.lines.stop - 1)
                self._code.setdefault(key, _cut(lines[span]))
        for function in source.functions:
            self._code[function.anchor, function.name, ""] = _head(function, lines)

    def beside(self, entry: Entry, address: Callable[[str], str] | None = None) -> dict[str, str]:
        """Return what stands beside an entry: "code", "standard" and "page", as far as known.

        Args:
            entry: the entry.
            address: returns the address of a page of the docs, which is given without its ending;
                None where the docs are not there.
        """
        if not entry.algorithm or entry.direction:
            return {}
        algorithm = self._catalogue.algorithm(entry.anchor, entry.algorithm)
        requirement = self._requirement(entry.number)
        found = {"code": self._code.get((entry.anchor, entry.algorithm, entry.number), "")}
        if algorithm is not None:
            found["standard"] = algorithm[0].url
            if address is not None:
                found["page"] = address(self._pages[algorithm[0]])
        if requirement is not None:
            found["standard"] = requirement.url
            if address is not None:
                found.setdefault("page", address(page_of_requirements(requirement.standard)))
        return {name: text for name, text in found.items() if text}

    def _requirement(self, number: str) -> Requirement | None:
        """Return the first requirement that a number names; None for the number of a step."""
        if not number.startswith(REQUIREMENT):
            return None
        return self._catalogue.requirement(numbers_in(number.removeprefix(REQUIREMENT))[0][0])


def the_shelf() -> Shelf:
    """Return the shelf of this project."""
    return Shelf(read_sources(), read_index())


def _head(function: MarkedFunction, lines: list[str]) -> str:
    """Return the signature of a function, from ``def`` to the colon."""
    code = lines[function.line - 1 : function.last_line]
    [node] = ast.parse(dedent("\n".join(code))).body
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    return _cut(code[node.lineno - 1 : node.body[0].lineno - 1])


def _cut(lines: list[str]) -> str:
    """Return lines of code without what they are all indented by; the first ones of many."""
    kept = dedent("\n".join(lines[:MOST_LINES]))
    return kept if len(lines) <= MOST_LINES else f"{kept}\n…"
