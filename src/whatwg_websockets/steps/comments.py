"""The reader of step comments: which code carries out which step.

The reader parses source text, and does not import the modules that it reads. ``spec/README.md``
describes the convention. :mod:`.check` compares the comments with the standards.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from whatwg_websockets.steps.grammar import (
    NAMES_A_REQUIREMENT,
    NAMES_SEVERAL_STEPS,
    NEARLY_A_STEP,
    REQUIREMENT_COMMENT,
    STEP_COMMENT,
    Mark,
    begins_a_comment,
    mark_of,
    numbers_in,
)


@dataclass(frozen=True)
class Comment:
    """A comment that says what the code below it carries out, or why there is no code.

    Attributes:
        path: the file.
        number: what the comment names, as it is written: a step's number, a range of numbers, or
            the ids of requirements.
        text: the words of the comment, on one line.
        line: the line on which the comment begins.
        statement: the line of the statement below it; None if only further comments follow.
        last_line: the last line of that statement, without the bodies of a compound one.
    """

    path: Path
    number: str
    text: str
    line: int
    statement: int | None
    last_line: int | None

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The numbers or ids that the comment names, in full; for a range, its two ends."""
        return numbers_in(self.number)[0]

    @property
    def is_range(self) -> bool:
        """Whether the comment stands for all steps from one to another."""
        return numbers_in(self.number)[1]

    @property
    def mark(self) -> Mark:
        """What the comment says about the steps that it names."""
        return mark_of(self.text)[0]

    @property
    def is_carried_out(self) -> bool:
        """Whether the steps of the comment have code."""
        return self.mark is Mark.CARRIED_OUT

    @property
    def words(self) -> str:
        """The words without the mark: what is done, or why nothing is done."""
        return mark_of(self.text)[1]

    def stands_for(self, order: Iterable[str]) -> tuple[str, ...]:
        """Return all numbers or ids that the comment stands for.

        A range stands for its first step to its last, with the substeps of the last. A range whose
        ends are not in the order stands for its two ends alone.

        Args:
            order: the steps of the algorithm, or the ids of the standard, in their order.
        """
        order = list(order)
        if not self.is_range or not set(order).issuperset(self.numbers):
            return self.numbers
        first, last = self.numbers
        end = order.index(last) + 1
        while end < len(order) and order[end].startswith(f"{last}."):
            end += 1
        return tuple(order[order.index(first) : end]) or self.numbers


@dataclass(frozen=True)
class MarkedFunction:
    """A function that carries out an algorithm.

    Attributes:
        path: the file.
        module: the module's dotted name.
        qualified_name: the function's name in the module.
        anchor: the algorithm's fragment, as the mark has it.
        name: the algorithm's name, as the mark has it.
        line: the line of ``def``, or of its first decorator.
        last_line: its last line.
        docstring: its docstring, as it is shown; empty without a docstring.
        steps: its step comments, in the order of the file.
    """

    path: Path
    module: str
    qualified_name: str
    anchor: str
    name: str
    line: int
    last_line: int
    docstring: str
    steps: tuple[Comment, ...]


@dataclass(frozen=True)
class SourceFile:
    """A file of the package, as this module reads it.

    Attributes:
        path: the file.
        module: the module's dotted name.
        functions: its marked functions, in order.
        requirements: the comments that name requirements, in order.
        strays: step comments outside of every marked function.
        misspelt: the lines of comments that begin with "§" and do not name requirements.
        misnumbered: the lines of comments in marked functions that begin with several numbers, and
            do not name a range of steps.
        nearly: the lines of comments in marked functions that begin with a number, and do not name
            a step, since a dot or a space is missing; each with what is written.
        behind: the lines of comments that name steps or requirements, and stand behind a statement.
    """

    path: Path
    module: str
    functions: tuple[MarkedFunction, ...]
    requirements: tuple[Comment, ...]
    strays: tuple[Comment, ...]
    misspelt: tuple[int, ...] = ()
    misnumbered: tuple[int, ...] = ()
    nearly: tuple[tuple[int, str], ...] = ()
    behind: tuple[int, ...] = ()


def source_folder() -> Path:
    """Return the folder of the package whose comments are read."""
    return Path(__file__).resolve().parents[1]


def read_sources(folder: Path | None = None) -> list[SourceFile]:
    """Read the comments of all modules of a package.

    Args:
        folder: the package's folder; by default this project's own.

    Raises:
        SyntaxError: a file is not Python.
    """
    folder = folder or source_folder()
    return [read_source(path, _module_name(path, folder)) for path in sorted(folder.rglob("*.py"))]


