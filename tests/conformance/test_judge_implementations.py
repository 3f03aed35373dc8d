"""The known implementations: what their commands become here."""

import re
from dataclasses import replace

import pytest
import typer

from websocket_conformance.implementations import API, Implementation, implementations
from websocket_conformance.running.cli import implementations as list_implementations


@pytest.mark.parametrize("name", ["node", "bun", "deno"])
def test_what_runs_javascript_is_found(monkeypatch, tmp_path, name):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv(name.upper(), raising=False)
    known = implementations()[name]
    command = (f"{{{name}}}",)
    assert known.filled(command) == [name]
    installed = known.cache / "node_modules" / ".bin" / name
    installed.parent.mkdir(parents=True)
    installed.touch()
    assert known.filled(command) == [str(installed)]
    monkeypatch.setenv(name.upper(), "/opt/another")
    assert known.filled(command) == ["/opt/another"]


def test_no_brace_of_a_player_is_left_empty():
    for known in implementations().values():
        words = known.filled(known.scenarios or ())
        assert not [word for word in words if "{" in word], known.name
        for word in words:
            assert not word.startswith(str(API)) or (API / word.rpartition("/")[2]).is_file()


@pytest.mark.parametrize("columns", [40, 50, 80, 120, 200])
def test_nothing_that_is_listed_is_broken_across_lines(monkeypatch, capsys, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(Implementation, "version", lambda self: "0.1.dev415+g034de130f.d20261129")
    monkeypatch.setattr(Implementation, "runtime", lambda self: "CPython 3.11.7")
    with pytest.raises(typer.Exit):
        list_implementations()
    output = capsys.readouterr().out
    for known in implementations().values():
        (line,) = (line for line in output.splitlines() if re.search(rf"^\W*{known.name} ", line))
        assert "0.1.dev415+g034de130f.d20261129" in line
    assert output.count("CPython 3.11.7") == len(implementations())


def test_the_hash_of_a_commit_is_shortened():
    said = f"JavaScriptCore {'d6375c7':0<40}"
    command = ("{python}", "-c", f"print({said!r})")
    bun = replace(implementations()["bun"], runtime_command=command)
    assert bun.runtime() == "JavaScriptCore d6375c7"
