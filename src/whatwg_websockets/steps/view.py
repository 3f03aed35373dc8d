"""An algorithm as a reader sees it: its steps, their code, its callers, tests and positions.

The module is a model without a presentation. The command ``spec show`` prints it, and the
documentation renders it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from whatwg_websockets.steps.calls import Caller, Calls, where
from whatwg_websockets.steps.comments import Comment, MarkedFunction, SourceFile
from whatwg_websockets.steps.function_text import Code, FunctionText
from whatwg_websockets.steps.grammar import Mark
from whatwg_websockets.steps.index import Algorithm, Standard
from whatwg_websockets.steps.links import PART, Catalogue, anchor_in_code, forms_of_the_anchor, near
from whatwg_websockets.steps.named_tests import nearest_first, read_tests
from whatwg_websockets.steps.pairing import comments_on
from whatwg_websockets.steps.positions import Position, read_positions

OWN = "websockets"
"""The standard in which a name is looked for first."""

OTHER_THAN_PROSE = re.compile(r"^(?:Args|Returns|Raises|Yields|Source|Attributes):", re.MULTILINE)

TestsOf = Callable[[Comment], Iterable[str]]
"""Returns the tests that ran the code under a comment."""


@dataclass(frozen=True)
class StepView:
    """A step comment of a function: a step, a range of them, or requirements.

    Attributes:
        number: what the comment names, as it is written: the step's number, a range of them, or
            "§" and the ids of the requirements.
        numbers: the numbers of all steps that the comment stands for, or the ids of the
            requirements.
        text: what is done, in our own words; where there is no code, the reason.
        mark: whether the step is carried out, not applicable, or not built.
        line: the line of its comment.
        depth: how many steps contain it: 0 for "2", 1 for "2.1".
        code: the code down to the next comment, without the code that leads to that comment; None
            if there is no code.
        tests: the tests that ran it, as far as they are recorded.
        lead: the code above its comment that leads to it: the head of the block that it is in,
            such as the condition of a branch.
    """

    number: str
    numbers: tuple[str, ...]
    text: str
    mark: Mark
    line: int
    depth: int
    code: Code | None
    tests: tuple[str, ...]
    lead: Code | None = None

    @property
    def is_requirement(self) -> bool:
        """Whether the comment names requirements, not steps."""
        return self.number.startswith("§")


@dataclass(frozen=True)
class FunctionView:
    """A function that carries out an algorithm, or a part of it.

    Attributes:
        path: its file.
        line: the line on which it begins.
        module: the module's dotted name.
        qualified_name: its name in the module.
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
        """The docstring up to its arguments, errors and sources."""
        paragraphs = OTHER_THAN_PROSE.split(self.docstring)[0].strip().split("\n\n")
        return "\n\n".join(" ".join(each.split()) for each in paragraphs)


