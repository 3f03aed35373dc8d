"""The help of every installed command, as the terminal shows it."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
import typer
import typer.main
from typer.testing import CliRunner

from whatwg_websockets.cli.app import build
from whatwg_websockets.cli.plain_help import leave_out_type

EXPECTED = {"spec show", "spec drift", "conformance run", "conformance report", "trace"}


def names_of(group: Any, before: str = "") -> Iterator[str]:
    """Name a group and every command below it."""
    yield before
    commands: Mapping[str, Any] = getattr(group, "commands", {})
    for name in commands:
        yield from names_of(commands[name], f"{before} {name}".strip())


ALL = sorted(names_of(typer.main.get_command(build())))


def help_of(name: str, columns: int) -> str:
    runner = CliRunner(env={"COLUMNS": str(columns), "TERM": "dumb", "FORCE_COLOR": None})
    done = runner.invoke(build(), [*name.split(), "--help"])
    assert done.exit_code == 0
    return done.output


def test_there_are_commands_to_be_walked():
    assert set(ALL) >= EXPECTED
    assert "" in ALL


@pytest.mark.parametrize("columns", [80, 140])
@pytest.mark.parametrize("name", ALL)
def test_no_help_shows_the_type_of_a_flag(name, columns):
    text = help_of(name, columns)
    assert "--help" in text
    for noise in ("<bool>", "BOOLEAN", "<list[str]>"):
        assert noise not in text
    assert max(map(len, text.splitlines())) <= columns


@pytest.mark.parametrize("name", ALL)
def test_a_paragraph_of_the_help_is_as_wide_as_the_terminal(name):
    """A line of a paragraph ends where the next word would not fit, and nowhere else."""
    text = help_of(name, 80)
    prose = text.partition("Usage:")[2].partition("╭")[0].partition("\n\n")[2]
    for paragraph in prose.split("\n \n"):
        lines = [line.strip() for line in paragraph.splitlines() if line.strip()]
        for line, after in pairwise(lines):
            assert len(line) + 1 + len(after.split()[0]) > 78, f"{line!r} ends too early"


def test_an_option_that_takes_a_value_still_names_its_type():
    assert "<str>" in help_of("trace", 140)
    assert "<int" in help_of("spec mutate", 140)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("trace", ["--send"]),
        ("trace", []),
        ("trace", ["--nope"]),
        ("spec show", ["--index"]),
        ("spec mutate", ["--jobs", "x"]),
    ],
)
def test_each_error_of_a_command_line_has_the_usage_above_it(name, arguments):
    runner = CliRunner(env={"COLUMNS": "80", "TERM": "dumb", "FORCE_COLOR": None})
    done = runner.invoke(build(), [*name.split(), *arguments])
    assert done.exit_code == 2
    usage, advice, *_ = filter(None, map(str.strip, done.stderr.splitlines()))
    assert usage.startswith("Usage: ")
    assert f" {name} [" in usage
    assert advice.endswith(f" {name} --help' for help.")


def test_an_older_typer_that_names_no_type_is_left_alone():
    parameter = SimpleNamespace(metavar=None, multiple=True)
    leave_out_type(parameter, typer.Context(typer.main.get_command(build())))
    assert parameter.metavar is None


def test_the_installed_command_does_the_same():
    environment = {**os.environ, "COLUMNS": "80"}
    command = [sys.executable, "-m", "whatwg_websockets", "spec", "check", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert "--json" in done.stdout
    assert "bool" not in done.stdout
