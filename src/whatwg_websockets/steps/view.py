"""An algorithm as a reader sees it: its steps, their code, and what is around them.

This is a model without any look. The command ``spec show`` prints it, and the documentation
renders it.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from whatwg_websockets.steps.calls import Caller, Calls
from whatwg_websockets.steps.comments import (
    REQUIREMENT_COMMENT,
    STEP_COMMENT,
    Comment,
    MarkedFunction,
    SourceFile,
)
from whatwg_websockets.steps.index import Algorithm, Requirement, Standard
from whatwg_websockets.steps.links import PART, Catalogue, anchor_in_code, near

FRONT_MATTER = re.compile(r"---\n(?P<fields>.*?)\n---\n", re.DOTALL)

OTHER_THAN_PROSE = re.compile(r"^(?:Args|Returns|Raises|Yields|Source|Attributes):", re.MULTILINE)

HEAD = re.compile(r"\s*(?:async )?(?:if|elif|else|for|while|with|try|except|finally|match|case)\b")
"""How the head of a block begins: all but those of functions and classes."""

TestsOf = Callable[[Comment], Iterable[str]]
"""Tells which tests ran the code under a comment."""


@dataclass(frozen=True)
class Code:
    """Lines of a file that follow each other.

    Attributes:
        first_line: the number of the first one, from 1.
        text: the lines, without the indentation of the function they are in; never empty.
    """

    first_line: int
    text: str


@dataclass(frozen=True)
class StepView:
    """A step, or a requirement within a function.

    Attributes:
        number: the step's number, or "§" and the requirement's id.
        text: what is done, in our own words; for a step that does not apply, the reason.
        applies: whether there is code for it.
        line: the line of its comment.
        depth: how many steps it is part of: 0 for "2", 1 for "2.1".
        code: the code down to the next comment, without what leads to that one; None where there
            is none.
        tests: the tests that ran it, as far as it is known.
        lead: the code above its comment that leads to it: the head of the block that it is in,
            such as the condition of a branch.
    """

    number: str
    text: str
    applies: bool
    line: int
    depth: int
    code: Code | None
    tests: tuple[str, ...]
    lead: Code | None = None


@dataclass(frozen=True)
class FunctionView:
    """A function that carries out an algorithm, or a part of it.

    Attributes:
        path: its file.
        line: the line it begins on.
        module: the module's dotted name.
        qualified_name: its name in it.
        part: which part of the algorithm it carries out; empty for the whole.
        docstring: its docstring.
        signature: its first lines, up to the docstring.
        preparation: the code before the first step, if there is any.
        steps: its steps, and the requirements in it, in order.
    """

    path: Path
    line: int
    module: str
    qualified_name: str
    part: str
    docstring: str
    signature: Code
    preparation: Code | None
    steps: tuple[StepView, ...]

    @property
    def prose(self) -> str:
        """What the docstring says before it comes to arguments, errors and sources."""
        paragraphs = OTHER_THAN_PROSE.split(self.docstring)[0].strip().split("\n\n")
        return "\n\n".join(" ".join(each.split()) for each in paragraphs)


@dataclass(frozen=True)
class Position:
    """A question that the standard leaves open, and this project's answer.

    Attributes:
        path: the file.
        title: the question in short.
        where: the anchors that it is about: of its standard, or behind another one's id and "#".
        standard: the short name of its standard.
        code: what carries the answer out: files in the package, with the name of what is meant.
        chromium: the version of Chromium that was asked, or why none could be.
        differs: the questions to which the answer here is not Chromium's.
        tests: the tests of the answer, as pytest writes them.
    """

    path: Path
    title: str
    where: tuple[str, ...]
    standard: str = ""
    code: tuple[str, ...] = ()
    chromium: str = ""
    differs: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What it says, in Markdown, without the front matter."""
        return FRONT_MATTER.sub("", self.path.read_text(encoding="utf-8"), count=1).strip()

    def is_about(self, entry: Algorithm | Requirement) -> bool:
        """Tell whether it names an algorithm, or the place of a requirement."""
        anchor = anchor_in_code(entry)
        full = f"{entry.standard}#{entry.anchor}"
        named = {*self.where, *(f"{self.standard}#{each}" for each in self.where)}
        return bool({anchor, f"#{anchor}", full, entry.url} & named)


