"""Counts how far each algorithm, and the requirements of each standard, are carried out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from whatwg_websockets.steps.comments import Comment, MarkedFunction, SourceFile
from whatwg_websockets.steps.grammar import Mark
from whatwg_websockets.steps.index import Algorithm, Standard


@dataclass
class Found:
    """The code of an algorithm: its functions, and the first comment for each step."""

    functions: list[MarkedFunction] = field(default_factory=list)
    steps: dict[str, tuple[MarkedFunction, Comment]] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """How far one algorithm, or the requirements of one standard, are carried out.

    Attributes:
        standard: the standard's short name.
        section: the number of its section; empty for the requirements.
        name: the algorithm's name; None for the requirements.
        anchor: the algorithm's anchor; empty for the requirements.
        where: the functions that carry it out, with their modules; the modules for requirements.
        carried_out: how many steps have code.
        not_built: how many steps could have code, but do not yet.
        not_applicable: how many steps cannot exist in a program.
        total: the number of steps.
    """

    standard: str
    section: str
    name: str | None
    anchor: str
    where: tuple[str, ...]
    carried_out: int
    not_built: int
    not_applicable: int
    total: int


@dataclass(frozen=True)
class Total:
    """How far everything is carried out.

    Attributes:
        carried_out: how many steps and requirements have code.
        not_built: how many could have code, but do not yet.
        not_applicable: how many cannot exist in a program.
        total: the number of steps and requirements.
    """

    carried_out: int
    not_built: int
    not_applicable: int
    total: int

    @property
    def possible(self) -> int:
        """The number of those that a program can carry out, which are all that are not n/a."""
        return self.carried_out + self.not_built

    @property
    def percent(self) -> int:
        """The part of the possible that is carried out, in whole per cent; 100 only if all are."""
        return 100 * self.carried_out // self.possible if self.possible else 100


def total_of(rows: Iterable[Row]) -> Total:
    """Return the sum of rows."""
    counts = [(row.carried_out, row.not_built, row.not_applicable, row.total) for row in rows]
    return Total(*(sum(column) for column in zip(*counts, strict=True)))


def rows_of(
    standard: Standard,
    found: Mapping[Algorithm, Found],
    requirements: Mapping[str, list[tuple[SourceFile, Comment]]],
) -> Iterator[Row]:
    """Count how far the algorithms and requirements of a standard are carried out.

    Args:
        standard: the standard.
        found: the code of its algorithms.
        requirements: the comments for each requirement, by id.
    """
    for algorithm in standard.algorithms:
        there = found.get(algorithm, Found())
        functions = (f"{each.module}.{each.qualified_name}" for each in there.functions)
        yield Row(
            standard=standard.id,
            section=algorithm.section,
            name=algorithm.name,
            anchor=algorithm.anchor,
            where=tuple(functions),
            **_counts_of(algorithm, there),
            total=len(algorithm.steps),
        )
    if standard.requirements:
        met = [requirements.get(each.id, []) for each in standard.requirements]
        modules = {source.module for comments in met for source, _ in comments}
        yield Row(
            standard=standard.id,
            section="",
            name=None,
            anchor="",
            where=tuple(sorted(modules)),
            **_counts(comments[0][1] for comments in met if comments),
            total=len(standard.requirements),
        )


def _counts_of(algorithm: Algorithm, there: Found) -> dict[str, int]:
    """Count the steps of an algorithm; if it is not built, no step is."""
    if algorithm.not_built is not None:
        return {"carried_out": 0, "not_built": len(algorithm.steps), "not_applicable": 0}
    return _counts(comment for _, comment in there.steps.values())


def _counts(comments: Iterable[Comment]) -> dict[str, int]:
    """Count steps, each of which has its comment, by what their comments say."""
    marks = Counter(comment.mark for comment in comments)
    return {
        "carried_out": marks[Mark.CARRIED_OUT],
        "not_built": marks[Mark.NOT_BUILT],
        "not_applicable": marks[Mark.NOT_APPLICABLE],
    }
