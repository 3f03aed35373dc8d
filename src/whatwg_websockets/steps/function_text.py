"""The text of a marked function, cut at its step comments."""

import ast
import re
from dataclasses import dataclass

from whatwg_websockets.steps.comments import Comment, MarkedFunction
from whatwg_websockets.steps.grammar import begins_a_comment

HEAD = re.compile(r"\s*(?:async )?(?:if|elif|else|for|while|with|try|except|finally|match|case)\b")
"""The keywords that begin the head of a block, except for functions and classes."""


@dataclass(frozen=True)
class Code:
    """Consecutive lines of a file.

    Attributes:
        first_line: the number of the first one, from 1.
        text: the lines, without the indentation of the function they are in; never empty.
    """

    first_line: int
    text: str


@dataclass(frozen=True)
class Stretch:
    """The lines from one comment to the next.

    Attributes:
        begin: the first line.
        end: the last line that belongs to the first comment.
        last: the last line; the lines after `end` lead to the second comment.
    """

    begin: int
    end: int
    last: int


class FunctionText:
    """The text of a function.

    Args:
        function: the function.
    """

    def __init__(self, function: MarkedFunction) -> None:
        text = function.path.read_text(encoding="utf-8")
        self._lines = text.split("\n")
        self._function = function
        self._node = _node_at(ast.parse(text), function.line)

    def opening(self, end: int) -> tuple[Code, Code | None]:
        """Return the code before the first step: above the docstring, and below it.

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

    def stretch(self, above: Comment | None, below: Comment | None) -> Stretch:
        """Return the lines between two comments; None is the beginning, and the end."""
        begin = self._below(above) if above else self._function.line
        if below is None:
            return Stretch(begin, self._function.last_line, self._function.last_line)
        last = below.line - 1
        end = last
        # The line directly below a comment belongs to that comment.
        while (head := self._head(begin, end)) is not None and head > begin:
            end = head - 1
        return Stretch(begin, end, last)

    def _head(self, begin: int, end: int) -> int | None:
        """Return the first line of the head of a block that ends on a line; None without a head."""
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
        return line.lstrip().startswith("#") and not begins_a_comment(line)


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