@dataclass(frozen=True)
class AlgorithmView:
    """An algorithm, with its functions, callers, tests and positions.

    Attributes:
        algorithm: the algorithm in the index.
        standard: its standard.
        anchor: its anchor, as code has it.
        functions: the functions that carry it out.
        missing: the numbers of the steps that have no comment.
        callers: the functions that call it.
        callees: the algorithms that it calls.
        tests: the tests that name its anchor, as pytest writes them, those in its modules' own
            test files first.
        positions: the positions about it.
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
    """No algorithm has the name that was given, or more than one has it.

    Attributes:
        candidates: the algorithms that may be meant.
        is_ambiguous: whether all of them have the name.
    """

    def __init__(self, query: str, candidates: list[Algorithm], *, is_ambiguous: bool) -> None:
        what = "more than one algorithm is" if is_ambiguous else "no algorithm is"
        super().__init__(f"{what} called {query!r}")
        self.candidates = candidates
        self.is_ambiguous = is_ambiguous


class Library:
    """All algorithms that can be viewed.

    Attributes:
        standards: the standards that are carried out, in the order in which a reader meets them.
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
        """Make a library from the index, the comments, the positions and the tests.

        Args:
            standards: the index.
            sources: the comments.
            positions: the folder of the positions, if there is one.
            tests: the folder of the tests, if there is one.
            tests_of: returns the tests that ran a step.
        """
        self._catalogue = Catalogue(standards)
        sources = list(sources)
        self.standards = [each for each in self._catalogue.standards if each.is_carried_out]
        self._algorithms = {
            algorithm: standard for standard in self.standards for algorithm in standard.algorithms
        }
        self._functions: dict[Algorithm, list[MarkedFunction]] = {}
        for function in (function for source in sources for function in source.functions):
            found = self._catalogue.algorithm(function.anchor, function.name)
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

    def comments_of(self, algorithm: Algorithm) -> dict[str, str]:
        """Return the words of the comments for an algorithm's steps, by the steps' numbers."""
        return comments_on(algorithm, self.functions(algorithm))

    def find(self, query: str) -> Algorithm:
        """Return the algorithm that a query names.

        If several standards have the name, the query means that of the WebSockets Standard.

        Args:
            query: its name, with or without its arguments, or with empty parentheses in their
                place; its anchor, with or without the part before "#"; the name of a function or
                module that carries it out; or that of a method of its name that calls it, such as
                "WebSocket.close".

        Raises:
            NotFound: no algorithm has that name, or more than one has it.
        """
        own = [each for each in self._algorithms if each.standard == OWN]
        short = query.removesuffix("()")
        ways = (
            (own, self._exactly, query),
            (own, self._shortly, short),
            (self._algorithms, self._exactly, query),
            (self._algorithms, self._shortly, short),
            (self._algorithms, self._somehow, query.casefold()),
        )
        for algorithms, names, wanted in ways:
            found = [each for each in algorithms if wanted in names(each)]
            if len(found) == 1:
                return found[0]
            if found:
                raise NotFound(query, found, is_ambiguous=True)
        raise NotFound(query, self._near(query), is_ambiguous=False)

    def query_for(self, algorithm: Algorithm) -> str:
        """Return what finds an algorithm: its anchor, or its name where others have that anchor."""
        queries = (anchor_in_code(algorithm), algorithm.name, f"#{algorithm.anchor}")
        return next((each for each in queries if self._finds(each, algorithm)), algorithm.name)

    def _finds(self, query: str, algorithm: Algorithm) -> bool:
        try:
            return self.find(query) == algorithm
        except NotFound:
            return False

    def namesakes(self, algorithm: Algorithm) -> list[Algorithm]:
        """Return the other algorithms of the same name, whatever their arguments and their case."""
        called = _called(algorithm).casefold()
        others = (each for each in self._algorithms if each != algorithm)
        return [each for each in others if _called(each).casefold() == called]

    def _exactly(self, algorithm: Algorithm) -> set[str]:
        return {algorithm.name} | forms_of_the_anchor(algorithm)

    def _shortly(self, algorithm: Algorithm) -> set[str]:
        functions = {function.qualified_name for function in self.functions(algorithm)}
        return {algorithm.name.partition("(")[0], _called(algorithm)} | functions

    def _somehow(self, algorithm: Algorithm) -> set[str]:
        functions = self.functions(algorithm)
        names = {algorithm.name, anchor_in_code(algorithm)} | self._shortly(algorithm)
        names |= {function.qualified_name.rpartition(".")[2] for function in functions}
        names |= {function.module.rpartition(".")[2] for function in functions}
        names |= {where(function) for function in functions}
        for method in self._methods(algorithm):
            names |= {method.qualified_name, where(method)}
        return {name.casefold() for name in names}

    def _methods(self, algorithm: Algorithm) -> Iterator[Caller]:
        """Return the functions without a mark that have the name of an algorithm and call it."""
        for function in self.functions(algorithm):
            for caller in self._calls.unmarked_callers(function):
                name = caller.qualified_name.removesuffix(".__init__").rpartition(".")[2]
                if name == _called(algorithm):
                    yield caller

    def _near(self, query: str) -> list[Algorithm]:
        """Return the algorithms whose names contain the query, or are spelt nearly like it."""
        names: dict[str, list[Algorithm]] = {}
        for algorithm in self._algorithms:
            for name in sorted(self._somehow(algorithm)):
                names.setdefault(name, []).append(algorithm)
        query = query.casefold()
        alike = [each for name in near(query, names) for each in names[name]]
        holding = [each for name in names if query and query in name for each in names[name]]
        return list(dict.fromkeys([*alike, *holding]))[:8]

    def view(self, algorithm: Algorithm) -> AlgorithmView:
        """Return an algorithm with its functions, callers, tests and positions."""
        functions = self.functions(algorithm)
        anchor = anchor_in_code(algorithm)
        found = self.comments_of(algorithm)
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
            tests=nearest_first(
                read_tests(anchor, self._tests) if self._tests else (),
                (function.path for function in functions),
            ),
            positions=tuple(each for each in self._positions if each.is_about(algorithm)),
        )

    def _view_of_function(self, algorithm: Algorithm, function: MarkedFunction) -> FunctionView:
        text = FunctionText(function)
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
                    numbers=(
                        self._catalogue.ids(comment)
                        if comment in requirements
                        else comment.stands_for(algorithm.steps)
                    ),
                    text=comment.words,
                    mark=comment.mark,
                    line=comment.line,
                    depth=0 if comment in requirements else comment.numbers[0].count("."),
                    code=text.code(stretch.begin, stretch.end),
                    tests=tuple(self._tests_of(comment)),
                    lead=lead,
                )
                for comment, stretch, lead in zip(comments, stretches[1:], leads, strict=False)
            ),
        )


def _called(algorithm: Algorithm) -> str:
    """Return the name of an algorithm without its arguments; of a constructor, its class."""
    return algorithm.name.partition("(")[0].removeprefix("new ")


def _others(own: set[tuple[str, str]], callers: Iterable[Caller]) -> tuple[Caller, ...]:
    """Leave out the functions of the algorithm itself, and repetitions of other functions."""
    return tuple(
        caller
        for caller in dict.fromkeys(callers)
        if (caller.module, caller.qualified_name) not in own
    )
