"""How the program says that it can be started again."""

import sys
from pathlib import Path

import pytest

from websocket_conformance.running.invocation import invocation


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """A folder with programs, which no shell knows of; its path has a blank in it."""
    folder = tmp_path / "my programs"
    folder.mkdir()
    for name in ("whatwg-websockets", "python3.11"):
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("UV", raising=False)
    return folder


@pytest.fixture
def started(monkeypatch):
    """Have the program been started in some way."""
    return lambda first: monkeypatch.setattr(sys, "argv", [str(first), "conformance", "run"])


def test_what_the_shell_finds_by_its_name_is_said_by_it(place, started, monkeypatch):
    monkeypatch.setenv("PATH", str(place))
    started(place / "whatwg-websockets")
    assert invocation() == "whatwg-websockets"


def test_what_the_shell_does_not_find_is_said_by_its_path(place, started):
    started(place / "whatwg-websockets")
    assert invocation() == f"'{place}/whatwg-websockets'"


def test_a_path_from_here_is_said_as_one_from_everywhere(place, started, monkeypatch):
    monkeypatch.chdir(place)
    started("./whatwg-websockets")
    assert invocation() == f"'{place}/whatwg-websockets'"


def test_another_of_that_name_on_path_is_not_meant(place, started, monkeypatch, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "whatwg-websockets").write_text("#!/bin/sh\n")
    (other / "whatwg-websockets").chmod(0o755)
    monkeypatch.setenv("PATH", str(other))
    started(place / "whatwg-websockets")
    assert invocation() == f"'{place}/whatwg-websockets'"


def test_a_program_in_the_cache_of_uv_is_said_by_its_name(place, started, monkeypatch):
    environment = place.parent / "environment"
    place.rename(environment)
    (environment / "bin").mkdir()
    program = (environment / "whatwg-websockets").rename(environment / "bin" / "whatwg-websockets")
    monkeypatch.setenv("UV", "/usr/bin/uv")
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.setattr(sys, "prefix", str(environment))
    monkeypatch.setenv("PATH", f"{environment / 'bin'}:/usr/bin")
    started(program)
    assert invocation() == "whatwg-websockets"
    monkeypatch.setenv("VIRTUAL_ENV", str(environment))
    monkeypatch.setenv("PATH", "/usr/bin")
    assert invocation() == str(program)


@pytest.mark.parametrize(("on_path", "python"), [(True, "python3.11"), (False, "'{}/python3.11'")])
def test_a_module_is_said_with_its_python(place, started, monkeypatch, on_path, python):
    monkeypatch.setattr(sys, "executable", str(place / "python3.11"))
    if on_path:
        monkeypatch.setenv("PATH", str(place))
    started("/somewhere/whatwg_websockets/__main__.py")
    assert invocation() == f"{python.format(place)} -m whatwg_websockets"


@pytest.mark.parametrize("first", ["-c", "", "/usr/bin/pytest"])
def test_what_was_started_in_another_way_is_said_by_its_name(place, started, first):
    started(first)
    assert invocation() == "whatwg-websockets"