@dataclass(frozen=True)
class AlgorithmView:
    """An algorithm, and what is around it.

    Attributes:
        algorithm: what the index says.
        standard: the standard it is of.
        anchor: its anchor, as code has it.
        functions: the functions that carry it out.
        missing: the numbers of the steps that have no comment.
        callers: who calls it.
        callees: the algorithms that it calls.
        tests: the tests that name its anchor, as pytest writes them.
        positions: what there is to say about it.
    """

    algorithm: Algorithm
    standard: Standard
    anchor: str
    functions: tuple[FunctionView, ...]
    missing: tuple[str, ...]
    callers: tuple[Caller, ...]
    callees: tuple[Caller, ...]
    tests: tuple[str, ...]
    positions: tuple[Position, ...]


class NotFound(Exception):
    """No algorithm is called so, or more than one.

    Attributes:
        candidates: the algorithms that may be meant.
        is_ambiguous: whether all of them are called so.
    """

    def __init__(self, query: str, candidates: list[Algorithm], *, is_ambiguous: bool) -> None:
        what = "more than one algorithm is" if is_ambiguous else "no algorithm is"
        super().__init__(f"{what} called {query!r}")
        self.candidates = candidates
        self.is_ambiguous = is_ambiguous


class Library:
    """Everything that there is to be viewed.

    Attributes:
        standards: the standards that are carried out, in the order of their files.
    """

    def __init__(
        self,
        standards: Iterable[Standard],
        sources: Iterable[SourceFile],
        *,
        positions: Path | None = None,
        tests: Path | None = None,
        tests_of: TestsOf = lambda _: (),
    ) -> None:
        """Put a library together.

        Args:
            standards: the index.
            sources: the comments.
            positions: the folder of the positions, if there is one.
            tests: the folder of the tests, if there is one.
            tests_of: tells which tests ran a step.
        """
        catalogue = Catalogue(standards)
        sources = list(sources)
        self.standards = [each for each in catalogue.standards if each.is_carried_out]
        self._algorithms = {
            algorithm: standard for standard in self.standards for algorithm in standard.algorithms
        }
        self._functions: dict[Algorithm, list[MarkedFunction]] = {}
        for function in (function for source in sources for function in source.functions):
            found = catalogue.algorithm(function.anchor, function.name)
            if found is not None:
                self._functions.setdefault(found[0], []).append(function)
        self._requirements = {source.path: source.requirements for source in sources}
        self._calls = Calls(sources)
        self._positions = list(read_positions(positions)) if positions else []
        self._tests = tests
        self._tests_of = tests_of

    def functions(self, algorithm: Algorithm) -> list[MarkedFunction]:
        """Return the functions that carry out an algorithm."""
        return self._functions.get(algorithm, [])

    def find(self, query: str) -> Algorithm:
        """Return the algorithm that is meant.

        Args:
            query: its name, with or without its arguments; its anchor, with or without what stands
                before "#"; or the name of a function or module that carries it out.

        Raises:
            NotFound: there is none, or more than one.
        """
        ways = (
            (self._exactly, query),
            (self._shortly, query),
            (self._somehow, query.casefold()),
        )
        for names, wanted in ways:
            found = [each for each in self._algorithms if wanted in names(each)]
            if len(found) == 1:
                return found[0]
            if found:
                raise NotFound(query, found, is_ambiguous=True)
        raise NotFound(query, self._near(query), is_ambiguous=False)

    def _exactly(self, algorithm: Algorithm) -> set[str]:
        anchor = anchor_in_code(algorithm)
        return {algorithm.name, anchor, algorithm.anchor, f"#{algorithm.anchor}", algorithm.url}

    def _shortly(self, algorithm: Algorithm) -> set[str]:
        return {algorithm.name.partition("(")[0].removeprefix("new ")} | {
            function.qualified_name for function in self.functions(algorithm)
        }

    def _somehow(self, algorithm: Algorithm) -> set[str]:
        functions = self.functions(algorithm)
        names = {algorithm.name, anchor_in_code(algorithm)} | self._shortly(algorithm)
        names |= {function.qualified_name.rpartition(".")[2] for function in functions}
        names |= {function.module.rpartition(".")[2] for function in functions}
        return {name.casefold() for name in names}

    def _near(self, query: str) -> list[Algorithm]:
        """Return the algorithms whose names hold the query, or are spelt nearly like it."""
        names: dict[str, list[Algorithm]] = {}
        for algorithm in self._algorithms:
            for name in sorted(self._somehow(algorithm)):
                names.setdefault(name, []).append(algorithm)
        query = query.casefold()
        alike = [each for name in near(query, names) for each in names[name]]
        holding = [each for name in names if query and query in name for each in names[name]]
        return list(dict.fromkeys([*alike, *holding]))[:8]

    def view(self, algorithm: Algorithm) -> AlgorithmView:
        """Return an algorithm with all that is around it."""
        functions = self.functions(algorithm)
        anchor = anchor_in_code(algorithm)
        found = {step.number for function in functions for step in function.steps}
        own = {(function.module, function.qualified_name) for function in functions}
        callers = _others(own, (each for one in functions for each in self._calls.callers(one)))
        callees = _others(own, (each for one in functions for each in self._calls.callees(one)))
        return AlgorithmView(
            algorithm=algorithm,
            standard=self._algorithms[algorithm],
            anchor=anchor,
            functions=tuple(self._view_of_function(algorithm, each) for each in functions),
            missing=tuple(number for number in algorithm.steps if number not in found),
            callers=callers,
            callees=callees,
            tests=tuple(read_tests(anchor, self._tests)) if self._tests else (),
            positions=tuple(each for each in self._positions if each.is_about(algorithm)),
        )

    def _view_of_function(self, algorithm: Algorithm, function: MarkedFunction) -> FunctionView:
        text = _Text(function)
        requirements = [
            each
            for each in self._requirements[function.path]
            if function.line <= each.line <= function.last_line
        ]
        comments = sorted([*function.steps, *requirements], key=lambda comment: comment.line)
        stretches = [text.stretch(*both) for both in pairwise([None, *comments, None])]
        signature, preparation = text.opening(stretches[0].end)
        leads = [text.code(each.end + 1, each.last) for each in stretches]
        return FunctionView(
            path=function.path,
            line=function.line,
            module=function.module,
            qualified_name=function.qualified_name,
            part=function.name[len(algorithm.name) + len(PART) :],
            docstring=function.docstring,
            signature=signature,
            preparation=preparation,
            steps=tuple(
                StepView(
                    number=f"§ {comment.number}" if comment in requirements else comment.number,
                    text=comment.text if comment.applies else comment.reason,
                    applies=comment.applies,
                    line=comment.line,
                    depth=0 if comment in requirements else comment.number.count("."),
                    code=text.code(stretch.begin, stretch.end),
                    tests=tuple(self._tests_of(comment)),
                    lead=lead,
                )
                for comment, stretch, lead in zip(comments, stretches[1:], leads, strict=False)
            ),
        )


