import importlib.util
import re
import subprocess
import sys
from importlib.metadata import entry_points, version

import pytest

from whatwg_websockets.cli import main
from whatwg_websockets.cli.app import GROUP

pytestmark = pytest.mark.usefixtures("unmeasured")


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


NEEDS = (
    'The command "{0}" needs an extra: pip install "whatwg-websockets[{1}]" '
    '(in a checkout: pip install ".[{1}]")'
)
CONFORMANCE = NEEDS.format("conformance", "conformance")
SPEC = NEEDS.format("spec", "spec")
TRACE = NEEDS.format("trace", "spec")


def run_without(packages: str, *arguments: str) -> tuple[int, str, str]:
    """Run the command where some packages cannot be imported; the status and what it said."""
    code = (
        "import sys; sys.modules |= dict.fromkeys(sys.argv.pop(1).split(','))\n"
        "from whatwg_websockets.cli import main; main()"
    )
    command = [sys.executable, "-c", code, packages, *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("package", ["typer", "rich", "jinja2"])
def test_a_command_without_its_extra_says_what_to_install(package):
    arguments = ["conformance", "report", "run.json", "--out", "site"]
    assert run_without(package, *arguments) == (3, "", f"{CONFORMANCE}\n")


@pytest.mark.parametrize("arguments", [["spec", "check", "--json"], ["spec"], ["spec", "--help"]])
def test_a_command_without_its_extra_says_so_whatever_it_is_asked_for(arguments):
    assert run_without("lxml", *arguments) == (3, "", f"{SPEC}\n")


def test_without_any_extra_the_help_says_what_brings_each_command():
    status, output, error = run_without("typer,rich,jinja2,lxml", "--help")
    assert (status, error) == (0, "")
    assert output.startswith("Usage: whatwg-websockets ")
    for point in entry_points(group=GROUP):
        needed = (
            f'pip install "whatwg-websockets\\[{point.extras[0]}\\]"'
            if point.extras
            else "nothing more"
        )
        line = f" {point.name} +{needed}$"
        assert re.search(line, output, re.MULTILINE)


def test_without_any_extra_the_version_is_said():
    said = run_without("typer,rich,jinja2,lxml", "--version")
    assert said == (0, f"{version('whatwg-websockets')}\n", "")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], ""),
        (["--no-such-option"], "There is no option '--no-such-option'.\n\n"),
        (["no-such-command"], "There is no command 'no-such-command'.\n\n"),
    ],
)
def test_without_any_extra_what_is_no_command_gets_the_help_and_status_2(arguments, problem):
    status, output, error = run_without("typer,rich,jinja2,lxml", *arguments)
    assert (status, output) == (2, "")
    assert error.startswith(f"{problem}Usage: whatwg-websockets ")


def test_the_extra_of_one_command_is_enough_for_its_own():
    status, output, error = run_without("lxml", "conformance", "implementations", "--help")
    assert (status, error) == (0, "")
    assert "known implementations" in output


def test_the_help_lists_a_command_whose_extra_is_not_installed():
    status, output, error = run_without("lxml", "--help")
    assert (status, error) == (0, "")
    assert "Not installed; it needs the extra spec." in output


@pytest.mark.parametrize("arguments", [["spec"], ["conformance", "implementations"]])
def test_a_module_that_no_extra_brings_is_a_fault_and_is_shown_as_one(arguments):
    status, _, error = run_without("whatwg_websockets.steps,websocket_conformance", *arguments)
    assert status == 1
    assert "ModuleNotFoundError" in error
    assert "pip install" not in error


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
