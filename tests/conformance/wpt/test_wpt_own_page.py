"""The page of this implementation, with a few tests of our own, or with those in ``$WPT``."""

import os
import sys
from pathlib import Path

import pytest

from whatwg_websockets.cli import main

OWN = Path(__file__).parent / "checkout"
ROOT = os.environ.get("WPT") or str(OWN)


@pytest.mark.slow
@pytest.mark.timeout(7200 if "WPT" in os.environ else 300)
def test_everything_passes_that_is_expected_to(monkeypatch, capfd, tmp_path):
    words = ["conformance", "run", "--suite", "wpt", "--root", ROOT]
    monkeypatch.setattr(sys, "argv", ["whatwg-websockets", *words, "--report-dir", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0, capfd.readouterr().out