def _others(own: set[tuple[str, str]], callers: Iterable[Caller]) -> tuple[Caller, ...]:
    """Leave out the functions of the algorithm itself, and each other one but once."""
    return tuple(
        caller
        for caller in dict.fromkeys(callers)
        if (caller.module, caller.qualified_name) not in own
    )


@dataclass(frozen=True)
class _Stretch:
    """The lines from one comment to the next.

    Attributes:
        begin: the first one.
        end: the last one of what belongs to the first comment.
        last: the last one; what is behind the end leads to the second comment.
    """

    begin: int
    end: int
    last: int


class _Text:
    """The text of a function."""

    def __init__(self, function: MarkedFunction) -> None:
        text = function.path.read_text(encoding="utf-8")
        self._lines = text.split("\n")
        self._function = function
        self._node = _node_at(ast.parse(text), function.line)

    def opening(self, end: int) -> tuple[Code, Code | None]:
        """Return what stands before the first step: above the docstring, and below it.

        Args:
            end: the last line before the first step.
        """
        signature_end, begin = end, end + 1
        if self._function.docstring:
            docstring = self._node.body[0]
            signature_end = max(self._node.lineno, docstring.lineno - 1)
            begin = (docstring.end_lineno or docstring.lineno) + 1
        signature = "\n".join(self._cut(self._function.line, signature_end))
        return Code(self._function.line, signature), self.code(begin, end)

    def code(self, begin: int, end: int) -> Code | None:
        """Return the code from one line to another, without empty lines around it."""
        lines = self._cut(begin, end)
        while lines and not lines[-1]:
            del lines[-1]
        while lines and not lines[0]:
            del lines[0]
            begin += 1
        return Code(begin, "\n".join(lines)) if lines else None

    def stretch(self, above: Comment | None, below: Comment | None) -> _Stretch:
        """Return the lines between two comments; None is the beginning, and the end."""
        begin = self._below(above) if above else self._function.line
        if below is None:
            return _Stretch(begin, self._function.last_line, self._function.last_line)
        last = below.line - 1
        end = last
        # What stands directly below a comment is its own.
        while (head := self._head(begin, end)) is not None and head > begin:
            end = head - 1
        return _Stretch(begin, end, last)

    def _head(self, begin: int, end: int) -> int | None:
        """Return the line on which the head of a block begins that ends on a line, if one does."""
        last = self._lines[end - 1].partition("  #")[0]
        if not last.endswith(":"):
            return None
        alike = (
            line
            for line in range(end, begin - 1, -1)
            if HEAD.match(self._lines[line - 1])
            and _indentation(self._lines[line - 1]) == _indentation(last)
        )
        return next(alike, None)

    def _below(self, comment: Comment) -> int:
        """Return the number of the first line below a comment."""
        line = comment.line + 1
        while line <= self._function.last_line and self._continues(self._lines[line - 1]):
            line += 1
        return line

    def _cut(self, begin: int, end: int) -> list[str]:
        indentation = self._node.col_offset
        return [line[indentation:].rstrip() for line in self._lines[begin - 1 : end]]

    @staticmethod
    def _continues(line: str) -> bool:
        begins = STEP_COMMENT.fullmatch(line) or REQUIREMENT_COMMENT.fullmatch(line)
        return line.lstrip().startswith("#") and not begins


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _node_at(tree: ast.AST, line: int) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """Return the function whose mark, or whose ``def``, is on a line."""
    return next(
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and line in (node.lineno, *(each.lineno for each in node.decorator_list))
    )


