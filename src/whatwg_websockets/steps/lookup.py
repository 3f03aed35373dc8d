"""What a reader means: an algorithm or a requirement, by its name, its section or a close code."""

import re
from collections.abc import Iterator

from whatwg_websockets.steps.index import Algorithm, Requirement
from whatwg_websockets.steps.requirements import Requirements
from whatwg_websockets.steps.view import Library, NotFound

CODE = re.compile(r"[1-4]\d{3}")
"""A close code."""

DECIDES_CODES = "the WebSocket connection close code"
"""The name of the algorithm that decides which close code a connection has."""

Entry = Algorithm | Requirement


class Unclear(Exception):
    """What a reader wrote means nothing, or more than one thing.

    Attributes:
        entries: the algorithms and requirements that may be meant.
    """

    def __init__(self, problem: str, entries: list[Entry]) -> None:
        super().__init__(problem)
        self.entries = entries


def look_up(query: str, library: Library, requirements: Requirements) -> Entry:
    """Return the algorithm or the requirement that a query means.

    The number of a section means its only algorithm, or, in a section without algorithms, its only
    requirement. A number that several standards have means more than one thing.

    Args:
        query: the id of a requirement, the number of a section, a close code, or what
            :meth:`.Library.find` takes.
        library: the algorithms.
        requirements: the requirements.

    Raises:
        Unclear: the query is a close code, means nothing, or means more than one thing.
    """
    if query in requirements:
        return requirements.view(query).requirement
    there = [each for each in _entries(library) if each.section == query]
    meant = [each for each in there if isinstance(each, Algorithm)] or there
    if len(meant) == 1 and len({each.standard for each in there}) == 1:
        return meant[0]
    if there:
        raise Unclear(f"more than one entry of the index is in section {query}", there)
    if CODE.fullmatch(query):
        deciding = [each for each in _entries(library) if _decides(each, query)]
        raise Unclear(f"{query} is a close code", deciding)
    try:
        return library.find(query)
    except NotFound as error:
        raise Unclear(str(error), [*error.candidates, *requirements.near(query)]) from None


def _entries(library: Library) -> Iterator[Entry]:
    """Return all algorithms and requirements, in the order in which a reader meets them."""
    for standard in library.standards:
        yield from standard.algorithms
        yield from standard.requirements


def _decides(entry: Entry, code: str) -> bool:
    """Return whether an entry decides a close code."""
    if isinstance(entry, Algorithm):
        return entry.name == DECIDES_CODES
    return re.search(rf"\b{code}\b", entry.gist) is not None
