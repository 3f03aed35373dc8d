"""The sessions that the documentation prints can be typed line by line at Python's prompt.

``test_chapters.py`` runs the same sessions, but takes the lines of an example together. At Python's
prompt, a block of code ends with an empty line, which the pages print as ``...``.
"""

import ast
import code
import re
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import pytest

from support.chapters import ROOT

PAGES = [
    path
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if "```pycon" in path.read_text(encoding="utf-8")
]


class Prompt(code.InteractiveConsole):
    """Python's prompt, which compiles what is typed and runs nothing.

    Attributes:
        faults: the lines whose prompt would be another one than the page prints, and the errors.
    """

    def __init__(self) -> None:
        super().__init__()
        # As `python -m asyncio` does.
        self.compile.compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        self.faults: list[str] = []
        self._is_continued = False

    def type_in(self, block: str) -> None:
        """Type the lines of a session, and leave out the answers."""
        is_typed = False
        for line in block.splitlines():
            first = line.startswith(">>>")
            is_typed = first or (is_typed and line.startswith("..."))
            if is_typed:
                if first is self._is_continued:
                    self.faults.append(line)
                    self.resetbuffer()
                self._is_continued = self.push(line[4:])
        if self._is_continued:
            self.faults.append("the end of the session")

    def runcode(self, code: CodeType) -> None:
        """Run nothing."""

    def showsyntaxerror(self, *arguments: object, **_: object) -> None:
        self.faults.append(f"SyntaxError in {' '.join(self.buffer)}")


def faults_in(block: str) -> list[str]:
    prompt = Prompt()
    prompt.type_in(block)
    return prompt.faults


def sessions(page: Path) -> Iterator[str]:
    text = page.read_text(encoding="utf-8")
    yield from re.findall(r"^```pycon\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_each_session_can_be_typed_line_by_line(page: Path):
    assert [fault for block in sessions(page) for fault in faults_in(block)] == []


@pytest.mark.parametrize(
    ("block", "faults"),
    [
        (">>> 1 + (\n...     1)\n2\n>>> await x\n", []),
        (">>> def f():\n...     return 1\n...\n>>> f()\n1\n", []),
        (">>> def f():\n...     return 1\n>>> f()\n1\n", [">>> f()"]),
        (">>> def f():\n...     return 1\n", ["the end of the session"]),
        (">>> 1\n... 2\n", ["... 2"]),
        (">>> 1 1\n", ["SyntaxError in 1 1"]),
    ],
)
def test_what_cannot_be_typed_is_found(block: str, faults: list[str]):
    assert faults_in(block) == faults
