import os
import sys
from collections.abc import Callable

import pytest

from whatwg_websockets.cli import main


@pytest.fixture
def in_here(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Runs the command in this process: its status, and what it says.

    That is for what is said before anything is played: nothing that the command starts, and nothing
    that it does with signals, is to reach the tests. It is done in no time; to start a process that
    has loaded the command takes most of a second.
    """
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "dumb")

    def run(*words: str | bytes) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["whatwg-websockets", *map(os.fsdecode, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.out + said.err

    return run
