"""The known implementations: what their commands become here."""

import pytest

from websocket_conformance.implementations import API, implementations


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
