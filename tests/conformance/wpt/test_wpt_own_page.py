"""The page of this implementation, with a few tests of our own, or with those in ``$WPT``."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

OWN = Path(__file__).parent / "checkout"
ROOT = os.environ.get("WPT") or str(OWN)


@pytest.mark.slow
@pytest.mark.timeout(7200 if "WPT" in os.environ else 300)
def test_everything_passes_that_is_expected_to(tmp_path):
    words = ("conformance", "run", "--suite", "wpt", "--root", ROOT, "--report-dir", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", "from whatwg_websockets.cli import main; main()", *words],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
