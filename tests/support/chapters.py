"""Runs the code that the documentation prints: Python, sessions and commands.

A chapter is one document with one namespace: its blocks run in order, as a reader would type them.

- ```` ```python ```` is executed;
- ```` ```pycon ```` is a session, whose answers are compared (``...`` stands for anything);
- ```` ```console ```` has commands behind ``$``. One that is followed by output is run, and its
  output compared; of any other it is only made sure that it exists and takes these arguments.
"""

import logging
import math
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from doctest import ELLIPSIS
from pathlib import Path
from typing import Any
from unittest.mock import patch

import typer.main
from sybil import Document, Example, Region
from sybil.evaluators.doctest import DocTestEvaluator, OutputChecker
from sybil.parsers.abstract import DocTestStringParser
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser

from websocket_conformance import wstest
from whatwg_websockets.cli.app import build
from whatwg_websockets.html import event_loop

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent

THE_CHECKOUT = os.pathsep.join(str(ROOT / each) for each in ("src", "conformance"))
"""Where Python finds the code of the checkout, whatever is installed: pages print its files."""

IS_CHECKOUT = (ROOT / ".git").exists()
"""Whether this is the checkout itself, not a copy in which a step was taken out as a mutant."""

PROGRAMS = ("whatwg-websockets", "pytest")
"""What is run where its output is printed."""


class SessionParser:
    """Finds ```` ```pycon ```` blocks: each prompt in them is an example of its own."""

    def __init__(self) -> None:
        self._blocks = CodeBlockParser("pycon", evaluator=lambda example: None)
        self._prompts = DocTestStringParser(DocTestEvaluator(ELLIPSIS))

    def __call__(self, document: Document) -> Iterable[Region]:
        for block in self._blocks(document):
            for prompt in self._prompts(block.parsed, document.path):
                prompt.adjust(block, block.parsed)
                yield prompt


class Command:
    """A command of a ```` ```console ```` block, and what is printed below it.

    Attributes:
        words: the command, split as a shell does, without the variables that stand before it.
        environment: those variables.
        output: the lines below it, empty if there are no lines.
    """

    def __init__(self, line: str, output: str) -> None:
        self.words = shlex.split(line, comments=True)
        self.environment: dict[str, str] = {}
        while "=" in self.words[0]:
            name, _, self.environment[name] = self.words.pop(0).partition("=")
        self.output = output


def commands_in(block: str) -> list[Command]:
    """Return the commands of a block."""
    commands = []
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        line, _, output = part.replace("\\\n", "").partition("\n")
        commands.append(Command(line, output))
    return commands


class ConsoleEvaluator:
    """Runs the commands of a block, or makes sure that they exist.

    Args:
        addresses: what stands for an address that a page prints: ``localhost:8080`` is a server's.
        folder: where they run.
        environment: what is added to the environment.
    """

    def __init__(
        self,
        addresses: Mapping[str, str] | None = None,
        folder: Path = ROOT,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._addresses = addresses or {}
        self._folder = folder
        self._environment = os.environ | {
            "COLUMNS": "80",
            "NO_COLOR": "1",
            "PYTEST_ADDOPTS": "",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": THE_CHECKOUT,
            **(environment or {}),
        }

    def __call__(self, example: Example) -> str | None:
        """Return the fault, or None."""
        commands = commands_in(example.parsed)
        assert commands, "a console block without a command"
        for command in commands:
            if command.output and command.words[0] in PROGRAMS and IS_CHECKOUT:
                wrong = compare(command.output, self.run(command))
                if wrong:
                    return wrong
            else:
                make_sure_that_it_exists(command.words)
        return None

    def run(self, command: Command) -> str:
        """Run a command, and return what it prints."""
        program = shutil.which(command.words[0], path=BIN)
        assert program is not None, f"there is no {command.words[0]}"
        done = subprocess.run(
            [program, *map(self._replace_addresses, command.words[1:])],
            cwd=self._folder,
            env=self._environment | command.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=90,
        )
        said = done.stdout
        for printed, real in self._addresses.items():
            said = said.replace(real, printed)
        return said

    def _replace_addresses(self, word: str) -> str:
        for printed, real in self._addresses.items():
            word = word.replace(printed, real)
        return word


def compare(expected: str, said: str) -> str | None:
    """Return how an output differs from a page's; a line ``...`` stands for any lines."""
    if OutputChecker().check_output(expected, said, ELLIPSIS):
        return None
    return f"expected:\n{expected}\ngot:\n{said}"


def make_sure_that_it_exists(words: list[str]) -> None:
    """Fail if a command does not exist, or does not take these arguments."""
    match words:
        case ["whatwg-websockets", *arguments]:
            _parse(arguments)
        case ["wstest", *arguments]:
            wstest.parser().parse_args(arguments)
        case ["make", *targets]:
            makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
            for target in targets:
                if "=" not in target:
                    assert re.search(rf"^(.* )?{target}( .*)?:", makefile, re.MULTILINE), target
        case ["pip", "install", *requirements]:
            for requirement in requirements:
                _look_up(requirement)
        case ["python", "-c", source]:
            compile(source, "console", "exec")
        case ["python", "-m", module, *_]:
            assert (ROOT / module).is_dir(), module
        case ["uvx", "--from", requirement, "whatwg-websockets", *arguments]:
            _look_up(requirement)
            _parse(arguments)
        case ["python", _] | ["cd", _] | ["source", ".venv/bin/activate"]:
            pass
        case ["pytest", *arguments]:
            for each in arguments:
                path = each.partition("::")[0]
                assert not path.startswith("tests") or (ROOT / path).exists(), path
        case _:
            raise AssertionError(f"nobody knows the command {shlex.join(words)}")


def _parse(arguments: list[str]) -> None:
    """Parse the arguments of ``whatwg-websockets`` as the command itself would, and stop there."""
    command: Any = typer.main.get_command(build())
    name, context = "whatwg-websockets", None
    while True:
        context = command.make_context(name, list(arguments), parent=context)
        if not hasattr(command, "resolve_command"):
            return
        name, command, arguments = command.resolve_command(
            context,
            [*context._protected_args, *context.args],  # noqa: SLF001 (click's)
        )


def _look_up(requirement: str) -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project, groups = told["project"], told["dependency-groups"]
    name, _, extras = requirement.rstrip("]").partition("[")
    if name == project["name"]:
        for extra in filter(None, extras.split(",")):
            assert extra in project["optional-dependencies"], extra
    else:
        lists = [*project["optional-dependencies"].values(), *groups.values()]
        everything = [each for some in lists for each in some]
        assert any(each.startswith(name) for each in everything), name


def parse(path: Path, console: ConsoleEvaluator) -> Document:
    """Find all blocks of a chapter that can be run."""
    parsers = (
        PythonCodeBlockParser(doctest_optionflags=ELLIPSIS),
        SessionParser(),
        CodeBlockParser("console", console),
    )
    return Document.parse(str(path), *parsers)


def run_chapter(path: Path, console: ConsoleEvaluator) -> dict[str, Any]:
    """Run a chapter from top to bottom, and return what it has made.

    Raises:
        AssertionError: something in it is not as the chapter says, and where.
    """
    document = parse(path, console)
    document.namespace["__name__"] = "__main__"
    # On a busy machine the event loop leaves its turn to others between two tasks, so that a page
    # which looks at each turn sees more. A chapter tells what is seen otherwise.
    logger = logging.getLogger("whatwg_websockets")
    level = logger.level
    try:
        with patch.object(event_loop, "PAGE_TIME", math.inf):
            for example in document.examples():
                example.evaluate()
    finally:
        logger.setLevel(level)
    return document.namespace
