"""Mutants: the code with one step taken out, or with the step's condition turned round.

A mutant is the text of a file in which one statement, the one under a step comment, is changed. All
other lines keep their numbers.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from whatwg_websockets.steps.code_hash import tree_of
from whatwg_websockets.steps.places import Place

TAKEN_OUT = "taken out"
TURNED_ROUND = "turned round"
EMPTIED = "emptied"


@dataclass(frozen=True)
class Mutant:
    """A file in which one step is not carried out.

    Attributes:
        places: the steps and requirements that the statement carries out; more than one if several
            comments stand above one statement.
        what: what was done to the statement: "taken out", "turned round", or, for a whole function
            or class, "emptied".
        text: the text of the changed file.
    """

    places: tuple[Place, ...]
    what: str
    text: str

    @property
    def path(self) -> Path:
        """The file that is changed."""
        return self.places[0].comment.path

    @property
    def algorithm(self) -> str:
        """The name of the algorithm; for a lone requirement, the module's."""
        return self.places[0].algorithm

    @property
    def steps(self) -> tuple[str, ...]:
        """The numbers of the steps that are not carried out; ids of requirements after "§"."""
        return tuple(number for place in self.places for number in place.numbers)

    @property
    def name(self) -> str:
        """The algorithm, and the steps that are not carried out."""
        numbers = ", ".join(place.number for place in self.places)
        return f"{self.algorithm} {numbers}"

    @property
    def lacks_an_assertion(self) -> bool:
        """Whether the statement that was taken out is an assertion."""
        tree = tree_of(self.path.read_text(encoding="utf-8"))
        return isinstance(node_at(tree, self.places[0].lines[0]), ast.Assert)

    @property
    def where(self) -> str:
        """The file and the line of its first comment."""
        return self.places[0].where


def mutants(steps: Iterable[Place]) -> list[Mutant]:
    """Make a mutant of each statement that carries out one or more of the steps."""
    applying = [place for place in steps if place.comment.is_carried_out and place.lines]
    applying.sort(key=_statement)
    return list(_mutants(applying))


def _statement(place: Place) -> tuple[Path, int]:
    return place.comment.path, place.lines[0]


def _mutants(applying: list[Place]) -> Iterator[Mutant]:
    for (path, line), group in groupby(applying, key=_statement):
        what, text = mutate(path.read_text(encoding="utf-8"), line)
        yield Mutant(tuple(group), what, text)


def mutate(text: str, line: int) -> tuple[str, str]:
    """Take out the statement that begins on a line, or turn its condition round.

    The condition of ``if`` and ``while`` is turned round, and so is the guard of a ``case``; an
    ``except`` catches nothing; a function returns at once, and a class is empty; anything else
    becomes ``pass``, or becomes unreachable where ``pass`` would not be valid.

    Returns:
        What was done, and the new text.
    """
    node = node_at(ast.parse(text), line)
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.match_case(guard=ast.expr() as test):
            return TURNED_ROUND, _replaced(text, test, "not ({})")
        case ast.match_case(pattern=pattern):
            return TAKEN_OUT, _replaced(text, pattern, "{} if False")
        case ast.ExceptHandler(type=ast.expr() as caught):
            return TAKEN_OUT, _replaced(text, caught, "()")
        case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body):
            return EMPTIED, _replaced(text, body[0], "return", to=body[-1])
        case ast.ClassDef(body=body):
            return EMPTIED, _replaced(text, body[0], "pass", to=body[-1])
    # If an inner function declares the variable nonlocal, a statement has to bind the variable.
    return TAKEN_OUT, _replaced(text, node, "if False: {}" if _binds(node, text) else "pass")


def _binds(node: ast.AST, text: str) -> bool:
    """Return whether a statement binds a variable that the file declares nonlocal."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return re.search(rf"^ *nonlocal\b.*\b{name}\b", text, re.MULTILINE) is not None
    return False


def node_at(tree: ast.Module, line: int) -> ast.AST:
    """Return the outermost statement, handler or case that begins on a line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt | ast.ExceptHandler):
            decorators = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(each.lineno for each in decorators)])
        elif isinstance(node, ast.match_case):
            first = node.pattern.lineno
        else:
            continue
        if first == line:
            return node
    raise ValueError(f"no statement begins on line {line}")


def _replaced(text: str, node: ast.AST, by: str, *, to: ast.AST | None = None) -> str:
    """Replace a node, or the code from it to another node; ``{}`` stands for the old text."""
    data = text.encode()
    start = _offset(data, node.lineno, node.col_offset)  # type: ignore[attr-defined]
    last = to or node
    stop = _offset(data, last.end_lineno, last.end_col_offset)  # type: ignore[attr-defined]
    old = data[start:stop].decode()
    new = by.replace("{}", old)
    # Empty lines follow a statement that has become shorter.
    new += "\n" * (old.count("\n") - new.count("\n"))
    return (data[:start] + new.encode() + data[stop:]).decode()


def _offset(data: bytes, line: int, column: int) -> int:
    """Return the offset in bytes of a line and a column, which :mod:`ast` counts in bytes."""
    lines = data.splitlines(keepends=True)
    return sum(map(len, lines[: line - 1])) + column
