"""The GitHub Action: its file is as it should be, and its steps do what they say."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import fake_commands
import pytest
import typer
import yaml

from websocket_conformance.cli import app

ROOT = Path(__file__).parents[3]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
INSTALL, RUN = ACTION["runs"]["steps"]


def test_it_is_a_composite_action_with_a_shell_for_each_step():
    assert ACTION["runs"]["using"] == "composite"
    assert all(step["shell"] == "bash" for step in (INSTALL, RUN))
    assert all(each["description"] for each in ACTION["inputs"].values())


def test_each_input_is_used_and_each_one_that_is_used_is_there():
    values = [value for step in (INSTALL, RUN) for value in step["env"].values()]
    used = {name for value in values for name in re.findall(r"inputs\.([\w-]+)", value)}
    assert used == set(ACTION["inputs"])


def test_what_a_person_writes_reaches_the_shell_as_a_variable_only():
    for step in (INSTALL, RUN):
        assert "${{" not in step["run"]
        names = set(re.findall(r"\$\{?([A-Z_]+)", step["run"]))
        runner = {"RUNNER_TEMP", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"}
        assert names - runner == set(step["env"])


def test_each_option_that_is_called_exists():
    command = typer.main.get_command(app).commands["run"]  # type: ignore[attr-defined]
    known = {option for parameter in command.params for option in parameter.opts}
    called = set(re.findall(r"(?<![\w-])--[a-z-]+", RUN["run"]))
    assert called == known & called
    assert {"--command", "--baseline", "--report-dir"} <= called


@pytest.mark.parametrize("step", [INSTALL, RUN])
def test_each_script_can_be_read_by_the_shell(step):
    subprocess.run(["bash", "-n"], input=step["run"], text=True, check=True)


def run(directory: Path, **variables: str) -> tuple[int, str]:
    """Run the second step as a runner does, with the program that is installed here."""
    program = directory / "websocket-conformance" / "bin" / "whatwg-websockets"
    program.parent.mkdir(parents=True)
    start = "from whatwg_websockets.cli import main; main()"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c "{start}" "$@"\n')
    program.chmod(0o755)
    (directory / "alive").touch()
    environ = {
        "RUNNER_TEMP": str(directory),
        "GITHUB_OUTPUT": str(directory / "output"),
        "GITHUB_STEP_SUMMARY": str(directory / "step-summary"),
        "ALIVE": str(directory / "alive"),
        **dict.fromkeys(RUN["env"], ""),
        **{
            name: str(ACTION["inputs"][match[1]].get("default", ""))
            for name, value in RUN["env"].items()
            if (match := re.search(r"inputs\.([\w-]+)", value))
        },
        **variables,
    }
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", RUN["run"]],
        cwd=directory,
        env=os.environ | environ,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def driver(mode: str) -> str:
    return f"{shlex.join(fake_commands.driver(mode))} {{url}} {{agent}}"


def test_a_good_client_is_a_good_step_with_a_summary(tmp_path):
    status, output = run(tmp_path, COMMAND=driver("good"), AGENT="my client", CASES="1.1.1,1.1.2")
    assert status == 0, output
    summary = (tmp_path / "step-summary").read_text()
    assert "| ✓ my client | embedded, quick | **2** of 2 | 2 |" in summary
    assert (tmp_path / "output").read_text() == "report-dir=websocket-conformance\n"
    assert (tmp_path / "websocket-conformance" / "index.html").exists()


def test_a_good_server_is_a_good_step_with_a_summary(tmp_path):
    server = f"{shlex.join(fake_commands.server('good'))} {{port}}"
    status, output = run(tmp_path, SERVER=server, CASES="1.1.1,1.1.2")
    assert status == 0, output
    assert "| ✓ server | embedded, quick | **2** of 2 | 2 |" in (
        tmp_path / "step-summary"
    ).read_text(encoding="utf-8")


def test_the_summary_is_that_of_the_report_which_the_step_has_written(tmp_path):
    arguments = {"COMMAND": driver("good"), "CASES": "1.1.*", "EXCLUDE_CASES": "1.1.3"}
    assert run(tmp_path / "first", **arguments)[0] == 0
    again = tmp_path / "first" / "websocket-conformance"
    options = {"COMMAND": driver("wrong"), "CASES": "1.1.2", "REPORT_DIR": str(again)}
    status, output = run(tmp_path / "second", **options)
    assert status == 1, output
    summary = (tmp_path / "second" / "step-summary").read_text(encoding="utf-8")
    assert "| 1.1.2 | ✕ FAILED |" in summary
    part = (tmp_path / "second" / "output").read_text()
    assert part == f"report-dir={again / 'part'}\n"


def test_a_report_of_an_earlier_step_is_not_taken_for_one_of_this(tmp_path):
    report = tmp_path / "websocket-conformance"
    report.mkdir()
    (report / "summary.md").write_text("of an earlier step")
    status, _ = run(tmp_path, COMMAND="no-url")
    assert status == 2
    assert not (tmp_path / "step-summary").exists()


def test_a_step_without_anything_to_test_says_so(tmp_path):
    status, output = run(tmp_path)
    assert status == 2
    assert "give the step a command, a server, or both" in output


def test_the_scenarios_are_run_without_a_profile(tmp_path):
    command = shlex.join(fake_commands.player("good"))
    status, output = run(tmp_path, COMMAND=command, SUITE="api", CASES="new-without-arguments")
    assert status == 0, output


def test_a_client_that_falls_short_fails_the_step_and_has_a_summary_too(tmp_path):
    status, _ = run(tmp_path, COMMAND=driver("wrong"), CASES="1.1.2")
    assert status == 1
    assert "| 1.1.2 | ✕ FAILED |" in (tmp_path / "step-summary").read_text()


def test_with_a_baseline_what_is_known_does_not_fail_the_step(tmp_path):
    (tmp_path / "known.json").write_text('{"embedded": {"client": {"1.1.2": "FAILED"}}}')
    arguments = {"COMMAND": driver("wrong"), "CASES": "1.1.2", "BASELINE": "known.json"}
    status, output = run(tmp_path, **arguments)
    assert status == 0, output


def test_a_wrong_input_fails_the_step(tmp_path):
    status, output = run(tmp_path, COMMAND="no-url")
    assert status == 2
    assert "{url}" in output