def read_positions(folder: Path) -> Iterator[Position]:
    """Read the positions of a folder: Markdown files with ``where:`` in their front matter."""
    for path in sorted(folder.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        found = FRONT_MATTER.match(text)
        fields = found["fields"] if found else ""
        heading = re.search(r"^# (.+)$", text, re.MULTILINE)
        titles = [*_values(fields, "title"), *([heading[1].strip()] if heading else []), path.stem]
        yield Position(
            path=path,
            title=titles[0],
            where=tuple(_values(fields, "where")),
            standard="".join(_values(fields, "standard")),
            code=tuple(_values(fields, "code")),
            chromium="".join(_values(fields, "chromium")),
            differs=tuple(_values(fields, "differs")),
            tests=tuple(_values(fields, "tests")),
        )


def _values(fields: str, key: str) -> list[str]:
    """Return what a key of a front matter has, on its line or in a list below it."""
    found = re.search(
        rf"^{key}:(?P<line>.*)\n?(?P<list>(?:\s+-.*\n?|-.*\n?)*)", fields, re.MULTILINE
    )
    if found is None:
        return []
    line = found["line"].strip()
    values = line[1:-1].split(",") if line.startswith("[") else [line]
    values += [each.strip().removeprefix("-") for each in found["list"].splitlines()]
    return [value for value in (each.strip().strip("\"'") for each in values) if value]


def read_tests(anchor: str, folder: Path) -> Iterator[str]:
    """Find the tests whose text names an anchor, as pytest writes them.

    A file that names it outside of its tests is about it as a whole.

    Args:
        anchor: the anchor, as code has it.
        folder: the folder of the tests.
    """
    rfc = re.fullmatch(r"rfc(\d+)#section-([\d.]+)", anchor)
    if rfc:
        written = rf"rfc ?{rfc[1]}(?:#section-|,? section |,? ){re.escape(rfc[2])}"
    else:
        written = f"#{re.escape(anchor)}"
    name = re.compile(rf"{written}(?![\w-]|\.\d)", re.IGNORECASE)
    for path in sorted(folder.rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        lines = [text.count("\n", 0, found.start()) + 1 for found in name.finditer(text)]
        if lines:
            tests = [_test_at(ast.parse(text), line) for line in lines]
            shown = path.relative_to(folder.parent).as_posix()
            for test in [None] if None in tests else dict.fromkeys(tests):
                yield f"{shown}::{test}" if test else shown


def _test_at(tree: ast.Module, line: int) -> str | None:
    """Return the test around a line; classes of tests are not used here."""
    for node in tree.body:
        if line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
            is_test = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            return node.name if is_test else None  # type: ignore[attr-defined]
    return None
