"""Holds the comments of the code against the index of the standards.

What the comments promise, and what is asked of them, is described in ``spec/README.md``.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from whatwg_websockets.steps.comments import NOT_APPLICABLE, Comment, MarkedFunction, SourceFile
from whatwg_websockets.steps.index import Algorithm, Requirement, Standard
from whatwg_websockets.steps.links import PART, Catalogue, series


@dataclass(frozen=True, order=True)
class Fault:
    """Something that is not as it should be.

    Attributes:
        path: the file.
        line: the line in it, from 1.
        problem: what is wrong, and how to mend it.
    """

    path: Path
    line: int
    problem: str

    def __str__(self) -> str:
        return f"{place(self.path, self.line)}: {self.problem}"


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
        not_applicable: how many steps say why they have none.
        total: how many steps there are.
    """

    standard: str
    section: str
    name: str | None
    anchor: str
    where: tuple[str, ...]
    carried_out: int
    not_applicable: int
    total: int


@dataclass(frozen=True)
class Report:
    """What the comparison showed.

    Attributes:
        faults: what is wrong, in the order of files and lines.
        rows: how far each algorithm is carried out, and each standard's requirements.
        left_out: the standards that are not carried out.
    """

    faults: tuple[Fault, ...]
    rows: tuple[Row, ...]
    left_out: tuple[Standard, ...]


def place(path: Path, line: int) -> str:
    """Write a line of a file as seen from the working directory."""
    return f"{os.path.relpath(path)}:{line}"


def check(standards: Iterable[Standard], sources: Iterable[SourceFile]) -> Report:
    """Hold the comments of the code against the index.

    Args:
        standards: the index.
        sources: the comments.
    """
    return _Check(Catalogue(standards), list(sources)).report()


@dataclass
class _Found:
    """What the code has of an algorithm: its functions, and the first comment for each step."""

    functions: list[MarkedFunction] = field(default_factory=list)
    steps: dict[str, tuple[MarkedFunction, Comment]] = field(default_factory=dict)


