"""The check of the step comments in the code against the index of the standards.

``spec/README.md`` describes the rules for the comments.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from whatwg_websockets.steps.closure import faults_of_links
from whatwg_websockets.steps.comment_faults import (
    faults_of_a_comment,
    faults_of_a_range,
    faults_of_the_form,
    faults_of_the_words,
)
from whatwg_websockets.steps.comments import Comment, MarkedFunction, SourceFile
from whatwg_websockets.steps.draft_changes import DraftChanges, faults_of_changes
from whatwg_websockets.steps.faults import Fault, place
from whatwg_websockets.steps.index import Algorithm, Standard
from whatwg_websockets.steps.links import PART, Catalogue, series
from whatwg_websockets.steps.outside import Outside
from whatwg_websockets.steps.tally import Found, Row, rows_of


@dataclass(frozen=True)
class Report:
    """The result of the check.

    Attributes:
        faults: the faults, in the order of files and lines.
        rows: how far each algorithm is carried out, and each standard's requirements.
        left_out: the standards that are not carried out.
    """

    faults: tuple[Fault, ...]
    rows: tuple[Row, ...]
    left_out: tuple[Standard, ...]


def check(
    standards: Iterable[Standard],
    sources: Iterable[SourceFile],
    outside: Outside | None = None,
    drafts: Iterable[DraftChanges] = (),
) -> Report:
    """Check the comments of the code against the index.

    Args:
        standards: the index.
        sources: the comments.
        outside: the algorithms that the index leaves out; None to skip the check of links.
        drafts: the changes that drafts would make to the standards.
    """
    standards = list(standards)
    report = _Check(Catalogue(standards), list(sources)).report()
    faults = {*report.faults, *faults_of_changes(standards, drafts)}
    if outside is not None:
        faults |= {*faults_of_links((each for each in standards if each.is_carried_out), outside)}
    return replace(report, faults=tuple(sorted(faults)))


class _Check:
    """One check."""

    def __init__(self, catalogue: Catalogue, sources: list[SourceFile]) -> None:
        self.catalogue = catalogue
        self.sources = sources
        self.found: dict[Algorithm, Found] = {}
        self.requirements: dict[str, list[tuple[SourceFile, Comment]]] = {}

    def report(self) -> Report:
        """Check everything."""
        carried_out = [each for each in self.catalogue.standards if each.is_carried_out]
        faults = [*self.faults_of_the_code()]
        for standard in carried_out:
            for algorithm in standard.algorithms:
                faults += self.missing_steps(algorithm, standard.path)
            faults += self.missing_requirements(standard)
        return Report(
            faults=tuple(sorted(set(faults))),
            rows=tuple(
                row
                for standard in carried_out
                for row in rows_of(standard, self.found, self.requirements)
            ),
            left_out=tuple(each for each in self.catalogue.standards if not each.is_carried_out),
        )

    def faults_of_the_code(self) -> Iterator[Fault]:
        """Check every mark and every comment, and record the comments by algorithm."""
        marks: dict[tuple[str, str], MarkedFunction] = {}
        places: dict[tuple[Path, int], MarkedFunction] = {}
        for source in self.sources:
            yield from faults_of_the_form(source)
            for stray in source.strays:
                yield _fault(
                    stray,
                    f"step {stray.number} is outside of every function that is marked with"
                    " @algorithm; mark the function, or take the number away",
                )
            for function in source.functions:
                yield from faults_of_the_words(function.steps, "step")
                if places.setdefault((function.path, function.line), function) is not function:
                    yield _fault(
                        function,
                        "a function has two marks, so its steps could belong to either algorithm;"
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
            yield from faults_of_the_words(source.requirements, "requirement")
            for comment in source.requirements:
                yield from self.faults_of_a_requirement(source, comment)

    def faults_of_a_function(self, function: MarkedFunction) -> Iterator[Fault]:
        """Check a mark and the comments of the function."""
        meant = self.catalogue.algorithm(function.anchor, function.name)
        if meant is None:
            yield _fault(function, self.unknown_mark(function))
            return
        algorithm, _ = meant
        if not self.catalogue.is_carried_out(algorithm):
            return
        if algorithm.not_built is not None:
            yield _fault(
                function,
                f'{algorithm.name!r} has the status "not built" in the index; remove the status'
                " there, or the mark here",
            )
        found = self.found.setdefault(algorithm, Found())
        found.functions.append(function)
        order = {number: position for position, number in enumerate(algorithm.steps)}
        last = ""
        for step in function.steps:
            yield from faults_of_a_comment(step, f"step {step.number}")
            if step.is_carried_out and step.statement is None:
                yield _fault(
                    step,
                    f"step {step.number} is not directly above a statement; move it there, or say"
                    " after `n/a: ` or `not built: ` why it has no statement",
                )
            if order.keys() >= set(step.numbers):
                yield from faults_of_a_range(step, list(order), f"step {step.number}")
            for number in step.stands_for(order):
                if number not in order:
                    yield _fault(step, _unknown_step(number, algorithm))
                    continue
                _, first = found.steps.setdefault(number, (function, step))
                if first is not step:
                    yield _fault(
                        step,
                        f"step {number} has a comment in {place(first.path, first.line)} already;"
                        " leave one",
                    )
                elif last and order[number] < order[last]:
                    yield _fault(
                        step,
                        f"step {number} is below step {last}, which comes after it in the"
                        " standard; move it up",
                    )
                else:
                    last = number

    def unknown_mark(self, function: MarkedFunction) -> str:
        """Return what is wrong with a mark that names no algorithm of the index."""
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
        """Check a comment for requirements."""
        what = f"requirement {comment.number}"
        yield from faults_of_a_comment(comment, what)
        ends = [each for each in comment.numbers if each.startswith("-")]
        if ends:
            yield _fault(
                comment,
                f"the list of ids `{comment.number}` is malformed: {ends[0]!r} has no id before"
                " it whose beginning it could share; write the first id in full, and each other in"
                " full or as a hyphen and its end: `# § id-1, -2. `",
            )
            return
        ids = self.catalogue.ids(comment)
        yield from faults_of_a_range(comment, self.catalogue.all_beside(ids[0]), what)
        for id_ in ids:
            if self.catalogue.requirement(id_) is None:
                near_ids = self.ids_in_place_of(id_, ids)
                yield _fault(
                    comment,
                    f"the index has no requirement {id_!r}"
                    + _instead(near_ids, "add it to the index"),
                )
                continue
            if ids.count(id_) > 1:
                yield _fault(comment, f"{what} names {id_!r} more than once; leave one")
            others = self.requirements.setdefault(id_, [])
            others.append((source, comment))
            _, first = others[0]
            if first.mark != comment.mark:
                yield _fault(
                    comment,
                    f"requirement {id_} cannot be {comment.mark} and be {first.mark}, and"
                    f" {place(first.path, first.line)} says otherwise; take one of them away",
                )

    def ids_in_place_of(self, id_: str, beside: Sequence[str]) -> list[str]:
        """Return the ids that may be meant by an unknown id; those near its neighbours come first.

        Args:
            id_: the unknown id, which may be the end of one without its hyphen ("24" for "-24").
            beside: all ids of the comment.
        """
        beginnings = dict.fromkeys(each.rpartition("-")[0] for each in beside)
        ends = [f"-{id_}" for each in beginnings if self.catalogue.requirement(f"{each}-{id_}")]
        return ends or self.catalogue.near_ids(id_)

    def missing_steps(self, algorithm: Algorithm, path: Path) -> Iterator[Fault]:
        """Find steps without a comment; consecutive steps make one fault."""
        if algorithm.not_built is not None:
            return
        if algorithm not in self.found:
            yield Fault(
                path,
                algorithm.line,
                f"no function carries out {algorithm.name!r}; mark one with @algorithm, or write"
                ' `status = "not built"` and the reason',
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
        """Find requirements without a comment."""
        for requirement in standard.requirements:
            if requirement.id not in self.requirements:
                yield Fault(
                    standard.path,
                    requirement.line,
                    f"no comment says where requirement {requirement.id!r} is carried out; write"
                    f" `# § {requirement.id}. ` above the code",
                )


def _fault(where: Comment | MarkedFunction, problem: str) -> Fault:
    return Fault(where.path, where.line, problem)


def _instead(words: list[str], otherwise: str) -> str:
    return (
        f"; write {series(map(repr, words), 'or')}, or {otherwise}" if words else f"; {otherwise}"
    )


def _unknown_step(number: str, algorithm: Algorithm) -> str:
    steps = list(algorithm.steps)
    if not steps:
        return f"{algorithm.name!r} has no numbered steps; take the number {number} away"
    return (
        f"{algorithm.name!r} has no step {number}, only {steps[0]} to {steps[-1]}; write the"
        " standard's number, or take the number away"
    )


def _missing(numbers: list[str]) -> str:
    have = "has no comment" if len(numbers) == 1 else "have no comments"
    return (
        f"step{'' if len(numbers) == 1 else 's'} {series(numbers)} {have} below here; write"
        f" `# {numbers[0]}. ` and the gist above the code, or the reason behind `n/a: ` or"
        " `not built: `"
    )
