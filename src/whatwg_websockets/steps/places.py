"""The places of the map: each comment that names steps or requirements, with its algorithm.

:mod:`.comments` reads the comments; here each of them is put together with its algorithm. The
tracer, step coverage and the mutants all go over the same list.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from whatwg_websockets.steps.comments import Comment, MarkedFunction, SourceFile, read_sources
from whatwg_websockets.steps.faults import place

MAIN_FLOOR = "websockets"
"""The name of the main floor among the names of folders."""


@dataclass(frozen=True)
class Place:
    """A comment that names a step, a range of them, or requirements, with its algorithm.

    Attributes:
        comment: the comment.
        source: the file it stands in.
        function: the marked function around it; None for a requirement outside of marked functions.
        is_requirement: whether it names requirements, which have ids instead of numbers.
    """

    comment: Comment
    source: SourceFile
    function: MarkedFunction | None
    is_requirement: bool

    @property
    def algorithm(self) -> str:
        """The name of the algorithm around it; for a lone requirement, the module's."""
        return self.function.name if self.function is not None else self.source.module

    @property
    def anchor(self) -> str:
        """The anchor of the algorithm around it; empty for a lone requirement."""
        return self.function.anchor if self.function is not None else ""

    @property
    def number(self) -> str:
        """The numbers that the comment names, as they are written; ids after "§"."""
        return f"§ {self.comment.number}" if self.is_requirement else self.comment.number

    @property
    def numbers(self) -> tuple[str, ...]:
        """Each number or id that the comment names, ids after "§"; for a range, its two ends."""
        numbers = self.comment.numbers
        return tuple(f"§ {each}" for each in numbers) if self.is_requirement else numbers

    @property
    def name(self) -> str:
        """The name of the place in one line: algorithm and number."""
        return f"{self.algorithm} {self.number}"

    @cached_property
    def where(self) -> str:
        """The file and the line of its comment, in the form that terminals and editors open."""
        return place(self.comment.path, self.comment.line)

    @property
    def lines(self) -> range:
        """The lines of the statement below it, without the bodies of a compound one."""
        if self.comment.statement is None or self.comment.last_line is None:
            return range(0)
        return range(self.comment.statement, self.comment.last_line + 1)


def places(sources: Iterable[SourceFile] | None = None) -> list[Place]:
    """Return the places of some files, by default of this project's files, in their order."""
    return list(_places(read_sources() if sources is None else sources))


def _places(sources: Iterable[SourceFile]) -> Iterator[Place]:
    for source in sources:
        found = [
            Place(step, source, function, is_requirement=False)
            for function in source.functions
            for step in function.steps
        ]
        found += [
            Place(requirement, source, _around(requirement, source), is_requirement=True)
            for requirement in source.requirements
        ]
        yield from sorted(found, key=lambda place: place.comment.line)


def _around(comment: Comment, source: SourceFile) -> MarkedFunction | None:
    around = [each for each in source.functions if each.line <= comment.line <= each.last_line]
    return max(around, key=lambda each: each.line, default=None)


def folder_of(module: str) -> str:
    """Return the folder of the package that a module is in; "websockets" for the main floor."""
    parts = module.split(".")
    return parts[1] if len(parts) > 2 else MAIN_FLOOR