class _Check:
    """One comparison."""

    def __init__(self, catalogue: Catalogue, sources: list[SourceFile]) -> None:
        self.catalogue = catalogue
        self.sources = sources
        self.found: dict[Algorithm, _Found] = {}
        self.requirements: dict[str, list[tuple[SourceFile, Comment]]] = {}

    def report(self) -> Report:
        """Compare everything."""
        carried_out = [each for each in self.catalogue.standards if each.is_carried_out]
        faults = [*self.faults_of_the_code()]
        for standard in carried_out:
            for algorithm in standard.algorithms:
                faults += self.missing_steps(algorithm, standard.path)
            faults += self.missing_requirements(standard)
        return Report(
            faults=tuple(sorted(set(faults))),
            rows=tuple(row for standard in carried_out for row in self.rows(standard)),
            left_out=tuple(each for each in self.catalogue.standards if not each.is_carried_out),
        )

    def faults_of_the_code(self) -> Iterator[Fault]:
        """Look at every mark and every comment, and remember what is found for what."""
        marks: dict[tuple[str, str], MarkedFunction] = {}
        places: dict[tuple[Path, int], MarkedFunction] = {}
        for source in self.sources:
            for stray in source.strays:
                yield _fault(
                    stray,
                    f"step {stray.number} is outside of every function that is marked with"
                    " @algorithm; mark the function, or take the number away",
                )
            for function in source.functions:
                if places.setdefault((function.path, function.line), function) is not function:
                    yield _fault(
                        function,
                        "one function has two marks, so nobody knows whose steps these are;"
                        " give each algorithm a function",
                    )
                    continue
                first = marks.setdefault((function.anchor, function.name), function)
                if first is not function:
                    yield _fault(
                        function,
                        f"{function.name!r} is marked in {place(first.path, first.line)} too;"
                        f" call a function for a part of it {function.name + PART + 'part'!r}",
                    )
                yield from self.faults_of_a_function(function)
            for comment in source.requirements:
                yield from self.faults_of_a_requirement(source, comment)

    def faults_of_a_function(self, function: MarkedFunction) -> Iterator[Fault]:
        """Look at a mark and the comments of the function."""
        meant = self.catalogue.algorithm(function.anchor, function.name)
        if meant is None:
            yield _fault(function, self.unknown_mark(function))
            return
        algorithm, _ = meant
        if not self.catalogue.is_carried_out(algorithm):
            return
        found = self.found.setdefault(algorithm, _Found())
        found.functions.append(function)
        order = {number: position for position, number in enumerate(algorithm.steps)}
        last = ""
        for step in function.steps:
            yield from _faults_of_a_comment(step, f"step {step.number}")
            if step.applies and step.statement is None:
                yield _fault(
                    step,
                    f"step {step.number} is not directly above a statement; move it there, or"
                    " say `n/a: ` and why there is none",
                )
            if step.number not in order:
                yield _fault(step, _unknown_step(step, algorithm))
                continue
            _, first = found.steps.setdefault(step.number, (function, step))
            if first is not step:
                yield _fault(
                    step,
                    f"step {step.number} has a comment in {place(first.path, first.line)} already;"
                    " leave one",
                )
                continue
            if last and order[step.number] < order[last]:
                yield _fault(
                    step,
                    f"step {step.number} is below step {last}, which comes after it in the"
                    " standard; move it up",
                )
            else:
                last = step.number

    def unknown_mark(self, function: MarkedFunction) -> str:
        """Say what is wrong with a mark that means no algorithm."""
        names = self.catalogue.names(function.anchor)
        if names:
            quoted = series((repr(name) for name in names), "or")
            return (
                f"no algorithm at {function.anchor!r} is called {function.name!r}; call it"
                f" {quoted}, or a part of it 'name{PART}part'"
            )
        return f"the index has no algorithm at {function.anchor!r}" + _instead(
            self.catalogue.near_anchors(function.anchor), "add it to the index"
        )

    def faults_of_a_requirement(self, source: SourceFile, comment: Comment) -> Iterator[Fault]:
        """Look at a comment for a requirement."""
        yield from _faults_of_a_comment(comment, f"requirement {comment.number}")
        if self.catalogue.requirement(comment.number) is None:
            near_ids = self.catalogue.near_ids(comment.number)
            yield _fault(
                comment,
                f"the index has no requirement {comment.number!r}"
                + _instead(near_ids, "add it to the index"),
            )
            return
        others = self.requirements.setdefault(comment.number, [])
        others.append((source, comment))
        _, first = others[0]
        if first.applies != comment.applies:
            yield _fault(
                comment,
                f"requirement {comment.number} cannot be n/a and be carried out, and"
                f" {place(first.path, first.line)} says otherwise; take one of them away",
            )

    def missing_steps(self, algorithm: Algorithm, path: Path) -> Iterator[Fault]:
        """Look for steps without a comment; those in a row are one fault."""
        if algorithm not in self.found:
            yield Fault(
                path,
                algorithm.line,
                f"no function carries out {algorithm.name!r}; mark one with @algorithm",
            )
            return
        found = self.found[algorithm]
        function, line = found.functions[0], found.functions[0].line
        missing: list[str] = []
        for number in algorithm.steps:
            if number in found.steps:
                if missing:
                    yield Fault(function.path, line, _missing(missing))
                function, step = found.steps[number]
                line, missing = step.line, []
            else:
                missing.append(number)
        if missing:
            yield Fault(function.path, line, _missing(missing))

    def missing_requirements(self, standard: Standard) -> Iterator[Fault]:
        """Look for requirements without a comment."""
        for requirement in standard.requirements:
            if requirement.id not in self.requirements:
                yield Fault(
                    standard.path,
                    requirement.line,
                    f"no comment says where requirement {requirement.id!r} is carried out; write"
                    f" `# § {requirement.id}. ` above the code",
                )

    def rows(self, standard: Standard) -> Iterator[Row]:
        """Count what is there of a standard."""
        for algorithm in standard.algorithms:
            found = self.found.get(algorithm, _Found())
            applies = [step.applies for _, step in found.steps.values()]
            yield Row(
                standard=standard.id,
                section=algorithm.section,
                name=algorithm.name,
                anchor=algorithm.anchor,
                where=tuple(
                    f"{function.module}.{function.qualified_name}" for function in found.functions
                ),
                carried_out=applies.count(True),
                not_applicable=applies.count(False),
                total=len(algorithm.steps),
            )
        if standard.requirements:
            yield self.row_of_requirements(standard.id, standard.requirements)

    def row_of_requirements(self, standard: str, requirements: tuple[Requirement, ...]) -> Row:
        """Count the requirements of a standard for which there are comments."""
        found = [
            self.requirements[requirement.id]
            for requirement in requirements
            if requirement.id in self.requirements
        ]
        applies = [comments[0][1].applies for comments in found]
        modules = {source.module for comments in found for source, _ in comments}
        return Row(
            standard=standard,
            section="",
            name=None,
            anchor="",
            where=tuple(sorted(modules)),
            carried_out=applies.count(True),
            not_applicable=applies.count(False),
            total=len(requirements),
        )


def _fault(where: Comment | MarkedFunction, problem: str) -> Fault:
    return Fault(where.path, where.line, problem)


def _faults_of_a_comment(comment: Comment, what: str) -> Iterator[Fault]:
    if comment.applies:
        return
    if len(comment.reason.split()) < 2:
        yield _fault(comment, f"{what} is n/a without a reason; say in a few words why it is")
    elif not comment.text.startswith(NOT_APPLICABLE):
        yield _fault(comment, f"{what} says n/a in a way of its own; write `n/a: ` and the reason")


def _instead(words: list[str], otherwise: str) -> str:
    return (
        f"; write {series(map(repr, words), 'or')}, or {otherwise}" if words else f"; {otherwise}"
    )


def _unknown_step(step: Comment, algorithm: Algorithm) -> str:
    steps = list(algorithm.steps)
    if not steps:
        return f"{algorithm.name!r} has no numbered steps; take the number {step.number} away"
    return (
        f"{algorithm.name!r} has no step {step.number}, only {steps[0]} to {steps[-1]}; write the"
        " standard's number, or take the number away"
    )


def _missing(numbers: list[str]) -> str:
    if len(numbers) == 1:
        return (
            f"step {numbers[0]} has no comment below here; write `# {numbers[0]}. ` and the gist"
            " above the code, or `n/a: ` and the reason"
        )
    return (
        f"steps {series(numbers)} have no comments below here; write `# {numbers[0]}. ` and the"
        " gist above the code, or `n/a: ` and the reason"
    )