def _module_name(path: Path, folder: Path) -> str:
    parts = [folder.name, *path.relative_to(folder).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def read_source(path: Path, module: str) -> SourceFile:
    """Read the comments of one module.

    Args:
        path: the file.
        module: the module's dotted name.

    Raises:
        SyntaxError: the file is not Python.
    """
    text = _text_of(path)
    tree = ast.parse(text, str(path))
    reader = _CommentReader(path, text, tree)
    marked = list(_marked(tree))
    steps = list(reader.comments(STEP_COMMENT))
    ends = {node: reader.end_of(node) for node, *_ in marked}
    owners = {step: _innermost(step.line, ends) for step in steps}
    functions = [
        MarkedFunction(
            path=path,
            module=module,
            qualified_name=qualified_name,
            anchor=anchor,
            name=name,
            line=_first_line(node),
            last_line=ends[node],
            docstring=ast.get_docstring(node) or "",
            steps=tuple(step for step in steps if owners[step] is node),
        )
        for node, qualified_name, anchor, name in marked
    ]
    return SourceFile(
        path=path,
        module=module,
        functions=tuple(functions),
        requirements=tuple(reader.comments(REQUIREMENT_COMMENT)),
        strays=tuple(step for step in steps if owners[step] is None),
        misspelt=tuple(reader.misspelt(NAMES_A_REQUIREMENT, REQUIREMENT_COMMENT)),
        misnumbered=tuple(
            line
            for line in reader.misspelt(NAMES_SEVERAL_STEPS, STEP_COMMENT)
            if _innermost(line, ends) is not None
        ),
        nearly=tuple(
            (line, NEARLY_A_STEP.match(reader.lines[line - 1])["written"].strip())  # type: ignore[index]
            for line in reader.misspelt(NEARLY_A_STEP, STEP_COMMENT)
            if _innermost(line, ends) is not None
        ),
        behind=tuple(
            line for line, comment in reader.trailing_comments if begins_a_comment(comment)
        ),
    )


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SyntaxError(f"not UTF-8 ({error.reason})", (str(path), 1, 1, "")) from None


_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _first_line(node: _Function | ast.ClassDef) -> int:
    return min([node.lineno, *(each.lineno for each in node.decorator_list)])


def _marked(node: ast.AST, prefix: str = "") -> Iterator[tuple[_Function, str, str, str]]:
    """Find the functions with ``@algorithm(anchor, name)``, in order, with nested functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _Function | ast.ClassDef):
            qualified_name = prefix + child.name
            if isinstance(child, _Function):
                for decorator in child.decorator_list:
                    mark = _mark(decorator)
                    if mark is not None:
                        yield child, qualified_name, *mark
            yield from _marked(child, qualified_name + ".")
        else:
            yield from _marked(child, prefix)


def _mark(decorator: ast.expr) -> tuple[str, str] | None:
    match decorator:
        case ast.Call(
            func=ast.Name(id="algorithm"),
            args=[ast.Constant(value=str(anchor)), ast.Constant(value=str(name))],
        ):
            return anchor, name
    return None


def _innermost(line: int, ends: dict[_Function, int]) -> _Function | None:
    around = [node for node, end in ends.items() if _first_line(node) <= line <= end]
    return max(around, key=_first_line, default=None)


class _CommentReader:
    """Finds comments of a kind, and the statements below them."""

    def __init__(self, path: Path, text: str, tree: ast.Module) -> None:
        self.path = path
        self.lines = text.split("\n")
        self.comment_lines, self.trailing_comments = _comments_in(text)
        heads = [
            self.head_of(node)
            for node in ast.walk(tree)
            if isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case)
        ]
        self.statements = {line: self.without_comments(line, end) for line, end in heads}

    def comments(self, kind: re.Pattern[str]) -> Iterator[Comment]:
        """Find the comments that match a pattern."""
        for number in sorted(self.comment_lines):
            found = kind.fullmatch(self.lines[number - 1])
            if found:
                yield self.comment(number, found)

    def misspelt(self, meant: re.Pattern[str], kind: re.Pattern[str]) -> Iterator[int]:
        """Find the lines that look like comments of a kind, and do not match its pattern."""
        for number in sorted(self.comment_lines):
            line = self.lines[number - 1]
            if meant.match(line) and not kind.fullmatch(line):
                yield number

    def head_of(self, node: ast.AST) -> tuple[int, int]:
        """Return the first line of a statement and the last one before its body."""
        line = self.first_line_of(node)
        body = getattr(node, "body", None) or getattr(node, "cases", None)
        if body:
            return line, max(line, self.first_line_of(body[0]) - 1)
        return line, node.end_lineno or line  # type: ignore[attr-defined]

    def first_line_of(self, node: ast.AST) -> int:
        """Return the line on which a statement, or a case of a ``match`` statement, begins."""
        if isinstance(node, ast.match_case):
            line = node.pattern.lineno
            while not re.match(r"\s*case\b", self.lines[line - 1]):
                line -= 1
            return line
        if isinstance(node, _Function | ast.ClassDef):
            return _first_line(node)
        return node.lineno  # type: ignore[attr-defined, no-any-return]

    def without_comments(self, line: int, end: int) -> int:
        """Return the last line of a statement's head, without the comments that stand below it."""
        while end > line and (end in self.comment_lines or not self.lines[end - 1].strip()):
            end -= 1
        return end

    def comment(self, line: int, found: re.Match[str]) -> Comment:
        """Read a comment to its end, and look for the statement below it."""
        text = [found["text"]]
        below = line
        while below + 1 in self.comment_lines and not begins_a_comment(self.lines[below]):
            text.append(self.lines[below].strip().lstrip("#"))
            below += 1
        while below + 1 in self.comment_lines:
            below += 1
        statement = below + 1 if below + 1 in self.statements else None
        return Comment(
            path=self.path,
            number=found["number"],
            text=" ".join(" ".join(text).split()),
            line=line,
            statement=statement,
            last_line=None if statement is None else self.statements[statement],
        )

    def end_of(self, node: _Function) -> int:
        """Return the last line of a function, with the comments that follow its code."""
        end = node.end_lineno or node.lineno
        for number in range(end + 1, len(self.lines) + 1):
            line = self.lines[number - 1]
            if number in self.comment_lines and _indent(line) > node.col_offset:
                end = number
            elif line.strip():
                break
        return end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _comments_in(text: str) -> tuple[set[int], list[tuple[int, str]]]:
    """Return the lines that hold a comment and nothing else, and the comments behind code."""
    lines = text.split("\n")
    alone: set[int] = set()
    behind: list[tuple[int, str]] = []
    for kind, comment, (line, column), *_ in tokenize.generate_tokens(io.StringIO(text).readline):
        if kind != tokenize.COMMENT:
            continue
        if lines[line - 1][:column].strip():
            behind.append((line, comment))
        else:
            alone.add(line)
    return alone, behind
