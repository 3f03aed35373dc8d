"""What a reader means: an algorithm or a requirement, by its name, its section or a close code."""

import re
from collections.abc import Iterator
from itertools import chain

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
        query: the id of a requirement, the number of a section, a close code, what
            :meth:`.Library.find` takes, or what :meth:`.Requirements.named` takes.
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
        raise Unclear(f"{query} is a close code", [*entries_on_a_code(query, library)])
    try:
        return library.find(query)
    except NotFound as error:
        named = requirements.named(query)
        if error.is_ambiguous:
            raise Unclear(str(error), [*error.candidates, *named]) from None
        if len(named) == 1:
            return named[0]
        if named:
            raise Unclear(f"more than one requirement is called {query!r}", [*named]) from None
        raise Unclear(
            f"no algorithm or requirement is called {query!r}",
            [*error.candidates, *requirements.near(query)],
        ) from None


def entries_on_a_code(code: str, library: Library) -> Iterator[Entry]:
    """Return the entries of the index that decide or name a close code, in reading order.

    These are the algorithm that decides which code a connection has, the algorithms that have a
    step whose comment names the code, and the requirements that name it.
    """
    for each in _entries(library):
        if isinstance(each, Requirement):
            names_it = _names(code, each.gist)
        else:
            steps = chain.from_iterable(one.steps for one in library.functions(each))
            names_it = any(step.is_carried_out and _names(code, step.text) for step in steps)
        if names_it or (isinstance(each, Algorithm) and each.name == DECIDES_CODES):
            yield each


def _entries(library: Library) -> Iterator[Entry]:
    """Return all algorithms and requirements, in the order in which a reader meets them."""
    for standard in library.standards:
        yield from standard.algorithms
        yield from standard.requirements


def _names(code: str, words: str) -> bool:
    """Return whether some words name a close code."""
    return re.search(rf"\b{code}\b", words) is not None
