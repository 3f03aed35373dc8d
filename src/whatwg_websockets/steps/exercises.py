"""The exercises of ``docs/exercises.md``, read from that page.

The page is the only source of the exercises: its readers, the command
``whatwg-websockets exercise`` and the test that checks the answers all use it.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from whatwg_websockets.steps.pytest_output import failures_in
from whatwg_websockets.steps.toml_file import IndexFault

PAGE = Path("docs", "exercises.md")
"""The path of the page in a checkout."""

_HEADING = re.compile(r"#{2,3} (?:(\d+)\. )?(.*)")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ANSWER = re.compile(r"<details>\n<summary>Answer</summary>\n(.*?)</details>", re.DOTALL)
_QUESTION = re.compile(r"^\*\*Predict\.\*\* (.*?)\n\n", re.MULTILINE | re.DOTALL)
_ROLE = re.compile(r"\{\w+\}`([^`<]*?)(?: <[^`>]*>)?`")
_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")


@dataclass(frozen=True)
class Exercise:
    """An exercise of the page.

    Attributes:
        number: its number.
        title: its heading, without the number.
        text: the text before the change.
        file: the file to change, as seen from the folder of the checkout.
        change: the change, line by line, as the page prints it.
        question: what the reader is to predict.
        commands: the commands to run, as the page prints them; the first one runs the tests.
        answer: the answer.
        failures: what pytest prints of each test that fails, line by line.
    """

    number: int
    title: str
    text: str
    file: Path
    change: tuple[str, ...]
    question: str
    commands: tuple[str, ...]
    answer: str
    failures: tuple[str, ...]

    @property
    def before(self) -> str:
        """The lines of the change as the file has them before the change."""
        return "".join(f"{line[1:]}\n" for line in self.change if line[:1] != "+")

    @property
    def after(self) -> str:
        """The lines of the change as the file has them after the change."""
        return "".join(f"{line[1:]}\n" for line in self.change if line[:1] != "-")

    @property
    def failing(self) -> tuple[str, ...]:
        """The names of the tests that fail."""
        return tuple(failures_in(self.failures))


def plain(text: str) -> str:
    """Return a text of the page as a terminal shows it: without roles, links and blank ends."""
    return _LINK.sub(r"\1", _ROLE.sub(r"`\1`", text)).strip()


def words_of(command: str) -> tuple[dict[str, str], list[str]]:
    """Split a command into the environment variables that it begins with, and its words."""
    words = shlex.split(command)
    environment: dict[str, str] = {}
    while "=" in words[0]:
        name, _, environment[name] = words.pop(0).partition("=")
    return environment, words


def read_exercises(path: Path) -> list[Exercise]:
    """Read the exercises of a page.

    Raises:
        OSError: the page cannot be read.
        IndexFault: an exercise is not complete; the fault says what is missing.
    """
    return list(_exercises(path, path.read_text(encoding="utf-8")))


def _exercises(path: Path, text: str) -> Iterator[Exercise]:
    lines = text.splitlines(keepends=True)
    headings = [number for number, line in enumerate(lines) if _HEADING.match(line)]
    for start, stop in zip(headings, [*headings[1:], len(lines)], strict=False):
        heading = _HEADING.match(lines[start])
        if heading is not None and heading[1]:
            body = "".join(lines[start + 1 : stop])
            try:
                yield _exercise(int(heading[1]), heading[2], body)
            except ValueError as error:
                problem = f"exercise {heading[1]} needs {error}"
                raise IndexFault(path, start + 1, problem) from None


def _exercise(number: int, title: str, body: str) -> Exercise:
    """Read an exercise from the text below its heading.

    Raises:
        ValueError: something is missing; the message names it.
    """
    blocks = dict(_BLOCK.findall(body))
    for kind in ("diff", "console", "text"):
        if kind not in blocks:
            raise ValueError(f"a block ```{kind}")
    header, *change = blocks["diff"].splitlines()
    if not header.startswith("--- ") or not change:
        raise ValueError("a change below a line '--- FILE'")
    question, answer = _QUESTION.search(body), _ANSWER.search(body)
    if question is None or answer is None:
        raise ValueError("a paragraph that begins with **Predict.**, and an answer in <details>")
    return Exercise(
        number=number,
        title=title,
        text=plain(body.partition("```")[0]),
        file=Path(header.removeprefix("--- ")),
        change=tuple(change),
        question=plain(question[1]),
        commands=tuple(re.findall(r"^\$ (.*)", blocks["console"], re.MULTILINE)),
        answer=plain(answer[1].partition("```text")[0]),
        failures=tuple(blocks["text"].splitlines()),
    )
