"""Chromium as an implementation that the suites can be run against."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from websocket_conformance import chromium
from websocket_conformance.errors import MissingError
from websocket_conformance.implementations import implementations
from websocket_conformance.report import saved

MAIN = "from whatwg_websockets.cli import main; main()"
DRIVER = [sys.executable, "-m", "websocket_conformance.testees.chromium"]


def play(directory: Path, *cases: str, **environ: str) -> tuple[int, str]:
    patterns = [word for case in cases for word in ("--cases", case)]
    options = ["--implementation", "chromium", "--report-dir", str(directory), *patterns]
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "conformance", "run", *options],
        env=os.environ | {"COLUMNS": "200", "TERM": "dumb"} | environ,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def a_program(path: Path, source: str) -> str:
    path.write_text(f"#!/bin/sh\n{source}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.fixture
def browser() -> str:
    try:
        return chromium.find()
    except MissingError as error:
        pytest.skip(str(error).splitlines()[0])


@pytest.mark.slow
def test_it_plays_cases_of_all_kinds(browser, tmp_path):
    # Messages, a fault, compression; a refusal, a subprotocol that is asked for, a reset of TCP.
    cases = ("1.1.2", "1.2.7", "3.1", "12.1.1", "20.1.1", "20.2.7", "23.2.1", "33.1.20")
    code, output = play(tmp_path, *cases)
    assert code == 0, output
    run = saved.load(tmp_path / "runs" / "embedded-chromium.json")
    assert {result.case for result in run.results} == set(cases)
    assert all(result.is_good for result in run.results)
    assert run.version[0].isdigit()


def test_without_chromium_it_says_how_to_get_it(tmp_path):
    code, output = play(tmp_path, "1.1.1", CHROMIUM="/no/such/program")
    assert code == 3
    assert output.splitlines() == [
        "chromium is not installed; to install it:",
        "  apt-get install chromium",
        "or set its path: CHROMIUM=/path/to/chromium",
    ]


def test_a_browser_that_ends_early_is_told_from_one_that_plays(tmp_path):
    program = a_program(
        tmp_path / "chromium", 'test "$1" = --version && echo Chromium 1.2.3 && exit\nexit 7'
    )
    code, output = play(tmp_path / "report", "1.1.1", CHROMIUM=program)
    assert code == 1
    assert "Chromium ended with status 7" in output


def test_it_says_its_version(tmp_path):
    program = a_program(tmp_path / "chromium", "echo Chromium 1.2.3 built on this machine")
    environ = os.environ | {"CHROMIUM": program}
    done = subprocess.run([*DRIVER, "--version"], env=environ, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "1.2.3\n")


def test_what_it_does_not_find_it_says_in_two_lines():
    environ = os.environ | {"CHROMIUM": "/no/such/program"}
    done = subprocess.run([*DRIVER, "--version"], env=environ, capture_output=True, text=True)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 2


def test_the_profile_does_not_stay_behind(browser, tmp_path):
    environ = os.environ | {"TMPDIR": str(tmp_path)}
    cases = "1"
    done = subprocess.run([*DRIVER, "ws://127.0.0.1:9", "a", cases, "1"], env=environ)
    assert done.returncode
    assert not list(tmp_path.glob("whatwg-websockets-*"))


def test_it_is_listed_with_what_installs_it():
    listed = implementations()["chromium"]
    assert listed.commands_to_install() == [["apt-get", "install", "chromium"]]
    assert shutil.which(listed.filled(listed.start)[0])
