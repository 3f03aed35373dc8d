"""What a command prints if its extra is not installed, with a toy distribution of commands."""

import sys
from importlib.metadata import version
from typing import Any

import pytest
import typer
import typer.main

from whatwg_websockets.cli import app, main

METADATA = """\
Metadata-Version: 2.4
Name: toy.box
Version: 1.0
Requires-Dist: ada-url>=4
Requires-Dist: Far_Away.Toys>=2; extra == 'play'
Requires-Dist: nearby; extra == "other"
"""
COMMANDS = """\
[whatwg_websockets.commands]
toy = toy_box_far:command [play]
late = toy_box_late:command [play]
broken = toy_box_broken:command [play]
plain = toy_box_plain:command
"""
PLAIN = """
def command(arguments):
    '''Print the arguments.'''
    print(arguments)
    return len(arguments)
"""
NEEDS = (
    'The command "{}" needs an extra: pip install "toy.box[play]" '
    '(in a checkout: pip install ".[play]")\n'
)


@pytest.fixture(autouse=True)
def toy_box(tmp_path, monkeypatch):
    """Install the distribution whose commands need packages that are not installed."""
    about = tmp_path / "toy_box-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(METADATA)
    (about / "entry_points.txt").write_text(COMMANDS)
    (tmp_path / "toy_box_far.py").write_text("import far_away_toys.soldiers\n")
    (tmp_path / "toy_box_late.py").write_text("def command():\n    import far_away_toys\n")
    (tmp_path / "toy_box_broken.py").write_text("import nearby\n")
    (tmp_path / "toy_box_plain.py").write_text(PLAIN)
    monkeypatch.syspath_prepend(tmp_path)


def run(monkeypatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["whatwg-websockets", *arguments])
    with pytest.raises(SystemExit) as exit_:
        main()
    return int(exit_.value.code or 0)


@pytest.mark.parametrize("arguments", [["toy"], ["toy", "--help"], ["toy", "soldiers", "-n", "3"]])
def test_it_is_told_which_extra_a_command_needs(monkeypatch, capsys, arguments):
    assert run(monkeypatch, *arguments) == 3
    assert capsys.readouterr() == ("", NEEDS.format("toy"))


def test_it_is_told_too_where_the_module_is_only_missed_by_the_running_command(monkeypatch, capsys):
    assert run(monkeypatch, "late") == 3
    assert capsys.readouterr() == ("", NEEDS.format("late"))


def test_a_module_that_the_extra_does_not_bring_is_a_fault_of_the_command(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["whatwg-websockets", "broken"])
    with pytest.raises(ModuleNotFoundError, match="nearby"):
        main()


def test_a_plain_command_is_run_without_the_libraries_of_any_extra(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "whatwg_websockets.cli.app", None)
    assert run(monkeypatch, "plain", "--help", "-n") == 2
    assert capsys.readouterr() == ("['--help', '-n']\n", "")


def test_a_plain_command_is_listed_with_its_first_sentence_and_runs_from_the_group(capsys):
    group: Any = typer.main.get_command(app.build())
    command = group.commands["plain"]
    assert command.get_short_help_str() == "Print the arguments."
    with pytest.raises(SystemExit) as exit_:
        group(["plain", "--help", "more"])
    assert exit_.value.code == 2
    assert capsys.readouterr().out == "['--help', 'more']\n"


def test_each_command_is_listed_with_the_extra_that_it_needs(monkeypatch, capsys):
    for module in ("typer", "whatwg_websockets.cli.app"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, "typer", None)
    assert run(monkeypatch, "--help") == 0
    said = capsys.readouterr().out.splitlines()
    assert '  spec           pip install "whatwg-websockets[spec]"' in said
    assert '  toy            pip install "toy.box[play]"' in said
    assert "  plain          nothing more" in said
    assert run(monkeypatch, "--version") == 0
    assert capsys.readouterr().out == f"{version('whatwg-websockets')}\n"
    assert run(monkeypatch) == 2
    assert capsys.readouterr().err.splitlines() == said
    for name, what in (("nope", "command"), ("--nope", "option")):
        assert run(monkeypatch, name, "more") == 2
        assert capsys.readouterr().err.splitlines() == [f"There is no {what} '{name}'.", "", *said]
