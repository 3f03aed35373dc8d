import asyncio
from importlib.resources import files
from pathlib import Path

import pytest

from websocket_conformance import logged
from websocket_conformance.autobahn import SUITE_VERSION, find, install
from websocket_conformance.autobahn.find import Python27
from websocket_conformance.autobahn.suites import DockerSuite
from websocket_conformance.errors import MissingError

PYTHON = Python27(Path("/opt/python2.7"), "2.7.18")


class Installer:
    """Takes the place of the programs that an installation runs."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []
        self.fail_at: int | None = None
        self.cancel_at: int | None = None

    async def run(self, command, log, *, environ=None, keep_open=()) -> int:
        number = len(self.commands)
        self.commands.append(list(command))
        assert keep_open, "a program that installs holds the lock"
        await asyncio.sleep(0)
        if "--python" in command:
            interpreter = Path(command[-1]) / "bin" / "python"
            interpreter.parent.mkdir(parents=True)
            interpreter.touch()
        if number == self.cancel_at:
            raise asyncio.CancelledError
        if number == self.fail_at:
            log.write_text("first\n\nno such package\n")
            return 2
        return 0


@pytest.fixture
def installer(monkeypatch, tmp_path):
    installer = Installer()
    monkeypatch.setattr(logged, "run", installer.run)
    monkeypatch.setattr(install, "LOCK_POLL", 0.001)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return installer


def install_once(said: list[str], python: Python27 = PYTHON):
    return asyncio.run(install.installed(python, said.append))


def test_it_is_installed_once(installer):
    said: list[str] = []
    first = install_once(said)
    assert first.python.exists()
    assert first.label == "autobahntestsuite 25.10.1 (Python 2.7.18)"
    assert [len(said), len(installer.commands)] == [1, 4]
    assert install_once(said) == first
    assert [len(said), len(installer.commands)] == [1, 4]


def test_each_python_has_an_environment_of_its_own(installer):
    other = Python27(Path("/usr/bin/python2.7"), "2.7.18")
    assert install_once([]).python != install_once([], other).python


def test_what_an_interrupted_run_left_behind_is_not_used(installer, tmp_path):
    installer.cancel_at = 3
    with pytest.raises(asyncio.CancelledError):
        install_once([])
    (left,) = tmp_path.glob("whatwg-websockets/*/python2.7/bin/python")
    left.with_name("half").touch()
    installer.cancel_at = None
    install_once([])
    assert len(installer.commands) == 8
    assert not left.with_name("half").exists()


def test_a_failed_installation_says_why_and_is_not_used(installer):
    installer.fail_at = 3
    with pytest.raises(MissingError, match=r"python ended with 2(.|\n)*no such package"):
        install_once([])
    install_once([])
    assert len(installer.commands) == 8


def test_an_environment_whose_python_is_gone_is_made_again(installer):
    install_once([]).python.unlink()
    install_once([])
    assert len(installer.commands) == 8


def test_two_runs_at_a_time_install_once(installer):
    said: list[str] = []

    async def both():
        return await asyncio.gather(
            install.installed(PYTHON, said.append), install.installed(PYTHON, said.append)
        )

    first, second = asyncio.run(both())
    assert first == second
    assert len(installer.commands) == 4
    assert "Another run is installing the suite; waiting for it." in said


def test_the_pins_are_exact_and_hold_the_suite():
    text = (files("websocket_conformance.autobahn") / "requirements.txt").read_text()
    pins = [line for line in text.splitlines() if not line.startswith("#")]
    assert f"autobahntestsuite=={SUITE_VERSION}" in pins
    assert all(line.count("==") == 1 for line in pins)


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """A machine with nothing on it."""
    monkeypatch.delenv("PYTHON27", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    return tmp_path


def test_nothing_is_found_where_nothing_is(machine):
    assert find.python27() is None
    assert find.docker_engine() is None


def test_python27_is_taken_from_the_environment_first(machine, monkeypatch):
    script(machine / "bin" / "python2.7", "echo 2.7.1; echo /on/path")
    named = script(machine / "mine", "echo 2.7.2; echo /named")
    monkeypatch.setenv("PYTHON27", str(named))
    assert find.python27() == Python27(Path("/named"), "2.7.2")


def test_python27_on_path_comes_before_that_of_pyenv(machine):
    script(machine / "pyenv/versions/2.7.18/bin/python2.7", "echo 2.7.18; echo /pyenv")
    script(machine / "bin" / "python2.7", "echo 2.7.1; echo /on/path")
    assert find.python27() == Python27(Path("/on/path"), "2.7.1")


def test_a_shim_that_leads_nowhere_is_passed_over(machine):
    script(machine / "bin" / "python2.7", "exit 127")
    for number in ("2.7.9", "2.7.18", "2.7.18-dev"):
        text = f"echo {number}; echo /pyenv/{number}"
        script(machine / f"pyenv/versions/{number}/bin/python2.7", text)
    assert find.python27() == Python27(Path("/pyenv/2.7.18"), "2.7.18")


def test_another_python_is_no_python27(machine, monkeypatch):
    monkeypatch.setenv("PYTHON27", str(script(machine / "mine", "echo 3.11.2; echo /three")))
    with pytest.raises(MissingError, match=r"PYTHON27 is set to .*, which is not a Python 2\.7"):
        find.python27()


def test_a_docker_client_without_an_engine_does_not_count(machine):
    docker = script(machine / "bin" / "docker", "echo 1.0; exit 1")
    assert find.docker_engine() is None
    script(docker, "echo 27.1")
    assert find.docker_engine() == DockerSuite(str(docker), "27.1")
