import importlib.util
import subprocess
import sys
from importlib.metadata import entry_points, version

import pytest

from whatwg_websockets.cli import main
from whatwg_websockets.cli.app import GROUP


def run(monkeypatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["whatwg-websockets", *arguments])
    with pytest.raises(SystemExit) as exit_:
        main()
    return exit_.value.code  # type: ignore[return-value]


def test_version(monkeypatch, capsys):
    assert run(monkeypatch, "--version") == 0
    assert capsys.readouterr().out == f"{version('whatwg-websockets')}\n"


def test_the_help_lists_every_command(monkeypatch, capsys):
    assert run(monkeypatch, "--help") == 0
    output = capsys.readouterr().out
    assert all(f"│ {point.name} " in output for point in entry_points(group=GROUP))


def test_commands_come_from_entry_points(monkeypatch, capsys):
    assert run(monkeypatch, "conformance", "--help") == 0
    assert "implementations" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [(["no-such-command"], ""), (["confrmance"], "conformance"), (["conformance", "rnu"], "run")],
)
def test_an_unknown_command_is_a_usage_error(monkeypatch, capsys, arguments, meant):
    assert run(monkeypatch, *arguments) == 2
    error = capsys.readouterr().err
    assert "No such command" in error
    assert meant in error


def test_an_interruption_before_a_command_runs_is_no_traceback(monkeypatch, capsys):
    def interrupted(name):
        raise KeyboardInterrupt

    monkeypatch.setattr("importlib.import_module", interrupted)
    assert run(monkeypatch, "--version") == 130
    assert capsys.readouterr() == ("", "")


def test_a_command_loads_what_it_needs_and_no_other():
    code = (
        "import sys; from whatwg_websockets.cli import main;"
        "sys.argv = ['whatwg-websockets', 'conformance', 'implementations', '--help']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print({'lxml', 'websocket_conformance.running.fuzzing', 'whatwg_websockets.cli.spec'}"
        " & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.endswith("set()\n")


@pytest.mark.parametrize("package", ["typer", "rich", "jinja2", "lxml"])
def test_without_the_extra_it_says_what_to_install(monkeypatch, capsys, package):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == package else find_spec(name)
    )
    assert run(monkeypatch, "conformance", "run") == 3
    assert 'pip install "whatwg-websockets[conformance]"' in capsys.readouterr().err


def test_nothing_of_the_extra_is_imported_before_it_is_known_to_be_there():
    code = (
        "import whatwg_websockets.cli, sys;"
        "print({'typer', 'rich', 'jinja2', 'lxml'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "set()\n"


def test_a_loop_that_is_not_installed_is_missing(monkeypatch, capsys, tmp_path):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "uvloop" else find_spec(name)
    )
    options = ("--loop", "uvloop", "--report-dir", str(tmp_path))
    assert run(monkeypatch, "conformance", "run", *options) == 3
    captured = capsys.readouterr()
    assert "whatwg-websockets[fast]" in captured.out + captured.err
